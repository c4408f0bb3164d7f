//! Looking into the history by TARGETs, although their endpoints may have left the configuration, or there is none.

use super::args::{Global, When};
use super::stderr::Stderr;
use super::{Stop, elsewhere, locate};
use crate::config::Loaded;
use crate::config::settings::Config;
use crate::history::{History, HistoryError};
use crate::incident::Silence;
use crate::model::time::earlier;
use crate::model::{EndpointId, Name, Record, Target};
use crate::run::denied;
use crate::schedule::{self, Known};
use crate::stats::Targets;
use crate::store::StateDir;
use crate::text::plural::count;
use crate::world::{World, clock};
use jiff::Timestamp;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::PathBuf;

/// A history, and the configuration that helps to read it.
pub(super) struct Past {
    pub(super) loaded: Option<Loaded>,
    pub(super) now: Timestamp,
    dir: PathBuf,
    usual: Vec<PathBuf>,
    history: History,
}

impl Past {
    /// Finds them; nothing is read of the history yet.
    pub(super) fn find(world: &World, global: &Global, stderr: &Stderr) -> Result<Self, Stop> {
        let loaded = locate::load_if_any(world, global, stderr)?;
        let config = loaded.as_ref().map(|loaded| &loaded.config);
        let dir = locate::state_dir(world, global, config)?;
        let settings = config.map(|config| config.history.clone()).unwrap_or_default();
        let history = History::new(dir.join(&settings.path), settings.max_size, settings.keep);
        let usual = elsewhere::usual(world, &dir);
        Ok(Self { loaded, now: clock::now(), dir, usual, history })
    }

    /// The silences that are not over.
    pub(super) fn silences(&self) -> Result<Vec<Silence>, Stop> {
        let read = |dir: StateDir| dir.peek(self.now).map(|read| read.state.book);
        let book = StateDir::existing(&self.dir).and_then(|dir| dir.map(read).transpose());
        let book = book.map_err(|error| Stop::Own(denied::store(&error)))?.unwrap_or_default();
        Ok(book.silences(self.now).cloned().collect())
    }

    /// Where else to look when there is none here.
    pub(super) fn hint(&self) -> String {
        elsewhere::hint(&self.dir, &self.usual)
    }

    pub(super) fn history(&self) -> &History {
        &self.history
    }

    pub(super) fn config(&self) -> Option<&Config> {
        self.loaded.as_ref().map(|loaded| &loaded.config)
    }

    pub(super) fn time(&self, when: When) -> Timestamp {
        match when {
            When::Ago(ago) => earlier(self.now, ago),
            When::At(at) => at,
        }
    }

    /// What the TARGETs and tags mean: endpoints of the configuration, and those that only the history has. None means all.
    pub(super) fn targets(&self, targets: &[String], tags: &[String]) -> Result<Option<Wanted>, Stop> {
        if targets.is_empty() && tags.is_empty() {
            return Ok(None);
        }
        let tagged = targets.iter().find(|target| target.starts_with("tag:")).or(tags.first());
        if let (None, Some(tag)) = (self.config(), tagged) {
            return Err(Stop::Usage(format!(
                "{tag}: tags stand in the configuration and none was found: name it with --config"
            )));
        }
        let mut known: Vec<(EndpointId, Vec<String>)> = self
            .config()
            .into_iter()
            .flat_map(|config| &config.endpoints)
            .map(|endpoint| (endpoint.id.clone(), endpoint.tags.clone()))
            .collect();
        let ready: Vec<Target> = targets.iter().map(|target| target.as_str().into()).collect();
        let mut missing: Vec<&Target> = ready.iter().collect();
        missing.retain(|target| !known.iter().any(|(id, tags)| target.covers(id, tags)));
        if missing.iter().any(|target| target.as_str() != "all") {
            self.meet(&mut known, missing).map_err(|error| Stop::Own(denied::history(&error)))?;
        }
        if targets.iter().any(|target| target != "all") || !tags.is_empty() {
            let known: Vec<Known<'_>> = known.iter().map(|(id, tags)| Known { id, tags }).collect();
            schedule::select(targets, tags, &known).map_err(|nothing| Stop::Usage(nothing.to_string()))?;
        }
        Ok(Some(Wanted { known: known.into_iter().collect(), targets: ready, tags: tags.to_vec() }))
    }

    /// Adds endpoints of the history, the newest first, until each TARGET means one of them.
    fn meet(&self, known: &mut Vec<(EndpointId, Vec<String>)>, mut missing: Vec<&Target>) -> Result<(), HistoryError> {
        let mut met: HashSet<String> = known.iter().map(|(id, _)| id.to_string()).collect();
        let mut name = String::new();
        self.history.lines()?.backward(&mut |line| {
            let Some(record) = line.and_then(Record::parse) else { return ControlFlow::Continue(()) };
            name.clear();
            name.extend([&*record.channel, "/", &*record.endpoint]);
            if met.contains(&name) {
                return ControlFlow::Continue(());
            }
            met.insert(name.clone());
            if let Some(id) = id(&record.channel, &record.endpoint) {
                missing.retain(|target| !target.covers(&id, &[]));
                known.push((id, Vec::new()));
            }
            if missing.is_empty() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
    }
}

fn id(channel: &str, endpoint: &str) -> Option<EndpointId> {
    Name::parse(channel).ok().map(|channel| EndpointId::new(channel, endpoint))
}

/// Which endpoints are wanted.
pub(super) struct Wanted {
    known: HashMap<EndpointId, Vec<String>>,
    targets: Vec<Target>,
    tags: Vec<String>,
}

impl Wanted {
    fn has(&self, channel: &str, endpoint: &str) -> bool {
        let Some(id) = id(channel, endpoint) else { return false };
        let tags = self.known.get(&id).map(Vec::as_slice).unwrap_or_default();
        (self.targets.is_empty() || self.targets.iter().any(|target| target.covers(&id, tags)))
            && (self.tags.is_empty() || tags.iter().any(|tag| self.tags.contains(tag)))
    }

    /// Decides each endpoint once.
    pub(super) fn decider(&self) -> Targets<'_> {
        let decided: RefCell<HashMap<String, HashMap<String, bool>>> = RefCell::default();
        Box::new(move |channel, endpoint| {
            let mut decided = decided.borrow_mut();
            if let Some(known) = decided.get(channel).and_then(|channel| channel.get(endpoint)) {
                return *known;
            }
            let answer = self.has(channel, endpoint);
            decided.entry(channel.to_owned()).or_default().insert(endpoint.to_owned(), answer);
            answer
        })
    }
}

/// Says how many lines held no record.
pub(super) fn tell_unreadable(lines: u64, stderr: &Stderr) {
    if lines > 0 {
        let lines = count(usize::try_from(lines).unwrap_or(usize::MAX), "unreadable line");
        stderr.warning(&format!("{lines} in the history, left out"));
    }
}
