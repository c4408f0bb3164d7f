//! How long a step may take: its own limit, the attempt's timeout, the run's end; and which of them was over first.

use super::broken::Broken;
use crate::model::{FailureKind, Fault, Stage};
use crate::text::duration;
use std::future::Future;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// A timer that fires later than this says that the machine was too busy to be a fair judge of anybody.
const FAIR_DELAY: Duration = Duration::from_secs(1);

/// The bounds of one attempt.
#[derive(Clone, Copy, Debug)]
pub(super) struct Deadline {
    /// When the attempt began.
    pub(super) start: Instant,
    timeout: Duration,
    cut: Instant,
}

/// One step's bound: a moment, and the setting that it comes from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bound {
    /// The moment.
    pub(super) at: Instant,
    span: Duration,
    cut: Instant,
}

/// A step that was not done in time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Overrun {
    span: Duration,
    late: Duration,
    cut: bool,
}

impl Deadline {
    /// An attempt that begins now.
    pub(super) fn new(timeout: Duration, cut: Instant) -> Self {
        Self { start: Instant::now(), timeout, cut }
    }

    /// Until the attempt's end.
    pub(super) fn whole(&self) -> Bound {
        let end = self.start + self.timeout;
        Bound { at: end.min(self.cut), span: self.timeout, cut: self.cut }
    }

    /// At most so long from now, and until the attempt's end.
    pub(super) fn step(&self, limit: Duration) -> Bound {
        let (own, end) = (Instant::now() + limit, self.start + self.timeout);
        let span = if own < end { limit } else { self.timeout };
        Bound { at: own.min(end).min(self.cut), span, cut: self.cut }
    }
}

impl Bound {
    /// Waits for it, but no longer than the bound.
    pub(super) async fn wait<F: Future>(&self, future: F) -> Result<F::Output, Overrun> {
        timeout_at(self.at, future).await.map_err(|_| self.overrun())
    }

    /// What is to be said when the bound is over.
    pub(super) fn overrun(&self) -> Overrun {
        Overrun { span: self.span, late: Instant::now().saturating_duration_since(self.at), cut: self.at >= self.cut }
    }
}

impl Overrun {
    /// The failure; `what` is given the time that was allowed: `10s`.
    pub(super) fn broken(self, stage: Stage, fault: Fault, what: impl FnOnce(&str) -> String) -> Broken {
        let what = what(&duration::format(self.span));
        let (fault, detail) = if self.cut {
            (Fault::Cut, format!("cut by the end of the run before its time was over: {what}"))
        } else if self.late > FAIR_DELAY {
            let late = duration::human(self.late);
            (Fault::Local, format!("this machine is too slow, a timer fired {late} late: {what}"))
        } else {
            (fault, what)
        };
        Broken::new(stage, fault, detail).kind(FailureKind::Timeout)
    }
}
