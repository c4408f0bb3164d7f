//! An open incident, and the notices made of it.

use super::Fact;
use crate::model::time::{elapsed, moment, moment_opt};
use crate::model::{Blame, Change, EndpointId, Event, IncidentId, IncidentKind, Name, Notice, Reason, Verdict};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::Duration;

/// One incident, open or past.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Incident {
    /// Derived from the endpoint (or cause), the kind it opened as, and `since`.
    pub id: IncidentId,
    /// The kind it opened as.
    pub kind: IncidentKind,
    /// What was last said of it.
    pub severity: IncidentKind,
    /// Whether it was ever said to be degraded: when it stops being down while degraded, it got better and isn't over.
    pub was_degraded: bool,
    /// The worst that it was.
    pub worst: Option<IncidentKind>,
    /// While it flaps: whether it does so without ever being down.
    pub soft: bool,
    /// Its endpoint; for the one incident of a cause of `unknown` those of which canary cannot tell, at its end all of them.
    pub endpoints: Vec<EndpointId>,
    /// Endpoints of such an incident of which canary can tell again, while it is open.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub known_again: Vec<EndpointId>,
    /// The start of its first failing result.
    #[serde(with = "moment")]
    pub since: Timestamp,
    /// When it was decided to be one.
    #[serde(with = "moment")]
    pub opened_at: Timestamp,
    /// When it ended: the start of the first good result.
    #[serde(with = "moment_opt")]
    pub ended_at: Option<Timestamp>,
    /// How it ended.
    pub outcome: Option<Event>,
    /// Whether its opening was handed on; false after a rebuild from the history.
    pub announced: bool,
    /// Whom it was announced to, by receiver name.
    pub told: BTreeSet<String>,
    /// When it was last spoken of.
    #[serde(with = "moment")]
    pub said_at: Timestamp,
    /// Reminders so far.
    pub reminders: u32,
    /// How often it got worse, better, flapping or steady.
    pub changes: u32,
    /// Who stopped the reminders.
    pub ack: Option<Ack>,
    /// Why it is failing, as of the last failing result.
    pub reason: Option<Reason>,
    /// Whose fault.
    pub blame: Option<Blame>,
    /// The same for a person.
    pub message: Option<String>,
    /// The URL asked.
    pub url: Option<String>,
    /// Where to read what to do.
    pub runbook: Option<String>,
}

/// An acknowledgement: no reminders until recovery.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ack {
    /// When.
    #[serde(with = "moment")]
    pub at: Timestamp,
    /// `--note`.
    pub note: Option<String>,
}

/// Whether a reminder is due.
pub(super) enum Reminder {
    Due,
    Acked,
    In(Duration),
}

impl Incident {
    pub(super) fn begin(kind: IncidentKind, subject: &str, since: Timestamp, now: Timestamp) -> Self {
        Self {
            id: IncidentId::derive(subject, kind, since),
            kind,
            severity: kind,
            was_degraded: kind == IncidentKind::Degraded,
            worst: Some(kind),
            since,
            opened_at: now,
            said_at: now,
            ..Self::default()
        }
    }

    /// Keeps the newest failing result's words.
    pub(super) fn learn(&mut self, fact: &Fact) {
        match fact.verdict {
            Verdict::Down | Verdict::Degraded => {
                self.reason = fact.reason;
                self.blame = fact.blame;
                self.message.clone_from(&fact.message);
            }
            Verdict::Up | Verdict::Unknown | Verdict::Skipped => {}
        }
        self.url.clone_from(&fact.url);
        self.runbook.clone_from(&fact.runbook);
    }

    /// How long it lasts or lasted.
    pub fn span(&self, now: Timestamp) -> Duration {
        elapsed(self.since, self.ended_at.unwrap_or(now))
    }

    pub(super) fn reminder(&mut self, repeat: Duration, now: Timestamp) -> Reminder {
        self.said_at = self.said_at.min(now);
        let passed = elapsed(self.said_at, now);
        if self.ack.is_some() {
            Reminder::Acked
        } else if repeat.is_zero() || passed < repeat {
            Reminder::In(repeat.saturating_sub(passed))
        } else {
            Reminder::Due
        }
    }

    /// The words for its openings and reminders: they go to the endpoint's receivers of today.
    pub(super) fn say(
        &mut self,
        event: Event,
        change: Option<Change>,
        fact: &Fact,
        to: &[Name],
        now: Timestamp,
    ) -> Notice {
        let opening = !self.announced || self.told.is_empty();
        self.announced = true;
        self.said_at = now;
        let number = match (event, change) {
            (Event::Remind, None) => {
                self.reminders += 1;
                self.reminders
            }
            (_, Some(_)) | (Event::Flapping | Event::Steady, None) => {
                self.changes += 1;
                self.changes
            }
            _ => 0,
        };
        self.told.extend(to.iter().map(Name::to_string));
        Notice {
            id: Notice::id_of(&self.id, event, change, number),
            event,
            change,
            verdict: Some(fact.verdict),
            evidence: fact.evidence.clone(),
            heal: fact.heal.clone(),
            host: fact.host(),
            pool: fact.pool.clone(),
            opening,
            to: to.iter().map(Name::to_string).collect(),
            ..self.notice(now)
        }
    }

    /// Those of these receivers that never heard of it, though others may have, or nobody could: theirs was not configured
    /// when it opened, or came later.
    pub(super) fn untold(&self, to: &[Name]) -> Vec<Name> {
        to.iter().filter(|name| !self.told.contains(name.as_str())).cloned().collect()
    }

    /// The words for receivers that never heard of it: its opening, late. Others' reminders are due when they would be.
    pub(super) fn introduce(&mut self, event: Event, fact: &Fact, to: &[Name], now: Timestamp) -> Notice {
        let said_at = if self.told.is_empty() { now } else { self.said_at };
        let notice = self.say(event, None, fact, to, now);
        self.said_at = said_at;
        Notice { opening: true, ..notice }
    }

    /// The words for its end: they go to whom it was announced.
    pub(super) fn end(&mut self, event: Event, verdict: Option<Verdict>, ended: Timestamp, now: Timestamp) -> Notice {
        self.ended_at = Some(ended.max(self.since));
        self.outcome = Some(event);
        self.said_at = now;
        let better = self.worst == Some(IncidentKind::Down) && self.severity == IncidentKind::Degraded;
        Notice {
            id: Notice::id_of(&self.id, event, None, 0),
            kind: if better { IncidentKind::Down } else { self.severity },
            event,
            verdict,
            ended_at: self.ended_at,
            merged: !self.announced,
            opening: !self.announced,
            to: self.told.iter().cloned().collect(),
            ..self.notice(now)
        }
    }

    /// The incident as it stands, for receivers that want to hear of all open ones on every run.
    pub fn notice(&self, now: Timestamp) -> Notice {
        let (endpoint, endpoints) = match self.endpoints.as_slice() {
            [one] => (Some(one.clone()), Vec::new()),
            several => (None, several.to_vec()),
        };
        Notice {
            incident: self.id.clone(),
            kind: self.severity,
            endpoint,
            endpoints,
            reason: self.reason,
            blame: self.blame,
            message: self.message.clone(),
            since: self.since,
            url: self.url.clone(),
            runbook: self.runbook.clone(),
            at: now,
            ..Notice::default()
        }
    }
}
