//! One thing that a person is told: an item of a notification.

use super::time::{moment, moment_opt};
use super::{Blame, EndpointId, IncidentId, IncidentKind, Reason, Verdict, incident::short_hash};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// What happened, in the words of the webhook body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// An incident opened, or got worse.
    #[default]
    Open,
    /// It is still open, or got better without being over.
    Remind,
    /// It is over.
    Recover,
    /// A remediation worked.
    Healed,
    /// Remediation was given up, handed over to a human, or held back.
    HealFailed,
    /// The endpoint goes up and down.
    Flapping,
    /// It no longer does.
    Steady,
    /// canary cannot tell.
    Unknown,
    /// The endpoint has left the configuration.
    Removed,
}

impl Event {
    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Remind => "remind",
            Self::Recover => "recover",
            Self::Healed => "healed",
            Self::HealFailed => "heal_failed",
            Self::Flapping => "flapping",
            Self::Steady => "steady",
            Self::Unknown => "unknown",
            Self::Removed => "removed",
        }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// In which direction an open incident changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// From degraded to down.
    Worse,
    /// From down to degraded.
    Better,
}

/// One endpoint that a remedy was held back from, because too much is broken at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeldBack {
    /// Which.
    pub endpoint: EndpointId,
    /// Why it fails.
    pub reason: Option<Reason>,
    /// The same for a person.
    pub message: Option<String>,
    /// The URL asked, secrets masked.
    pub url: Option<String>,
    /// Where to read what to do.
    pub runbook: Option<String>,
    /// What would have been run.
    pub action: Option<String>,
}

/// One item, with everything needed to tell it later than it happened. Texts are already redacted; escaping is the renderer's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Notice {
    /// Derived from the incident, the event and its number: the same notice is never queued twice.
    pub id: String,
    /// The incident it belongs to.
    pub incident: IncidentId,
    /// What is, or was, wrong.
    pub kind: IncidentKind,
    /// What happened.
    pub event: Event,
    /// With `open` and `remind`: which way the incident changed.
    pub change: Option<Change>,
    /// The endpoint; none when one incident covers several.
    pub endpoint: Option<EndpointId>,
    /// The endpoints of an incident that covers several.
    pub endpoints: Vec<EndpointId>,
    /// The verdict at that moment.
    pub verdict: Option<Verdict>,
    /// Why.
    pub reason: Option<Reason>,
    /// Whose fault.
    pub blame: Option<Blame>,
    /// The same for a person.
    pub message: Option<String>,
    /// When the incident began: the start of its first failing result.
    #[serde(with = "moment")]
    pub since: Timestamp,
    /// When it ended: the start of the first good result.
    #[serde(with = "moment_opt")]
    pub ended_at: Option<Timestamp>,
    /// Whether the incident began and ended before anything of it could be delivered.
    pub merged: bool,
    /// The URL asked, secrets masked.
    pub url: Option<String>,
    /// Where to read what to do.
    pub runbook: Option<String>,
    /// Up to 1 KiB of the failing response's body.
    pub evidence: Option<String>,
    /// What remediation did or refused to do.
    pub heal: Option<String>,
    /// With `heal_failed`: the endpoints that remedies were held back from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub held_back: Vec<HeldBack>,
    /// The host of the URL, to name common causes.
    pub host: Option<String>,
    /// The proxy pool used, to name common causes.
    pub pool: Option<String>,
    /// Whether this is the first that is told of its incident.
    pub opening: bool,
    /// When it was decided.
    #[serde(with = "moment")]
    pub at: Timestamp,
    /// Since when its receiver waits, where it took the place of what was decided before it and never delivered.
    #[serde(with = "moment_opt", skip_serializing_if = "Option::is_none")]
    pub waits_since: Option<Timestamp>,
    /// The receivers it is for.
    pub to: Vec<String>,
}

impl Notice {
    /// Its id: of the incident, the event, and which of several.
    pub fn id_of(incident: &IncidentId, event: Event, change: Option<Change>, number: u32) -> String {
        let change = match change {
            None => "",
            Some(Change::Worse) => "worse",
            Some(Change::Better) => "better",
        };
        short_hash(&[incident.as_str(), event.as_str(), change, &number.to_string()])
    }

    /// Whether it tells the end of its incident.
    pub fn ends(&self) -> bool {
        self.ended_at.is_some()
    }

    /// Whether it is about remediation and not about the incident itself.
    pub fn is_about_healing(&self) -> bool {
        match self.event {
            Event::Healed | Event::HealFailed => true,
            Event::Open
            | Event::Remind
            | Event::Recover
            | Event::Flapping
            | Event::Steady
            | Event::Unknown
            | Event::Removed => false,
        }
    }

    /// When the oldest of what it tells was decided.
    pub fn first_decided(&self) -> Timestamp {
        self.waits_since.map_or(self.at, |since| since.min(self.at))
    }

    /// `vk/health`, or how many endpoints it covers.
    pub fn subject(&self) -> String {
        match &self.endpoint {
            Some(id) => id.to_string(),
            None => format!("{} endpoints", self.endpoints.len()),
        }
    }
}
