//! The decision for a whole run.

use super::{ActionKey, Attempt, Brake, Decision, Ledger, Record, WhyNot};
use crate::model::time::{elapsed, later};
use crate::model::{Backoff, Blame, EndpointId, Verdict};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// More different actions than this in one run, and none is run.
const ACTIONS: usize = 3;
/// Remedies wait without jitter.
pub(super) const FULL: f64 = 1.0;
/// Fewer endpoints than this never make a storm.
const FLEET: usize = 4;

/// One endpoint's result with its circumstances.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a circumstance of its own")]
pub struct Case<'a> {
    /// Which.
    pub id: &'a EndpointId,
    /// Its verdict.
    pub verdict: Verdict,
    /// Whose fault.
    pub blame: Option<Blame>,
    /// Failing results in a row, this one included.
    pub failing: u32,
    /// Whether it goes up and down.
    pub flapping: bool,
    /// Whether a silence covers it.
    pub silenced: bool,
    /// Whether a maintenance window is open.
    pub maintenance: bool,
    /// Its down parent.
    pub suppressed_by: Option<&'a EndpointId>,
    /// Whether another run has committed a later look.
    pub overtaken: bool,
    /// The first rule that names its failure.
    pub remedy: Option<Remedy<'a>>,
}

/// The rule that applies, as far as deciding goes.
#[derive(Clone, Debug)]
pub struct Remedy<'a> {
    /// [`Rule::fingerprint`](super::Rule::fingerprint).
    pub rule: String,
    /// What is run; none for `run: none`.
    pub action: Option<ActionKey>,
    /// `after`.
    pub after: u32,
    /// `backoff`.
    pub backoff: &'a Backoff,
    /// `max_attempts`.
    pub max_attempts: u32,
}

/// How the run as a whole went.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fleet {
    /// Endpoints probed.
    pub probed: usize,
    /// Down ones among them.
    pub down: usize,
    /// `--no-heal`, `--dry-run` and what implies them.
    pub off: bool,
    /// Whether the deadline leaves too little to begin anything.
    pub late: bool,
}

/// What is done in this run.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// For each case, in order.
    pub decisions: Vec<(EndpointId, Decision)>,
    /// Why nothing at all is run.
    pub brake: Option<Brake>,
}

impl Ledger {
    /// Decides for all endpoints of a run. Only a wait further ahead than any can be, which a wrong clock has left, is
    /// changed in the ledger: it begins anew.
    pub fn plan(&mut self, cases: &[Case<'_>], fleet: Fleet, now: Timestamp) -> Plan {
        for case in cases {
            if let Some(remedy) = &case.remedy
                && let Some(record) = self.known_mut(case.id)
            {
                record.next_allowed = record.next_allowed.map(|at| at.min(later(now, remedy.backoff.max)));
            }
        }
        let mut decisions: Vec<Decision> = cases.iter().map(|case| self.decide(case, fleet, now)).collect();
        let due = decisions.iter().filter_map(|decision| match decision {
            Decision::Heal(attempt) => Some(&attempt.action),
            Decision::HandOver | Decision::Not(_) => None,
        });
        let due: BTreeSet<&ActionKey> = due.collect();
        let brake = brake(due.len(), fleet).filter(|_| !due.is_empty());
        let mut leaders: BTreeMap<ActionKey, &EndpointId> = BTreeMap::new();
        for (case, decision) in cases.iter().zip(&mut decisions) {
            let Decision::Heal(attempt) = decision else { continue };
            if let Some(brake) = brake {
                *decision = Decision::Not(WhyNot::Brake(brake));
            } else if let Some(leader) = leaders.get(&attempt.action) {
                attempt.shared_with = Some((*leader).clone());
            } else {
                leaders.insert(attempt.action.clone(), case.id);
            }
        }
        Plan { decisions: cases.iter().map(|case| case.id.clone()).zip(decisions).collect(), brake }
    }

    fn decide(&self, case: &Case<'_>, fleet: Fleet, now: Timestamp) -> Decision {
        if let Some(why) = circumstances(case, fleet) {
            return Decision::Not(why);
        }
        let Some(remedy) = &case.remedy else { return Decision::Not(WhyNot::NoRule) };
        let need = remedy.after.max(1);
        if case.failing < need {
            return Decision::Not(WhyNot::Below { have: case.failing, need });
        }
        let Some(action) = &remedy.action else { return Decision::HandOver };
        let fresh = Record::default();
        let known = self.record(case.id).unwrap_or(&fresh);
        if known.is_running(now) {
            return Decision::Not(WhyNot::Running);
        }
        let attempts = known.attempts_by(&remedy.rule);
        if attempts >= remedy.max_attempts {
            return Decision::Not(WhyNot::Exhausted { attempts });
        }
        let left = known.next_allowed.map_or(Duration::ZERO, |at| elapsed(now, at));
        if !left.is_zero() {
            return Decision::Not(WhyNot::NotYet(left));
        }
        if fleet.late {
            return Decision::Not(WhyNot::NoTime);
        }
        let number = attempts + 1;
        let wait = remedy.backoff.wait(number, FULL);
        Decision::Heal(Attempt { number, action: action.clone(), wait, shared_with: None })
    }
}

fn circumstances(case: &Case<'_>, fleet: Fleet) -> Option<WhyNot> {
    if case.verdict != Verdict::Down {
        return Some(WhyNot::Verdict(case.verdict));
    }
    if case.blame != Some(Blame::Target) {
        return Some(WhyNot::Blame(case.blame));
    }
    if fleet.off {
        return Some(WhyNot::Off);
    }
    if case.overtaken {
        return Some(WhyNot::Overtaken);
    }
    if case.maintenance {
        return Some(WhyNot::Maintenance);
    }
    if case.silenced {
        return Some(WhyNot::Silenced);
    }
    if let Some(parent) = case.suppressed_by {
        return Some(WhyNot::Parent(parent.clone()));
    }
    case.flapping.then_some(WhyNot::Flapping)
}

fn brake(actions: usize, fleet: Fleet) -> Option<Brake> {
    if fleet.probed >= FLEET && fleet.down * 2 > fleet.probed {
        return Some(Brake::Down { down: fleet.down, of: fleet.probed });
    }
    (actions > ACTIONS).then_some(Brake::Actions(actions))
}

/// When the wait doesn't fit into what the deadline leaves, and that is less than this, looking would say nothing.
const LEAST: Duration = Duration::from_secs(3);

/// How long to wait before the second look: the attempt's wait, cut so that a probe of `timeout` still fits into what the
/// deadline leaves, or half of that when it is short; none when too little is left and the next run has to look.
pub fn pause(wait: Duration, left: Duration, timeout: Duration) -> Option<Duration> {
    let room = left.saturating_sub(timeout.min(left / 2));
    (!left.is_zero() && (wait <= room || left >= LEAST)).then(|| wait.min(room))
}
