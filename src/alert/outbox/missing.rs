//! Entries whose receiver the configuration does not have.

use super::{Addressee, LEASE, Outbox};
use crate::alert::Entry;
use crate::model::time::{elapsed, later};
use jiff::Timestamp;
use std::time::Duration;

/// How long the receiver of an entry may be missing in the configuration before the entry is given up.
pub const FORGOTTEN: Duration = Duration::from_hours(24);

impl Outbox {
    /// Whether something waits for a receiver that the configuration does not have, or one that was missing is back: then
    /// [`forsake`](Self::forsake) has something to do.
    pub fn misses(&self, addressees: &[Addressee]) -> bool {
        let is_back = |to: &Addressee| self.receivers.get(&to.name).is_some_and(|memo| memo.missing_since.is_some());
        self.entries.iter().any(|entry| !is_known(entry, addressees)) || addressees.iter().any(is_back)
    }

    /// Gives up what has been waiting for a day for receivers that the configuration does not have, and returns it. One that
    /// comes back within the day gets its own.
    pub fn forsake(&mut self, addressees: &[Addressee], now: Timestamp) -> Vec<Entry> {
        for to in addressees {
            if let Some(memo) = self.receivers.get_mut(&to.name) {
                memo.missing_since = None;
            }
        }
        let mut given_up = Vec::new();
        for entry in std::mem::take(&mut self.entries) {
            if is_known(&entry, addressees) {
                self.entries.push(entry);
                continue;
            }
            let memo = self.receivers.entry(entry.receiver.clone()).or_default();
            // A time to come is a wrong clock's.
            let since = memo.missing_since.filter(|since| *since <= now).unwrap_or(now);
            memo.missing_since = Some(since);
            if elapsed(since, now) >= FORGOTTEN && !entry.is_claimed(now, LEASE) {
                given_up.push(entry);
            } else {
                self.entries.push(entry);
            }
        }
        for gone in &given_up {
            if !self.entries.iter().any(|entry| entry.receiver == gone.receiver) {
                self.receivers.remove(&gone.receiver);
            }
        }
        given_up
    }

    /// When a receiver's entries are given up; none when the configuration has it.
    pub fn given_up_at(&self, receiver: &str) -> Option<Timestamp> {
        let since = self.receivers.get(receiver)?.missing_since?;
        Some(later(since, FORGOTTEN))
    }
}

fn is_known(entry: &Entry, addressees: &[Addressee]) -> bool {
    addressees.iter().any(|to| to.name == entry.receiver)
}
