//! The state as commands see it: looked at without the lock, changed under it.

use super::session::Session;
use super::{Stop, elsewhere};
use crate::config::settings::Config;
use crate::history::History;
use crate::model::Redactor;
use crate::run::denied;
use crate::run::record::LOCK_WAIT;
use crate::store::{State, StateDir, StoreError};
use crate::text::escape;
use crate::text::plural::count;
use crate::text::suggest::nearest;
use crate::text::wrap::wrap;
use crate::world::clock;
use jiff::Timestamp;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// What mends a state that is damaged or lost.
pub(super) const REBUILD: &str =
    "run `canary check`, which keeps what is damaged aside and rebuilds the state from the history";

/// A configuration and the place of its state.
pub(super) struct Stored<'a> {
    pub(super) session: Session<'a>,
    pub(super) config: Config,
    pub(super) now: Timestamp,
    path: PathBuf,
    /// Where else runs may be recorded.
    usual: Vec<PathBuf>,
}

impl<'a> Stored<'a> {
    /// Finds both; the state is not touched yet.
    pub(super) fn find(session: Session<'a>) -> Result<Self, Stop> {
        Self::of(session, session.load()?.config)
    }

    /// The same where the configuration only helps: one without a path and an endpoint stands for none.
    pub(super) fn find_anyway(session: Session<'a>) -> Result<Self, Stop> {
        Self::of(session, session.load_if_any()?.map(|loaded| loaded.config).unwrap_or_default())
    }

    fn of(session: Session<'a>, config: Config) -> Result<Self, Stop> {
        let path = session.state_dir(Some(&config))?;
        let usual = elsewhere::usual(session.world, &path);
        Ok(Self { session, config, now: clock::now(), path, usual })
    }

    /// Where the state is, or would be.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn redactor(&self) -> &Redactor {
        &self.config.redactor
    }

    /// The state as it is at this moment, to be told of; an empty one where there is none, and then where else to look. A
    /// damaged one is refused: what it says of incidents and silences is not true.
    pub(super) fn peek(&self) -> Result<State, Stop> {
        let state = self.peek_whole()?;
        if !self.has_run(&state) {
            self.session.stderr.note(&self.hint());
        }
        Ok(state)
    }

    /// What of the state can be read, for who can do without it.
    pub(super) fn peek_some(&self) -> State {
        let dir = StateDir::existing(&self.path).ok().flatten();
        dir.and_then(|dir| dir.peek(self.now).ok()).map(|read| read.state).unwrap_or_default()
    }

    /// Whether any run is recorded here.
    pub(super) fn has_run(&self, state: &State) -> bool {
        state.last_run_at.is_some() || self.history().path().exists()
    }

    /// Where else to look when none is.
    pub(super) fn hint(&self) -> String {
        elsewhere::hint(&self.path, &self.usual)
    }

    /// Says that there is nothing to show, where there could be something.
    pub(super) fn nothing(&self, state: &State, words: &str) {
        if self.has_run(state) {
            self.session.stderr.note(words);
        }
    }

    /// Before something is kept where nobody may ever read it: a warning, and the words that name the place.
    pub(super) fn mind(&self, state: &State) -> String {
        if self.has_run(state) {
            return String::new();
        }
        self.session.stderr.warning(&self.hint());
        format!(" (in {})", self.path.display())
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
        Stop::Own(format!("{}/state.json {what}; {REBUILD}, then this again", self.path.display()))
    }

    /// The state's directory, made when it isn't there.
    pub(super) fn dir(&self) -> Result<StateDir, Stop> {
        StateDir::open(&self.path).map_err(own)
    }

    /// Whether the run of this name still heals.
    pub(super) fn is_at_work(&self, run: &str) -> bool {
        StateDir::existing(&self.path).ok().flatten().is_some_and(|dir| dir.is_at_work(run))
    }

    /// The history as configured.
    pub(super) fn history(&self) -> History {
        let settings = &self.config.history;
        History::new(self.path.join(&settings.path), settings.max_size, settings.keep)
    }

    /// A JSON document for stdout, every string in it masked.
    pub(super) fn print_json(&self, mut value: Value) -> Result<u8, Stop> {
        mask(&mut value, self.redactor());
        super::print(escape::json(format!("{value:#}\n")).as_bytes())
    }

    /// Says how many lines of the history held no record.
    pub(super) fn tell_unreadable(&self, lines: u64) {
        if lines > 0 {
            let lines = count(usize::try_from(lines).unwrap_or(usize::MAX), "unreadable line");
            self.session.stderr.warning(&format!("{lines} in the history, left out"));
        }
    }

    /// Columns that a line may take; none when stdout is no terminal.
    pub(super) fn width(&self) -> Option<usize> {
        self.session.world.terminal.fits.stdout
    }

    /// A line as it is, or the lines that the terminal has room for.
    pub(super) fn fit(&self, line: &str) -> Vec<String> {
        self.width().map_or_else(|| vec![line.to_owned()], |width| wrap(line, width, 4))
    }

    /// A text for a person, masked and escaped.
    pub(super) fn safe(&self, text: &str) -> String {
        escape::terminal(&self.redactor().redact(text)).into_owned()
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn own(error: StoreError) -> Stop {
    Stop::Own(denied::store(&error))
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
