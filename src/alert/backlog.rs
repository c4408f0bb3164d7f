//! What waited too long to be told item by item: folded, never dropped.

use crate::model::time::{elapsed, moment};
use crate::model::{IncidentId, Notice};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// Items older than this are folded.
pub(super) const OLD: Duration = Duration::from_hours(24);

/// Everything old about one endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Backlog {
    /// `vk/health`.
    pub subject: String,
    /// Messages folded into it.
    pub messages: u32,
    /// The beginning of the first incident.
    #[serde(with = "moment")]
    pub first: Timestamp,
    /// The newest of them, as it was decided.
    pub last: Notice,
}

/// Moves what is old from the items into the backlog.
pub(super) fn fold(items: &mut Vec<Notice>, backlog: &mut Vec<Backlog>, now: Timestamp) -> bool {
    let old: Vec<Notice> = items.extract_if(.., |item| elapsed(item.at, now) > OLD).collect();
    if old.is_empty() {
        return false;
    }
    let messages =
        old.into_iter().map(|item| Backlog { subject: item.subject(), messages: 1, first: item.since, last: item });
    add(backlog, messages);
    true
}

/// Adds lines to those of the same subject.
pub(super) fn add(backlog: &mut Vec<Backlog>, more: impl IntoIterator<Item = Backlog>) {
    let places = backlog.iter().enumerate().map(|(at, line)| (line.subject.clone(), at));
    let mut places: HashMap<String, usize> = places.collect();
    for line in more {
        if let Some(known) = places.get(&line.subject).and_then(|at| backlog.get_mut(*at)) {
            known.messages = known.messages.saturating_add(line.messages);
            known.first = known.first.min(line.first);
            known.last = line.last;
        } else {
            places.insert(line.subject.clone(), backlog.len());
            backlog.push(line);
        }
    }
}

/// Takes the undelivered openings of these incidents out, so that their ends can tell the whole; whether there were any.
pub(super) fn take_openings(backlog: &mut Vec<Backlog>, incidents: &HashSet<IncidentId>) -> bool {
    let mut any = false;
    backlog.retain_mut(|line| {
        if !line.holds_opening() || !incidents.contains(&line.last.incident) {
            return true;
        }
        any = true;
        line.last.opening = false;
        line.messages = line.messages.saturating_sub(1);
        line.messages > 0
    });
    any
}

/// The incidents whose opening waits in the backlog, with when it was decided.
pub(super) fn openings(backlog: &[Backlog]) -> impl Iterator<Item = (&IncidentId, Timestamp)> {
    let lines = backlog.iter().filter(|line| line.holds_opening());
    lines.map(|line| (&line.last.incident, line.last.first_decided()))
}

impl Backlog {
    fn holds_opening(&self) -> bool {
        self.last.opening && !self.last.ends()
    }
}
