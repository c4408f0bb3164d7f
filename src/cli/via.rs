//! `--via POOL|direct|env:VAR`.

use super::Stop;
use crate::config;
use crate::config::settings::{Config, Route};
use crate::text::suggest::nearest;
use crate::world::World;

/// Whether the option names a pool of the configuration.
pub(super) fn names_pool(via: &str) -> bool {
    via != "direct" && !via.starts_with("env:") && !via.contains("://")
}

/// The route that was named, and what must not be seen of it.
pub(super) fn route(world: &World, config: Option<&Config>, via: &str) -> Result<(Route, Vec<String>), Stop> {
    if via == "direct" {
        return Ok((Route::Direct, Vec::new()));
    }
    if let Some(name) = via.strip_prefix("env:") {
        let value = world.var(name).ok_or_else(|| Stop::Usage(format!("--via: ${name} is not set, or empty")))?;
        let (url, secrets) =
            config::proxy_url(value).map_err(|words| Stop::Usage(format!("--via: ${name}: {words}")))?;
        return Ok((Route::Url(url), secrets));
    }
    let pools = config.map(|config| &config.proxies);
    match pools.and_then(|pools| pools.get_key_value(via)) {
        Some((name, pool)) if !pool.exits.is_empty() => Ok((Route::Pool(name.clone()), Vec::new())),
        Some(_) => Err(Stop::Usage(format!("--via: the pool `{via}` is not configured: none of its URLs is set"))),
        None if via.contains("://") => Err(Stop::Usage(
            "--via takes no URL: others could read its password in the process list; put it into a variable and say \
             --via env:VAR"
                .to_owned(),
        )),
        None => {
            let known: Vec<&str> =
                pools.into_iter().flat_map(|pools| pools.keys()).map(crate::model::Name::as_str).collect();
            let hint = match nearest(via, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None if known.is_empty() => "the configuration has no `proxies`".to_owned(),
                None => format!("known: {}", known.join(", ")),
            };
            Err(Stop::Usage(format!("--via: there is no pool `{via}`; {hint}")))
        }
    }
}
