//! What stands below the tables: who is silenced, what is not configured.

use super::since;
use crate::model::Verdict;
use crate::model::time::clock;
use crate::output::table::Paint;
use crate::stats::{Silenced, Status};
use crate::text::escape::terminal;
use crate::text::plural::count;
use crate::text::wrap::wrap;
use indexmap::IndexMap;

/// Endpoints of a silence that are named.
const NAMED: usize = 4;

/// A line a silence.
pub(super) fn silences(out: &mut String, status: &Status, width: usize) {
    let mut by_id: IndexMap<&str, (&Silenced, Vec<String>)> = IndexMap::new();
    for one in &status.endpoints {
        if let Some(silenced) = &one.silenced {
            by_id.entry(&silenced.id).or_insert((silenced, Vec::new())).1.push(one.id.to_string());
        }
    }
    if !by_id.is_empty() {
        out.push('\n');
    }
    for (id, (silenced, endpoints)) in by_id {
        let mut named = endpoints[..endpoints.len().min(NAMED)].join(", ");
        if endpoints.len() > NAMED {
            named = format!("{named} and {} more", endpoints.len() - NAMED);
        }
        let until = match silenced.until {
            Some(until) => format!("until {} (in {})", clock(until, status.now), since(status.now, until)),
            None => "until recovered".to_owned(),
        };
        let reason = silenced.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        lines(out, &format!("silenced {until} by {id}: {named}{reason}"), width);
    }
}

/// What is not delivered yet.
pub(super) fn waiting(out: &mut String, status: &Status, width: usize, paint: Paint) {
    let Some(text) = &status.waiting else { return };
    out.push('\n');
    for line in wrap(&terminal(text), width, 2) {
        out.push_str(&paint.verdict(Verdict::Degraded, &line));
        out.push('\n');
    }
}

/// That something expands to nothing; which, and for want of what, `config check` says.
pub(super) fn not_configured(out: &mut String, status: &Status, width: usize) {
    if status.not_configured.is_empty() {
        return;
    }
    let n = status.not_configured.len();
    let verb = if n == 1 { "is" } else { "are" };
    out.push('\n');
    lines(out, &format!("{} {verb} not configured: canary config check", count(n, "setting")), width);
}

fn lines(out: &mut String, text: &str, width: usize) {
    for line in wrap(&terminal(text), width, 2) {
        out.push_str(&line);
        out.push('\n');
    }
}
