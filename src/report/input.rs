//! What the report is made of.

use crate::model::{EndpointId, Reason, Verdict};
use crate::stats::{Rollup, Status};
use jiff::Timestamp;

/// Everything that the report tells.
#[derive(Clone, Debug)]
pub struct Report<'a> {
    /// What is known now.
    pub status: &'a Status,
    /// Where the charts come from.
    pub rollup: &'a Rollup,
    /// Open and past incidents, in any order.
    pub incidents: &'a [Incident],
    /// What remediation was tried, in any order.
    pub healing: &'a [Healing],
    /// The machine's name.
    pub host: &'a str,
    /// The time that the report tells of.
    pub now: Timestamp,
}

/// An incident, open or past.
#[derive(Clone, Debug)]
pub struct Incident {
    /// Its ID.
    pub id: String,
    /// Of which endpoint.
    pub endpoint: EndpointId,
    /// When it began.
    pub began: Timestamp,
    /// When it ended; none while it is open.
    pub ended: Option<Timestamp>,
    /// Down, degraded or unknown.
    pub verdict: Verdict,
    /// The first thing that was wrong.
    pub reason: Option<Reason>,
    /// What that was, for a person.
    pub message: Option<String>,
    /// Whether somebody has acknowledged it.
    pub acknowledged: bool,
}

/// One attempt at healing an endpoint.
#[derive(Clone, Debug)]
pub struct Healing {
    /// When it began.
    pub at: Timestamp,
    /// For which endpoint.
    pub endpoint: EndpointId,
    /// What was done: a command without secrets, or a request.
    pub action: String,
    /// Which attempt it was, from 1.
    pub attempt: u32,
    /// How it ended, for a person.
    pub outcome: String,
    /// Whether the endpoint was up in the end; none when nobody has looked yet.
    pub healed: Option<bool>,
}
