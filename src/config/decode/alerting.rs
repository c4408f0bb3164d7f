//! `alerting` and `maintenance`.

use crate::config::context::Context;
use crate::config::diagnostic::Issue;
use crate::config::grammar::words;
use crate::config::settings::{Alerting, Flap, Maintenance, Threshold};
use crate::config::tree::{Node, Value};
use crate::model::Name;
use jiff::{SignedDuration, civil, tz::TimeZone};
use std::sync::Arc;

/// Decodes merged `alerting`.
pub(super) fn alerting(cx: &mut Context<'_>, node: &Arc<Node>) -> Alerting {
    let built_in = Alerting::default();
    let flap = node.get("flap").map(|flap| Flap {
        changes: cx.count(flap, "changes").unwrap_or(built_in.flap.changes),
        window: cx.duration(flap, "window").unwrap_or(built_in.flap.window),
    });
    Alerting {
        after: node.get("after").and_then(|after| threshold(cx, node, after)).unwrap_or(built_in.after),
        recover_after: cx.count(node, "recover_after").unwrap_or(built_in.recover_after),
        degraded_after: off_or(cx, node, "degraded_after", built_in.degraded_after),
        unknown_after: off_or(cx, node, "unknown_after", built_in.unknown_after),
        repeat: cx.duration(node, "repeat").unwrap_or(built_in.repeat),
        flap: flap.unwrap_or(built_in.flap),
        receivers: cx.strings(node, "receivers").iter().filter_map(|name| Name::parse(name).ok()).collect(),
    }
}

fn threshold(cx: &mut Context<'_>, parent: &Node, after: &Arc<Node>) -> Option<Threshold> {
    if !matches!(after.value, Value::Map(_)) {
        return cx.count(parent, "after").map(Threshold::Consecutive);
    }
    let (failures, of) = (cx.count(after, "failures")?, cx.count(after, "of")?);
    if failures > of
        && let Some(value) = after.get("failures")
    {
        cx.issue(Issue::new(value.place, format!("{failures} of the last {of} results can never fail")));
    }
    Some(Threshold::Of { failures, of })
}

fn off_or(cx: &mut Context<'_>, node: &Node, key: &str, built_in: Option<u32>) -> Option<u32> {
    match cx.string(node, key).as_deref() {
        Some("off") => None,
        Some(count) => count.parse().ok().or(built_in),
        None => built_in,
    }
}

/// Decodes `maintenance`.
pub(super) fn maintenance(cx: &mut Context<'_>, node: &Node) -> Vec<Maintenance> {
    let Some(list) = node.get("maintenance") else { return Vec::new() };
    list.items().iter().filter_map(|item| window(cx, item)).collect()
}

fn window(cx: &mut Context<'_>, node: &Arc<Node>) -> Option<Maintenance> {
    let single = node.get("from").is_some();
    let (own, other, needed) = if single {
        (["from", "to", "to"], ["start", "duration", "days", "tz"].as_slice(), "to")
    } else {
        (["start", "duration", "days"], ["to"].as_slice(), "duration")
    };
    for entry in node.entries().iter().filter(|entry| !entry.value.is_null() && other.contains(&&*entry.key)) {
        let words = format!("`{}` has no place beside `{}`", entry.key, own[0]);
        cx.issue(Issue::new(entry.place, words).label("a window is {start, duration, days, tz} or {from, to}"));
    }
    if node.get(needed).is_none()
        && let Some(entry) = node.entry(own[0])
    {
        cx.issue(Issue::new(entry.place, format!("`{}` needs `{needed}` beside it", own[0])));
    }
    if single {
        let from = cx.string(node, "from").and_then(|text| words::moment(&text).ok())?;
        let to = cx.string(node, "to").and_then(|text| words::moment(&text).ok())?;
        if to <= from
            && let Some(value) = node.get("to")
        {
            cx.issue(Issue::new(value.place, "the window ends before it begins"));
        }
        return Some(Maintenance::Once { from, to });
    }
    let start = cx.string(node, "start").and_then(|text| words::clock(&text).ok())?;
    let duration = cx.duration(node, "duration").and_then(|time| SignedDuration::try_from(time).ok())?;
    let days = cx.strings(node, "days").iter().filter_map(|word| weekday(word)).collect();
    let tz = cx.string(node, "tz").and_then(|text| words::zone(&text).ok()).unwrap_or(TimeZone::UTC);
    Some(Maintenance::Weekly { start, duration, days, tz })
}

fn weekday(word: &str) -> Option<civil::Weekday> {
    Some(match word {
        "mon" => civil::Weekday::Monday,
        "tue" => civil::Weekday::Tuesday,
        "wed" => civil::Weekday::Wednesday,
        "thu" => civil::Weekday::Thursday,
        "fri" => civil::Weekday::Friday,
        "sat" => civil::Weekday::Saturday,
        "sun" => civil::Weekday::Sunday,
        _ => return None,
    })
}
