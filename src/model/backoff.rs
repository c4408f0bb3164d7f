//! Waits that grow.

use std::time::Duration;

/// `backoff: { initial, factor, max, jitter }`.
#[derive(Clone, Debug, PartialEq)]
pub struct Backoff {
    /// The first wait.
    pub initial: Duration,
    /// By how much each further wait grows, at least 1.
    pub factor: f64,
    /// The longest wait; also bounds `Retry-After`.
    pub max: Duration,
    /// Whether a wait is drawn from its upper half, so that many clients don't return at once.
    pub jitter: bool,
}

impl Backoff {
    /// The wait after the nth try (from 1), without jitter: `initial`, then each `factor` times the one before, up to `max`.
    pub fn wait(&self, nth: u32) -> Duration {
        let doublings = i32::try_from(nth.saturating_sub(1)).unwrap_or(i32::MAX);
        let secs = self.initial.as_secs_f64() * self.factor.max(1.0).powi(doublings);
        if secs.is_finite() && secs < self.max.as_secs_f64() { Duration::from_secs_f64(secs) } else { self.max }
    }
}

#[cfg(test)]
mod tests {
    use super::Backoff;
    use std::time::Duration;

    #[test]
    fn grows_to_its_limit_and_stays_there() {
        let backoff =
            Backoff { initial: Duration::from_secs(3), factor: 2.0, max: Duration::from_mins(1), jitter: false };
        let waits: Vec<u64> = [1, 2, 3, 4, 5, 6, 7, u32::MAX].map(|n| backoff.wait(n).as_secs()).to_vec();
        assert_eq!(waits, [3, 6, 12, 24, 48, 60, 60, 60]);
        let wild = Backoff { factor: f64::INFINITY, ..backoff };
        assert_eq!(wild.wait(2).as_secs(), 60);
    }
}
