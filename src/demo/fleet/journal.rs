//! What a service has seen.

use bytes::Bytes;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// One request as it arrived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The method.
    pub method: String,
    /// The request target: path and query.
    pub target: String,
    /// Header lines in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
}

impl Recorded {
    /// The first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// The requests and connections of one service.
#[derive(Debug, Default)]
pub(super) struct Journal {
    seen: Mutex<Seen>,
    news: Condvar,
}

#[derive(Debug, Default)]
struct Seen {
    connections: usize,
    requests: Vec<Recorded>,
}

impl Journal {
    pub(super) fn connected(&self) {
        self.lock().connections += 1;
    }

    pub(super) fn asked(&self, request: Recorded) {
        self.lock().requests.push(request);
        self.news.notify_all();
    }

    pub(super) fn connections(&self) -> usize {
        self.lock().connections
    }

    pub(super) fn count(&self) -> usize {
        self.lock().requests.len()
    }

    pub(super) fn requests(&self) -> Vec<Recorded> {
        self.lock().requests.clone()
    }

    pub(super) fn clear(&self) {
        *self.lock() = Seen::default();
    }

    /// Whether so many requests have come, waiting at most this long for them.
    pub(super) fn wait_for(&self, count: usize, patience: Duration) -> bool {
        let waited = self.news.wait_timeout_while(self.lock(), patience, |seen| seen.requests.len() < count);
        let (seen, _) = waited.unwrap_or_else(PoisonError::into_inner);
        seen.requests.len() >= count
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
