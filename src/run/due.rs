//! `--due`: what is due is claimed before it is probed, so that two runs at once don't probe one slot twice.

use super::plan::Plan;
use super::record::{LOCK_WAIT, NotRecorded};
use super::round::{Notes, Settings};
use crate::model::{ExitReason, Verdict};
use crate::schedule::{self, Last, Timing};
use crate::store::{Read, StateDir, StoreError};
use jiff::Timestamp;

/// Marks what is not due as skipped, and claims the rest. Where the state can't be used everything is probed, aloud.
/// `state` is its place with what was read there without the lock.
pub fn apply(
    plan: &mut Plan,
    settings: &Settings,
    state: Option<(&StateDir, &Read)>,
    now: Timestamp,
    notes: &mut Notes,
) {
    let Some(state) = state else {
        notes.warnings.push("--due without a usable state directory: everything is probed".to_owned());
        return;
    };
    let claimed = claim(plan, settings, state, now)
        .map_err(|error| NotRecorded { reason: ExitReason::StateNotWritten, message: error.to_string() });
    if notes.keep(claimed).is_none() {
        notes.warnings.push("what is due could not be claimed: another run may probe the same".to_owned());
    }
}

fn claim(
    plan: &mut Plan,
    settings: &Settings,
    (dir, seen): (&StateDir, &Read),
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut locked = dir.lock(LOCK_WAIT)?;
    let mut state = locked.read_since(seen, now)?;
    let mut claimed = false;
    for item in plan.items.iter_mut().filter(|item| item.skip.is_none() && item.recorded) {
        let endpoint = &item.endpoint;
        let entry = state.endpoints.entry(endpoint.id.to_string()).or_default();
        let timing = Timing {
            interval: endpoint.interval,
            interval_failing: endpoint.interval_failing,
            spread: settings.spread,
        };
        let last = entry.slot_at.map(|started| Last { started, verdict: entry.verdict.unwrap_or(Verdict::Up) });
        if schedule::due(last, now, &endpoint.id, timing).is_due() {
            entry.slot_at = Some(now);
            claimed = true;
        } else {
            item.skip = Some("not due".to_owned());
        }
    }
    if claimed && settings.history.is_some() {
        locked.commit(&state)?;
    }
    Ok(())
}
