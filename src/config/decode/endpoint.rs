//! One endpoint: its layers merged and decoded.

use super::file::Channel;
use super::missing::Missing;
use super::{alerting, heal, hollow, pools, request, rules, transport};
use crate::config::address::Address;
use crate::config::context::{Context, Owner};
use crate::config::diagnostic::Issue;
use crate::config::layers;
use crate::config::settings::{Endpoint, Route};
use crate::config::tree::{Entry, Node};
use crate::judge::Rules;
use crate::model::{EndpointId, Name, Reason, defaults};
use crate::retry::{Backoff, Policy};
use std::collections::HashSet;
use std::sync::Arc;

/// What an endpoint's settings are merged from. The merged tree is large, and few ask for it: it is made when they do.
#[derive(Debug)]
pub(in crate::config) struct Effective {
    /// Its channel.
    pub(in crate::config) channel: Arc<Channel>,
    own: Arc<Node>,
    at_home: bool,
}

impl Effective {
    /// All layers merged.
    pub(in crate::config) fn node(&self) -> Arc<Node> {
        let channel = &self.channel;
        let own = layers::spelled_out(&self.own);
        layers::over(&own, if self.at_home { &channel.home } else { &channel.foreign })
    }

    /// The named schemas that it uses.
    pub(in crate::config) fn schemas(&self) -> Vec<Owner> {
        let node = self.node();
        let named = |key: &str| Name::parse(node.get(key)?.get("schema")?.text()?).ok();
        ["expect", "warn"].into_iter().filter_map(named).map(Owner::Schema).collect()
    }
}

/// Decodes one. A broken setting falls back to the built-in one: it has been reported. `hollow_pools` are the pools of which no
/// URL expands to anything.
pub(super) fn endpoint(
    cx: &mut Context<'_>,
    channel: &Arc<Channel>,
    entry: &Entry,
    hollow_pools: &HashSet<Name>,
) -> (Endpoint, Effective) {
    let id = EndpointId::new(channel.name.clone(), &entry.key);
    cx.owner = Owner::Endpoint(id.clone());
    let own = entry.value.clone();
    let at_home = is_at_home(cx, channel, &own);
    let effective = Effective { channel: channel.clone(), own, at_home };
    let node = effective.node();
    let lower = if at_home { &channel.home } else { &channel.foreign };
    hollow::layer(cx, &effective.own, Some(lower));
    let mut missing = Missing::default();
    let request = request::request(cx, &node, channel.base.as_ref(), entry.place, &mut missing);
    let https = request.url.scheme() == "https";
    let proxy = way(cx, &node, "proxy", hollow_pools, &mut missing);
    let is_hollow = |route: &Route| matches!(route, Route::Pool(name) if hollow_pools.contains(name));
    let confirm_via = way(cx, &node, "confirm_via", hollow_pools, &mut Missing::default());
    let confirm_via = confirm_via.filter(|route| !is_hollow(route));
    let rules = Rules {
        expect: rules::checks(cx, node.get("expect")),
        warn: rules::checks(cx, node.get("warn")),
        metrics: rules::metrics(cx, &node),
        capture: cx.string(&node, "capture").is_none_or(|word| word != "never"),
    };
    let rules = rules::built_in(rules, https);
    let interval = cx.duration(&node, "interval").unwrap_or(defaults::INTERVAL);
    let endpoint = Endpoint {
        enabled: cx.boolean(&node, "enabled").unwrap_or(true),
        not_configured: missing.first.as_ref().map(|(_, _, why)| why.clone()),
        tags: cx.strings(&node, "tags"),
        description: cx.string(&node, "description"),
        runbook: cx.string(&node, "runbook"),
        transport: transport::transport(cx, &node),
        retry: retry(cx, &node),
        rules,
        interval,
        interval_failing: cx
            .duration(&node, "interval_failing")
            .unwrap_or_else(|| defaults::interval_failing(interval)),
        proxy: proxy.unwrap_or(Route::Direct),
        confirm_via,
        connectivity: cx.boolean(&node, "connectivity").unwrap_or(true),
        depends_on: depends_on(cx, &node, &effective.own, &id),
        heal: heal::rules(cx, &node, channel.base.as_ref(), &id),
        alerting: node.get("alerting").map(|node| alerting::alerting(cx, node)).unwrap_or_default(),
        maintenance: alerting::maintenance(cx, &node),
        request,
        id,
    };
    missing.note(cx, &format!("{} ", endpoint.id), endpoint.id.to_string());
    cx.owner = Owner::Everyone;
    (endpoint, effective)
}

/// Whether an endpoint lies at the origin of its channel's `base_url`.
fn is_at_home(cx: &Context<'_>, channel: &Channel, own: &Arc<Node>) -> bool {
    let (url, path) = (own.get("url"), own.get("path"));
    let url = match (url, path) {
        (Some(url), _) => Some(url),
        (None, Some(_)) => None,
        (None, None) => channel.home.get("url"),
    };
    let quiet = |node: &Node| cx.expander.expand(node.text()?, Some(cx.env)).ok();
    match (url, &channel.origin) {
        (None, _) => channel.base.is_some(),
        (Some(_), None) => false,
        (Some(url), Some(origin)) => quiet(url)
            .and_then(|expanded| Address::read(&expanded).ok())
            .is_some_and(|address| crate::text::origin::same(&address.url, origin)),
    }
}

fn way(cx: &mut Context<'_>, node: &Node, key: &str, hollow: &HashSet<Name>, missing: &mut Missing) -> Option<Route> {
    let value = node.get(key)?;
    let route = pools::route(cx, value, key, missing);
    if let Some(Route::Pool(name)) = &route
        && hollow.contains(name)
    {
        let why = format!("{key}: every URL of the pool {name} is empty");
        missing.first.get_or_insert((value.place, key.to_owned(), why));
        missing.pool(cx, name);
    }
    route
}

fn retry(cx: &mut Context<'_>, node: &Node) -> Policy {
    let built_in = Policy::default();
    let Some(node) = node.get("retry") else { return built_in };
    let backoff = backoff(cx, node, built_in.backoff);
    Policy {
        attempts: cx.count(node, "attempts").unwrap_or(built_in.attempts),
        backoff,
        when: cx.strings(node, "when").iter().filter_map(|word| Reason::from_word(word)).collect(),
        unsafe_too: cx.boolean(node, "unsafe").unwrap_or_default(),
    }
}

/// `backoff` of `node` over a built-in one.
pub(super) fn backoff(cx: &mut Context<'_>, node: &Node, built_in: Backoff) -> Backoff {
    let Some(node) = node.get("backoff") else { return built_in };
    let factor = cx.string(node, "factor").and_then(|text| crate::config::tree::number(&text)?.as_f64());
    let (initial, max) = (cx.duration(node, "initial"), cx.duration(node, "max"));
    // What is built in gives way to what is written.
    let built_in = Backoff {
        initial: max.map_or(built_in.initial, |max| built_in.initial.min(max)),
        max: initial.map_or(built_in.max, |initial| built_in.max.max(initial)),
        ..built_in
    };
    let is_read = initial.is_some() == node.get("initial").is_some() && max.is_some() == node.get("max").is_some();
    let backoff = Backoff {
        initial: initial.unwrap_or(built_in.initial),
        factor: factor.unwrap_or(built_in.factor),
        max: max.unwrap_or(built_in.max),
        jitter: cx.boolean(node, "jitter").unwrap_or(built_in.jitter),
    };
    if is_read
        && backoff.initial > backoff.max
        && let Some(entry) = node.entry("initial").or_else(|| node.entry("max"))
    {
        let words = format!(
            "the first wait ({}) is longer than the longest ({})",
            crate::text::duration::format(backoff.initial),
            crate::text::duration::format(backoff.max)
        );
        cx.issue(Issue::new(entry.value.place, words));
    }
    backoff
}

/// An inherited list may name the endpoint itself, which then simply does not wait for itself.
fn depends_on(cx: &mut Context<'_>, node: &Node, own: &Node, id: &EndpointId) -> Vec<EndpointId> {
    let inherited = own.get("depends_on").is_none();
    let parents = cx.strings(node, "depends_on");
    let parse = |text: &String| {
        let (channel, endpoint) = text.split_once('/')?;
        Some(EndpointId::new(Name::parse(channel).ok()?, endpoint))
    };
    parents.iter().filter_map(parse).filter(|parent| !(inherited && parent == id)).collect()
}
