//! A run's name and its hours: when it began, and when what must be over.

use crate::world::clock;
use jiff::Timestamp;
use std::time::Duration;
use tokio::time::Instant;

/// A run that has begun.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Its ULID.
    pub id: String,
    /// When it began, by the wall clock …
    pub at: Timestamp,
    /// … and by the one that nobody sets.
    pub instant: Instant,
    /// When probing and healing must be over …
    pub cut: Instant,
    /// … what recording and delivery have after that …
    pub reserve: Duration,
    /// … and when all must be over.
    pub ends: Instant,
}

impl Begun {
    /// Now; `deadline` is what the whole run may take.
    pub fn now(deadline: Duration) -> Self {
        let (instant, at) = (Instant::now(), clock::now());
        let (ends, reserve) = (instant + deadline, reserve(deadline));
        Self { id: clock::new_run_id(at), at, instant, cut: ends - reserve, reserve, ends }
    }

    /// When delivery must be over: it leaves the last quarter of the reserve to what comes after, writing down what was
    /// delivered, outputs, the heartbeat.
    pub fn last_try(&self) -> Instant {
        self.ends - self.reserve / 4
    }
}

/// The part of the deadline that is kept for recording and delivery: the last max(5s, 10 %), at most half of it.
fn reserve(deadline: Duration) -> Duration {
    Duration::from_secs(5).max(deadline / 10).min(deadline / 2)
}
