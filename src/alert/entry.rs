//! One notification on its way to one receiver.

use super::Backlog;
use crate::model::incident::short_hash;
use crate::model::result::stamp;
use crate::model::time::{elapsed, moment, moment_opt};
use crate::model::{Notice, Summary};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap as _};
use std::time::Duration;

/// An entry of the outbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Entry {
    /// Derived from the receiver and what is told: a retry has the same, merged news change it.
    pub id: String,
    /// To whom.
    pub receiver: String,
    /// What is told, in order.
    pub items: Vec<Notice>,
    /// What waited for more than a day, folded.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub backlog: Vec<Backlog>,
    /// The run that last added to it.
    pub run: String,
    /// That run's summary.
    pub summary: Summary,
    /// When the oldest of it was decided.
    #[serde(with = "moment")]
    pub created_at: Timestamp,
    /// When it was first tried with this content.
    #[serde(with = "moment_opt")]
    pub sent_at: Option<Timestamp>,
    /// Tries that failed.
    pub tries: u32,
    /// Not before this time, unless flushed or there are news.
    #[serde(with = "moment_opt")]
    pub next_at: Option<Timestamp>,
    /// Not before this time at all: the receiver asked for it.
    #[serde(with = "moment_opt")]
    pub hold_until: Option<Timestamp>,
    /// Why the last try failed.
    pub error: Option<String>,
    /// Whether the receiver refused it for good.
    pub refused: bool,
    /// Whether an earlier try may have been accepted.
    pub repeat: bool,
    /// The run that is sending it …
    pub claimed_by: Option<String>,
    /// … and until when that is believed.
    #[serde(with = "moment_opt")]
    pub claimed_until: Option<Timestamp>,
    /// The run that last tried: one try a run.
    pub tried_by: Option<String>,
    /// The parts not delivered yet, when some were. Nothing is merged into such an entry.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rest: Vec<String>,
}

impl Entry {
    pub(super) fn new(receiver: &str, now: Timestamp) -> Self {
        Self { receiver: receiver.to_owned(), created_at: now, ..Self::default() }
    }

    /// Whether some run is sending it now. A lease that ends later than any would is a wrong clock's.
    pub(super) fn is_claimed(&self, now: Timestamp, lease: Duration) -> bool {
        self.claimed_until.is_some_and(|until| now < until && elapsed(now, until) <= lease)
    }

    /// Whether news may be put into it.
    pub(super) fn is_open(&self) -> bool {
        self.claimed_by.is_none() && self.rest.is_empty()
    }

    /// After its content changed.
    pub(super) fn renew(&mut self) {
        let mut parts = vec![self.receiver.as_str()];
        parts.extend(self.items.iter().map(|item| item.id.as_str()));
        parts.extend(self.backlog.iter().map(|line| line.last.id.as_str()));
        self.id = short_hash(&parts);
        self.sent_at = None;
        let oldest =
            self.items.iter().map(Notice::first_decided).chain(self.backlog.iter().map(|line| line.first)).min();
        self.created_at = oldest.unwrap_or(self.created_at);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty() && self.backlog.is_empty()
    }

    /// For `alerts list --json`; `known` is whether the configuration has its receiver.
    pub fn view(&self, known: bool, now: Timestamp) -> EntryView<'_> {
        EntryView { entry: self, known, now }
    }
}

/// An entry in the words of canary's JSON.
#[derive(Clone, Copy, Debug)]
pub struct EntryView<'a> {
    entry: &'a Entry,
    known: bool,
    now: Timestamp,
}

impl EntryView<'_> {
    /// `pending`, `sending`, `refused` or `no such receiver`.
    pub fn state(&self) -> &'static str {
        if !self.known {
            "no such receiver"
        } else if self.entry.refused {
            "refused"
        } else if self.entry.is_claimed(self.now, super::outbox::LEASE) {
            "sending"
        } else {
            "pending"
        }
    }
}

impl Serialize for EntryView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entry = self.entry;
        let wait = entry.next_at.max(entry.hold_until).filter(|at| *at > self.now);
        let alone = match entry.items.as_slice() {
            [one] => one.endpoint.as_ref(),
            _ => None,
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &entry.id)?;
        map.serialize_entry("receiver", &entry.receiver)?;
        map.serialize_entry("state", self.state())?;
        map.serialize_entry("channel", &alone.map(|id| &id.channel))?;
        map.serialize_entry("endpoint", &alone.map(|id| &*id.endpoint))?;
        map.serialize_entry("items", &super::payload::items(entry))?;
        map.serialize_entry("created_at", &stamp(entry.created_at))?;
        map.serialize_entry("tries", &entry.tries)?;
        map.serialize_entry("next_at", &wait.map(stamp))?;
        map.serialize_entry("error", &entry.error)?;
        map.serialize_entry("may_be_repeat", &entry.repeat)?;
        map.end()
    }
}
