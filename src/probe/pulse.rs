//! Whether this machine gives the run its turns: how late timers fire, added up.

use super::broken::Broken;
use crate::model::{FailureKind, Fault};
use crate::text::duration;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// The pause between two looks at the clock.
const BEAT: Duration = Duration::from_millis(25);

/// Less than this lost is no excuse, however short the timeout.
const LITTLE: Duration = Duration::from_millis(500);

/// No beat is due.
const NEVER: u64 = u64::MAX;

/// Beats as long as attempts are made; a beat that comes late shows how long nothing else could be done either.
#[derive(Debug)]
pub(super) struct Pulse {
    origin: Instant,
    beating: AtomicBool,
    /// Microseconds, all late beats together.
    late: AtomicU64,
    /// When the next beat is due, in microseconds since the origin.
    due: AtomicU64,
}

/// An attempt's share of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    at: Instant,
    late: Duration,
}

impl Pulse {
    /// Not yet beating.
    pub(super) fn new() -> Arc<Self> {
        let (beating, late, due) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(NEVER));
        Arc::new(Self { origin: Instant::now(), beating, late, due })
    }

    /// Remembers this moment, for [`Pulse::fair`]. The first call starts the beat on the runtime.
    pub(super) fn mark(self: &Arc<Self>) -> Mark {
        if !self.beating.swap(true, Ordering::Relaxed) {
            tokio::spawn(beat(Stop(Arc::downgrade(self))));
        }
        Mark { at: Instant::now(), late: self.late() }
    }

    /// The failure as it is to be told: time that ran out while this machine stood still for half of it or more is this
    /// machine's fault.
    pub(super) fn fair(&self, broken: Broken, since: Mark) -> Broken {
        let ours = match broken.fault {
            Fault::Target | Fault::Exit | Fault::Resolver | Fault::Network => broken.kind == FailureKind::Timeout,
            Fault::Local | Fault::Cut => false,
        };
        let (late, spent) = (self.late().saturating_sub(since.late), since.at.elapsed());
        if !ours || late < LITTLE.max(spent / 2) {
            return broken;
        }
        let (late, spent) = (duration::human(late), duration::human(spent));
        let detail = format!("this machine is too slow, it stood still for {late} of {spent}: {}", broken.detail);
        Broken { fault: Fault::Local, detail, ..broken }
    }

    /// How long this machine stood still since then, where that was a good part of the time; nothing where it was not: beats
    /// are always a little late.
    pub(super) fn lost(&self, since: Mark) -> Duration {
        let (late, spent) = (self.late().saturating_sub(since.late), since.at.elapsed());
        if late < LITTLE.max(spent / 4) { Duration::ZERO } else { late.min(spent) }
    }

    /// How late all beats were together, the one that is due included.
    fn late(&self) -> Duration {
        let due = self.due.load(Ordering::Relaxed);
        let now = micros(self.origin.elapsed());
        Duration::from_micros(self.late.load(Ordering::Relaxed) + now.saturating_sub(due))
    }
}

/// Where the beat ends, by itself or with its runtime, it may begin anew.
struct Stop(Weak<Pulse>);

impl Drop for Stop {
    fn drop(&mut self) {
        if let Some(pulse) = self.0.upgrade() {
            pulse.due.store(NEVER, Ordering::Relaxed);
            pulse.beating.store(false, Ordering::Relaxed);
        }
    }
}

async fn beat(pulse: Stop) {
    loop {
        let Some(this) = pulse.0.upgrade() else { return };
        let next = Instant::now() + BEAT;
        this.due.store(micros(next - this.origin), Ordering::Relaxed);
        drop(this);
        sleep_until(next).await;
        let Some(this) = pulse.0.upgrade() else { return };
        this.late.fetch_add(micros(next.elapsed()), Ordering::Relaxed);
    }
}

fn micros(span: Duration) -> u64 {
    u64::try_from(span.as_micros()).unwrap_or(NEVER - 1)
}

#[cfg(test)]
mod tests {
    use super::{Broken, Duration, FailureKind, Fault, Pulse};
    use crate::model::Stage;

    fn timeout(fault: Fault) -> Broken {
        Broken::new(Stage::Head, fault, "no response header in 1s").kind(FailureKind::Timeout)
    }

    #[tokio::test]
    async fn time_that_this_machine_lost_is_its_own() {
        let pulse = Pulse::new();
        let before = pulse.mark();
        for _ in 0..7 {
            tokio::task::yield_now().await;
            std::thread::sleep(Duration::from_millis(100));
        }
        let told = pulse.fair(timeout(Fault::Target), before);
        assert_eq!(told.fault, Fault::Local);
        assert!(told.detail.starts_with("this machine is too slow, it stood still for "), "{}", told.detail);
        assert!(told.detail.ends_with(": no response header in 1s"), "{}", told.detail);
        assert_eq!(pulse.fair(timeout(Fault::Exit), before).fault, Fault::Local);
        assert!(pulse.lost(before) > Duration::from_millis(500));
        assert_eq!(pulse.lost(pulse.mark()), Duration::ZERO);
        assert_eq!(pulse.fair(timeout(Fault::Cut), before).fault, Fault::Cut);
        let refused = Broken::target(Stage::Connect, "connection refused");
        assert_eq!(pulse.fair(refused, before).fault, Fault::Target, "it did answer");
    }

    #[tokio::test]
    async fn a_machine_at_ease_excuses_nothing() {
        let pulse = Pulse::new();
        // The first stretch in which the machine gave its turns is enough: others may keep it busy meanwhile.
        for _ in 0..20 {
            let before = pulse.mark();
            tokio::time::sleep(Duration::from_millis(200)).await;
            if pulse.fair(timeout(Fault::Target), before).fault == Fault::Target {
                return;
            }
        }
        panic!("never at ease");
    }

    #[test]
    fn it_ends_with_its_runtime() {
        let pulse = Pulse::new();
        let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let before = runtime().block_on(async {
            let before = pulse.mark();
            tokio::task::yield_now().await;
            before
        });
        std::thread::yield_now();
        let late = pulse.late();
        assert_eq!(pulse.late(), late, "nothing is due");
        assert!(pulse.late() >= before.late);
    }
}
