//! `--due`: what is due is claimed before it is probed, so that two runs at once don't probe one slot twice.

use super::plan::Plan;
use super::record::{LOCK_WAIT, NotRecorded};
use super::round::{Notes, Settings};
use crate::model::time::elapsed;
use crate::model::{EndpointId, ExitReason, Verdict};
use crate::schedule::{self, Last, Timing};
use crate::store::{Read, State, StateDir, StoreError, Vigil};
use crate::text::duration::human;
use jiff::Timestamp;
use std::collections::HashMap;

/// Marks what is not due as skipped, and claims the rest for this run, as long as the vigil lasts: what a run claimed that
/// was killed is due again. Where the state can't be used everything is probed, aloud.
pub fn apply(
    plan: &mut Plan,
    settings: &Settings,
    (state, run): (Option<(&StateDir, &Read)>, &str),
    now: Timestamp,
    notes: &mut Notes,
) -> Option<Vigil> {
    let Some((dir, seen)) = state else {
        notes.warnings.push("--due without a usable state directory: everything is probed".to_owned());
        return None;
    };
    let claimed = if settings.history.is_some() {
        claim(plan, settings, (dir, seen, run), now)
    } else {
        Ok(look(plan, settings, (dir, seen), now))
    };
    let claimed =
        claimed.map_err(|error| NotRecorded { reason: ExitReason::StateNotWritten, message: error.to_string() });
    let kept = notes.keep(claimed);
    if kept.is_none() {
        notes.warnings.push("what is due could not be claimed: another run may probe the same".to_owned());
    }
    let (vigil, next) = kept?;
    if let Some(Next { at, id }) = next.filter(|_| plan.probed().next().is_none()) {
        notes.nothing_due = Some(format!("nothing is due; next: {id} in {}", human(elapsed(now, at))));
    }
    vigil
}

/// What of all that is not due comes first.
struct Next {
    at: Timestamp,
    id: EndpointId,
}

type Claimed = (Option<Vigil>, Option<Next>);

/// For a run that writes nothing.
fn look(plan: &mut Plan, settings: &Settings, (dir, seen): (&StateDir, &Read), now: Timestamp) -> Claimed {
    let (_, next) = mark(plan, settings, (dir, ""), &mut seen.state.clone(), now);
    (None, next)
}

fn claim(
    plan: &mut Plan,
    settings: &Settings,
    (dir, seen, run): (&StateDir, &Read, &str),
    now: Timestamp,
) -> Result<Claimed, StoreError> {
    let mut locked = dir.lock(LOCK_WAIT)?;
    let mut state = locked.read_since(seen, now)?;
    let (any, next) = mark(plan, settings, (dir, run), &mut state, now);
    if !any {
        return Ok((None, next));
    }
    let vigil = dir.keep_vigil(run)?;
    locked.commit(&state)?;
    Ok((Some(vigil), next))
}

/// Says whether anything was due, and what of the rest will be first.
fn mark(
    plan: &mut Plan,
    settings: &Settings,
    (dir, run): (&StateDir, &str),
    state: &mut State,
    now: Timestamp,
) -> (bool, Option<Next>) {
    let mut alive: HashMap<String, bool> = HashMap::new();
    let mut any = false;
    let mut next: Option<Next> = None;
    for item in plan.items.iter_mut().filter(|item| item.skip.is_none() && item.recorded) {
        let endpoint = &item.endpoint;
        let entry = state.endpoints.entry(endpoint.id.to_string()).or_default();
        let timing = Timing {
            interval: endpoint.interval,
            interval_failing: endpoint.interval_failing,
            spread: settings.spread,
        };
        let last = entry.slot_at.map(|started| Last { started, verdict: entry.verdict.unwrap_or(Verdict::Up) });
        let claimant = entry.claimed_by.clone();
        let is_orphaned =
            claimant.is_some_and(|other| !*alive.entry(other).or_insert_with_key(|other| dir.is_alive(other)));
        if is_orphaned || schedule::due(last, now, &endpoint.id, timing).is_due() {
            entry.slot_at = Some(now);
            entry.claimed_by = Some(run.to_owned());
            any = true;
        } else {
            item.skip = Some("not due".to_owned());
            let at = schedule::next_due(entry.verdict.unwrap_or(Verdict::Up), now, &endpoint.id, timing);
            if next.as_ref().is_none_or(|first| at < first.at) {
                next = Some(Next { at, id: endpoint.id.clone() });
            }
        }
    }
    (any, next)
}
