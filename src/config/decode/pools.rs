//! `proxies`, `proxy`, `connectivity`.

use super::file::named;
use super::missing::Missing;
use crate::config::address::{self, Address};
use crate::config::context::{Context, Owner};
use crate::config::expand::Expanded;
use crate::config::settings::{Pool, ProxyUrl, Route, Strategy};
use crate::config::tree::Node;
use crate::model::{Name, Secret};
use indexmap::IndexMap;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// Built in: exits that must agree, when the pool has as many.
pub(in crate::config) const CONFIRM: u32 = 2;
/// Built in: exits tried in one probe.
pub(in crate::config) const MAX_EXITS: u32 = 3;
/// Built in: how long a bad exit is left alone.
pub(in crate::config) const QUARANTINE: Duration = Duration::from_mins(10);

/// Decodes every pool.
pub(super) fn pools(cx: &mut Context<'_>, root: &Node) -> IndexMap<Name, Pool> {
    let mut out = IndexMap::new();
    for entry in named(root.get("proxies")) {
        let Ok(name) = Name::parse(&entry.key) else { continue };
        cx.owner = Owner::Pool(name.clone());
        let pool = pool(cx, &name, &entry.value);
        out.insert(name, pool);
    }
    cx.owner = Owner::Everyone;
    out
}

/// The pools of which no URL expands to anything, although nothing is unset.
pub(super) fn hollow(cx: &Context<'_>, pools: &IndexMap<Name, Pool>) -> HashSet<Name> {
    let has_unset = |name: &Name| cx.unset.iter().any(|(owner, _)| matches!(owner, Owner::Pool(pool) if pool == name));
    let hollow = pools.iter().filter(|(name, pool)| pool.exits.is_empty() && !has_unset(name));
    hollow.map(|(name, _)| name.clone()).collect()
}

fn pool(cx: &mut Context<'_>, name: &Name, node: &Node) -> Pool {
    let mut exits = Vec::new();
    let mut missing = Missing::default();
    for item in node.get("urls").map(|node| node.items()).unwrap_or_default() {
        let mut empty = Missing::default();
        let read = empty.needed(cx, item, &format!("proxies.{name}.urls"));
        if let Some(what) = empty.first {
            missing.first.get_or_insert(what);
            empty.lacks.iter().for_each(|what| missing.lack(what));
        } else {
            exits.extend(read.and_then(|expanded| proxy(cx, &expanded)));
        }
    }
    missing.note(cx, "", format!("pool {name}"));
    let control = node.get("control").and_then(|node| cx.text(node));
    if let Some(control) = &control {
        cx.secrets.url(control);
    }
    let most = u32::try_from(exits.len()).unwrap_or(u32::MAX).max(1);
    let confirm = cx.count(node, "confirm").unwrap_or(CONFIRM).min(most);
    Pool {
        exits,
        strategy: match cx.string(node, "strategy").as_deref() {
            Some("random") => Strategy::Random,
            Some("sticky") => Strategy::Sticky,
            _ => Strategy::RoundRobin,
        },
        control: control.and_then(|control| Address::read(&control).ok()).map(|address| address.url),
        confirm,
        // As many must be asked as must agree.
        max_exits: cx.count(node, "max_exits").unwrap_or(MAX_EXITS).max(confirm),
        quarantine: cx.duration(node, "quarantine").unwrap_or(QUARANTINE),
    }
}

fn proxy(cx: &mut Context<'_>, expanded: &Expanded) -> Option<ProxyUrl> {
    let url = address::proxy(&expanded.text).ok()?;
    cx.secrets.url(expanded);
    Some(ProxyUrl { url: Secret::new(&expanded.text), shown: address::host_and_port(&url) })
}

/// Decodes a `proxy` or `confirm_via`.
pub(super) fn route(cx: &mut Context<'_>, node: &Node, what: &str, missing: &mut Missing) -> Option<Route> {
    let expanded = missing.needed(cx, node, what)?;
    match expanded.text.as_str() {
        "direct" => Some(Route::Direct),
        text if text.contains("://") => proxy(cx, &expanded).map(Route::Url),
        text => Name::parse(text).ok().map(Route::Pool),
    }
}

/// `connectivity.targets`.
pub(super) fn online(cx: &mut Context<'_>, node: &Arc<Node>) -> Vec<Secret> {
    let mut out = Vec::new();
    for item in node.get("targets").map(|node| node.items()).unwrap_or_default() {
        if let Some(target) = cx.text(item).filter(|target| !target.text.is_empty()) {
            cx.secrets.url(&target);
            out.push(Secret::new(&target.text));
        }
    }
    out
}
