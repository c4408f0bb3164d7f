//! The words of one row.

use crate::judge::MOST_PROBLEMS;
use crate::model::{Blame, ProbeResult, Verdict};
use crate::text::duration::brief;
use crate::text::escape::{shorten, terminal};
use crate::text::wrap::GLUE;

/// One sign a verdict, told apart without colours too.
pub(in crate::output) fn glyph(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Up => "✓",
        Verdict::Degraded => "!",
        Verdict::Down => "✗",
        Verdict::Unknown => "?",
        Verdict::Skipped => "-",
    }
}

/// The sign and the word.
pub(in crate::output) fn label(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Up => "✓ up",
        Verdict::Degraded => "! degraded",
        Verdict::Down => "✗ down",
        Verdict::Unknown => "? unknown",
        Verdict::Skipped => "- skipped",
    }
}

/// The HTTP status, when a response had begun.
pub(super) fn status(result: &ProbeResult) -> String {
    result.exchange.as_ref().and_then(|exchange| exchange.status).map(|code| code.to_string()).unwrap_or_default()
}

/// The successful attempt's latency, three digits or so.
pub(super) fn latency(result: &ProbeResult) -> String {
    result.exchange.as_ref().and_then(|exchange| exchange.latency).map(brief).unwrap_or_default()
}

/// Why it is not up, in at most about `longest` characters; little or nothing when it is.
pub(super) fn detail(result: &ProbeResult, longest: usize) -> String {
    let message = result.message.as_deref().unwrap_or_default();
    let message = match result.reason {
        Some(reason) => format!("{reason}: {message}"),
        None => message.to_owned(),
    };
    let remarks = remarks(result);
    let message = terminal(&message);
    let message = shorten(&message, longest.saturating_sub(remarks.len()).max(20));
    match (message.is_empty(), remarks.is_empty()) {
        (_, true) => message.into_owned(),
        (true, false) => remarks,
        (false, false) => format!("{message} ({remarks})"),
    }
}

fn remarks(result: &ProbeResult) -> String {
    let mut said = Vec::new();
    if result.problems.len() > 1 {
        // The last of so many says how many were left out.
        let at_least = if result.problems.len() < MOST_PROBLEMS { "" } else { "at least" };
        let more = format!("{at_least} +{} more", result.problems.len() - 1);
        said.push(more.trim_start().replace(' ', &GLUE.to_string()));
    }
    match result.verdict {
        Verdict::Unknown => said.push(match result.blame {
            None | Some(Blame::Target) => "not the target's fault".to_owned(),
            Some(blame @ (Blame::Exit | Blame::Resolver | Blame::Network | Blame::Local)) => {
                format!("not the target's fault: {blame}")
            }
        }),
        Verdict::Up => {
            if let Some(exchange) = result.exchange.as_ref().filter(|exchange| exchange.attempts > 1) {
                said.push(format!("after {} attempts", exchange.attempts));
            }
        }
        Verdict::Degraded | Verdict::Down | Verdict::Skipped => {}
    }
    if let Some(parent) = result.suppressed_by.as_ref().filter(|_| result.verdict != Verdict::Up) {
        said.push(format!("{} is down", terminal(&parent.to_string())));
    }
    if result.maintenance {
        said.push("in maintenance".to_owned());
    }
    said.join("; ")
}
