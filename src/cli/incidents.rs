//! `canary incidents list|show|ack`.

use super::args;
use super::columns::lay;
use super::session::Session;
use super::stored::{Stored, begun, no_such};
use super::{Stop, print, responder};
use crate::incident::{Book, Incident};
use crate::model::time::clock;
use crate::text::duration::human;
use crate::text::escape::shorten;
use jiff::Timestamp;
use serde_json::{Value, json};

/// Characters of a message in the list.
const MESSAGE: usize = 160;

pub(super) fn run(session: Session<'_>, command: &args::Incidents) -> Result<u8, Stop> {
    let stored = Stored::find(session)?;
    match command {
        args::Incidents::List { json } => list(&stored, *json),
        args::Incidents::Show { id, json } => {
            let state = stored.peek()?;
            let incident = find(&state.book, id)?;
            let bundle = responder::gather(&stored, &state, incident)?;
            if *json { stored.print_json(bundle.json()) } else { print(bundle.text(&stored).as_bytes()) }
        }
        args::Incidents::Ack { id, note } => ack(&stored, id, note.as_deref()),
    }
}

/// Open ones, the oldest first, then past ones, the newest first.
pub(super) fn all(book: &Book) -> Vec<&Incident> {
    book.open().into_iter().chain(book.past().iter().rev()).collect()
}

/// The incident of this id, or whose id alone begins so; or the endpoint's open one, else its latest.
fn find<'a>(book: &'a Book, typed: &str) -> Result<&'a Incident, Stop> {
    let all = all(book);
    let of = |one: &&Incident| one.endpoints.iter().any(|endpoint| endpoint.to_string() == typed);
    if let Some(named) = all.iter().find(|one| one.id.as_str() == typed).or_else(|| all.iter().find(|one| of(one))) {
        return Ok(named);
    }
    if typed.contains('/') {
        return Err(Stop::Usage(format!(
            "no incident of {typed} is open or remembered; `canary incidents list` lists them"
        )));
    }
    let ids: Vec<&str> = all.iter().map(|one| one.id.as_str()).collect();
    let id = begun(&ids, typed)?.ok_or_else(|| unknown(book, typed))?;
    all.into_iter().find(|one| one.id.as_str() == id).ok_or_else(|| unknown(book, typed))
}

fn unknown(book: &Book, id: &str) -> Stop {
    let known: Vec<&str> = all(book).into_iter().map(|one| one.id.as_str()).collect();
    no_such("incident", id, &known, "canary incidents list")
}

fn list(stored: &Stored<'_>, json: bool) -> Result<u8, Stop> {
    let state = stored.peek()?;
    let incidents = all(&state.book);
    if json {
        return stored.print_json(incidents.iter().map(|incident| json!(incident.view())).collect::<Value>());
    }
    if incidents.is_empty() {
        stored.nothing(&state, "no incident is open, none is remembered");
        return print(b"");
    }
    let rows: Vec<Vec<String>> = incidents
        .iter()
        .map(|incident| row(incident, stored.now).iter().map(|cell| stored.safe(cell)).collect())
        .collect();
    print(lay(&["ID", "STATE", "KIND", "WHAT", "SINCE", "LASTED", "MESSAGE"], &rows, stored.width()).as_bytes())
}

fn row(incident: &Incident, now: Timestamp) -> [String; 7] {
    let words = [incident.reason.map(|reason| reason.to_string()), incident.message.clone()];
    let message = words.into_iter().flatten().collect::<Vec<_>>().join(": ");
    [
        incident.id.to_string(),
        standing(incident).to_owned(),
        incident.severity.to_string(),
        subject(incident),
        clock(incident.since, now),
        human(incident.span(now)),
        if message.is_empty() { "-".to_owned() } else { shorten(&message, MESSAGE).into_owned() },
    ]
}

fn standing(incident: &Incident) -> &'static str {
    match (&incident.ended_at, &incident.ack) {
        (Some(_), _) => "closed",
        (None, Some(_)) => "acked",
        (None, None) => "open",
    }
}

/// `vk/health`, or how many endpoints it covers.
pub(super) fn subject(incident: &Incident) -> String {
    match incident.endpoints.as_slice() {
        [one] => one.to_string(),
        several => crate::text::plural::count(several.len(), "endpoint"),
    }
}

fn ack(stored: &Stored<'_>, typed: &str, note: Option<&str>) -> Result<u8, Stop> {
    let state = stored.peek_whole()?;
    stored.mind(&state);
    let incident = find(&state.book, typed)?;
    let id = incident.id.as_str();
    let over = |ended: Option<Timestamp>| {
        let ended = ended.map(|at| format!(" since {at:.0}")).unwrap_or_default();
        Stop::Usage(format!("incident {id} is over{ended}: there is nothing left to acknowledge"))
    };
    if incident.ended_at.is_some() {
        return Err(over(incident.ended_at));
    }
    let note = note.map(|note| stored.redactor().redact(note).into_owned());
    // It may have ended meanwhile.
    stored.change(|state| if state.book.ack(id, note, stored.now) { Ok(()) } else { Err(over(None)) })?;
    let line = format!("{id}: {} acknowledged, no reminders until it recovers", subject(incident));
    print(format!("{}\n", stored.safe(&line)).as_bytes())
}
