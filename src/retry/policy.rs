//! The settings of `retry`.

use crate::model::Reason;
use std::time::Duration;

pub use crate::model::Backoff;

/// `retry: { attempts, backoff, when, unsafe }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Tries in all, at least 1.
    pub attempts: u32,
    /// The wait between them.
    pub backoff: Backoff,
    /// Violations that are worth another try, besides transport failures.
    pub when: Vec<Reason>,
    /// Repeat a non-idempotent request although it may have arrived.
    pub unsafe_too: bool,
}

impl Default for Policy {
    /// The contract's `retry: { attempts: 2, backoff: { initial: 500ms, factor: 2, max: 10s, jitter: true } }`.
    fn default() -> Self {
        let backoff =
            Backoff { initial: Duration::from_millis(500), factor: 2.0, max: Duration::from_secs(10), jitter: true };
        Self { attempts: 2, backoff, when: Vec::new(), unsafe_too: false }
    }
}
