//! How news about incidents join what is pending about them.

use super::Backlog;
use super::backlog;
use crate::model::{Event, IncidentId, Notice};
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};

/// What is pending for one receiver, by incident: news of ten thousand endpoints find their place at once.
#[derive(Debug, Default)]
pub(super) struct Pile {
    /// In order; none where news took the place of what was pending.
    items: Vec<Option<Notice>>,
    /// Where word of an incident stands.
    places: HashMap<IncidentId, usize>,
    backlog: Vec<Backlog>,
    /// The incidents whose opening waits in the backlog, since when …
    folded: HashMap<IncidentId, Timestamp>,
    /// … and those of which it is told now.
    taken: HashSet<IncidentId>,
}

impl Pile {
    pub(super) fn of(items: Vec<Notice>, backlog: Vec<Backlog>) -> Self {
        let folded = backlog::openings(&backlog).map(|(id, since)| (id.clone(), since)).collect();
        let mut pile = Self { backlog, folded, ..Self::default() };
        for item in items {
            pile.push(item);
        }
        pile
    }

    /// Adds news to pending items; false when they add nothing.
    ///
    /// An opening and its end become one item with the span; a reminder never stands beside other word of its incident; what
    /// changes the picture replaces what is pending. Different incidents keep their order.
    pub(super) fn merge(&mut self, mut news: Notice) -> bool {
        if news.is_about_healing() {
            self.push(news);
            return true;
        }
        let pending = self.places.get(&news.incident).and_then(|at| self.items.get_mut(*at));
        let folded = self.folded.contains_key(&news.incident);
        let is_reminder = news.event == Event::Remind && news.change.is_none();
        let says_more = |item: &Notice| item.event != Event::Remind || item.change.is_some();
        if is_reminder && (folded || pending.as_ref().is_some_and(|item| item.as_ref().is_some_and(says_more))) {
            return false;
        }
        let mut untold = news.opening;
        let before = pending.and_then(Option::take);
        untold |= before.as_ref().is_some_and(|item| item.opening);
        let mut waits_since = before.map(|item| item.first_decided());
        if let Some(since) = self.folded.remove(&news.incident) {
            waits_since = Some(waits_since.map_or(since, |other| other.min(since)));
            self.taken.insert(news.incident.clone());
            untold = true;
        }
        if untold && news.ends() {
            news.merged = true;
        }
        if untold && news.change.take().is_some() {
            news.event = Event::Open;
        }
        news.opening = untold;
        news.waits_since = waits_since.map(|since| since.min(news.first_decided())).or(news.waits_since);
        self.push(news);
        true
    }

    /// Whether there is word of an incident in it.
    pub(super) fn has(&self, incident: &IncidentId) -> bool {
        self.places.contains_key(incident) || self.folded.contains_key(incident)
    }

    fn push(&mut self, item: Notice) {
        if !item.is_about_healing() {
            self.places.insert(item.incident.clone(), self.items.len());
        }
        self.items.push(Some(item));
    }

    /// What is pending now.
    pub(super) fn settled(mut self) -> (Vec<Notice>, Vec<Backlog>) {
        backlog::take_openings(&mut self.backlog, &self.taken);
        (self.items.into_iter().flatten().collect(), self.backlog)
    }
}
