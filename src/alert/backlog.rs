//! What waited too long to be told item by item: folded, never dropped.

use crate::model::time::{elapsed, moment};
use crate::model::{IncidentId, Notice};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
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
    let before = items.len();
    items.retain(|item| {
        if elapsed(item.at, now) <= OLD {
            return true;
        }
        put(backlog, item);
        false
    });
    items.len() < before
}

pub(super) fn put(backlog: &mut Vec<Backlog>, item: &Notice) {
    let subject = item.subject();
    match backlog.iter_mut().find(|line| line.subject == subject) {
        Some(line) => {
            line.messages = line.messages.saturating_add(1);
            line.first = line.first.min(item.since);
            line.last = item.clone();
        }
        None => backlog.push(Backlog { subject, messages: 1, first: item.since, last: item.clone() }),
    }
}

/// Takes the undelivered opening of an incident out of the backlog, so that its end can tell the whole.
pub(super) fn take_opening(backlog: &mut Vec<Backlog>, incident: &IncidentId) -> bool {
    let Some(at) = backlog.iter().position(|line| holds_opening(line, incident)) else { return false };
    if backlog[at].messages <= 1 {
        backlog.remove(at);
    } else {
        backlog[at].messages -= 1;
        backlog[at].last.opening = false;
    }
    true
}

/// Whether the opening of an incident waits in this line.
pub(super) fn holds_opening(line: &Backlog, incident: &IncidentId) -> bool {
    line.last.incident == *incident && line.last.opening && !line.last.ends()
}
