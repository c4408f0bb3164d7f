//! `canary schema infer`.

use super::args::Infer;
use super::session::{Session, USUAL_THREADS, block_on};
use super::{Stop, print_json, targets};
use crate::config::settings::Endpoint;
use crate::config::{self, Loaded};
use crate::infer;
use crate::model::Redactor;
use crate::run::sample::{self, Sampling};
use std::sync::Arc;

pub(super) fn run(session: Session<'_>, args: &Infer) -> Result<u8, Stop> {
    let is_url = args.target.contains("://");
    let loaded = if is_url && session.global.config.is_none() { None } else { Some(session.load()?) };
    let config = loaded.as_ref().map(|loaded| &loaded.config);
    let mut redactor = config.map(|config| config.redactor.clone()).unwrap_or_default();
    let endpoint = match &loaded {
        Some(loaded) if !is_url => chosen(session, loaded, &args.target)?,
        _ => {
            let endpoint = config::adhoc(&args.target).map_err(|error| Stop::Usage(format!("TARGET {error}")))?;
            let secrets = config::secrets_of(&endpoint.request.auth);
            redactor = redactor.and(secrets.iter().map(String::as_str));
            Arc::new(endpoint)
        }
    };
    session.stderr.mask(&redactor);
    let title = if is_url {
        title_of_path(endpoint.request.url.path())
    } else {
        format!("{} {}", endpoint.id.channel, endpoint.id.endpoint)
    };
    let sampling = Sampling {
        samples: args.samples,
        interval: args.interval,
        pools: config.map(|config| config.proxies.clone()).unwrap_or_default(),
        redactor: redactor.clone(),
        trust_store_is_named: session.trust_store_is_named(),
    };
    let taken = async { tokio::task::LocalSet::new().run_until(sample::take(&endpoint, &sampling)).await };
    let samples = block_on(USUAL_THREADS, taken)?.map_err(Stop::Own)?;
    let hidden = |key: &str| hides(&redactor, key);
    print_json(&infer::schema(&title, &samples, &hidden))
}

/// The one endpoint that the TARGET names, ready to be asked.
fn chosen(session: Session<'_>, loaded: &Loaded, target: &String) -> Result<Arc<Endpoint>, Stop> {
    let selected = targets::select(&loaded.config, std::slice::from_ref(target), &[])?;
    let [endpoint] = selected.as_slice() else {
        let names: Vec<String> = selected.iter().take(3).map(|one| one.id.to_string()).collect();
        return Err(Stop::Usage(format!(
            "`{target}` names {} endpoints ({}, …): a schema is made of one",
            selected.len(),
            names.join(", ")
        )));
    };
    if let Some(what) = &endpoint.not_configured {
        return Err(Stop::Usage(format!("{} is not configured: {what}", endpoint.id)));
    }
    let unset = loaded.unset_in(std::slice::from_ref(&endpoint.id), None);
    if unset.is_empty() {
        Ok(Arc::clone(endpoint))
    } else {
        Err(Stop::Diagnostics(unset.render(session.stderr.colour())))
    }
}

fn hides(redactor: &Redactor, key: &str) -> bool {
    redactor.redact(key) != key
}

/// The last word of a URL's path, when it is one that names no single thing: neither host nor id may stand in a schema.
fn title_of_path(path: &str) -> String {
    let is_plain = |word: &&str| {
        word.len() <= 32
            && !word.is_empty()
            && word.bytes().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'-' | b'_'))
    };
    path.rsplit('/').find(|word| !word.is_empty()).filter(is_plain).unwrap_or("answer").to_owned()
}

#[cfg(test)]
mod tests {
    use super::title_of_path;

    #[test]
    fn a_title_names_no_host_and_no_id() {
        for (path, title) in [
            ("/health", "health"),
            ("/api/health/", "health"),
            ("/", "answer"),
            ("/bot123:AAE/getMe", "answer"),
            ("/users/79991234567", "answer"),
            ("/%D0%B8", "answer"),
        ] {
            assert_eq!(title_of_path(path), title);
        }
    }
}
