//! What is to be delivered: queued with the incidents, in one commit, before anything is sent.

use super::backlog;
use super::merge::Pile;
use super::{AlertEvent, Answer, Delivery, Entry};
use crate::model::time::{elapsed, later, moment_opt};
use crate::model::{IncidentId, Notice, Summary};
use crate::text::duration::human;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
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
/// How long the receiver of an entry may be missing in the configuration before the entry is given up.
pub const FORGOTTEN: Duration = Duration::from_hours(24);
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

/// A notice that was not queued for a receiver, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unqueued {
    /// The notice's id.
    pub notice: String,
    /// The receiver.
    pub receiver: String,
    /// Why.
    pub why: Held,
}

/// Why a notice was not queued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// The receiver's `events` leave it out.
    Filtered,
    /// The receiver's settings expand to nothing.
    NotConfigured,
    /// There is no receiver of this name.
    NoSuchReceiver,
    /// The same is pending.
    Duplicate,
    /// Other word of the incident is pending.
    Pending,
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
    /// Queues the notices for the receivers they are for, merged with what is pending.
    pub fn enqueue(
        &mut self,
        notices: &[Notice],
        addressees: &[Addressee],
        run: Run<'_>,
        now: Timestamp,
    ) -> Vec<Unqueued> {
        let mut unqueued = Vec::new();
        let mut trays: HashMap<&str, Tray> = HashMap::new();
        for notice in notices {
            for name in &notice.to {
                let held = match addressees.iter().find(|addressee| addressee.name == *name) {
                    // Its beginning waits in case that the receiver comes back: without its end it would be wrong by then.
                    None if !(notice.ends() && self.waits_with(name, &notice.incident, &trays)) => {
                        Some(Held::NoSuchReceiver)
                    }
                    // What ends was announced to it: its settings are missing here, perhaps only in this run.
                    Some(addressee) if !addressee.configured && !notice.ends() => Some(Held::NotConfigured),
                    Some(addressee) if !AlertEvent::wanted(&addressee.events, notice) => Some(Held::Filtered),
                    Some(_) | None => trays.entry(name).or_insert_with(|| self.tray(name)).add(notice),
                };
                unqueued.extend(held.map(|why| Unqueued { notice: notice.id.clone(), receiver: name.clone(), why }));
            }
        }
        let known = addressees.iter().map(|addressee| addressee.name.as_str());
        let others: BTreeSet<&str> = trays.keys().copied().collect();
        let names: Vec<&str> = known.chain(others.into_iter().filter(|name| !is_one(addressees, name))).collect();
        // All before any is tidied, which moves entries.
        for name in &names {
            if let Some(tray) = trays.remove(name) {
                self.put(name, tray, run, now);
            }
        }
        for name in names {
            self.tidy(name, now);
        }
        unqueued
    }

    /// Whether word of an incident waits for a receiver.
    fn waits_with(&self, receiver: &str, incident: &IncidentId, trays: &HashMap<&str, Tray>) -> bool {
        let has = |entry: &Entry| {
            entry.items.iter().any(|item| item.incident == *incident)
                || backlog::openings(&entry.backlog).any(|(id, _)| id == incident)
        };
        self.entries.iter().any(|entry| entry.receiver == receiver && has(entry))
            || trays.get(receiver).is_some_and(|tray| tray.pile.has(incident))
    }

    /// What a receiver that is told of all open incidents in every run has taken: it knows of these now, so that their
    /// openings that it refused before are no longer to be told. Whether there were any.
    pub fn knows(&mut self, receiver: &str, open: &HashSet<IncidentId>) -> bool {
        let mut any = false;
        for entry in self.entries.iter_mut().filter(|entry| entry.receiver == receiver && entry.refused) {
            let before = entry.items.len();
            entry.items.retain(|item| !(is_opening(item) && open.contains(&item.incident)));
            if entry.items.len() < before {
                entry.renew();
                any = true;
            }
        }
        self.entries.retain(|entry| !(entry.receiver == receiver && entry.refused && entry.is_empty()));
        any
    }

    /// Takes out what a receiver's news may be merged with.
    fn tray(&mut self, receiver: &str) -> Tray {
        let mine = self.entries.iter().filter(|entry| entry.receiver == receiver);
        let known = mine.flat_map(|entry| &entry.items).map(|item| item.id.clone()).collect();
        let at = self.entries.iter().rposition(|one| one.receiver == receiver && !one.refused);
        let at = at.filter(|at| self.entries[*at].is_open());
        let entry = at.and_then(|at| self.entries.get_mut(at));
        let pile = entry.map(|entry| Pile::of(std::mem::take(&mut entry.items), std::mem::take(&mut entry.backlog)));
        Tray { at, known, pile: pile.unwrap_or_default(), has_news: false }
    }

    /// Puts it back with the news.
    fn put(&mut self, receiver: &str, tray: Tray, run: Run<'_>, now: Timestamp) {
        let at = match tray.at {
            Some(at) => at,
            None if !tray.has_news => return,
            None => {
                self.entries.push(Entry::new(receiver, now));
                self.entries.len() - 1
            }
        };
        let entry = &mut self.entries[at];
        (entry.items, entry.backlog) = tray.pile.settled();
        if tray.has_news {
            run.id.clone_into(&mut entry.run);
            entry.summary = *run.summary;
            // news are worth a try of their own, a wish of the receiver holds
            entry.next_at = None;
            entry.renew();
        }
    }

    /// Brings a receiver's entries into their simplest form: one that is pending and open, one that was refused, what is old
    /// folded, and no end without its beginning.
    fn tidy(&mut self, receiver: &str, now: Timestamp) {
        for refused in [false, true] {
            let mut kept: Option<usize> = None;
            let mut at = 0;
            while at < self.entries.len() {
                let entry = &self.entries[at];
                if entry.receiver != receiver || entry.refused != refused || !entry.is_open() {
                    // nothing overtakes what is being sent
                    if entry.receiver == receiver && entry.refused == refused {
                        kept = None;
                    }
                    at += 1;
                    continue;
                }
                if let Some(first) = kept {
                    let later = self.entries.remove(at);
                    self.entries[first].join(later);
                } else {
                    kept = Some(at);
                    at += 1;
                }
            }
        }
        self.reunite(receiver);
        for entry in self.entries.iter_mut().filter(|entry| entry.receiver == receiver && entry.is_open()) {
            if backlog::fold(&mut entry.items, &mut entry.backlog, now) {
                entry.renew();
            }
        }
        self.entries.retain(|entry| !entry.is_empty() || !entry.is_open());
    }

    /// An end whose beginning was refused tells the whole.
    fn reunite(&mut self, receiver: &str) {
        let (refused, pending): (Vec<&mut Entry>, Vec<&mut Entry>) = self
            .entries
            .iter_mut()
            .filter(|entry| entry.receiver == receiver && entry.is_open())
            .partition(|entry| entry.refused);
        let openings = |entry: &Entry| {
            let items = entry.items.iter().filter(|item| is_opening(item));
            let items = items.map(|item| (&item.incident, item.first_decided()));
            let all = items.chain(backlog::openings(&entry.backlog));
            all.map(|(id, since)| (id.clone(), since)).collect::<Vec<_>>()
        };
        let refused: Vec<&mut Entry> = refused;
        let mut untold: HashMap<IncidentId, Timestamp> = refused.iter().flat_map(|entry| openings(entry)).collect();
        let mut taken = HashSet::new();
        for entry in pending {
            let mut changed = false;
            for item in entry.items.iter_mut().filter(|item| item.ends() && !item.merged) {
                if let Some(since) = untold.remove(&item.incident) {
                    item.waits_since = Some(since.min(item.first_decided()));
                    item.merged = true;
                    item.opening = true;
                    taken.insert(item.incident.clone());
                    changed = true;
                }
            }
            if changed {
                entry.renew();
            }
        }
        for entry in refused.into_iter().filter(|_| !taken.is_empty()) {
            let before = entry.items.len();
            entry.items.retain(|item| !is_opening(item) || !taken.contains(&item.incident));
            if backlog::take_openings(&mut entry.backlog, &taken) || entry.items.len() < before {
                entry.renew();
            }
        }
    }

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

    /// A Telegram group that became a supergroup has another id; it holds until the receiver's settings change.
    pub fn moved(&mut self, receiver: &str, chat: String) {
        self.receivers.entry(receiver.to_owned()).or_default().moved_to = Some(chat);
    }

    /// Where a receiver's chat has moved to.
    pub fn moved_to(&self, to: &Addressee) -> Option<&str> {
        let memo = self.receivers.get(&to.name)?;
        (memo.fingerprint == to.fingerprint).then_some(memo.moved_to.as_deref()).flatten()
    }

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

impl Entry {
    /// Puts a later entry of the same receiver behind this one.
    fn join(&mut self, later: Entry) {
        backlog::add(&mut self.backlog, later.backlog);
        let mut pile = Pile::of(std::mem::take(&mut self.items), std::mem::take(&mut self.backlog));
        for item in later.items {
            pile.merge(item);
        }
        (self.items, self.backlog) = pile.settled();
        self.run = later.run;
        self.summary = later.summary;
        self.repeat |= later.repeat;
        self.error = later.error.or(self.error.take());
        // of what is pending the tries decide how long to wait, of what was refused they are only told
        self.tries = if self.refused { self.tries.saturating_add(later.tries) } else { self.tries.max(later.tries) };
        self.next_at = self.next_at.and(later.next_at);
        self.hold_until = self.hold_until.max(later.hold_until);
        self.tried_by = later.tried_by.or(self.tried_by.take());
        self.renew();
    }
}

/// One receiver's pending items, while news come in.
#[derive(Debug)]
struct Tray {
    /// The entry that they are of; none when it is to be a new one.
    at: Option<usize>,
    /// Everything that is queued for the receiver, wherever it stands.
    known: HashSet<String>,
    pile: Pile,
    has_news: bool,
}

impl Tray {
    fn add(&mut self, notice: &Notice) -> Option<Held> {
        if self.known.contains(&notice.id) {
            return Some(Held::Duplicate);
        }
        if !self.pile.merge(notice.clone()) {
            return Some(Held::Pending);
        }
        self.known.insert(notice.id.clone());
        self.has_news = true;
        None
    }
}

/// Whether it is the first word of an incident.
fn is_opening(item: &Notice) -> bool {
    item.opening && !item.is_about_healing()
}

fn is_known(entry: &Entry, addressees: &[Addressee]) -> bool {
    is_one(addressees, &entry.receiver)
}

fn is_one(addressees: &[Addressee], name: &str) -> bool {
    addressees.iter().any(|to| to.name == name)
}

/// Due again at the next run, then 30 s, 1 min, 2 min … up to an hour; ten times as slow where a person must act.
fn wait(tries: u32, slow: bool) -> Duration {
    let first = if slow { FIRST_SLOW } else { FIRST };
    match tries.checked_sub(2) {
        None => Duration::ZERO,
        Some(n) => first.saturating_mul(2u32.saturating_pow(n)).min(LONGEST),
    }
}

impl Held {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Filtered => "filtered",
            Self::NotConfigured => "not_configured",
            Self::NoSuchReceiver => "no_such_receiver",
            Self::Duplicate => "duplicate",
            Self::Pending => "pending",
        }
    }
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Filtered => "its `events` leave this out",
            Self::NotConfigured => "it is not configured",
            Self::NoSuchReceiver => "there is no such receiver",
            Self::Duplicate => "the same is pending",
            Self::Pending => "other word of the incident is pending",
        })
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
