//! What is not delivered yet, in one line for whoever looks.

use super::{Entry, Outbox};
use crate::model::time::elapsed;
use crate::text::duration::human;
use crate::text::escape::shorten;
use crate::text::plural::count;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::time::Duration;

/// Receivers that are named.
const NAMED: usize = 3;
/// Characters of why a try failed.
const WHY: usize = 120;

/// How long an entry waits yet, in whole seconds; none when the next run tries it.
fn wait(entry: &Entry, now: Timestamp) -> Option<Duration> {
    let at = entry.next_at.max(entry.hold_until).filter(|at| *at > now)?;
    Some(Duration::from_secs(elapsed(now, at).as_secs().max(1)))
}

impl Outbox {
    /// How long a receiver's next entry waits yet; none when the next run tries it, or there is none.
    pub fn again_in(&self, receiver: &str, now: Timestamp) -> Option<Duration> {
        let entry = self.entries().iter().find(|entry| entry.receiver == receiver && !entry.refused)?;
        wait(entry, now)
    }

    /// `1 alert not delivered yet: ops: connection refused 10.0.0.1:80 (2 tries, again in 30s); see canary alerts list`;
    /// none when everything is.
    pub fn waiting(&self, now: Timestamp) -> Option<String> {
        let mut seen = BTreeSet::new();
        let mut each = Vec::new();
        for entry in self.entries().iter().filter(|entry| seen.insert(&entry.receiver)) {
            let why = shorten(entry.error.as_deref().unwrap_or("not tried yet"), WHY);
            let again = if entry.refused {
                "refused for good".to_owned()
            } else if let Some(end) = self.given_up_at(&entry.receiver) {
                format!("no such receiver, given up in {}", human(elapsed(now, end)))
            } else if let Some(wait) = wait(entry, now) {
                format!("again in {}", human(wait))
            } else {
                "again at the next run".to_owned()
            };
            let tries = if entry.tries == 1 { "1 try".to_owned() } else { format!("{} tries", entry.tries) };
            each.push(format!("{}: {why} ({tries}, {again})", entry.receiver));
        }
        let more = each.len().saturating_sub(NAMED);
        each.truncate(NAMED);
        if more > 0 {
            each.push(format!("and {}", count(more, "more receiver")));
        }
        let all = count(self.entries().len(), "alert");
        (!each.is_empty()).then(|| format!("{all} not delivered yet: {}; see canary alerts list", each.join("; ")))
    }
}
