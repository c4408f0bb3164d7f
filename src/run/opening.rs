//! How a run finds its state: whole, damaged, lost, newer, or not to be had.

use super::record::{LOCK_WAIT, NotRecorded};
use super::round::{Notes, Settings};
use crate::history::History;
use crate::model::{ExitReason, Verdict};
use crate::store::{EndpointState, State, StateDir, StoreError};
use jiff::Timestamp;
use serde::Deserialize;

/// The state directory with what it knew at the run's start; none when it can't be used, which is noted.
pub fn open(settings: &Settings, now: Timestamp, notes: &mut Notes) -> Option<(StateDir, State)> {
    let path = settings.state_dir.as_deref()?;
    if settings.history.is_none() {
        // Nothing will be recorded: what is there may be read, and is no loss when it can't.
        let dir = StateDir::existing(path).ok().flatten()?;
        let state = dir.peek(now).map(|read| read.state).unwrap_or_default();
        return Some((dir, state));
    }
    let opened = StateDir::open(path).and_then(|dir| dir.peek(now).map(|read| (dir, read)));
    let (dir, read) = notes.keep(opened.map_err(|error| not_usable(&error)))?;
    if read.damaged.is_none() && (read.found || !history(settings, &dir).is_some_and(|file| file.path().exists())) {
        return Some((dir, read.state));
    }
    let state = notes.keep(rebuild(settings, &dir, now).map_err(|error| not_usable(&error)))?;
    if let Some(damaged) = &read.damaged {
        notes.own.push(ExitReason::StateDamaged);
        notes.warnings.push(format!(
            "{} was damaged: it is kept beside as .corrupt-…, and what the history knows was taken from there",
            damaged.display()
        ));
    }
    Some((dir, state))
}

fn not_usable(error: &StoreError) -> NotRecorded {
    NotRecorded { reason: ExitReason::StateNotWritten, message: error.to_string() }
}

fn history(settings: &Settings, dir: &StateDir) -> Option<History> {
    let history = settings.history.as_ref()?;
    Some(History::new(dir.path().join(&history.path), history.max_size, history.keep))
}

/// Moves a damaged state aside and begins one from the history's last word on each endpoint.
fn rebuild(settings: &Settings, dir: &StateDir, now: Timestamp) -> Result<State, StoreError> {
    let mut locked = dir.lock(LOCK_WAIT)?;
    let read = locked.read(now)?;
    if read.found && read.damaged.is_none() {
        // Another run was faster.
        return Ok(read.state);
    }
    let mut state = read.state;
    if let Some(records) = history(settings, dir).and_then(|file| file.read::<Record>().ok()) {
        for record in records.flatten() {
            learn(&mut state, &record, now);
        }
    }
    locked.commit(&state)?;
    Ok(state)
}

/// What is needed of a history line.
#[derive(Debug, Deserialize)]
struct Record {
    ts: Timestamp,
    channel: String,
    endpoint: String,
    verdict: Verdict,
}

fn learn(state: &mut State, record: &Record, now: Timestamp) {
    let ts = record.ts.min(now);
    let entry = state.endpoints.entry(format!("{}/{}", record.channel, record.endpoint)).or_default();
    if entry.started.is_some_and(|started| started > ts) {
        return;
    }
    let since = if entry.verdict == Some(record.verdict) { entry.since } else { None };
    *entry = EndpointState {
        slot_at: Some(ts),
        verdict: Some(record.verdict),
        since: since.or(Some(ts)),
        started: Some(ts),
        ended: Some(ts),
        other: std::mem::take(&mut entry.other),
    };
}
