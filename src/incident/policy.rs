//! The settings of `alerting` that decide about incidents.

use crate::model::Name;
use std::time::Duration;

/// `alerting`.
#[derive(Clone, Debug, PartialEq)]
pub struct Alerting {
    /// `after`.
    pub after: Threshold,
    /// `recover_after`.
    pub recover_after: u32,
    /// `degraded_after`; none is `off`.
    pub degraded_after: Option<u32>,
    /// `unknown_after`; none is `off`.
    pub unknown_after: Option<u32>,
    /// `repeat`.
    pub repeat: Duration,
    /// `flap`.
    pub flap: Flap,
    /// `receivers`.
    pub receivers: Vec<Name>,
}

impl Default for Alerting {
    fn default() -> Self {
        Self {
            after: Threshold::Consecutive(2),
            recover_after: 2,
            degraded_after: Some(5),
            unknown_after: Some(10),
            repeat: Duration::from_hours(4),
            flap: Flap { changes: 4, window: Duration::from_mins(30) },
            receivers: Vec::new(),
        }
    }
}

/// When an incident opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Threshold {
    /// After so many failing results in a row.
    Consecutive(u32),
    /// After `failures` of the last `of` results.
    Of {
        /// Failing ones.
        failures: u32,
        /// Looked at.
        of: u32,
    },
}

/// `alerting.flap: { changes, window }`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flap {
    /// So many changes …
    pub changes: u32,
    /// … within this long.
    pub window: Duration,
}
