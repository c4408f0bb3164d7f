//! State and history as `status` and `report` see them: whatever of the two is there.

use super::Stop;
use super::stored::{REBUILD, Stored};
use crate::history::History;
use crate::run::denied;
use crate::run::rollups::{self, CaughtUp, Place};
use crate::run::view;
use crate::stats::{Rollup, Status};
use crate::store::{State, StateDir, StoreError};

/// Reading more than this is noticed.
const LONG: u64 = 256 << 20;

/// What is known.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) state: State,
    pub(super) rollup: Rollup,
    pub(super) status: Status,
    /// Whether no run was ever recorded here.
    pub(super) is_untouched: bool,
}

impl Looked {
    /// A state that is missing, damaged, unreadable or a newer canary's is made up for by the history, and told of.
    pub(super) fn at(stored: &Stored<'_>) -> Result<Self, Stop> {
        let stderr = stored.session.stderr;
        let dir = StateDir::existing(stored.path()).map_err(|error| Stop::Own(denied::store(&error)))?;
        let (state, keeps) = dir.as_ref().map_or((Some(State::default()), true), |dir| state(dir, stored));
        let is_untouched = state.as_ref().is_some_and(|state| !stored.has_run(state));
        if is_untouched {
            stderr.note(&stored.hint());
        }
        let state = state.unwrap_or_default();
        let history = stored.history();
        let config = &stored.config;
        say_when_long(dir.as_ref(), &history, stored);
        let place = Place { dir: dir.as_ref(), history: &history, keeps };
        let CaughtUp { rollup, remarks } = rollups::look(place, &view::intervals(&config.endpoints), stored.now)
            .map_err(|error| Stop::Own(denied::history(&error)))?;
        for remark in remarks {
            stderr.decision(1, &remark);
        }
        if rollup.bad_lines() > 0 {
            let lines = crate::text::plural::count(usize::try_from(rollup.bad_lines()).unwrap_or(usize::MAX), "line");
            stderr.decision(
                1,
                &format!("history {}: {lines} hold no record and were passed over", history.path().display()),
            );
        }
        let mut status = view::status(config, &state, &rollup, stored.now);
        let waiting = state.outbox.waiting(stored.now);
        status.waiting = waiting.map(|text| stored.redactor().redact(&text).into_owned());
        Ok(Self { state, rollup, status, is_untouched })
    }
}

/// Without a cache all of the history is read: nobody shall wonder why that takes long, and take it for the rule.
fn say_when_long(dir: Option<&StateDir>, history: &History, stored: &Stored<'_>) {
    if dir.is_none_or(|dir| dir.rollups_size() > 0) {
        return;
    }
    let bytes: u64 = history.segments().iter().flatten().map(|file| file.segment().length).sum();
    if bytes > LONG {
        let size = crate::text::size::format(bytes >> 20 << 20);
        stored
            .session
            .stderr
            .note(&format!("about {size} of history are read for the first time; from then on only what is new"));
    }
}

/// The state, if it can be had, and whether anything may be written beside it.
fn state(dir: &StateDir, stored: &Stored<'_>) -> (Option<State>, bool) {
    let (without, keeps) = match dir.peek(stored.now) {
        Ok(read) => match &read.damaged {
            None => return (Some(read.state), true),
            Some(damaged) => (format!("{} is damaged; {REBUILD}", damaged.path.display()), true),
        },
        Err(error @ StoreError::NewerVersion { .. }) => (error.to_string(), false),
        Err(error) => (denied::store(&error), true),
    };
    stored
        .session
        .stderr
        .warning(&format!("{without}; this is what the history knows, without incidents and silences"));
    (None, keeps)
}
