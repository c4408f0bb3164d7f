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
    start: Instant,
    cut: Instant,
}

/// A step that was not done in time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Overrun {
    span: Duration,
    spent: Duration,
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
        Bound { at: end.min(self.cut), span: self.timeout, start: self.start, cut: self.cut }
    }

    /// At most so long from now, and until the attempt's end.
    pub(super) fn step(&self, limit: Duration) -> Bound {
        let (own, end) = (Instant::now() + limit, self.start + self.timeout);
        let span = if own < end { limit } else { self.timeout };
        Bound { at: own.min(end).min(self.cut), span, start: self.start, cut: self.cut }
    }
}

impl Bound {
    /// Waits for it, but no longer than the bound.
    pub(super) async fn wait<F: Future>(&self, future: F) -> Result<F::Output, Overrun> {
        timeout_at(self.at, future).await.map_err(|_| self.overrun())
    }

    /// What is to be said when the bound is over.
    pub(super) fn overrun(&self) -> Overrun {
        let now = Instant::now();
        let (spent, late) = (now.saturating_duration_since(self.start), now.saturating_duration_since(self.at));
        Overrun { span: self.span, spent, late, cut: self.at >= self.cut }
    }
}

impl Overrun {
    /// The failure; `what` is given the time that was allowed: `10s`.
    pub(super) fn broken(self, stage: Stage, fault: Fault, what: impl FnOnce(&str) -> String) -> Broken {
        let what = what(&if self.cut { duration::human(self.spent) } else { duration::format(self.span) });
        let (fault, detail) = if self.cut {
            (Fault::Cut, format!("cut by the end of the run, {what}"))
        } else if self.late > FAIR_DELAY {
            let late = duration::human(self.late);
            (Fault::Local, format!("this machine is too slow, a timer fired {late} late: {what}"))
        } else {
            (fault, what)
        };
        Broken::new(stage, fault, detail).kind(FailureKind::Timeout)
    }
}

#[cfg(test)]
mod tests {
    use super::{Deadline, Duration, FailureKind, Fault, Instant, Overrun, Stage};

    fn told(late: u64, cut: bool) -> (Fault, String) {
        let overrun = Overrun {
            span: Duration::from_secs(10),
            spent: Duration::from_secs(3),
            late: Duration::from_millis(late),
            cut,
        };
        let broken = overrun.broken(Stage::Head, Fault::Target, |span| format!("no response header in {span}"));
        assert_eq!((broken.stage, broken.kind), (Stage::Head, FailureKind::Timeout));
        (broken.fault, broken.detail)
    }

    #[test]
    fn a_busy_machine_and_the_run_end_blame_nobody_else() {
        assert_eq!(told(5, false), (Fault::Target, "no response header in 10s".to_owned()));
        assert_eq!(told(1_400, false).0, Fault::Local);
        assert!(told(1_400, false).1.starts_with("this machine is too slow, a timer fired 1.4s late: no response"));
        assert_eq!(told(5, true), (Fault::Cut, "cut by the end of the run, no response header in 3s".to_owned()));
    }

    #[tokio::test]
    async fn the_earliest_limit_counts_and_is_named() {
        let (ms, never) = (Duration::from_millis, std::future::pending::<()>());
        let mut never = Box::pin(never);
        let far = Instant::now() + ms(60_000);
        for (timeout, limit, span) in [(30, 10_000, 30), (10_000, 20, 20)] {
            let bound = Deadline::new(ms(timeout), far).step(ms(limit));
            let overrun = bound.wait(&mut never).await.expect_err("an overrun");
            assert_eq!((overrun.span, overrun.cut), (ms(span), false));
        }
        let cut = Deadline::new(ms(10_000), Instant::now() + ms(20)).whole();
        assert!(cut.wait(&mut never).await.expect_err("an overrun").cut);
    }
}
