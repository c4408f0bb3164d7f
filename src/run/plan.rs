//! What a run is about: the selected endpoints in the configuration's order, and why some are not probed.

use crate::config::settings::{Endpoint, Route};
use crate::model::ProbeResult;
use jiff::Timestamp;
use std::sync::Arc;

/// One selected endpoint.
#[derive(Clone, Debug)]
pub struct Planned {
    /// Its settings.
    pub endpoint: Arc<Endpoint>,
    /// Why it is not probed in this run.
    pub skip: Option<String>,
    /// Whether its result is recorded: URLs given as TARGETs are not.
    pub recorded: bool,
}

/// The selected endpoints, in order.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// One an endpoint.
    pub items: Vec<Planned>,
}

/// Why no run probes an endpoint, if so.
pub fn why_not_probed(endpoint: &Endpoint) -> Option<String> {
    if endpoint.enabled {
        endpoint.not_configured.as_ref().map(|what| format!("not configured: {what}"))
    } else {
        Some("disabled".to_owned())
    }
}

impl Plan {
    /// Adds a configured endpoint; disabled and unconfigured ones will be skipped.
    pub fn add(&mut self, endpoint: Arc<Endpoint>) {
        let skip = why_not_probed(&endpoint);
        self.items.push(Planned { endpoint, skip, recorded: true });
    }

    /// Adds a URL given as TARGET.
    pub fn add_adhoc(&mut self, endpoint: Endpoint) {
        self.items.push(Planned { endpoint: Arc::new(endpoint), skip: None, recorded: false });
    }

    /// Sends everything along this way instead of what the configuration says (`--via`).
    pub fn go_via(&mut self, route: &Route) {
        for item in &mut self.items {
            Arc::make_mut(&mut item.endpoint).proxy = route.clone();
        }
    }

    /// The endpoints that will be probed.
    pub fn probed(&self) -> impl Iterator<Item = &Planned> {
        self.items.iter().filter(|item| item.skip.is_none())
    }

    /// The results of those that won't be, by position.
    pub fn skipped(&self, now: Timestamp) -> impl Iterator<Item = (usize, ProbeResult)> {
        self.items.iter().enumerate().filter_map(move |(index, item)| {
            let why = item.skip.as_deref()?;
            Some((index, ProbeResult::skipped(item.endpoint.id.clone(), now, why)))
        })
    }
}
