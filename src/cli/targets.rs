//! Which endpoints TARGETs and tags mean: those of the configuration, and for the history also those that have left it.

use super::Stop;
use super::stored::Stored;
use crate::config::settings::{Config, Endpoint};
use crate::history::HistoryError;
use crate::model::{EndpointId, Name, Record, Target};
use crate::run::denied;
use crate::schedule::{self, Known};
use crate::stats::Targets;
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

/// The endpoints of the configuration that are meant, in its order.
pub(super) fn select<'c>(
    config: &'c Config,
    targets: &[String],
    tags: &[String],
) -> Result<Vec<&'c Arc<Endpoint>>, Stop> {
    let endpoints = &config.endpoints;
    let known: Vec<Known<'_>> = endpoints.iter().map(|one| Known { id: &one.id, tags: &one.tags }).collect();
    let chosen = schedule::select(targets, tags, &known).map_err(|nothing| Stop::Usage(nothing.to_string()))?;
    Ok(chosen.into_iter().filter_map(|at| endpoints.get(at)).collect())
}

impl Stored<'_> {
    /// What is meant in the configuration and in the history. None means all.
    pub(super) fn wanted(&self, targets: &[String], tags: &[String]) -> Result<Option<Wanted>, Stop> {
        if targets.is_empty() && tags.is_empty() {
            return Ok(None);
        }
        let tagged = targets.iter().find(|target| target.starts_with("tag:")).or(tags.first());
        if let (None, Some(tag)) = (&self.config.path, tagged) {
            return Err(Stop::Usage(format!(
                "{tag}: tags stand in the configuration and none was found: name it with --config"
            )));
        }
        let endpoints = self.config.endpoints.iter();
        let mut known: Vec<_> = endpoints.map(|endpoint| (endpoint.id.clone(), endpoint.tags.clone())).collect();
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
        self.history().lines()?.backward(&mut |line| {
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
