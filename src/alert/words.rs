//! One item in one or a few short lines, for every kind of text.

use super::story::{Line, Span};
use crate::model::time::{clock, elapsed};
use crate::model::{Change, Event, HeldBack, IncidentKind, Notice, Verdict};
use crate::text::duration::human;
use crate::text::escape::{shorten, terminal};
use indexmap::IndexMap;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

/// Later than this is said to be late.
pub(super) const LATE: Duration = Duration::from_mins(2);
const MESSAGE: usize = 300;
const EVIDENCE: usize = 200;
const LINK: usize = 500;
const NAMES: usize = 20;
/// Different remedies, or runbooks, of those held back that are told, and names of endpoints beside each.
const KINDS: usize = 5;
const OWNERS: usize = 4;
/// Characters of a body that a message quotes, if it does.
const QUOTE: usize = 24;

/// The mark before an item.
pub(super) fn mark(item: &Notice) -> &'static str {
    match item.event {
        Event::Recover | Event::Removed => "✅",
        Event::Steady if item.ends() => "✅",
        Event::Healed => "🔧",
        Event::HealFailed => "🆘",
        Event::Flapping => "🔁",
        Event::Unknown => "❔",
        Event::Open | Event::Remind | Event::Steady => match item.verdict {
            Some(Verdict::Degraded) => "🟠",
            Some(Verdict::Unknown) => "❔",
            Some(Verdict::Down | Verdict::Up | Verdict::Skipped) | None => "🔴",
        },
    }
}

/// What happened, without the subject: `is down since 10:02 UTC (5m)`.
pub(super) fn phrase(item: &Notice, now: Timestamp) -> String {
    let since = clock(item.since, now);
    let lasted = human(elapsed(item.since, item.ended_at.unwrap_or(item.at)));
    let span = || {
        let end = item.ended_at.map_or_else(String::new, |at| clock(at, now));
        if end == since { format!("at {since}") } else { format!("{}–{end}", since.trim_end_matches(" UTC")) }
    };
    let verdict = item.verdict.map_or("down", Verdict::as_str);
    let now_is =
        if item.verdict == Some(Verdict::Up) { "up again".to_owned() } else { format!("no longer {}", item.kind) };
    let several = item.endpoints.len() > 1;
    match (item.event, item.change) {
        (Event::Open, Some(Change::Worse)) => format!("got worse: down, failing since {since}"),
        (Event::Remind, Some(Change::Better)) => format!("is better: degraded, no longer down; since {since}"),
        (Event::Open, _) => format!("is {verdict} since {since} ({lasted})"),
        (Event::Remind, _) if item.kind == IncidentKind::Unknown => {
            format!("canary still cannot tell, since {since} ({lasted})")
        }
        (Event::Remind, _) => format!("is still {verdict}, since {since} ({lasted})"),
        (Event::Unknown, _) => format!("canary cannot tell, since {since} ({lasted})"),
        (Event::Recover, _) if item.kind == IncidentKind::Unknown => {
            format!("canary can tell again after {lasted}, {}", span())
        }
        (Event::Recover, _) if item.merged => format!("was {} {} ({lasted}) and is {}", item.kind, span(), now_is),
        (Event::Recover, _) => format!("is {now_is} after {lasted}, {}", span()),
        (Event::Flapping, _) => format!("goes up and down since {since}; the next message comes when it is steady"),
        (Event::Steady, _) if item.ends() => format!("is steady again: {verdict}, after {lasted} of ups and downs"),
        (Event::Steady, _) => format!("is steady: {verdict}, since {since} ({lasted})"),
        (Event::Removed, _) => {
            format!("is no longer watched: gone from the configuration, or disabled; its incident of {since} is closed")
        }
        (Event::Healed, _) => if several { "were mended" } else { "was mended" }.to_owned(),
        (Event::HealFailed, _) if several => "are not mended and need a human".to_owned(),
        (Event::HealFailed, _) => "is not mended and needs a human".to_owned(),
    }
}

/// The whole item. `brief` leaves out what can be looked up; `said` is a reason that stands above all items already.
pub(super) fn lines(item: &Notice, now: Timestamp, brief: bool, said: Option<&str>) -> Vec<Line> {
    let mut out = vec![Line(vec![
        Span::plain(format!("{} ", mark(item))),
        Span::bold(item.subject()),
        Span::plain(format!(" {}", phrase(item, now))),
    ])];
    if !item.endpoints.is_empty() {
        let names: Vec<String> = item.endpoints.iter().map(ToString::to_string).collect();
        out.push(Line::plain(some(&names, NAMES)));
    }
    if let Some(why) = why(item).filter(|why| !item.ends() || said != Some(why)) {
        out.push(Line::plain(if brief { shorten(&why, MESSAGE / 2).into_owned() } else { why }));
    }
    if let Some(heal) = &item.heal {
        out.push(Line::plain(format!("Remedy: {}", clean(heal, MESSAGE))));
    }
    out.extend(by_endpoints(item, "Not run", |one| one.action.as_deref()));
    if !brief {
        let evidence = item.evidence.as_deref().map(compact).filter(|text| !text.is_empty());
        if let Some(evidence) = evidence.filter(|text| !quotes(item.message.as_deref().unwrap_or_default(), text)) {
            out.push(Line(vec![Span::code(clean(&evidence, EVIDENCE))]));
        }
        if let Some(runbook) = &item.runbook {
            out.push(Line::plain(format!("Runbook: {}", clean(runbook, LINK))));
        } else {
            out.extend(by_endpoints(item, "Runbook", |one| one.runbook.as_deref()));
        }
    }
    // What was pending is part of the news only where nobody heard of the incident before.
    let decided = if item.opening { item.first_decided() } else { item.at };
    let late = elapsed(decided, now);
    if late >= LATE {
        out.push(Line::plain(format!("Told {} late, decided at {}", human(late), clock(decided, now))));
    }
    out
}

/// What those that were held back have each, with whose it is: `Not run: systemctl restart vk (vk/health, vk/send)`.
fn by_endpoints<'a>(item: &'a Notice, what: &str, of: impl Fn(&'a HeldBack) -> Option<&'a str>) -> Vec<Line> {
    let mut found: IndexMap<&str, Vec<String>> = IndexMap::new();
    for one in &item.held_back {
        if let Some(text) = of(one) {
            found.entry(text).or_default().push(one.endpoint.to_string());
        }
    }
    let more = found.len().saturating_sub(KINDS);
    let mut lines: Vec<Line> = found
        .iter()
        .take(KINDS)
        .map(|(text, names)| {
            let text = clean(text, LINK);
            let whose = if item.endpoints.is_empty() { String::new() } else { format!(" ({})", some(names, OWNERS)) };
            Line::plain(format!("{what}: {text}{whose}"))
        })
        .collect();
    if more > 0 {
        lines.push(Line::plain(format!("{what}: and {more} more")));
    }
    lines
}

/// The first few names, and how many more there are.
fn some(names: &[String], most: usize) -> String {
    match names.len().saturating_sub(most) {
        0 => names.join(", "),
        more => format!("{} and {more} more", names[..most].join(", ")),
    }
}

/// The reason that several recovered ones had had, with how many of them.
pub(super) fn common_end(items: &[Notice]) -> Option<(usize, usize, String)> {
    let ended: Vec<&Notice> = items.iter().filter(|item| item.event == Event::Recover).collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for why in ended.iter().filter_map(|item| why(item)) {
        *counts.entry(why).or_default() += 1;
    }
    let (why, n) = counts.into_iter().max_by_key(|(_, n)| *n)?;
    (n > 1).then_some((n, ended.len(), why))
}

/// A body in one line: JSON without the spaces between its tokens, also when it was cut; other text with single spaces.
fn compact(body: &str) -> String {
    let body = body.trim();
    if !body.starts_with(['{', '[']) {
        return body.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    let mut out = String::with_capacity(body.len());
    let (mut quoted, mut escaped) = (false, false);
    for c in body.chars() {
        if quoted || !c.is_ascii_whitespace() {
            out.push(c);
        }
        (quoted, escaped) = match c {
            '"' if !escaped => (!quoted, false),
            '\\' => (quoted, quoted && !escaped),
            _ => (quoted, false),
        };
    }
    out
}

/// Whether a message holds the body, or begins a piece of it that is long enough to be no chance.
fn quotes(message: &str, body: &str) -> bool {
    let piece = message.find(['{', '[']).map(|at| message[at..].chars().take(QUOTE).collect::<String>());
    message.contains(body) || piece.is_some_and(|piece| piece.chars().count() == QUOTE && body.contains(&piece))
}

/// `schema (target): $.health_score: 150 is greater than …`
fn why(item: &Notice) -> Option<String> {
    let reason = item.reason?;
    let blame = item.blame.map_or_else(String::new, |blame| format!(" ({blame})"));
    let message = item.message.as_deref().map_or_else(String::new, |text| format!(": {}", clean(text, MESSAGE)));
    Some(format!("{reason}{blame}{message}"))
}

fn clean(text: &str, most: usize) -> String {
    shorten(&terminal(text), most).into_owned()
}
