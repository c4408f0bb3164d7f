//! The rules of `heal`.

use crate::model::imprint::{Imprint, Imprinted};
use crate::model::incident::short_hash;
use crate::model::{Backoff, Reason, StatusRange};
use std::time::Duration;

/// One rule of `heal`: `J` is a condition on the response's JSON, `A` what is run.
#[derive(Clone, Debug)]
pub struct Rule<J, A> {
    /// `when.reason`; empty means any.
    pub reasons: Vec<Reason>,
    /// `when.status`; empty means any.
    pub statuses: Vec<StatusRange>,
    /// `when.json`.
    pub json: Vec<J>,
    /// `run`.
    pub run: A,
    /// `after`.
    pub after: u32,
    /// `backoff`.
    pub backoff: Backoff,
    /// `max_attempts`.
    pub max_attempts: u32,
    /// `reset_after`.
    pub reset_after: Duration,
    /// `verify`.
    pub verify: bool,
}

/// What a rule's `when` is held against.
#[derive(Clone, Copy, Debug)]
pub struct Failure {
    /// The result's `reason`.
    pub reason: Option<Reason>,
    /// The response's status, where there was one.
    pub status: Option<u16>,
}

/// The place of the first rule that the failure matches. `holds` says whether a condition holds for the response's body; without a body
/// none does.
pub fn first_match<J, A>(rules: &[Rule<J, A>], failure: Failure, holds: impl Fn(&J) -> bool) -> Option<usize> {
    rules.iter().position(|rule| rule.names(failure) && rule.json.iter().all(&holds))
}

impl<J, A> Rule<J, A> {
    /// Where both lists are given, one of them has to name the failure.
    fn names(&self, failure: Failure) -> bool {
        let by_reason = failure.reason.is_some_and(|reason| self.reasons.contains(&reason));
        let by_status = failure
            .status
            .is_some_and(|status| self.statuses.iter().any(|range| (range.low..=range.high).contains(&status)));
        (self.reasons.is_empty() && self.statuses.is_empty()) || by_reason || by_status
    }
}

/// Names an action: two actions of the same key are one and the same, and run once.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActionKey(String);

impl ActionKey {
    /// From everything that makes it up, secrets too: the key doesn't show them.
    pub fn of(parts: &[&str]) -> Self {
        Self(short_hash(parts))
    }
}

impl<J: Imprinted, A> Rule<J, A> {
    /// Changes when the rule changes: then attempts are counted anew.
    pub fn fingerprint(&self, action: Option<&ActionKey>) -> String {
        let Self { reasons, statuses, json, run: _, after, backoff, max_attempts, reset_after, verify } = self;
        let Backoff { initial, factor, max, jitter: _ } = backoff;
        let mut imprint = Imprint::of("heal rule v1");
        imprint.put_each("reason", reasons);
        imprint.put_each("status", statuses.iter().map(|range| format!("{}-{}", range.low, range.high)));
        for condition in json {
            imprint.put_part("json", condition);
        }
        imprint.put("after", after);
        imprint.put("initial", initial.as_nanos());
        imprint.put("factor", factor);
        imprint.put("max", max.as_nanos());
        imprint.put("max_attempts", max_attempts);
        imprint.put("reset_after", reset_after.as_nanos());
        imprint.put("verify", verify);
        imprint.put_some("action", action.map(|key| &key.0));
        imprint.hash()
    }
}
