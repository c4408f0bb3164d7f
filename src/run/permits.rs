//! How many attempts may be under way: in all, and against one host.

use crate::config::settings::Endpoint;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The run's permits. An attempt takes its host's first: one crowded host never keeps the others waiting.
#[derive(Debug)]
pub struct Permits {
    all: Arc<Semaphore>,
    hosts: HashMap<String, Arc<Semaphore>>,
}

/// Held while an attempt is under way.
#[derive(Debug)]
pub struct Permit {
    _host: OwnedSemaphorePermit,
    _all: OwnedSemaphorePermit,
}

impl Permits {
    /// For these endpoints, `concurrency` in all; a host named by several endpoints takes the smallest `max_per_host`.
    pub fn new<'a>(endpoints: impl Iterator<Item = &'a Endpoint>, concurrency: usize) -> Self {
        let mut most: HashMap<String, usize> = HashMap::new();
        for endpoint in endpoints {
            let wanted = usize::try_from(endpoint.transport.max_per_host).unwrap_or(usize::MAX).clamp(1, concurrency);
            most.entry(host_of(endpoint)).and_modify(|now| *now = (*now).min(wanted)).or_insert(wanted);
        }
        let hosts = most.into_iter().map(|(host, most)| (host, Arc::new(Semaphore::new(most)))).collect();
        Self { all: Arc::new(Semaphore::new(concurrency)), hosts }
    }

    /// Waits for a turn. None only when the run is being torn down.
    pub async fn take(&self, endpoint: &Endpoint) -> Option<Permit> {
        let host = Arc::clone(self.hosts.get(&host_of(endpoint))?);
        let host = host.acquire_owned().await.ok()?;
        let all = Arc::clone(&self.all).acquire_owned().await.ok()?;
        Some(Permit { _host: host, _all: all })
    }
}

/// Host and port: two services of one machine don't share a budget.
fn host_of(endpoint: &Endpoint) -> String {
    let url = &endpoint.request.url;
    format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or_default())
}
