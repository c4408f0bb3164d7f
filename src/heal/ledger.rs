//! All records, and how they change.

use super::plan::FULL;
use super::{Attempt, Outcome, Record, Remedy};
use crate::model::time::{elapsed, later};
use crate::model::{EndpointId, Verdict};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The part of the state that remedies live in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ledger {
    records: BTreeMap<String, Record>,
    /// Whether it was said that the brakes are on.
    pub(super) braked: bool,
}

/// One committed result, as far as remedies care.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Its verdict.
    pub verdict: Verdict,
    /// When its probe ended.
    pub ended: Timestamp,
    /// Whether it was the second look of a remedy.
    pub verify: bool,
}

/// An attempt that is about to start.
#[derive(Clone, Copy, Debug)]
pub struct Begun<'a> {
    /// Which endpoint.
    pub id: &'a EndpointId,
    /// By which rule.
    pub remedy: &'a Remedy<'a>,
    /// As planned.
    pub attempt: &'a Attempt,
    /// How long it may take in all: the action's timeout, its killing, the wait and the second look.
    pub at_most: Duration,
}

/// How an attempt's action ended.
#[derive(Clone, Debug)]
pub struct Ended {
    /// In one word.
    pub outcome: Outcome,
    /// For a person: `exit 1: unit not found`.
    pub detail: String,
    /// The end of what it printed.
    pub output: String,
    /// When.
    pub at: Timestamp,
}

/// What became of the endpoint by an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finished {
    /// The second look found it not down, so long after its first failing result.
    Healed(Duration),
    /// It is still down, and there are attempts left.
    StillDown,
    /// It is still down, and this was the last attempt.
    Exhausted,
    /// Nobody has looked yet, or nobody can tell.
    Open,
    /// Another run has taken it over meanwhile.
    NotOurs,
}

impl Ledger {
    /// What is remembered of an endpoint.
    pub fn record(&self, id: &EndpointId) -> Option<&Record> {
        self.records.get(&id.to_string())
    }

    pub(super) fn record_mut(&mut self, id: &EndpointId) -> &mut Record {
        self.records.entry(id.to_string()).or_default()
    }

    pub(super) fn known_mut(&mut self, id: &EndpointId) -> Option<&mut Record> {
        self.records.get_mut(&id.to_string())
    }

    /// All records by `channel/endpoint`.
    pub fn records(&self) -> impl Iterator<Item = (&str, &Record)> {
        self.records.iter().map(|(id, record)| (id.as_str(), record))
    }

    /// Notes a result. The count starts over after `reset_after` without a down, provided that a probe of its own has found
    /// it well meanwhile: an endpoint that is probed less often than `reset_after` would else never use its attempts up,
    /// and neither would one that only looks well right after each remedy.
    pub fn see(&mut self, id: &EndpointId, seen: Seen, reset_after: Duration) {
        let Some(record) = self.known_mut(id) else { return };
        let since_down = record.last_down.map_or(Duration::MAX, |down| elapsed(down, seen.ended));
        match seen.verdict {
            Verdict::Up | Verdict::Degraded => record.good |= !seen.verify,
            Verdict::Down | Verdict::Unknown | Verdict::Skipped => {}
        }
        if record.good && since_down >= reset_after && record.running.is_none() {
            record.start_over();
        }
        if seen.verdict == Verdict::Down {
            record.last_down = Some(seen.ended);
            record.good = false;
        }
    }

    /// Notes an attempt: to be committed before it starts, so that it counts whatever happens.
    pub fn begin(&mut self, begun: Begun<'_>, run: &str, now: Timestamp) {
        let record = self.record_mut(begun.id);
        record.turn_to(&begun.remedy.rule);
        record.attempts = begun.attempt.number;
        record.max_attempts = begun.remedy.max_attempts;
        record.last_down.get_or_insert(now);
        record.last_at = Some(now);
        record.outcome = None;
        record.detail = None;
        record.output.clear();
        record.next_allowed = Some(later(now, begun.attempt.wait));
        record.running = Some(run.to_owned());
        record.running_until = Some(later(now, begun.at_most));
    }

    /// Notes what came of an attempt: how the action ended, and when; then the verdict of the second look, if there was one.
    /// `since` is the start of the first failing result.
    pub fn finish(
        &mut self,
        id: &EndpointId,
        run: &str,
        action: Ended,
        looked: Option<(Verdict, Timestamp)>,
        since: Timestamp,
        backoff: &crate::model::Backoff,
    ) -> Finished {
        let record = self.record_mut(id);
        if record.running.as_deref() != Some(run) {
            return Finished::NotOurs;
        }
        record.running = None;
        record.running_until = None;
        record.outcome = Some(action.outcome);
        record.detail = Some(action.detail);
        record.output = action.output;
        record.next_allowed = Some(later(action.at, backoff.wait(record.attempts, FULL)));
        match looked {
            Some((Verdict::Up | Verdict::Degraded, at)) => {
                let took = elapsed(since, at);
                record.repaired(took);
                Finished::Healed(took)
            }
            Some((Verdict::Down, _)) if record.is_exhausted() => Finished::Exhausted,
            Some((Verdict::Down, _)) => Finished::StillDown,
            Some((Verdict::Unknown | Verdict::Skipped, _)) | None => Finished::Open,
        }
    }

    /// The runs whose attempts should be over.
    pub fn overdue(&self, now: Timestamp) -> BTreeSet<&str> {
        let late = self.records.values().filter(|record| !record.is_running(now));
        late.filter_map(|record| record.running.as_deref()).collect()
    }

    /// Ends attempts that nobody is at any more, or should be: they count, and their wait holds.
    pub fn release(&mut self, is_at_work: impl Fn(&str) -> bool, now: Timestamp) {
        for record in self.records.values_mut() {
            if let Some(run) = &record.running
                && (!is_at_work(run) || !record.is_running(now))
            {
                record.interrupt();
            }
        }
    }

    /// `heal reset`: counting begins anew; false when nothing was counted. An attempt that is under way stays its run's.
    pub fn reset(&mut self, id: &EndpointId) -> bool {
        let record = self.known_mut(id);
        record.is_some_and(|record| {
            let counted = record.attempts > 0;
            let (running, until) = (record.running.take(), record.running_until.take());
            record.start_over();
            (record.running, record.running_until) = (running, until);
            counted
        })
    }

    /// Notes that an opening has just said what a hand-over would say.
    pub fn handed_over(&mut self, id: &EndpointId) {
        self.record_mut(id).handed_over_told = true;
    }

    /// Forgets endpoints that have left the configuration, once nothing is under way for them.
    pub fn keep(&mut self, known: impl Fn(&str) -> bool) {
        self.records.retain(|id, record| record.running.is_some() || known(id));
    }
}
