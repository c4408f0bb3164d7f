//! `--due`: what is due is claimed before it is probed, so that two runs at once don't probe one slot twice.

use super::begun::Begun;
use super::notes::Notes;
use super::opening::Opened;
use super::plan::Plan;
use super::record::{LOCK_WAIT, NotRecorded};
use super::settings::Settings;
use crate::model::time::elapsed;
use crate::model::{EndpointId, ExitReason, Verdict};
use crate::schedule::{self, Last, Timing};
use crate::store::{State, StateDir, StoreError, Vigil};
use crate::text::duration::human;
use jiff::Timestamp;
use std::collections::HashMap;

/// With `--due` marks what is not due as skipped, and claims the rest for this run, as long as the vigil lasts: what a run claimed that
/// was killed is due again. Where the state can't be used everything is probed, aloud.
pub fn apply(
    plan: &mut Plan,
    settings: &Settings,
    opened: Option<&Opened>,
    begun: &Begun,
    notes: &mut Notes,
) -> Option<Vigil> {
    if !settings.due {
        return None;
    }
    let Some(opened) = opened else {
        notes.warnings.push("--due without a usable state directory: everything is probed".to_owned());
        return None;
    };
    let claimed = if settings.history.is_some() {
        claim(plan, settings, opened, &begun.id, begun.at)
    } else {
        Ok(look(plan, settings, opened, begun.at))
    };
    let claimed =
        claimed.map_err(|error| NotRecorded { reason: ExitReason::StateNotWritten, message: error.to_string() });
    let kept = notes.keep(claimed);
    if kept.is_none() {
        notes.warnings.push("what is due could not be claimed: another run may probe the same".to_owned());
    }
    let Claimed { vigil, next } = kept?;
    if let Some(Next { at, id }) = next.filter(|_| plan.probed().next().is_none()) {
        notes.nothing_due = Some(format!("nothing is due; next: {id} in {}", human(elapsed(begun.at, at))));
    }
    vigil
}

/// What of all that is not due comes first.
struct Next {
    at: Timestamp,
    id: EndpointId,
}

/// What a run may probe, and what will come next.
struct Claimed {
    vigil: Option<Vigil>,
    next: Option<Next>,
}

/// Whether anything is due, and what of the rest will be first.
struct Marked {
    any: bool,
    next: Option<Next>,
}

/// For a run that writes nothing.
fn look(plan: &mut Plan, settings: &Settings, opened: &Opened, now: Timestamp) -> Claimed {
    let marked = mark(plan, settings, &opened.dir, "", &mut opened.read.state.clone(), now);
    Claimed { vigil: None, next: marked.next }
}

fn claim(
    plan: &mut Plan,
    settings: &Settings,
    opened: &Opened,
    run: &str,
    now: Timestamp,
) -> Result<Claimed, StoreError> {
    let mut locked = opened.dir.lock(LOCK_WAIT)?;
    let mut state = locked.read_since(&opened.read, now)?;
    let Marked { any, next } = mark(plan, settings, &opened.dir, run, &mut state, now);
    if !any {
        return Ok(Claimed { vigil: None, next });
    }
    let vigil = opened.dir.keep_vigil(run)?;
    locked.commit(&state)?;
    Ok(Claimed { vigil: Some(vigil), next })
}

/// Marks what is not due as skipped, and what is as this run's.
fn mark(plan: &mut Plan, settings: &Settings, dir: &StateDir, run: &str, state: &mut State, now: Timestamp) -> Marked {
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
    Marked { any, next }
}
