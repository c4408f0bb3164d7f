//! `canary heal list|reset`.

use super::args;
use super::columns::lay;
use super::session::Session;
use super::stored::Stored;
use super::{Stop, print, targets};
use crate::heal::Record;
use crate::model::time::elapsed;
use crate::model::{EndpointId, Name};
use crate::run::mend;
use crate::text::duration::human;
use crate::text::escape::shorten;
use crate::text::plural::count;
use jiff::Timestamp;
use serde_json::{Value, json};

/// Characters of what was printed.
const WORDS: usize = 80;

pub(super) fn run(session: Session<'_>, command: &args::Heal) -> Result<u8, Stop> {
    let stored = Stored::find(session)?;
    match command {
        args::Heal::List { json } => list(&stored, *json),
        args::Heal::Reset { targets } => reset(&stored, targets),
    }
}

/// One endpoint's record with what the configuration knows of it.
struct Row<'a> {
    id: EndpointId,
    record: &'a Record,
    action: Option<String>,
}

fn list(stored: &Stored<'_>, json: bool) -> Result<u8, Stop> {
    let mut state = stored.peek()?;
    state.ledger.release(|run| stored.is_at_work(run), stored.now);
    let endpoints = &stored.config.endpoints;
    let rows: Vec<Row<'_>> = state
        .ledger
        .records()
        .filter(|(_, record)| record.is_news())
        .filter_map(|(name, record)| {
            let (channel, endpoint) = name.split_once('/')?;
            let id = EndpointId::new(Name::parse(channel).ok()?, endpoint);
            let known = endpoints.iter().find(|one| one.id == id);
            let action = known.and_then(|one| mend::action_of(one, record));
            Some(Row { id, record, action })
        })
        .collect();
    if json {
        let view = |row: &Row<'_>| {
            let mut view = json!(row.record.view(&row.id));
            view["action"] = json!(row.action);
            view
        };
        return stored.print_json(rows.iter().map(view).collect::<Value>());
    }
    if rows.is_empty() {
        stored.nothing(&state, "no attempt counts: none was made since a reset, or since all was well");
        return print(b"");
    }
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| row.cells(stored.now).iter().map(|cell| stored.safe(cell)).collect()).collect();
    let head = ["ENDPOINT", "ATTEMPTS", "REPAIRED", "NEXT", "LAST", "ACTION", "OUTPUT"];
    print(lay(&head, &cells, stored.width()).as_bytes())
}

impl Row<'_> {
    fn cells(&self, now: Timestamp) -> [String; 7] {
        let record = self.record;
        let median = record.median_repair().map(|time| format!(" (median {})", human(time))).unwrap_or_default();
        let printed = record.output.lines().map(str::trim).rev().find(|line| !line.is_empty()).unwrap_or("-");
        [
            self.id.to_string(),
            format!("{} of {}", record.attempts, record.max_attempts),
            format!("{}{median}", record.repaired),
            next(record, now),
            record.ended().unwrap_or_else(|| "-".to_owned()),
            self.action.clone().unwrap_or_else(|| "-".to_owned()),
            shorten(printed, WORDS).into_owned(),
        ]
    }
}

fn next(record: &Record, now: Timestamp) -> String {
    if record.running.is_some() {
        return "under way".to_owned();
    }
    if record.is_exhausted() {
        return "never: given up".to_owned();
    }
    match record.next_allowed.filter(|at| *at > now) {
        Some(at) => format!("in {}", human(elapsed(now, at))),
        None => "the next failure".to_owned(),
    }
}

fn reset(stored: &Stored<'_>, named: &[String]) -> Result<u8, Stop> {
    let selected = targets::select(&stored.config, named, &[])?;
    let ids: Vec<&EndpointId> = selected.into_iter().map(|endpoint| &endpoint.id).collect();
    let place = stored.mind(&stored.peek_whole()?);
    let anew = stored.change(|state| Ok(ids.iter().filter(|id| state.ledger.reset(id)).count()))?;
    let line = match (anew, ids.as_slice()) {
        (0, [id]) => format!("{id}: nothing was tried, nothing to reset"),
        (0, ids) => format!("{}: nothing was tried, nothing to reset", count(ids.len(), "endpoint")),
        (anew, ids) => format!("{anew} of {}: attempts count anew", count(ids.len(), "endpoint")),
    };
    print(format!("{}\n", stored.safe(&format!("{line}{place}"))).as_bytes())
}
