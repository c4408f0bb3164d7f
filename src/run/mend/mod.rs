//! Healing, between the first commit and the second.
//!
//! ```text
//! claim (under the lock: plan, note the attempts) ─▶ act: each action once ─▶ wait, look again ─▶ settle (under the lock)
//! ```
//! Results that nobody heals are committed with the claim. The failing result of a healed endpoint waits as unheard: its
//! incident hears the second look instead, or, when this run is killed before that, the next run lets it hear this one.

mod act;
mod claim;
mod settle;

pub use act::{Acted, Bench, Unlooked, act};
pub use claim::{Claim, Claimed, Scope, action_of, claim};
pub use settle::{given_up, settle, tell};

use crate::config::settings::Endpoint;
use crate::heal::Told;
use crate::incident::Fact;
use crate::model::{IncidentId, ProbeResult};
use crate::store::{State, StateDir};
use jiff::Timestamp;
use std::collections::HashMap;

/// What healing adds to the facts behind results, by `channel/endpoint`.
#[derive(Clone, Debug, Default)]
pub struct Remarks {
    /// What openings and reminders say.
    pub words: HashMap<String, String>,
    /// When the failing result began that a second look, still down, replaces: the outage is as old as that.
    pub began: HashMap<String, Timestamp>,
}

/// The open incident of a result's endpoint, if it was announced.
fn announced<'a>(state: &'a State, result: &ProbeResult) -> Option<&'a IncidentId> {
    let open = state.book.track(&result.id)?.open()?;
    open.announced.then_some(&open.id)
}

/// Where word of a failing result's endpoint belongs.
fn told<'a>(
    result: &'a ProbeResult,
    incident: Option<&'a IncidentId>,
    since: Timestamp,
    (endpoint, action): (&'a Endpoint, Option<String>),
) -> Told<'a> {
    Told {
        id: &result.id,
        incident,
        since,
        reason: result.reason,
        message: result.message.clone(),
        url: Some(&endpoint.request.shown_url),
        runbook: endpoint.runbook.as_deref(),
        action,
        to: &endpoint.alerting.receivers,
    }
}

/// The failing results of runs that were killed while they healed: for their incidents, before anything newer is.
pub fn orphans(state: &mut State, dir: &StateDir) -> Vec<Fact> {
    let (dead, waiting) = std::mem::take(&mut state.unheard).into_iter().partition(|(_, one)| !dir.is_alive(&one.run));
    state.unheard = waiting;
    let dead: std::collections::BTreeMap<_, crate::store::Unheard> = dead;
    dead.into_values().map(|one| one.fact).collect()
}
