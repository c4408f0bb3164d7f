//! The loader itself: one file in, settings or every mistake out.

use super::check::What;
use super::context::{Context, Owner};
use super::decode::{self, Effective};
use super::diagnostic::{Diagnostics, Issue};
use super::environment::Environment;
use super::expand::Expander;
use super::grammar::{ROOT, Shape};
use super::settings::{Config, Route};
use super::source::Source;
use super::tree::{Kind, Node, Place, Value};
use super::yaml;
use crate::model::{EndpointId, Name, Redactor};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Largest schema file.
const SCHEMA_MAX: u64 = 4 << 20;

/// A configuration that is right but for variables that may be unset.
#[derive(Debug)]
pub struct Loaded {
    /// The settings.
    pub config: Config,
    pub(super) root: Arc<Node>,
    pub(super) effective: Vec<Effective>,
    pub(super) expander: Expander,
    name: String,
    text: String,
    unset: Vec<(Owner, Issue)>,
    redactor: Redactor,
}

impl Loaded {
    /// What is unset among the settings that probing these endpoints uses: their own, those of their pools and schemas,
    /// and those of every run. Disabled endpoints use nothing. `via` is what `--via` says: then only that pool's count,
    /// not those of the pools that it stands in for.
    pub fn unset_in(&self, ids: &[EndpointId], via: Option<&str>) -> Diagnostics {
        if self.unset.is_empty() {
            return Diagnostics::default();
        }
        let wanted: HashSet<&EndpointId> = ids.iter().collect();
        let used = used(&self.config, &self.effective, |id| wanted.contains(id), via);
        self.report(|owner| *owner == Owner::Everyone || used.contains(owner))
    }

    /// Everything that is unset in the whole file.
    pub fn unset_everywhere(&self) -> Diagnostics {
        self.report(|_| true)
    }

    fn report(&self, wanted: impl Fn(&Owner) -> bool) -> Diagnostics {
        let issues: Vec<Issue> =
            self.unset.iter().filter(|(owner, _)| wanted(owner)).map(|(_, issue)| issue.clone()).collect();
        if issues.is_empty() {
            return Diagnostics::default();
        }
        let mut source = Source::parsed(&self.name, &self.text, &self.root, self.redactor.clone());
        Diagnostics::new(&mut source, &issues, &[])
    }
}

/// What probing the endpoints that are `wanted` uses.
fn used(
    config: &Config,
    effective: &[Effective],
    wanted: impl Fn(&EndpointId) -> bool,
    via: Option<&str>,
) -> HashSet<Owner> {
    let mut used: HashSet<Owner> = via.and_then(|via| Name::parse(via).ok()).map(Owner::Pool).into_iter().collect();
    for (endpoint, effective) in config.endpoints.iter().zip(effective) {
        if endpoint.enabled && wanted(&endpoint.id) {
            used.insert(Owner::Endpoint(endpoint.id.clone()));
            let way = Some(&endpoint.proxy).filter(|_| via.is_none());
            let pools = way.into_iter().chain(&endpoint.confirm_via).filter_map(pool_of);
            used.extend(pools.chain(effective.schemas()));
        }
    }
    used
}

fn pool_of(route: &Route) -> Option<Owner> {
    match route {
        Route::Pool(name) => Some(Owner::Pool(name.clone())),
        Route::Direct | Route::Url(_) => None,
    }
}

/// Loads a configuration. `path` names it in messages, and relative paths in it are relative to its directory.
///
/// # Errors
/// Every mistake in the file, in file order. Variables that are unset are no mistakes yet: see [`Loaded::unset_in`] and
/// [`Diagnostics::everywhere`].
pub fn load(path: &Path, bytes: &[u8], env: &dyn Environment) -> Result<Loaded, Diagnostics> {
    load_to_probe(path, bytes, env, None, &|config| config.endpoints.iter().map(|one| one.id.clone()).collect())
}

/// The same for a run that probes these endpoints, as far as they are known in a broken file, and goes `via` what is not
/// their proxy: [`Diagnostics::in_use`] tells what is unset among what that run uses.
///
/// # Errors
/// The same.
pub fn load_to_probe(
    path: &Path,
    bytes: &[u8],
    env: &dyn Environment,
    via: Option<&str>,
    probed: &dyn Fn(&Config) -> Vec<EndpointId>,
) -> Result<Loaded, Diagnostics> {
    let name = path.display().to_string();
    let text = match text(bytes) {
        Ok(text) => text,
        Err(issue) => {
            let lossy = String::from_utf8_lossy(bytes);
            return Err(Diagnostics::new(&mut Source::unparsed(&name, &lossy), &[issue], &[]));
        }
    };
    let mut issues = Vec::new();
    let root = match yaml::parse(text, &mut issues) {
        Ok(root) => root,
        Err(fatal) => {
            issues.push(fatal);
            return Err(Diagnostics::new(&mut Source::unparsed(&name, text), &issues, &[]));
        }
    };
    let base = path.parent().map_or_else(PathBuf::new, Path::to_owned);
    let mut cx = Context::new(env, &base);
    for issue in issues {
        cx.issue(issue);
    }
    names(&mut cx, &root);
    schemas(&mut cx, &root);
    cx.check(&root, &Shape::Block(&ROOT), What::Words("the file"));
    let decoded = decode::decode(&mut cx, path, &root);
    let mut config = decoded.config;
    let redactor = config.redactor.clone();
    config.warnings =
        cx.warnings.iter().map(|(place, words)| format!("{name}:{}:{}: {words}", place.line, place.column)).collect();
    let of_telling = cx.unset.iter().filter(|(owner, _)| *owner == Owner::Telling);
    config.unset_telling = of_telling
        .map(|(_, Issue { place, message, .. })| format!("{name}:{}:{}: {message}", place.line, place.column))
        .collect();
    let issues = cx.issues.into_vec();
    if !issues.is_empty() {
        let probed: HashSet<EndpointId> = probed(&config).into_iter().collect();
        let used = used(&config, &decoded.effective, |id| probed.contains(id), via);
        let is_used = |owner: &Owner| *owner == Owner::Everyone || used.contains(owner);
        let (of_a_run, others): (Vec<_>, Vec<_>) = cx.unset.into_iter().partition(|(owner, _)| is_used(owner));
        let [of_a_run, others] =
            [of_a_run, others].map(|unset| unset.into_iter().map(|(_, issue)| issue).collect::<Vec<_>>());
        let mut source = Source::parsed(&name, text, &root, redactor);
        return Err(Diagnostics::new(&mut source, &issues, &of_a_run).or_else(&source, &others));
    }
    let (effective, expander, text) = (decoded.effective, cx.expander, text.to_owned());
    Ok(Loaded { config, root, effective, expander, name, text, unset: cx.unset, redactor })
}

/// The file as UTF-8 without its byte order mark.
fn text(bytes: &[u8]) -> Result<&str, Issue> {
    let top = Place { line: 1, column: 1, width: 0 };
    let utf16 = bytes.starts_with(&[0xff, 0xfe])
        || bytes.starts_with(&[0xfe, 0xff])
        || matches!(bytes, [0, first, ..] | [first, 0, ..] if first.is_ascii_graphic());
    if utf16 {
        return Err(Issue::new(top, "the file is UTF-16; canary reads UTF-8").label("save it as UTF-8"));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let good = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let line = good.matches('\n').count() + 1;
        let column = good.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let place = Place { line: number(line), column: number(column), width: 1 };
        Issue::new(place, "the file is not UTF-8 here").label("save it as UTF-8")
    })?;
    match text.trim_start_matches(char::is_whitespace) {
        "" => Err(Issue::new(top, "the file is empty").help("`canary init` writes one to start from")),
        _ => Ok(text),
    }
}

/// Collects what references may point to, before any is checked.
fn names(cx: &mut Context<'_>, root: &Node) {
    let keys = |key: &str| -> HashSet<String> {
        let entries = root.get(key).map(|node| node.entries()).unwrap_or_default();
        entries.iter().map(|entry| entry.key.to_string()).collect()
    };
    cx.known.schemas = keys("schemas");
    cx.known.pools = keys("proxies");
    cx.known.receivers = keys("receivers");
    for channel in root.get("channels").map(|node| node.entries()).unwrap_or_default() {
        for endpoint in channel.value.get("endpoints").map(|node| node.entries()).unwrap_or_default() {
            cx.known.endpoints.insert(format!("{}/{}", channel.key, endpoint.key));
        }
    }
}

/// Reads and compiles every named schema, so that a broken one is known before anything uses it.
fn schemas(cx: &mut Context<'_>, root: &Node) {
    let entries = root.get("schemas").map(|node| node.entries()).unwrap_or_default();
    let mut added = Vec::new();
    for entry in entries {
        let Ok(name) = Name::parse(&entry.key) else { continue };
        cx.owner = Owner::Schema(name);
        cx.decoding = true;
        let document = match &entry.value.value {
            Value::Scalar(scalar) if scalar.kind == Kind::Text => {
                let Some(file) = cx.some_text(&entry.value) else { continue };
                document(cx, &file)
            }
            Value::Scalar(scalar) if scalar.kind == Kind::Bool => Ok(entry.value.to_plain_json()),
            Value::Map(_) => Ok(entry.value.to_plain_json()),
            Value::Scalar(_) | Value::List(_) => continue,
        };
        match document {
            Ok(document) => {
                cx.schemas.add(&entry.key, document);
                added.push(entry);
            }
            Err(words) => cx.issue(Issue::new(entry.value.place, words)),
        }
    }
    for entry in added {
        if let Err(words) = cx.schemas.compile(&entry.key) {
            cx.issue(Issue::new(entry.value.place, format!("the schema `{}` can't be used: {words}", entry.key)));
        }
    }
    cx.owner = Owner::Everyone;
    cx.decoding = false;
}

fn document(cx: &Context<'_>, file: &str) -> Result<serde_json::Value, String> {
    let bytes = cx.file(file, SCHEMA_MAX)?;
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    serde_json::from_slice(bytes).map_err(|error| format!("`{file}` is not JSON: {error}"))
}
