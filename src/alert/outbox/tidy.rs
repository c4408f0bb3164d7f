//! A receiver's entries in their simplest form.

use super::Outbox;
use crate::alert::merge::Pile;
use crate::alert::{Entry, backlog};
use crate::model::{IncidentId, Notice};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};

impl Outbox {
    /// A receiver that is told of all open incidents in every run has taken these: their openings that it refused before are
    /// no longer to be told. Whether there were any.
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

    /// Brings a receiver's entries into their simplest form: one that is pending and open, one that was refused, what is old
    /// folded, and no end without its beginning.
    pub(super) fn tidy(&mut self, receiver: &str, now: Timestamp) {
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

/// Whether it is the first word of an incident.
fn is_opening(item: &Notice) -> bool {
    item.opening && !item.is_about_healing()
}
