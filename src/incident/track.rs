//! What is counted of one endpoint from run to run.

use super::{Alerting, Fact, Incident, Threshold};
use crate::model::Verdict;
use crate::model::time::{moment, moment_opt, moments};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One endpoint's counts and its open incident.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Track {
    /// When the last committed result's probe ended.
    #[serde(with = "moment_opt")]
    pub(super) ended: Option<Timestamp>,
    /// The last verdict that said something about the endpoint.
    pub(super) verdict: Option<Verdict>,
    /// Since the last result of another verdict.
    #[serde(with = "moment_opt", skip_serializing_if = "Option::is_none")]
    pub(super) shifted: Option<Timestamp>,
    /// Down results in a row.
    #[serde(skip_serializing_if = "Streak::is_empty")]
    pub(super) down: Streak,
    /// Degraded results without an up between; a down one neither adds nor starts over.
    #[serde(skip_serializing_if = "Streak::is_empty")]
    pub(super) degraded: Streak,
    /// Unknown results in a row.
    #[serde(skip_serializing_if = "Streak::is_empty")]
    pub(super) unknown: Streak,
    /// Results in a row that were not unknown.
    #[serde(skip_serializing_if = "Streak::is_empty")]
    pub(super) known: Streak,
    /// Results in a row that were not down.
    #[serde(skip_serializing_if = "Streak::is_empty")]
    pub(super) well: Streak,
    /// Up results in a row.
    #[serde(skip_serializing_if = "Streak::is_empty")]
    pub(super) up: Streak,
    /// With `{failures, of}`: the last results.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) window: Vec<Look>,
    /// When it went down or came back, the newest few.
    #[serde(with = "moments", skip_serializing_if = "Vec::is_empty")]
    pub(super) changes: Vec<Timestamp>,
    /// When an incident opened or closed, the newest few.
    #[serde(with = "moments", skip_serializing_if = "Vec::is_empty")]
    pub(super) edges: Vec<Timestamp>,
    /// The open incident; elsewhere, because it is large and few tracks have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) open: Option<Box<Incident>>,
}

/// So many results in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Streak {
    /// How many.
    pub count: u32,
    /// The start of the first of them.
    #[serde(with = "moment_opt")]
    pub since: Option<Timestamp>,
}

/// One of the last results.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Look {
    #[serde(with = "moment")]
    pub(super) at: Timestamp,
    pub(super) down: bool,
}

impl Streak {
    fn add(&mut self, at: Timestamp) {
        self.count = self.count.saturating_add(1);
        self.since.get_or_insert(at);
    }

    fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// How far an opening is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Progress {
    pub(super) have: u32,
    pub(super) need: u32,
    pub(super) since: Option<Timestamp>,
}

impl Progress {
    pub(super) fn reached(self) -> bool {
        self.have >= self.need
    }
}

impl Track {
    /// The open incident, if any.
    pub fn open(&self) -> Option<&Incident> {
        self.open.as_deref()
    }

    /// When the last result that was heard ended: what began before it, nobody hears. An end after `now` is a wrong clock's.
    pub fn heard(&self, now: Timestamp) -> Option<Timestamp> {
        self.ended.filter(|ended| *ended <= now)
    }

    /// Whether the probe began before the last committed one ended. An end after `now` is a wrong clock's and counts for nothing.
    pub(super) fn overlaps(&self, fact: &Fact, now: Timestamp) -> bool {
        self.heard(now).is_some_and(|ended| fact.started < ended)
    }

    /// Failing results in a row and the start of the first, this one included: for remediation, before the commit.
    pub fn failing_with(&self, fact: &Fact) -> Streak {
        let mut streak = self.down;
        match fact.verdict {
            Verdict::Down => streak.add(fact.started),
            Verdict::Up | Verdict::Degraded => streak = Streak::default(),
            Verdict::Unknown | Verdict::Skipped => {}
        }
        streak
    }

    /// Counts one result.
    pub(super) fn count(&mut self, fact: &Fact, policy: &Alerting) {
        let at = fact.started;
        self.ended = Some(fact.ended);
        match fact.verdict {
            Verdict::Up => {
                self.down = Streak::default();
                self.degraded = Streak::default();
                self.well.add(at);
                self.up.add(at);
            }
            Verdict::Degraded => {
                self.down = Streak::default();
                self.degraded.add(at);
                self.well.add(at);
                self.up = Streak::default();
            }
            Verdict::Down => {
                self.down.add(at);
                self.well = Streak::default();
                self.up = Streak::default();
            }
            Verdict::Unknown => {
                self.unknown.add(at);
                self.known = Streak::default();
                return;
            }
            Verdict::Skipped => return,
        }
        self.unknown = Streak::default();
        self.known.add(at);
        self.look(at, fact.verdict == Verdict::Down, policy);
        if let Some(before) = self.verdict.replace(fact.verdict)
            && before != fact.verdict
        {
            self.shifted = Some(at);
            // What turns in a silence, in maintenance or below a parent that is down is expected to; it only keeps what flaps
            // already from being called steady.
            let tells = fact.muted().is_none() || self.is_flapping();
            if tells && (before == Verdict::Down) != (fact.verdict == Verdict::Down) {
                push_newest(&mut self.changes, at, policy.flap.changes);
            }
        }
    }

    fn look(&mut self, at: Timestamp, down: bool, policy: &Alerting) {
        match policy.after {
            Threshold::Consecutive(_) => self.window.clear(),
            Threshold::Of { of, .. } => {
                self.window.push(Look { at, down });
                let keep = usize::try_from(of).unwrap_or(usize::MAX).max(1);
                let surplus = self.window.len().saturating_sub(keep);
                self.window.drain(..surplus);
            }
        }
    }

    /// How far a down incident is.
    pub(super) fn failing(&self, policy: &Alerting) -> Progress {
        match policy.after {
            Threshold::Consecutive(need) => {
                Progress { have: self.down.count, need: need.max(1), since: self.down.since }
            }
            Threshold::Of { failures, .. } => {
                let mut failing = self.window.iter().filter(|look| look.down);
                let since = failing.next().map(|look| look.at);
                let have =
                    u32::from(since.is_some()).saturating_add(u32::try_from(failing.count()).unwrap_or(u32::MAX));
                Progress { have, need: failures.max(1), since }
            }
        }
    }

    /// Notes that an incident opened or closed.
    pub(super) fn edge(&mut self, at: Timestamp, policy: &Alerting) {
        push_newest(&mut self.edges, at, policy.flap.changes);
    }

    /// Ends the open incident's bookkeeping: counting begins anew.
    pub(super) fn close(&mut self) -> Option<Box<Incident>> {
        self.window.clear();
        self.open.take()
    }
}

fn push_newest(times: &mut Vec<Timestamp>, at: Timestamp, keep: u32) {
    times.push(at);
    let surplus = times.len().saturating_sub(usize::try_from(keep.max(1)).unwrap_or(usize::MAX));
    times.drain(..surplus);
}
