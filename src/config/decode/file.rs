//! The whole file, channel by channel.

use super::endpoint::Effective;
use super::{alerting, endpoint, hollow, pools, receivers};
use crate::config::context::Context;
use crate::config::diagnostic::Issue;
use crate::config::layers;
use crate::config::settings::{Config, HistorySettings};
use crate::config::tree::{Entry, Node, Place};
use crate::model::Name;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What decoding yields besides the settings.
#[derive(Debug, Default)]
pub(in crate::config) struct Decoded {
    pub(in crate::config) config: Config,
    /// What each endpoint's settings are merged from.
    pub(in crate::config) effective: Vec<Effective>,
}

/// One channel, as its endpoints inherit from it.
#[derive(Debug)]
pub(in crate::config) struct Channel {
    pub(super) name: Name,
    /// Its `base_url`.
    pub(in crate::config) base: Option<Arc<Node>>,
    pub(super) origin: Option<url::Url>,
    /// Channel over `defaults`, for endpoints at the channel's origin.
    pub(super) home: Arc<Node>,
    /// The same without what is bound to the origin.
    pub(super) foreign: Arc<Node>,
}

/// Decodes the whole file.
pub(in crate::config) fn decode(cx: &mut Context<'_>, path: &Path, root: &Arc<Node>) -> Decoded {
    cx.decoding = true;
    let mut out = Decoded::default();
    let config = &mut out.config;
    config.path = Some(path.to_owned());
    config.state_dir = cx.string(root, "state_dir").map(|dir| cx.base.join(dir).components().collect());
    config.history = history(cx, root);
    config.spread = root.get("defaults").and_then(|defaults| cx.boolean(defaults, "spread")).unwrap_or_default();
    config.alerting = root.get("alerting").map(|node| alerting::alerting(cx, node)).unwrap_or_default();
    config.connectivity = root.get("connectivity").map(|node| pools::online(cx, node)).unwrap_or_default();
    config.proxies = pools::pools(cx, root);
    config.receivers = receivers::receivers(cx, root, &config.proxies);
    config.heartbeat = receivers::heartbeat(cx, root);
    let hollow_pools = pools::hollow(cx, &config.proxies);
    if let Some(layer) = root.get("defaults") {
        hollow::layer(cx, layer, None);
    }
    let defaults = defaults(root);
    for entry in named(root.get("channels")) {
        let Ok(name) = Name::parse(&entry.key) else { continue };
        config.channels.push(name.clone());
        let channel = Arc::new(channel(cx, name, &entry.value, &defaults, entry.place));
        for entry in named(entry.value.get("endpoints")) {
            let (endpoint, effective) = endpoint::endpoint(cx, &channel, entry, &hollow_pools);
            config.endpoints.push(Arc::new(endpoint));
            out.effective.push(effective);
        }
    }
    super::cycles::cycles(cx, &config.endpoints, &out.effective);
    arguments(cx);
    cx.not_configured.sort_by_key(|(place, _)| *place);
    cx.warnings.sort();
    cx.warnings.dedup();
    cx.waiting.sort_by_key(|(place, _)| *place);
    out.config.waiting = cx.waiting.iter().map(|(_, waiting)| waiting.clone()).collect();
    out.config.not_configured = cx.not_configured.iter().map(|(_, what)| what.clone()).collect();
    out.config.redactor = crate::model::Redactor::new(cx.secrets.values());
    out.config.secrets_written = cx.secrets.are_written();
    out.config.secret_variables = cx.secrets.variables().cloned().collect();
    out
}

/// The entries of a map that may be missing.
pub(super) fn named(node: Option<&Arc<Node>>) -> &[Entry] {
    node.map_or(&[], |node| node.entries())
}

fn history(cx: &mut Context<'_>, root: &Node) -> HistorySettings {
    let built_in = HistorySettings::default();
    let Some(node) = root.get("history") else { return built_in };
    HistorySettings {
        path: cx.string(node, "path").map_or(built_in.path, PathBuf::from),
        max_size: cx.size(node, "max_size").unwrap_or(built_in.max_size),
        keep: cx.count(node, "keep").unwrap_or(built_in.keep),
    }
}

/// `defaults`, with `alerting` of the top below its own.
fn defaults(root: &Arc<Node>) -> Arc<Node> {
    let none = Node::map(Place::default(), Vec::new());
    let defaults = root.get("defaults").map_or(none.clone(), layers::spelled_out);
    match root.entry("alerting") {
        Some(entry) => layers::over(&defaults, &Node::map(entry.place, vec![entry.clone()])),
        None => layers::over(&defaults, &none),
    }
}

fn channel(cx: &mut Context<'_>, name: Name, node: &Arc<Node>, defaults: &Arc<Node>, place: Place) -> Channel {
    let base = node.get("base_url").cloned();
    let quiet = |text: &str| cx.expander.expand(text, Some(cx.env)).ok().filter(|expanded| !expanded.is_unset());
    let expanded = base.as_ref().and_then(|base| quiet(base.text()?));
    let origin = expanded.and_then(|base| crate::config::address::Address::read(&base).ok()).map(|address| address.url);
    if base.is_none() {
        for key in ["auth", "headers"] {
            if let Some(entry) = node.entry(key).filter(|entry| !entry.value.is_null()) {
                let words = format!(
                    "`{key}` of a channel goes to the origin of its base_url, and {name} has none: it is sent to nobody"
                );
                cx.warnings.push((entry.place, words));
            }
        }
    }
    if named(node.get("endpoints")).is_empty() {
        cx.warnings.push((place, format!("the channel {name} has no endpoints")));
    }
    hollow::layer(cx, node, Some(defaults));
    let own = layers::spelled_out(node);
    let home = layers::over(&own, defaults);
    let foreign = layers::over(&layers::without_credentials(&own), defaults);
    Channel { name, base, origin, home, foreign }
}

/// Process arguments are seen by every user of the machine.
fn arguments(cx: &mut Context<'_>) {
    for (place, argument) in std::mem::take(&mut cx.arguments) {
        if cx.secrets.shows(&argument) {
            cx.secrets.parts(&argument);
            let issue = Issue::new(place, "a secret in a process argument, where every user of the machine sees it")
                .label("hand it over in `env:`");
            cx.issue(issue);
        }
    }
}
