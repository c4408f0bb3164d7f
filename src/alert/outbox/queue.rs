//! News find their entries: queued for the receivers they are for, merged with what is pending.

use super::{Addressee, Outbox, Run};
use crate::alert::merge::Pile;
use crate::alert::{AlertEvent, Entry, backlog};
use crate::model::{IncidentId, Notice};
use jiff::Timestamp;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt;

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
        let is_gone = |name: &str| !addressees.iter().any(|addressee| addressee.name == name);
        let gone: BTreeSet<&str> = trays.keys().copied().filter(|name| is_gone(name)).collect();
        let names: Vec<&str> = addressees.iter().map(|addressee| addressee.name.as_str()).chain(gone).collect();
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
