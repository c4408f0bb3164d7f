//! `canary alerts list|test|flush`.

use super::args;
use super::columns::lay;
use super::session::Session;
use super::stored::Stored;
use super::{Stop, print, send, simulate};
use crate::alert::{Entry, FORGOTTEN, Outbox};
use crate::config::settings::{Config, Receiver};
use crate::model::time::elapsed;
use crate::text::duration::human;
use crate::text::escape::shorten;
use crate::text::plural::count;
use jiff::Timestamp;
use serde_json::{Value, json};

/// Characters of an error in the list.
const ERROR: usize = 80;

pub(super) fn run(session: Session<'_>, command: &args::Alerts) -> Result<u8, Stop> {
    let stored = || Stored::find(session);
    match command {
        args::Alerts::List { json } => list(&stored()?, *json),
        args::Alerts::Test { receivers } => send::test(&stored()?, receivers),
        args::Alerts::Simulate(args) => simulate::run(session, args),
        args::Alerts::Flush { failed, drop: true } => discard(&stored()?, *failed),
        args::Alerts::Flush { failed, drop: false } => send::flush(&stored()?, *failed),
    }
}

fn list(stored: &Stored<'_>, json: bool) -> Result<u8, Stop> {
    let config = &stored.config;
    let state = stored.peek()?;
    let entries = state.outbox.entries();
    let known = |entry: &Entry| config.receivers.contains_key(entry.receiver.as_str());
    let unconfigured = not_configured(config);
    if json {
        for line in unconfigured {
            stored.session.stderr.note(&line);
        }
        let views = entries.iter().map(|entry| json!(entry.view(known(entry), stored.now)));
        return stored.print_json(views.collect::<Value>());
    }
    let rows: Vec<Vec<String>> = entries
        .iter()
        .map(|entry| {
            [
                &entry.id,
                &entry.receiver,
                entry.view(known(entry), stored.now).state(),
                &entry.tries.to_string(),
                &next(entry, &state.outbox, config.receivers.get(entry.receiver.as_str()), stored.now),
                &what(entry),
                &shorten(entry.error.as_deref().unwrap_or("-"), ERROR),
            ]
            .map(|cell| stored.safe(cell))
            .to_vec()
        })
        .collect();
    let mut out = String::new();
    if rows.is_empty() {
        stored.nothing(&state, "nothing waits to be delivered");
    } else {
        out = lay(&["ID", "RECEIVER", "STATE", "TRIES", "NEXT TRY", "ITEMS", "LAST ERROR"], &rows, stored.width());
    }
    for line in unconfigured {
        out.push_str(&stored.safe(&line));
        out.push('\n');
    }
    print(out.as_bytes())
}

/// A line for each receiver whose settings expand to nothing.
fn not_configured(config: &Config) -> Vec<String> {
    let idle = config.receivers.iter().filter(|(_, receiver)| !receiver.configured);
    idle.map(|(name, _)| format!("receiver {name}: not configured, nothing is sent to it")).collect()
}

fn next(entry: &Entry, outbox: &Outbox, receiver: Option<&Receiver>, now: Timestamp) -> String {
    let Some(receiver) = receiver else {
        // A day is counted from the first run that misses the receiver.
        let left = outbox.given_up_at(&entry.receiver).map_or(FORGOTTEN, |at| elapsed(now, at));
        return format!("none; given up in {}", human(left));
    };
    if !receiver.configured {
        return "once it is configured".to_owned();
    }
    if entry.refused {
        return "when flushed".to_owned();
    }
    match entry.next_at.max(entry.hold_until).filter(|at| *at > now) {
        Some(at) => format!("in {}", human(elapsed(now, at))),
        None => "the next run".to_owned(),
    }
}

fn what(entry: &Entry) -> String {
    let folded = entry.backlog.iter().map(|line| line.messages as usize).sum::<usize>();
    let first = entry.items.first().map(|item| format!("{} {}", item.subject(), item.event));
    match (first, entry.items.len().saturating_sub(1) + folded) {
        (Some(first), 0) => first,
        (Some(first), more) => format!("{first} and {more} more"),
        (None, folded) => count(folded, "old message"),
    }
}

fn discard(stored: &Stored<'_>, only_refused: bool) -> Result<u8, Stop> {
    let dropped =
        stored.change(|state| Ok(state.outbox.discard(stored.now, |entry| entry.refused || !only_refused)))?;
    print(format!("{} discarded\n", count(dropped, "notification")).as_bytes())
}
