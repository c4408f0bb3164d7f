//! Muted targets.

use crate::model::time::{moment, moment_opt};
use crate::model::{EndpointId, Target};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One silence: it delays openings, reminders and remediation, never records or recoveries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Silence {
    /// Names it.
    pub id: String,
    /// What it covers.
    pub targets: Vec<Target>,
    /// Its end; none for one that lasts until recovery.
    #[serde(with = "moment_opt")]
    pub until: Option<Timestamp>,
    /// `--reason`.
    pub reason: Option<String>,
    /// Since when.
    #[serde(with = "moment")]
    pub created_at: Timestamp,
    /// For one until recovery: the endpoints it no longer covers, because they recovered.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub recovered: BTreeSet<String>,
}

/// When a silence ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// At this time.
    At(Timestamp),
    /// For each covered endpoint when it has recovered (at once for one that is well).
    Recovery,
}

impl Silence {
    /// Makes one.
    pub fn new(id: String, targets: Vec<Target>, ending: Ending, reason: Option<String>, now: Timestamp) -> Self {
        let until = match ending {
            Ending::At(until) => Some(until),
            Ending::Recovery => None,
        };
        Self { id, targets, until, reason, created_at: now, recovered: BTreeSet::new() }
    }

    /// Whether its time is over.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    /// Whether it mutes this endpoint now.
    pub fn mutes(&self, id: &EndpointId, tags: &[String], now: Timestamp) -> bool {
        !self.is_over(now)
            && self.targets.iter().any(|target| target.covers(id, tags))
            && !self.recovered.contains(&id.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::{Ending, Silence};
    use crate::model::{EndpointId, Name};

    #[test]
    fn ends_in_time() {
        let at = |text: &str| text.parse().expect("a time");
        let id = EndpointId::new(Name::parse("vk").expect("a name"), "health");
        let end = Ending::At(at("2026-11-23T11:00:00Z"));
        let silence = Silence::new("s1".into(), vec!["vk".into()], end, None, at("2026-11-23T10:00:00Z"));
        assert!(silence.mutes(&id, &[], at("2026-11-23T10:59:59Z")));
        assert!(!silence.mutes(&id, &[], at("2026-11-23T11:00:00Z")));
    }
}
