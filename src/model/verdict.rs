//! What a probe says of its endpoint.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Ordered from best to worst of several: skipped < up < degraded < unknown < down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Not probed: not due, disabled, or not configured.
    Skipped,
    /// Every expectation and every warning held.
    Up,
    /// Every expectation held, a warning did not.
    Degraded,
    /// Nobody can tell: the cause lies on this side of the target, or between.
    Unknown,
    /// The target's fault.
    Down,
}

impl Verdict {
    /// All five, from best to worst.
    pub const ALL: [Self; 5] = [Self::Skipped, Self::Up, Self::Degraded, Self::Unknown, Self::Down];

    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Skipped => "skipped",
            Self::Up => "up",
            Self::Degraded => "degraded",
            Self::Unknown => "unknown",
            Self::Down => "down",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
