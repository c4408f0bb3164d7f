//! `expect`, `warn`, `metrics`.

use crate::config::condition;
use crate::config::context::Context;
use crate::config::tree::{Node, Value};
use crate::judge::{BodyChecks, Checks, HeaderCheck, JsonCheck, JsonPath, Pattern, Rules, StatusRange};
use indexmap::IndexMap;
use std::sync::Arc;
use std::time::Duration;

/// What `expect.status` asks for when nothing else is said.
pub(in crate::config) const STATUS: StatusRange = StatusRange { low: 200, high: 299 };
/// What `warn.cert` asks for over https.
pub(in crate::config) const CERT: Duration = Duration::from_hours(14 * 24);

/// Decodes one block.
pub(super) fn checks(cx: &mut Context<'_>, node: Option<&Arc<Node>>) -> Checks {
    let Some(node) = node else { return Checks::default() };
    Checks {
        status: statuses(cx, node, "status"),
        latency: cx.duration(node, "latency"),
        schema: node.get("schema").and_then(|schema| cx.schema(schema)),
        json: json(cx, node),
        headers: headers(cx, node),
        body: node.get("body").map(|body| text(cx, body)).unwrap_or_default(),
        cert: cx.duration(node, "cert"),
    }
}

/// Fills in what is built in.
pub(in crate::config) fn built_in(mut rules: Rules, https: bool) -> Rules {
    if rules.expect.status.is_empty() {
        rules.expect.status.push(STATUS);
    }
    if https && rules.warn.cert.is_none() {
        rules.warn.cert = Some(CERT);
    }
    rules
}

/// Status ranges of `node`'s `key`.
pub(super) fn statuses(cx: &mut Context<'_>, node: &Node, key: &str) -> Vec<StatusRange> {
    cx.strings(node, key).iter().filter_map(|text| StatusRange::parse(text).ok()).collect()
}

/// Conditions of `node`'s `json`.
pub(super) fn json(cx: &mut Context<'_>, node: &Node) -> Vec<JsonCheck> {
    let entries = node.get("json").map(|node| node.entries()).unwrap_or_default();
    let mut out = Vec::with_capacity(entries.len());
    for entry in entries {
        if entry.value.is_null() {
            continue;
        }
        let condition = condition::read(cx, &entry.value);
        if let Ok(path) = cx.json_path(&entry.key) {
            out.push(JsonCheck { path, condition });
        }
    }
    out
}

fn headers(cx: &mut Context<'_>, node: &Node) -> Vec<HeaderCheck> {
    let mut out = Vec::new();
    for entry in node.get("headers").map(|node| node.entries()).unwrap_or_default() {
        let mut check = HeaderCheck { name: entry.key.to_ascii_lowercase(), ..HeaderCheck::default() };
        let value = &entry.value;
        match &value.value {
            Value::Map(_) => {
                let regex = value.get("matches").and_then(|node| node.text().map(str::to_owned));
                check.matches = regex.and_then(|text| cx.regex(&text));
                check.exists = cx.boolean(value, "exists");
                check.contains = cx.string(value, "contains");
            }
            Value::Scalar(_) if value.is_null() => continue,
            Value::Scalar(_) => check.equals = cx.text(value).map(|expanded| expanded.text),
            Value::List(_) => continue,
        }
        out.push(check);
    }
    out
}

fn text(cx: &mut Context<'_>, node: &Node) -> BodyChecks {
    BodyChecks {
        contains: cx.strings(node, "contains"),
        not_contains: cx.strings(node, "not_contains"),
        matches: regexes(cx, node, "matches"),
        not_matches: regexes(cx, node, "not_matches"),
    }
}

fn regexes(cx: &mut Context<'_>, node: &Node, key: &str) -> Vec<Pattern> {
    let Some(node) = node.get(key) else { return Vec::new() };
    let one = node.text().into_iter();
    let texts: Vec<String> = one.chain(node.items().iter().filter_map(|item| item.text())).map(str::to_owned).collect();
    texts.iter().filter_map(|text| cx.regex(text)).collect()
}

/// `metrics`.
pub(super) fn metrics(cx: &mut Context<'_>, node: &Node) -> IndexMap<String, JsonPath> {
    let mut out = IndexMap::new();
    for entry in node.get("metrics").map(|node| node.entries()).unwrap_or_default() {
        let path = cx.some_text(&entry.value).and_then(|text| cx.json_path(&text).ok());
        out.extend(path.map(|path| (entry.key.to_string(), path)));
    }
    out
}
