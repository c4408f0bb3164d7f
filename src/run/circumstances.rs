//! What stands around a result: an open maintenance window, a parent that is down.

use super::plan::Plan;
use super::tell::Audience;
use crate::incident::{Parent, suppressed_by};
use crate::model::{EndpointId, ProbeResult, Verdict, defaults};
use crate::store::State;
use jiff::Timestamp;
use std::collections::HashMap;
use std::time::Duration;

/// The intervals of all configured endpoints by `channel/endpoint`.
pub type Intervals = HashMap<String, Duration>;

/// Marks the results of a run. `stored` is what earlier runs knew, `audience` knows all configured endpoints.
pub fn mark(plan: &Plan, results: &mut [ProbeResult], stored: Option<&State>, audience: &Audience) {
    for (item, result) in plan.items.iter().zip(results.iter_mut()) {
        if result.verdict != Verdict::Skipped {
            result.maintenance = item.endpoint.maintenance.iter().any(|window| window.is_open(result.started));
        }
    }
    if plan.items.iter().all(|item| item.endpoint.depends_on.is_empty()) {
        return;
    }
    let intervals = audience.intervals();
    let verdicts: HashMap<EndpointId, Verdict> =
        results.iter().map(|result| (result.id.clone(), result.verdict)).collect();
    for (item, result) in plan.items.iter().zip(results.iter_mut()) {
        if result.verdict == Verdict::Skipped {
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
