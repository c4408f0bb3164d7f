//! One task a probe; the only place that waits for work, signals and the deadline.

use super::plan::Plan;
use super::probe::{self, Prober};
use crate::model::{EndpointId, ProbeResult};
use crate::world::clock;
use crate::world::signals::Signal;
use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::{Id, JoinSet, LocalSet};
use tokio::time::Instant;

/// How much later than the deadline a task may report that it was cut, before it is ended from outside.
const GRACE: Duration = Duration::from_millis(250);

/// What became of a round of probes.
#[derive(Debug)]
pub struct Dispatched {
    /// One a planned endpoint, in the plan's order.
    pub results: Vec<ProbeResult>,
    /// The signal that ended it early.
    pub signal: Option<Signal>,
    /// Endpoints whose probe panicked.
    pub panicked: Vec<EndpointId>,
}

/// Probes all of the plan until `cut`; `finished` sees every probed result as it comes.
pub async fn dispatch(
    plan: &Plan,
    prober: &Rc<Prober>,
    cut: Instant,
    mut signal: watch::Receiver<Option<Signal>>,
    finished: &mut dyn FnMut(&ProbeResult),
) -> Dispatched {
    let local = LocalSet::new();
    local
        .run_until(async {
            let mut results: Vec<Option<ProbeResult>> = vec![None; plan.items.len()];
            for (index, result) in plan.skipped(clock::now()) {
                results[index] = Some(result);
            }
            prober.clocks.begin(plan.probed().count());
            let mut tasks = JoinSet::new();
            let mut at: HashMap<Id, usize> = HashMap::new();
            for (index, item) in plan.items.iter().enumerate().filter(|(_, item)| item.skip.is_none()) {
                let (prober, endpoint) = (Rc::clone(prober), item.endpoint.clone());
                let handle = tasks.spawn_local(async move { probe::probe(&prober, &endpoint, cut).await });
                at.insert(handle.id(), index);
            }
            let mut panicked = Vec::new();
            let mut came = *signal.borrow_and_update();
            let mut why = "the run's deadline was reached before this endpoint was done";
            while came.is_none() {
                tokio::select! {
                    joined = tasks.join_next_with_id() => {
                        let (index, result) = match joined {
                            None => break,
                            Some(Ok((id, result))) => (at.get(&id).copied(), result),
                            Some(Err(error)) => {
                                let index = at.get(&error.id()).copied();
                                let Some(item) = index.and_then(|index| plan.items.get(index)) else { continue };
                                panicked.push(item.endpoint.id.clone());
                                (index, probe::broken(&item.endpoint))
                            }
                        };
                        if let Some(slot) = index.and_then(|index| results.get_mut(index)) {
                            finished(slot.insert(result));
                        }
                    }
                    () = tokio::time::sleep_until(cut + GRACE) => break,
                    Ok(()) = signal.changed() => came = *signal.borrow_and_update(),
                }
            }
            if let Some(signal) = came {
                why = match signal {
                    Signal::Interrupt => "SIGINT ended the run before this endpoint was done",
                    Signal::Terminate => "SIGTERM ended the run before this endpoint was done",
                };
            }
            tasks.abort_all();
            let results = results
                .into_iter()
                .zip(&plan.items)
                .map(|(result, item)| {
                    result.unwrap_or_else(|| {
                        let result = probe::cut(&item.endpoint, why);
                        finished(&result);
                        result
                    })
                })
                .collect();
            Dispatched { results, signal: came, panicked }
        })
        .await
}
