//! What is not delivered yet, in one line for whoever looks.

use super::Outbox;
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

impl Outbox {
    /// `1 alert not delivered yet: ops: connection refused 10.0.0.1:80 (2 tries, again in 30s); see canary alerts list`;
    /// none when everything is.
    pub fn waiting(&self, now: Timestamp) -> Option<String> {
        let mut seen = BTreeSet::new();
        let mut each = Vec::new();
        for entry in self.entries().iter().filter(|entry| seen.insert(&entry.receiver)) {
            let why = shorten(entry.error.as_deref().unwrap_or("not tried yet"), WHY);
            let again = match entry.next_at.max(entry.hold_until).filter(|at| *at > now) {
                _ if entry.refused => "refused for good".to_owned(),
                Some(at) => {
                    let seconds = Duration::from_secs(elapsed(now, at).as_secs().max(1));
                    format!("again in {}", human(seconds).replace(".0s", "s"))
                }
                None => "again at the next run".to_owned(),
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
