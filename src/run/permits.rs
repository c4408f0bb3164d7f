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

#[cfg(test)]
mod tests {
    use super::Permits;
    use crate::config::{adhoc, settings::Endpoint};
    use std::future::Future as _;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    fn endpoint(url: &str, max_per_host: u32) -> Endpoint {
        let mut endpoint = adhoc(url).expect("a URL");
        endpoint.transport.max_per_host = max_per_host;
        endpoint
    }

    /// Whether a permit is there at once; it is kept in `held`.
    fn has(permits: &Permits, endpoint: &Endpoint, held: &mut Vec<super::Permit>) -> bool {
        match pin!(permits.take(endpoint)).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Some(permit)) => held.push(permit),
            Poll::Ready(None) | Poll::Pending => return false,
        }
        true
    }

    #[test]
    fn a_crowded_host_leaves_room_for_the_others() {
        let crowded = endpoint("http://127.0.0.1:1/", 2);
        let other = endpoint("http://127.0.0.1:2/", 8);
        let permits = Permits::new([&crowded, &other].into_iter(), 3);
        let mut held = Vec::new();
        let taken: Vec<bool> = (0..3).map(|_| has(&permits, &crowded, &mut held)).collect();
        assert_eq!(taken, [true, true, false], "max_per_host is 2");
        assert!(has(&permits, &other, &mut held), "the third of the run's permits");
        assert!(!has(&permits, &other, &mut held), "concurrency is 3");
        held.clear();
        assert!(has(&permits, &crowded, &mut held), "given back");
    }
}
