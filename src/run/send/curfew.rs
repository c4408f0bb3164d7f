//! When sending must be over.

use crate::world::signals::{Signal, came};
use std::cell::Cell;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

/// What a signal leaves to receivers that answer at once: those who sent it wait for canary's end.
const GRACE: Duration = Duration::from_millis(700);

/// The end of sending: an instant, or shortly after a signal.
#[derive(Debug)]
pub struct Curfew {
    cut: Instant,
    signal: Option<watch::Receiver<Option<Signal>>>,
    /// Set when the signal is first seen.
    grace: Cell<Option<Instant>>,
}

impl Curfew {
    /// At `cut`, finished or not, or after the signal, if there is anybody who tells of one.
    pub fn new(cut: Instant, signal: Option<watch::Receiver<Option<Signal>>>) -> Self {
        Self { cut, signal, grace: Cell::new(None) }
    }

    /// When, as far as is known now.
    pub(super) fn end(&self) -> Instant {
        if self.signal().is_none() {
            return self.cut;
        }
        let grace = self.grace.get().unwrap_or_else(|| Instant::now() + GRACE);
        self.grace.set(Some(grace));
        grace.min(self.cut)
    }

    /// Whether nothing more may be begun.
    pub(super) fn is_over(&self) -> bool {
        Instant::now() >= self.end()
    }

    /// The signal that came.
    pub(super) fn signal(&self) -> Option<Signal> {
        self.signal.as_ref().and_then(|signal| *signal.borrow())
    }

    /// Waits for a signal, and then for what it leaves. The cut is not waited for: every try knows it.
    pub(super) async fn cut_short(&self) -> Signal {
        let signal = came(self.signal.as_ref()).await;
        sleep_until(self.end()).await;
        signal
    }
}
