//! What an incident is called: its kind, and an id that survives a crash, a retry and lost state.

use super::result::stamp;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// What is wrong while an incident is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum IncidentKind {
    /// The endpoint is down.
    #[default]
    Down,
    /// It works, but a warning is violated.
    Degraded,
    /// canary cannot tell.
    Unknown,
    /// It goes up and down.
    Flapping,
}

impl IncidentKind {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Degraded => "degraded",
            Self::Unknown => "unknown",
            Self::Flapping => "flapping",
        }
    }
}

impl fmt::Display for IncidentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Twelve hexadecimal digits, derived and never drawn: the same incident has the same id whoever computes it and when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IncidentId(String);

impl IncidentId {
    /// From the endpoint (or, for `unknown`, the cause), the kind it opened as, and the start of its first failing result.
    /// The start counts in milliseconds, as the history holds it.
    pub fn derive(subject: &str, kind: IncidentKind, start: Timestamp) -> Self {
        Self(short_hash(&[subject, kind.as_str(), &stamp(start)]))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for IncidentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The first 48 bits of SHA-256 over the parts, in hexadecimal; no two lists of parts are hashed alike.
pub fn short_hash(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hasher.finalize().iter().take(6).fold(String::with_capacity(12), |mut out, byte| {
        out.extend([byte >> 4, byte & 15].map(|digit| char::from_digit(u32::from(digit), 16).unwrap_or('0')));
        out
    })
}

#[cfg(test)]
mod tests {
    use super::{IncidentId, IncidentKind, short_hash};

    #[test]
    fn is_the_same_for_the_time_that_the_history_keeps() {
        let exact = "2026-11-23T10:00:00.123456789Z".parse().expect("a time");
        let kept = "2026-11-23T10:00:00.123Z".parse().expect("a time");
        let id = IncidentId::derive("vk/health", IncidentKind::Down, exact);
        assert_eq!(id, IncidentId::derive("vk/health", IncidentKind::Down, kept));
        assert_eq!(id.as_str().len(), 12);
        assert_ne!(id, IncidentId::derive("vk/health", IncidentKind::Degraded, exact));
        assert_ne!(id, IncidentId::derive("vk/api", IncidentKind::Down, exact));
    }

    #[test]
    fn parts_dont_run_into_each_other() {
        assert_ne!(short_hash(&["ab", "c"]), short_hash(&["a", "bc"]));
    }
}
