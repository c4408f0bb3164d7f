//! What is known of every configured endpoint, put together from the configuration, the state and the rollups.

use super::plan::why_not_probed;
use super::record;
use crate::config::Config;
use crate::config::settings::Endpoint;
use crate::incident;
use crate::model::{EndpointId, ProbeResult, Verdict};
use crate::stats::{Intervals, Known, OpenIncident, Rollup, Silenced, Status};
use crate::store::State;
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The intervals of these endpoints by `channel/endpoint`.
pub fn intervals(endpoints: &[Arc<Endpoint>]) -> Intervals {
    endpoints.iter().map(|endpoint| (endpoint.id.to_string(), endpoint.interval)).collect()
}

/// What is known now, in the configuration's order.
pub fn status(config: &Config, state: &State, rollup: &Rollup, now: Timestamp) -> Status {
    of(config, state, rollup, last_run_at(state, rollup, now), now)
}

fn of(config: &Config, state: &State, rollup: &Rollup, last_run_at: Option<Timestamp>, now: Timestamp) -> Status {
    let incidents = open_incidents(state);
    let known: Vec<Known> = config.endpoints.iter().map(|endpoint| known(endpoint, state, &incidents, now)).collect();
    let probed = config.endpoints.iter().filter(|endpoint| why_not_probed(endpoint).is_none());
    let shortest = probed.map(|endpoint| endpoint.interval).min();
    Status::of(rollup, &known, last_run_at, now).beside(shortest, &config.not_configured)
}

/// The same at the end of a run, for its metrics: with what the run found and the history doesn't hold, because it was not
/// to be recorded or could not be. Results of endpoints that the configuration doesn't have (a URL given as TARGET) follow.
pub fn status_after(
    config: Option<&Config>,
    state: &State,
    mut rollup: Rollup,
    results: &[ProbeResult],
    now: Timestamp,
) -> Status {
    // What is not in the history was no recorded run.
    let last_run_at = last_run_at(state, &rollup, now);
    for result in results.iter().filter(|result| result.verdict != Verdict::Skipped) {
        let kept = rollup.endpoint(&result.id).and_then(crate::stats::EndpointRollup::newest);
        if kept.is_some_and(|newest| newest >= result.started.as_millisecond()) {
            continue;
        }
        // As if they had been recorded: the rollups keep what the history says, in its words.
        rollup.feed_line(record::lines("", &[result]).ok().as_deref(), now);
    }
    let nothing = Config::default();
    let mut status = of(config.unwrap_or(&nothing), state, &rollup, last_run_at, now);
    let configured: HashSet<&EndpointId> = status.endpoints.iter().map(|one| &one.id).collect();
    let strangers = results.iter().filter(|result| !configured.contains(&result.id)).map(|result| Known {
        id: result.id.clone(),
        skipped: None,
        warn_latency: None,
        state: None,
        incident: None,
        silenced: None,
    });
    let strangers = Status::of(&rollup, &strangers.collect::<Vec<_>>(), None, now);
    status.endpoints.extend(strangers.endpoints);
    status.channels.extend(strangers.channels);
    status
}

/// By `channel/endpoint`; the one incident of a cause that keeps canary from telling covers many.
fn open_incidents(state: &State) -> HashMap<String, OpenIncident> {
    let each = state.book.open().into_iter().flat_map(|incident| {
        let open =
            OpenIncident { id: incident.id.to_string(), since: incident.since, acknowledged: incident.ack.is_some() };
        incident.endpoints.iter().map(move |id| (id.to_string(), open.clone()))
    });
    each.collect()
}

fn known(endpoint: &Endpoint, state: &State, incidents: &HashMap<String, OpenIncident>, now: Timestamp) -> Known {
    let key = endpoint.id.to_string();
    let kept = state.endpoints.get(&key);
    let subject = incident::Known { id: &endpoint.id, tags: &endpoint.tags };
    let silenced = state.book.muted_by(subject, now).map(|silence| Silenced {
        id: silence.id.clone(),
        until: silence.until,
        reason: silence.reason.clone(),
    });
    Known {
        id: endpoint.id.clone(),
        skipped: why_not_probed(endpoint),
        warn_latency: endpoint.rules.warn.latency,
        state: kept.and_then(|kept| kept.verdict.zip(kept.since)),
        incident: incidents.get(&key).cloned(),
        silenced,
    }
}

/// The state knows when the last run was recorded; when it was lost, the newest result tells nearly as well.
fn last_run_at(state: &State, rollup: &Rollup, now: Timestamp) -> Option<Timestamp> {
    let newest = rollup.newest().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    state.last_run_at.max(newest).map(|at| at.min(now))
}
