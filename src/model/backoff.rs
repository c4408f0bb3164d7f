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
    /// The wait after the `tries`-th try, counted from 1: `initial × factor^(tries - 1)`, at most `max`. With jitter
    /// `random` in 0..1 draws it from the upper half.
    pub fn wait(&self, tries: u32, random: f64) -> Duration {
        let max = self.max.as_secs_f64();
        let power = f64::from(tries.saturating_sub(1));
        let full = (self.initial.as_secs_f64() * self.factor.max(1.0).powf(power)).min(max);
        let share = if self.jitter { 0.5 + random.clamp(0.0, 1.0) / 2.0 } else { 1.0 };
        Duration::try_from_secs_f64(full * share).unwrap_or(self.max)
    }
}
