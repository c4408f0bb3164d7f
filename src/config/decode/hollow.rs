//! Conditions that are null although nothing is inherited that a null could take away: they assert nothing.

use crate::config::condition::{TAKE_NULL, is_operators};
use crate::config::context::Context;
use crate::config::tree::{Entry, Node, Value};
use std::sync::Arc;

/// Warns of those in one layer's `expect` and `warn`; `lower` is all that lies below it.
pub(super) fn layer(cx: &mut Context<'_>, own: &Node, lower: Option<&Node>) {
    for side in ["expect", "warn"] {
        let Some(checks) = own.get(side) else { continue };
        let below = lower.and_then(|lower| lower.get(side));
        for key in ["json", "headers", "body"] {
            if let Some(map) = checks.get(key) {
                conditions(cx, key, map, below.and_then(|below| below.get(key)));
            }
        }
    }
}

/// Warns of those in one map: `json`, `headers` or `body`.
pub(super) fn conditions(cx: &mut Context<'_>, key: &str, map: &Node, below: Option<&Arc<Node>>) {
    for entry in map.entries() {
        let same = |other: &&Entry| match key {
            "headers" => other.key.eq_ignore_ascii_case(&entry.key),
            _ => other.key == entry.key,
        };
        let inherited = below.and_then(|below| below.entries().iter().find(same)).map(|entry| &entry.value);
        let inherited = inherited.filter(|value| !value.is_null());
        let name = crate::text::escape::terminal(&entry.key);
        if entry.value.is_null() {
            if inherited.is_none() {
                let instead = match key {
                    "json" => "; that it must be null is written `{eq: null}`",
                    "headers" => "; that it must not be there is written `{exists: false}`",
                    _ => "",
                };
                let words =
                    format!("`{name}: null` asserts nothing, and nothing is inherited that it takes away{instead}");
                cx.warnings.push((entry.place, words));
            }
            continue;
        }
        if !matches!(entry.value.value, Value::Map(_)) || (key == "json" && !is_operators(&entry.value)) {
            continue;
        }
        for operator in entry.value.entries() {
            let means_null = key == "json" && TAKE_NULL.contains(&&*operator.key);
            if operator.value.is_null() && !means_null && inherited.is_none_or(|node| node.get(&operator.key).is_none())
            {
                let operator_name = crate::text::escape::terminal(&operator.key);
                let words = format!(
                    "`{operator_name}: null` of `{name}` asserts nothing, and no `{operator_name}` is inherited that it takes away"
                );
                cx.warnings.push((operator.place, words));
            }
        }
    }
}
