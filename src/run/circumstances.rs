//! What stands around a result: an open maintenance window, a parent that is down.

use super::plan::Plan;
use crate::incident::{Parent, suppressed_by};
use crate::model::{ProbeResult, Verdict};
use crate::store::State;
use jiff::Timestamp;
use std::collections::HashMap;
use std::time::Duration;

/// The intervals of all configured endpoints by `channel/endpoint`.
pub type Intervals = HashMap<String, Duration>;

/// Marks the results of a run. `stored` is what earlier runs knew, `intervals` those of all configured endpoints.
pub fn mark(plan: &Plan, results: &mut [ProbeResult], stored: Option<&State>, intervals: &Intervals) {
    let verdicts: HashMap<String, Verdict> =
        results.iter().map(|result| (result.id.to_string(), result.verdict)).collect();
    for (item, result) in plan.items.iter().zip(results.iter_mut()) {
        if result.verdict == Verdict::Skipped {
            continue;
        }
        result.maintenance = item.endpoint.maintenance.iter().any(|window| window.is_open(result.started));
        let parents: Vec<Parent> = item
            .endpoint
            .depends_on
            .iter()
            .map(|id| {
                let name = id.to_string();
                Parent {
                    id: id.clone(),
                    now: verdicts.get(&name).copied(),
                    stored: stored.and_then(|state| known(state, &name)),
                    interval: intervals.get(&name).copied().unwrap_or(Duration::from_mins(1)),
                }
            })
            .collect();
        result.suppressed_by = suppressed_by(&parents, result.ended).cloned();
    }
}

fn known(state: &State, name: &str) -> Option<(Verdict, Timestamp)> {
    let entry = state.endpoints.get(name)?;
    Some((entry.verdict?, entry.ended?))
}
