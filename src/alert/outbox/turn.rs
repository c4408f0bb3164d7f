//! An entry's turn: claimed by one run, tried once, settled.

use super::{Addressee, Memo, Outbox};
use crate::alert::{Answer, Delivery, Entry};
use crate::model::time::{elapsed, later};
use crate::text::duration::human;
use jiff::Timestamp;
use std::fmt;
use std::time::Duration;

/// The longest that one try lasts, whatever the receiver: a command with the whole of its end.
pub const LONGEST_TRY: Duration = Duration::from_secs(100);
/// How long a run that began to send is believed to be sending: a try, and the writing down of what came of it.
pub const LEASE: Duration = LONGEST_TRY.saturating_add(Duration::from_secs(20));
/// The longest wait between tries, and the longest wish of a receiver that is honoured.
const LONGEST: Duration = Duration::from_hours(1);
const FIRST: Duration = Duration::from_secs(30);
const FIRST_SLOW: Duration = Duration::from_mins(5);

/// Whether waits are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flush {
    /// They are not.
    No,
    /// They are, but those that a receiver asked for.
    Now,
    /// They are, and what was refused is tried again.
    Failed,
}

/// Why nothing is sent to a receiver now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Nothing is pending.
    Nothing,
    /// Its settings expand to nothing.
    NotConfigured,
    /// Another run is sending.
    Sending,
    /// This run has tried already.
    Tried,
    /// The next try is due in so long.
    Backoff(Duration),
    /// The receiver asked to wait for so long.
    Asked(Duration),
}

/// Who wants to send.
#[derive(Clone, Copy, Debug)]
pub struct Claimant<'a> {
    /// The run's ULID.
    pub run: &'a str,
    /// Whether waits are ignored.
    pub flush: Flush,
    /// Whether the caller knows that no other process is sending to this receiver, because it holds a lock that dies with its
    /// holder: then a lease left behind by a killed run need not run out first.
    pub alone: bool,
}

/// What became of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Delivered and forgotten.
    Delivered,
    /// Kept for another try.
    Pending,
    /// Kept, and tried again only when asked to or when the receiver's settings change.
    Refused,
    /// Another run has taken it over meanwhile.
    NotOurs,
}

impl Outbox {
    /// The entry to send to a receiver now, leased to this run; or why there is none. Commit before sending.
    ///
    /// # Errors
    /// Why nothing is due.
    pub fn claim(&mut self, to: &Addressee, by: Claimant<'_>, now: Timestamp) -> Result<Entry, Wait> {
        if !to.configured {
            return Err(Wait::NotConfigured);
        }
        self.notice_change(to);
        if by.flush == Flush::Failed {
            self.retry_refused(&to.name);
        }
        for entry in self.entries.iter_mut().filter(|entry| entry.receiver == to.name) {
            if entry.claimed_by.is_some() && (by.alone || !entry.is_claimed(now, LEASE)) {
                // whoever was sending it has died, perhaps after the receiver's yes
                entry.claimed_by = None;
                entry.claimed_until = None;
                entry.repeat = true;
            }
        }
        self.tidy(&to.name, now);
        let head = self.entries.iter_mut().find(|entry| entry.receiver == to.name && !entry.refused);
        let entry = head.ok_or(Wait::Nothing)?;
        if entry.claimed_by.is_some() {
            return Err(Wait::Sending);
        }
        if entry.tried_by.as_deref() == Some(by.run) {
            return Err(Wait::Tried);
        }
        let left = |until: Option<Timestamp>| {
            let left = until.map_or(Duration::ZERO, |until| elapsed(now, until));
            // a wait longer than any that is ever given is a wrong clock's
            Some(left).filter(|left| !left.is_zero() && *left <= LONGEST)
        };
        if let Some(left) = left(entry.hold_until) {
            return Err(Wait::Asked(left));
        }
        if let (Flush::No, Some(left)) = (by.flush, left(entry.next_at)) {
            return Err(Wait::Backoff(left));
        }
        entry.claimed_by = Some(by.run.to_owned());
        entry.claimed_until = Some(later(now, LEASE));
        entry.sent_at.get_or_insert(now);
        Ok(entry.clone())
    }

    /// Notes what came of a try.
    pub fn settle(&mut self, id: &str, to: &Addressee, run: &str, answer: Answer, now: Timestamp) -> Settled {
        let ours =
            |entry: &Entry| entry.receiver == to.name && entry.id == id && entry.claimed_by.as_deref() == Some(run);
        let Some(at) = self.entries.iter().position(ours) else { return Settled::NotOurs };
        let (why, after, slow, refused) = match answer.delivery {
            Delivery::Accepted => {
                self.entries.remove(at);
                return Settled::Delivered;
            }
            Delivery::TryLater { why, after, slow } => (why, after, slow, false),
            Delivery::Unclear { why } => {
                self.entries[at].repeat = true;
                (why, None, false, false)
            }
            Delivery::Refused { why } => (why, None, false, true),
        };
        let entry = &mut self.entries[at];
        entry.claimed_by = None;
        entry.claimed_until = None;
        entry.tried_by = Some(run.to_owned());
        entry.tries = entry.tries.saturating_add(1);
        entry.error = Some(why);
        entry.refused = refused;
        if !answer.rest.is_empty() {
            entry.rest = answer.rest;
        }
        entry.next_at = Some(later(now, wait(entry.tries, slow)));
        entry.hold_until = after.map(|after| later(now, after.min(LONGEST)));
        self.tidy(&to.name, now);
        if refused { Settled::Refused } else { Settled::Pending }
    }

    /// When a receiver's settings changed, everything for it is tried at once.
    fn notice_change(&mut self, to: &Addressee) {
        let memo = self.receivers.entry(to.name.clone()).or_default();
        if memo.fingerprint == to.fingerprint {
            return;
        }
        let is_new = memo.fingerprint.is_empty();
        *memo = Memo { fingerprint: to.fingerprint.clone(), ..Memo::default() };
        if is_new {
            return;
        }
        for entry in self.entries.iter_mut().filter(|entry| entry.receiver == to.name && entry.claimed_by.is_none()) {
            entry.refused = false;
            entry.next_at = None;
            entry.hold_until = None;
            entry.tries = 0;
            entry.tried_by = None;
            entry.rest.clear();
        }
    }

    fn retry_refused(&mut self, receiver: &str) {
        for entry in self.entries.iter_mut().filter(|entry| entry.receiver == receiver && entry.refused) {
            entry.refused = false;
            entry.next_at = None;
        }
    }
}

/// Due again at the next run, then 30 s, 1 min, 2 min … up to an hour; ten times as slow where a person must act.
fn wait(tries: u32, slow: bool) -> Duration {
    let first = if slow { FIRST_SLOW } else { FIRST };
    match tries.checked_sub(2) {
        None => Duration::ZERO,
        Some(n) => first.saturating_mul(2u32.saturating_pow(n)).min(LONGEST),
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing => f.write_str("nothing is pending"),
            Self::NotConfigured => f.write_str("it is not configured"),
            Self::Sending => f.write_str("another run is sending"),
            Self::Tried => f.write_str("this run has tried already"),
            Self::Backoff(left) => write!(f, "the next try is due in {}", human(*left)),
            Self::Asked(left) => write!(f, "it asked to wait for another {}", human(*left)),
        }
    }
}
