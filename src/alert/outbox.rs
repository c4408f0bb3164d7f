//! What is to be delivered: queued with the incidents, in one commit, before anything is sent.
//!
//! ```text
//! queue: notices ─▶ entries ─▶ tidy: merged, folded ─▶ turn: claimed, tried, settled
//!                                                      missing: given up after a day
//! ```

mod missing;
mod queue;
mod tidy;
mod turn;

pub use missing::FORGOTTEN;
pub use queue::{Held, Unqueued};
pub use turn::{Claimant, Flush, LEASE, LONGEST_TRY, Settled, Wait};

use super::{AlertEvent, Entry};
use crate::model::Summary;
use crate::model::time::{elapsed, moment_opt};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// Undelivered for longer than this is a failure of canary's own job.
pub const OVERDUE: Duration = Duration::from_mins(15);

/// The part of the state that alerts live in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Outbox {
    /// Oldest first for each receiver.
    entries: Vec<Entry>,
    /// What is remembered of receivers, by name.
    receivers: BTreeMap<String, Memo>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Memo {
    fingerprint: String,
    moved_to: Option<String>,
    /// Since when entries wait for a receiver that the configuration does not have.
    #[serde(with = "moment_opt", skip_serializing_if = "Option::is_none")]
    missing_since: Option<Timestamp>,
}

/// A receiver of the configuration, as far as queuing cares.
#[derive(Clone, Debug, Default)]
pub struct Addressee {
    /// Its name.
    pub name: String,
    /// Its `events`; all when empty.
    pub events: Vec<AlertEvent>,
    /// A hash of its settings, secrets included: another one means that somebody mended them, so all is tried at once.
    pub fingerprint: String,
    /// Whether what it needs expands to something.
    pub configured: bool,
}

/// The run that queues or sends.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// Its ULID.
    pub id: &'a str,
    /// Its summary.
    pub summary: &'a Summary,
}

impl Outbox {
    /// A Telegram group that became a supergroup has another id; it holds until the receiver's settings change.
    pub fn moved(&mut self, receiver: &str, chat: String) {
        self.receivers.entry(receiver.to_owned()).or_default().moved_to = Some(chat);
    }

    /// Where a receiver's chat has moved to.
    pub fn moved_to(&self, to: &Addressee) -> Option<&str> {
        let memo = self.receivers.get(&to.name)?;
        (memo.fingerprint == to.fingerprint).then_some(memo.moved_to.as_deref()).flatten()
    }

    /// Everything that is not delivered, oldest first for each receiver.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// What has been undelivered for too long, refused or not.
    pub fn overdue(&self, now: Timestamp) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| elapsed(entry.created_at, now) > OVERDUE)
    }

    /// Throws away what `picks` says, unless it is being sent; how many entries that were.
    pub fn discard(&mut self, now: Timestamp, picks: impl Fn(&Entry) -> bool) -> usize {
        let before = self.entries.len();
        self.entries.retain(|entry| entry.is_claimed(now, LEASE) || !picks(entry));
        before - self.entries.len()
    }
}
