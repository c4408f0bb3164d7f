//! The checked tree to typed settings. What the checker has reported is passed over in silence here; what only the merged
//! whole can show (URLs, files, cycles, secrets in commands) is reported.

mod alerting;
mod endpoint;
mod heal;
mod pools;
mod receivers;
mod request;
mod rules;
mod transport;

pub(super) use heal::{BACKOFF as HEAL_BACKOFF, COMMAND_TIMEOUT};
pub(super) use receivers::COMMAND_TIMEOUT as RECEIVER_COMMAND_TIMEOUT;
pub(super) use rules::built_in;

use super::context::{Context, Owner};
use super::diagnostic::Issue;
use super::layers;
use super::settings::{Config, Endpoint, HistorySettings};
use super::tree::{Entry, Node, Place};
use crate::model::{EndpointId, Name};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What decoding yields besides the settings.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    pub(super) config: Config,
    /// Of each endpoint: its merged settings, its channel's base URL, and what else it uses.
    pub(super) effective: Vec<Effective>,
}

/// An endpoint's settings as a tree.
#[derive(Debug)]
pub(super) struct Effective {
    /// All layers merged.
    pub(super) node: Arc<Node>,
    /// The channel's `base_url`.
    pub(super) base: Option<Arc<Node>>,
    /// The pools and schemas it uses.
    pub(super) uses: Vec<Owner>,
}

/// One channel while its endpoints are decoded.
struct Channel {
    name: Name,
    base: Option<Arc<Node>>,
    origin: Option<url::Url>,
    /// Channel over `defaults`, for endpoints at the channel's origin.
    home: Arc<Node>,
    /// The same without what is bound to the origin.
    foreign: Arc<Node>,
    tags: Vec<Arc<Node>>,
}

/// Decodes the whole file.
pub(super) fn decode(cx: &mut Context<'_>, path: &Path, root: &Arc<Node>) -> Decoded {
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
    let defaults = defaults(root);
    for entry in named(root.get("channels")) {
        let Ok(name) = Name::parse(&entry.key) else { continue };
        config.channels.push(name.clone());
        let channel = channel(cx, name, &entry.value, &defaults, entry.place);
        for entry in named(entry.value.get("endpoints")) {
            let (endpoint, effective) = endpoint::endpoint(cx, &channel, entry, &config.proxies);
            config.endpoints.push(Arc::new(endpoint));
            out.effective.push(effective);
        }
    }
    cycles(cx, &config.endpoints, &out.effective);
    arguments(cx);
    cx.not_configured.sort_by_key(|(place, _)| *place);
    cx.warnings.sort();
    cx.warnings.dedup();
    out.config.not_configured = cx.not_configured.iter().map(|(_, what)| what.clone()).collect();
    out.config.redactor = crate::model::Redactor::new(cx.secrets.values());
    out
}

fn named(node: Option<&Arc<Node>>) -> &[Entry] {
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
    let origin = expanded.and_then(|base| super::address::Address::read(&base).ok()).map(|address| address.url);
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
    let own = layers::spelled_out(node);
    let home = layers::over(&own, defaults);
    let foreign = layers::over(&layers::without_credentials(&own), defaults);
    let tags = match node.entry("tags") {
        Some(entry) => entry.value.items().to_vec(),
        None => defaults.get("tags").map(|tags| tags.items().to_vec()).unwrap_or_default(),
    };
    Channel { name, base, origin, home, foreign, tags }
}

/// A dependency that leads back to where it started is reported at the entry that closes the circle.
fn cycles(cx: &mut Context<'_>, endpoints: &[Arc<Endpoint>], effective: &[Effective]) {
    let index: std::collections::HashMap<&EndpointId, usize> =
        endpoints.iter().enumerate().map(|(at, endpoint)| (&endpoint.id, at)).collect();
    let mut done = vec![false; endpoints.len()];
    for start in 0..endpoints.len() {
        let mut trail: Vec<(usize, usize)> = vec![(start, 0)];
        let mut on_trail = vec![start];
        while let Some((at, next)) = trail.pop() {
            if done[at] {
                on_trail.pop();
                continue;
            }
            let Some(parent) = endpoints[at].depends_on.get(next) else {
                done[at] = true;
                on_trail.pop();
                continue;
            };
            trail.push((at, next + 1));
            let Some(&parent) = index.get(parent) else { continue };
            if let Some(begin) = on_trail.iter().position(|one| *one == parent) {
                let circle: Vec<String> =
                    on_trail[begin..].iter().chain([&parent]).map(|one| endpoints[*one].id.to_string()).collect();
                let wanted = endpoints[parent].id.to_string();
                let node = effective[at].node.get("depends_on");
                let item = node.and_then(|list| list.items().iter().find(|item| item.text() == Some(wanted.as_str())));
                let place = item.or(node).map_or(Place::default(), |node| node.place);
                cx.issue(Issue::new(place, format!("a circle of dependencies: {}", circle.join(" → "))));
            } else if !done[parent] {
                on_trail.push(parent);
                trail.push((parent, 0));
            }
        }
    }
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

/// What keeps a thing from being used because it expands to nothing.
#[derive(Debug, Default)]
struct Missing(Option<(Place, String, String)>);

impl Missing {
    /// Reads a string; when a reference in it became nothing, or it is empty and may not be, that is kept.
    fn read(&mut self, cx: &mut Context<'_>, node: &Node, what: &str) -> Option<super::expand::Expanded> {
        let expanded = cx.text(node)?;
        if let Some(part) = expanded.hollow() {
            let why = format!("{what}: {} is empty", part.written);
            self.0.get_or_insert((node.place, what.to_owned(), why));
        }
        Some(expanded)
    }

    /// The same, but an empty literal counts too.
    fn needed(&mut self, cx: &mut Context<'_>, node: &Node, what: &str) -> Option<super::expand::Expanded> {
        let expanded = self.read(cx, node, what)?;
        if expanded.text.is_empty() {
            self.0.get_or_insert((node.place, what.to_owned(), format!("{what} is empty")));
        }
        Some(expanded)
    }
}
