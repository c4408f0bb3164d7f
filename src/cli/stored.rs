//! The state as commands see it: looked at without the lock, changed under it.

use super::args::Global;
use super::stderr::Stderr;
use super::{Stop, locate};
use crate::config::Loaded;
use crate::history::History;
use crate::model::Redactor;
use crate::run::record::LOCK_WAIT;
use crate::store::{State, StateDir, StoreError};
use crate::text::escape;
use crate::text::suggest::nearest;
use crate::text::wrap::wrap;
use crate::world::{World, clock};
use jiff::Timestamp;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A configuration and the place of its state.
pub(super) struct Stored {
    pub(super) loaded: Loaded,
    pub(super) now: Timestamp,
    /// Columns that a line may take; none when stdout is no terminal.
    pub(super) width: Option<usize>,
    path: PathBuf,
}

impl Stored {
    /// Finds both; the state is not touched yet.
    pub(super) fn find(world: &World, global: &Global, stderr: &Stderr) -> Result<Self, Stop> {
        let loaded = locate::load(world, global, stderr)?;
        let path = locate::state_dir(world, global, Some(&loaded.config))?;
        Ok(Self { loaded, now: clock::now(), width: world.terminal.fits.stdout, path })
    }

    /// Where the state is, or would be.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn redactor(&self) -> &Redactor {
        &self.loaded.config.redactor
    }

    /// The state as it is at this moment; an empty one where there is none.
    pub(super) fn peek(&self, stderr: &Stderr) -> Result<State, Stop> {
        let Some(dir) = StateDir::existing(&self.path).map_err(own)? else { return Ok(State::default()) };
        let read = dir.peek(self.now).map_err(own)?;
        if let Some(damaged) = &read.damaged {
            stderr.warning(&format!(
                "{} is damaged, so this is not all: the next `canary check` keeps it aside and rebuilds it from the history",
                damaged.path.display()
            ));
        }
        Ok(read.state)
    }

    /// Changes the state under its lock, in one commit. A state that `check` would rebuild from the history is left to it:
    /// one that is begun here would keep it from doing so.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> Result<T, Stop>) -> Result<T, Stop> {
        let dir = self.dir()?;
        let mut locked = dir.lock(LOCK_WAIT).map_err(own)?;
        let seen = dir.peek(self.now).map_err(own)?;
        if seen.damaged.is_some() {
            return Err(self.rebuild_first("is damaged"));
        }
        if !seen.found && self.history().path().exists() {
            return Err(self.rebuild_first("is missing although there is a history"));
        }
        let mut state = seen.state.clone();
        let value = change(&mut state)?;
        if state != seen.state {
            locked.commit(&state).map_err(own)?;
        }
        Ok(value)
    }

    /// The state as it is at this moment, for who acts on it: a damaged one is refused.
    pub(super) fn peek_whole(&self) -> Result<State, Stop> {
        let Some(dir) = StateDir::existing(&self.path).map_err(own)? else { return Ok(State::default()) };
        let read = dir.peek(self.now).map_err(own)?;
        if read.damaged.is_some() { Err(self.rebuild_first("is damaged")) } else { Ok(read.state) }
    }

    fn rebuild_first(&self, what: &str) -> Stop {
        Stop::Own(format!(
            "{}: state.json {what}; run `canary check` first, which rebuilds it, then this again",
            self.path.display()
        ))
    }

    /// The state's directory, made when it isn't there.
    pub(super) fn dir(&self) -> Result<StateDir, Stop> {
        StateDir::open(&self.path).map_err(own)
    }

    /// Whether the run of this name still heals.
    pub(super) fn is_alive(&self, run: &str) -> bool {
        StateDir::existing(&self.path).ok().flatten().is_some_and(|dir| dir.is_alive(run))
    }

    /// The history as configured.
    pub(super) fn history(&self) -> History {
        let settings = &self.loaded.config.history;
        History::new(self.path.join(&settings.path), settings.max_size, settings.keep)
    }

    /// A JSON document for stdout, every string in it masked.
    pub(super) fn print_json(&self, mut value: Value) -> Result<u8, Stop> {
        mask(&mut value, self.redactor());
        super::print(escape::json(format!("{value:#}\n")).as_bytes())
    }

    /// A line as it is, or the lines that the terminal has room for.
    pub(super) fn fit(&self, line: &str) -> Vec<String> {
        self.width.map_or_else(|| vec![line.to_owned()], |width| wrap(line, width, 4))
    }

    /// A text for a person, masked and escaped.
    pub(super) fn safe(&self, text: &str) -> String {
        escape::terminal(&self.redactor().redact(text)).into_owned()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn own(error: StoreError) -> Stop {
    Stop::Own(error.to_string())
}

/// Masks every string of a document.
pub(super) fn mask(value: &mut Value, redactor: &Redactor) {
    match value {
        Value::String(text) => redactor.redact_in_place(text),
        Value::Array(items) => items.iter_mut().for_each(|item| mask(item, redactor)),
        Value::Object(entries) => entries.values_mut().for_each(|item| mask(item, redactor)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The only ID that begins so; none when no one does.
pub(super) fn begun<'a>(known: &[&'a str], typed: &str) -> Result<Option<&'a str>, Stop> {
    let mut found = known.iter().copied().filter(|id| !typed.is_empty() && id.starts_with(typed));
    match (found.next(), found.next()) {
        (Some(one), Some(other)) => {
            let others = if found.next().is_some() { " and others" } else { "" };
            Err(Stop::Usage(format!("`{typed}` begins {one}, {other}{others}: type more of it")))
        }
        (one, _) => Ok(one),
    }
}

/// What is said of an ID that nothing has.
pub(super) fn no_such(noun: &str, typed: &str, known: &[&str], list: &str) -> Stop {
    let hint = match nearest(typed, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "there is none at all".to_owned(),
        None => format!("`{list}` lists them"),
    };
    Stop::Usage(format!("there is no {noun} `{typed}`: {hint}"))
}
