//! The contract's built-in settings that more than one room needs. Those that only one knows stand in its `Default`.

use super::Backoff;
use std::time::Duration;

/// `interval`, also of an endpoint that the configuration doesn't have any more.
pub const INTERVAL: Duration = Duration::from_mins(1);
/// `interval_failing` is no longer than this.
pub const INTERVAL_FAILING: Duration = Duration::from_mins(1);

/// `after` of a heal rule: failing results in a row.
pub const HEAL_AFTER: u32 = 2;
/// Its `backoff`: the wait after each attempt.
pub const HEAL_BACKOFF: Backoff =
    Backoff { initial: Duration::from_secs(3), factor: 2.0, max: Duration::from_mins(1), jitter: false };
/// Its `max_attempts`.
pub const HEAL_MAX_ATTEMPTS: u32 = 10;
/// Its `reset_after`: so long without a down.
pub const HEAL_RESET_AFTER: Duration = Duration::from_mins(10);
/// Its `verify`.
pub const HEAL_VERIFY: bool = true;
/// `timeout` of its command. The contract leaves it open.
pub const HEAL_COMMAND_TIMEOUT: Duration = Duration::from_secs(30);

/// `timeout` of a receiver's command: what any receiver has for one try.
pub const RECEIVER_COMMAND_TIMEOUT: Duration = Duration::from_secs(10);

/// `interval_failing` where none is written.
pub fn interval_failing(interval: Duration) -> Duration {
    interval.min(INTERVAL_FAILING)
}
