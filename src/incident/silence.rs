//! Muted targets.

use crate::model::EndpointId;
use crate::model::time::{moment, moment_opt};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One silence: it delays openings, reminders and remediation, never records or recoveries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Silence {
    /// Names it.
    pub id: String,
    /// What it covers: TARGETs.
    pub targets: Vec<String>,
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
    pub fn new(id: String, targets: Vec<String>, ending: Ending, reason: Option<String>, now: Timestamp) -> Self {
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
            && self.targets.iter().any(|target| covers(target, id, tags))
            && !self.recovered.contains(&id.to_string())
    }
}

/// Whether a TARGET means this endpoint: `all`, a channel, `channel/endpoint`, a glob of either, `tag:NAME`.
pub fn covers(target: &str, id: &EndpointId, tags: &[String]) -> bool {
    if let Some(tag) = target.strip_prefix("tag:") {
        return tags.iter().any(|one| one == tag);
    }
    match target.split_once('/') {
        None => target == "all" || glob(target, id.channel.as_str()),
        Some(_) => glob(target, &id.to_string()),
    }
}

fn glob(pattern: &str, text: &str) -> bool {
    pattern == text
        || globset::GlobBuilder::new(pattern)
            .literal_separator(true)
            .build()
            .is_ok_and(|glob| glob.compile_matcher().is_match(text))
}

#[cfg(test)]
mod tests {
    use super::{Ending, Silence, covers};
    use crate::model::{EndpointId, Name};

    #[test]
    fn covers_what_a_target_names() {
        let id = EndpointId::new(Name::parse("vk").expect("a name"), "health");
        let tags = ["ru".to_owned()];
        for (target, meant) in [
            ("all", true),
            ("vk", true),
            ("v*", true),
            ("*", true),
            ("vk/health", true),
            ("*/health", true),
            ("vk/*", true),
            ("tag:ru", true),
            ("tag:fi", false),
            ("max", false),
            ("vk/api", false),
            ("vk/heal", false),
            ("[", false),
        ] {
            assert_eq!(covers(target, &id, &tags), meant, "{target}");
        }
    }

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
