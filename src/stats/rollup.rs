//! The rollups of all endpoints, kept as the history grows, so that `status` reads only what is new.
//!
//! They are a cache: whatever is wrong with the file (missing, damaged, of another release, from a clock that was ahead,
//! of another history), they are made again from the history.

use super::days::{DAY, KEPT_DAYS};
use super::endpoint::EndpointRollup;
use super::segment::Checkpoint;
use crate::model::defaults::INTERVAL;
use crate::model::{EndpointId, Record};
use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::Duration;

/// The form of the file; another one is made again.
const VERSION: u32 = 1;

/// A result from further ahead than this comes from a clock that was wrong, and counts for nothing.
const AHEAD: i64 = 300_000;

/// How often each endpoint is probed, by `channel/endpoint`.
pub type Intervals = HashMap<String, Duration>;

/// What is kept of all endpoints' history.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rollup {
    version: u32,
    /// How far the history was read.
    pub checkpoint: Option<Checkpoint>,
    endpoints: IndexMap<String, EndpointRollup>,
    bad: u64,
    #[serde(skip)]
    intervals: Intervals,
    #[serde(skip)]
    key: String,
}

impl Rollup {
    /// Empty ones.
    pub fn new(intervals: Intervals) -> Self {
        Self { version: VERSION, intervals, ..Self::default() }
    }

    /// Reads the cache file. None when it can't be used: then the history is read from its beginning.
    pub fn decode(bytes: &[u8], intervals: Intervals, now: Timestamp) -> Option<Self> {
        let mut rollup: Self = serde_json::from_slice(bytes).ok()?;
        let latest = now.as_millisecond().saturating_add(AHEAD);
        let ahead = rollup.endpoints.values().any(|one| one.newest().is_some_and(|newest| newest > latest));
        if rollup.version != VERSION || ahead {
            return None;
        }
        for (key, endpoint) in &mut rollup.endpoints {
            endpoint.set_interval(intervals.get(key).copied().unwrap_or(INTERVAL));
        }
        rollup.intervals = intervals;
        Some(rollup)
    }

    /// The cache file's content, old details left out.
    pub fn encode(&mut self, now: Timestamp) -> Vec<u8> {
        let oldest = now.as_millisecond() - KEPT_DAYS * DAY;
        self.endpoints.retain(|_, one| one.newest().is_some_and(|newest| newest > oldest));
        for endpoint in self.endpoints.values_mut() {
            endpoint.compact(now.as_millisecond());
        }
        // Its keys are strings and its numbers finite, which is all that serde_json could refuse.
        serde_json::to_vec(self).unwrap_or_default()
    }

    /// Adds one result. Results may come up to an hour late (long runs end after short ones); what comes later still
    /// counts where nothing else is known.
    pub fn feed(&mut self, record: &Record<'_>, now: Timestamp) {
        if record.at.as_millisecond() > now.as_millisecond().saturating_add(AHEAD) {
            return;
        }
        self.key.clear();
        // Writing to a string can't fail.
        let _ = write!(self.key, "{}/{}", record.channel, record.endpoint);
        if let Some(endpoint) = self.endpoints.get_mut(&self.key) {
            return endpoint.feed(record);
        }
        let mut endpoint = EndpointRollup::default();
        endpoint.set_interval(self.intervals.get(&self.key).copied().unwrap_or(INTERVAL));
        endpoint.feed(record);
        self.endpoints.insert(self.key.clone(), endpoint);
    }

    /// Adds what a line of the history says; none stands for one that is too long. Where it holds no record, it is counted.
    pub fn feed_line(&mut self, line: Option<&[u8]>, now: Timestamp) {
        match line.map(Record::parse) {
            Some(Some(record)) => self.feed(&record, now),
            Some(None) if line.is_some_and(|line| line.trim_ascii().is_empty()) => {}
            Some(None) | None => self.bad += 1,
        }
    }

    /// Lines that held no record, since the rollups were begun.
    pub fn bad_lines(&self) -> u64 {
        self.bad
    }

    /// When the newest result of all endpoints began, Unix milliseconds.
    pub fn newest(&self) -> Option<i64> {
        self.endpoints.values().filter_map(EndpointRollup::newest).max()
    }

    /// What is kept of one endpoint.
    pub fn endpoint(&self, id: &EndpointId) -> Option<&EndpointRollup> {
        self.endpoints.get(&id.to_string())
    }
}

#[cfg(test)]
mod tests;
