//! What stands around a result: an open maintenance window, a parent that is down.

use super::plan::Plan;
use super::tell::Audience;
use crate::incident::{Parent, suppressed_by};
use crate::model::{EndpointId, ProbeResult, Verdict, defaults};
use crate::store::State;
use jiff::Timestamp;
use std::collections::HashMap;

/// Marks the results of a run. `stored` is what earlier runs knew, `audience` knows all configured endpoints.
pub fn mark(plan: &Plan, results: &mut [ProbeResult], stored: Option<&State>, audience: &Audience) {
    mark_some(plan, results, stored, audience, |_| true);
}

/// Marks only the results in these places of the plan, by how all of them stand.
pub fn mark_some(
    plan: &Plan,
    results: &mut [ProbeResult],
    stored: Option<&State>,
    audience: &Audience,
    is_one: impl Fn(usize) -> bool,
) {
    let is_marked = |at: usize, result: &ProbeResult| result.verdict != Verdict::Skipped && is_one(at);
    for (at, (item, result)) in plan.items.iter().zip(results.iter_mut()).enumerate() {
        if is_marked(at, result) {
            result.maintenance = item.endpoint.maintenance.iter().any(|window| window.is_open(result.started));
        }
    }
    if plan.items.iter().all(|item| item.endpoint.depends_on.is_empty()) {
        return;
    }
    let intervals = audience.intervals();
    let verdicts: HashMap<EndpointId, Verdict> =
        results.iter().map(|result| (result.id.clone(), result.verdict)).collect();
    for (at, (item, result)) in plan.items.iter().zip(results.iter_mut()).enumerate() {
        if !is_marked(at, result) {
            continue;
        }
        let parent = |id: &EndpointId| {
            let name = id.to_string();
            Parent {
                id: id.clone(),
                now: verdicts.get(id).copied(),
                stored: stored.and_then(|state| known(state, &name)),
                interval: intervals.get(&name).copied().unwrap_or(defaults::INTERVAL),
            }
        };
        let parents: Vec<Parent> = item.endpoint.depends_on.iter().map(parent).collect();
        result.suppressed_by = suppressed_by(&parents, result.ended).cloned();
    }
}

fn known(state: &State, name: &str) -> Option<(Verdict, Timestamp)> {
    let entry = state.endpoints.get(name)?;
    Some((entry.verdict?, entry.ended?))
}
