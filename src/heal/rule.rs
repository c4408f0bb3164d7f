//! The rules of `heal`.

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
