//! `canary report --out DIR`.

use super::args;
use super::looked::Looked;
use super::session::Session;
use super::stored::Stored;
use super::{Stop, print};
use crate::config::settings::Endpoint;
use crate::heal;
use crate::incident;
use crate::model::{EndpointId, IncidentKind, Verdict};
use crate::output::prometheus::{MetricsInput, render};
use crate::report::{self, Healing, Incident, Report};
use crate::run::mend;
use crate::text::plural::count;
use crate::world::{files, host_name};
use serde_json::Value;
use std::collections::HashMap;

/// So many of the newest results stand in history.json, from no more than the last bytes of the history.
const RECENT: usize = 500;
const RECENT_BYTES: u64 = 2 << 20;
/// A page that is there already is read up to this size.
const LARGEST_PAGE: u64 = 256 << 20;

pub(super) fn run(session: Session<'_>, args: &args::Report) -> Result<u8, Stop> {
    let stored = Stored::find(session)?;
    let looked = Looked::at(&stored)?;
    let page = args.out.join("index.html");
    let holds_something =
        || files::read_regular(&page, LARGEST_PAGE).is_ok_and(|bytes| report::shows_something(&bytes));
    if looked.is_untouched && holds_something() {
        return Err(Stop::Own(format!(
            "{}: not replaced by one that shows nothing; remove it first if you mean to",
            page.display()
        )));
    }
    let incidents = incidents(&looked, &stored);
    let healing = healing(&looked, &stored);
    let recent = recent(&stored)?;
    let report = Report {
        status: &looked.status,
        rollup: &looked.rollup,
        incidents: &incidents,
        healing: &healing,
        recent: &recent,
        host: &host_name(),
        now: stored.now,
    };
    let files = report::files(&report, render(&MetricsInput::of(&looked.status)));
    report::write::write(&args.out, &files).map_err(|error| Stop::Own(error.to_string()))?;
    session.stderr.decision(1, &format!("{} written to {}", count(files.len(), "file"), args.out.display()));
    print(b"")
}

fn incidents(looked: &Looked, stored: &Stored<'_>) -> Vec<Incident> {
    let book = &looked.state.book;
    book.open().into_iter().chain(book.past()).map(|one| incident(one, stored)).collect()
}

fn incident(one: &incident::Incident, stored: &Stored<'_>) -> Incident {
    Incident {
        id: one.id.to_string(),
        endpoints: one.endpoints.clone(),
        began: one.since,
        ended: one.ended_at,
        verdict: match one.severity {
            IncidentKind::Down | IncidentKind::Flapping => Verdict::Down,
            IncidentKind::Degraded => Verdict::Degraded,
            IncidentKind::Unknown => Verdict::Unknown,
        },
        flapping: one.severity == IncidentKind::Flapping,
        reason: one.reason,
        message: one.message.as_deref().map(|message| stored.redactor().redact(message).into_owned()),
        acknowledged: one.ack.is_some(),
    }
}

/// The last attempt of every endpoint that has one.
fn healing(looked: &Looked, stored: &Stored<'_>) -> Vec<Healing> {
    let endpoints = stored.config.endpoints.iter();
    let verdicts: HashMap<&EndpointId, Option<Verdict>> =
        looked.status.endpoints.iter().map(|one| (&one.id, one.verdict)).collect();
    let tried = endpoints.filter_map(|endpoint| {
        let record = looked.state.ledger.record(&endpoint.id)?;
        Some(Healing {
            at: record.last_at?,
            endpoint: endpoint.id.clone(),
            action: stored.redactor().redact(&action(endpoint, record)).into_owned(),
            attempt: record.attempts,
            outcome: stored.redactor().redact(&outcome(record)).into_owned(),
            healed: healed(record, verdicts.get(&endpoint.id).copied().flatten()),
        })
    });
    tried.collect()
}

/// Whether the endpoint was well after the attempt; none while nobody has looked, or nobody could tell.
fn healed(record: &heal::Record, verdict: Option<Verdict>) -> Option<bool> {
    record.outcome?;
    let failed_since = record.last_down.zip(record.last_at).is_some_and(|(down, at)| down > at);
    match verdict? {
        _ if failed_since => Some(false),
        Verdict::Up | Verdict::Degraded => Some(true),
        Verdict::Down => Some(false),
        Verdict::Unknown | Verdict::Skipped => None,
    }
}

/// What was run, as far as its rule still stands in the configuration.
fn action(endpoint: &Endpoint, record: &heal::Record) -> String {
    mend::action_of(endpoint, record).unwrap_or_else(|| "by a rule that has changed since".to_owned())
}

fn outcome(record: &heal::Record) -> String {
    [record.ended(), record.gave_up(), record.repairs_told()].into_iter().flatten().collect::<Vec<_>>().join("; ")
}

/// The newest results as the history has them, the oldest first.
fn recent(stored: &Stored<'_>) -> Result<Vec<Value>, Stop> {
    let own = |error: crate::history::HistoryError| Stop::Own(error.to_string());
    let mut newest: Vec<Value> = Vec::new();
    let (mut lines_left, mut bytes_left) = (RECENT, RECENT_BYTES);
    for segment in stored.history().segments().map_err(own)?.iter().rev() {
        let lines = segment.newest_lines(lines_left, bytes_left).map_err(own)?;
        lines_left -= lines.len();
        bytes_left = bytes_left.saturating_sub(segment.segment().length);
        let values = lines.iter().rev().filter_map(|line| serde_json::from_slice::<Value>(line).ok());
        newest.extend(values.filter(Value::is_object));
        if lines_left == 0 || bytes_left == 0 {
            break;
        }
    }
    newest.reverse();
    for value in &mut newest {
        super::stored::mask(value, stored.redactor());
    }
    Ok(newest)
}
