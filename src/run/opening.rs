//! How a run finds its state: whole, damaged, lost, newer, or not to be had.

use super::notes::Notes;
use super::record::{LOCK_WAIT, NotRecorded};
use super::settings::Settings;
use super::{denied, recall};
use crate::history::{History, HistoryError};
use crate::model::ExitReason;
use crate::store::{Damage, Read, State, StateDir, StoreError};
use crate::text::plural::count;
use jiff::Timestamp;

/// So many damaged places are named.
const NAMED: usize = 5;

/// The state directory, and what it knew at the run's start.
#[derive(Debug)]
pub struct Opened {
    /// Where it is.
    pub dir: StateDir,
    /// What was read without its lock.
    pub read: Read,
}

impl Opened {
    /// What earlier runs knew.
    pub fn state(&self) -> &State {
        &self.read.state
    }
}

/// Opens the state; none when it can't be used, which is noted.
pub fn open(settings: &Settings, now: Timestamp, notes: &mut Notes) -> Option<Opened> {
    let path = settings.state_dir.as_deref()?;
    if settings.history.is_none() {
        // Nothing will be recorded: what is there may be read, and is no loss when it can't.
        let dir = StateDir::existing(path).ok().flatten()?;
        let read = dir.peek(now).unwrap_or_default();
        return Some(Opened { dir, read });
    }
    let signal = settings.signal.clone();
    let opened = StateDir::open(path)
        .map(|dir| dir.hurried_by(move || signal.borrow().is_some()))
        .and_then(|dir| dir.peek(now).map(|read| Opened { dir, read }));
    let Opened { dir, read } = notes.keep(opened.map_err(|error| not_usable(&error)))?;
    if read.damaged.is_none() && (read.found || !history(settings).is_some_and(|file| file.path().exists())) {
        return Some(Opened { dir, read });
    }
    let rebuilt = notes.keep(rebuild(settings, &dir, now))?;
    if let Some(error) = rebuilt.unread {
        notes.own.push(ExitReason::StateDamaged);
        notes.warnings.push(format!("{error}; incidents may have come back with too late a beginning, or not at all"));
    }
    if let Some(damage) = rebuilt.damage {
        notes.own.push(ExitReason::StateDamaged);
        notes.warnings.push(told(&dir, &damage));
    }
    Some(Opened { dir, read: Read { state: rebuilt.state, ..Read::default() } })
}

/// What is gone and what is not, once.
fn told(dir: &StateDir, damage: &Damage) -> String {
    let head = format!("{}/state.json was damaged and is kept as {}", dir.path().display(), damage.path.display());
    let Some(lost) = &damage.lost else {
        return format!(
            "{head}; open incidents and last verdicts were rebuilt from the history and are told again, under the same \
             ids, while they last; gone are silences, acknowledgements, alerts that waited for delivery, and what healing \
             and proxies had learnt: set silences and acknowledgements again"
        );
    };
    let shown = lost.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = if lost.len() > NAMED { ", …" } else { "" };
    let mut text = format!("{head}; everything could be read but {} in it: {shown}{more}", count(lost.len(), "place"));
    if damage.has("book") || damage.has("outbox") {
        text.push_str("; open incidents are told again, under the same ids");
    }
    if damage.has("book") {
        text.push_str("; their acknowledgements are gone");
    }
    if damage.has("book.silences") {
        text.push_str("; so are the silences named here");
    }
    text
}

fn not_usable(error: &StoreError) -> NotRecorded {
    NotRecorded { reason: ExitReason::StateNotWritten, message: denied::store(error) }
}

/// The history that this run writes; none when nothing is recorded.
pub fn history(settings: &Settings) -> Option<History> {
    let (history, dir) = (settings.history.as_ref()?, settings.state_dir.as_ref()?);
    Some(History::new(dir.join(&history.path), history.max_size, history.keep))
}

/// Whether the state directory is this canary's to write in: where a newer one keeps its state, nothing is.
pub fn may_write(settings: &Settings) -> bool {
    let newer = |dir: &StateDir| matches!(dir.peek(Timestamp::MAX), Err(StoreError::NewerVersion { .. }));
    let Some(path) = settings.state_dir.as_deref() else { return false };
    !StateDir::existing(path).ok().flatten().is_some_and(|dir| newer(&dir))
}

/// A state made anew.
struct Rebuilt {
    state: State,
    /// What was wrong with the old one.
    damage: Option<Damage>,
    /// Why some of the history is missing in it.
    unread: Option<HistoryError>,
}

/// Keeps a damaged state aside; what is missing of it, or all of it, comes from the history.
fn rebuild(settings: &Settings, dir: &StateDir, now: Timestamp) -> Result<Rebuilt, NotRecorded> {
    let mut locked = dir.lock(LOCK_WAIT).map_err(|error| not_usable(&error))?;
    let read = locked.rescue(now).map_err(|error| not_usable(&error))?;
    if read.found {
        // Another run was faster.
        return Ok(Rebuilt { state: read.state, damage: None, unread: None });
    }
    let mut state = read.state;
    let has_lost = |part| read.damaged.as_ref().is_none_or(|damage| damage.has(part));
    let (incidents, endpoints) = (loses_incidents(read.damaged.as_ref()), has_lost("endpoints"));
    let mut unread = None;
    if (incidents || endpoints)
        && let Some(file) = history(settings)
    {
        let failed = |error: HistoryError| NotRecorded {
            reason: ExitReason::StateNotWritten,
            message: format!("state directory {}: not rebuilt: {error}", dir.path().display()),
        };
        unread = recall::everything(&mut state, &file, &settings.audience, incidents, now).map_err(failed)?;
    }
    if has_lost("outbox") {
        state.book.unsay();
    }
    locked.commit(&state).map_err(|error| not_usable(&error))?;
    Ok(Rebuilt { state, damage: read.damaged, unread })
}

/// Silences and past incidents can't be had from the history: where only they are lost, the open ones are left alone.
fn loses_incidents(damage: Option<&Damage>) -> bool {
    let Some(lost) = damage.and_then(|damage| damage.lost.as_ref()) else { return true };
    let elsewhere = |one: &&String| one.starts_with("book.silences") || one.starts_with("book.past");
    lost.iter().filter(|one| !elsewhere(one)).any(|one| one.starts_with("book"))
}
