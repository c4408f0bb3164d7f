//! The lines below the rows.

use super::paint::Paint;
use crate::model::{GivenUp, Healing, ProbeResult, RunReport, Summary, Verdict};
use crate::text::duration::brief;
use crate::text::escape::{shorten, terminal};
use crate::text::plural::count;
use crate::text::wrap::wrap;
use indexmap::IndexMap;

/// How many failing endpoints are named again.
const NAMED: usize = 20;

/// How many causes of skipping are told apart.
const CAUSES: usize = 4;

/// `6 skipped: not configured 5, disabled 1`, dim; nothing when none was.
pub(super) fn skipped(out: &mut String, results: &[ProbeResult], width: usize, paint: Paint) {
    let mut causes: IndexMap<String, usize> = IndexMap::new();
    for result in results.iter().filter(|result| result.verdict == Verdict::Skipped) {
        // What stands behind a colon names the single endpoint's setting.
        let cause = result.message.as_deref().unwrap_or("no reason given").split(": ").next().unwrap_or_default();
        *causes.entry(terminal(cause).into_owned()).or_default() += 1;
    }
    let total: usize = causes.values().sum();
    if total == 0 {
        return;
    }
    causes.sort_by(|_, one, _, other| other.cmp(one));
    let mut items: Vec<String> = causes.iter().take(CAUSES).map(|(cause, n)| format!("{cause} {n}")).collect();
    if causes.len() > CAUSES {
        items.push(format!("other {}", causes.values().skip(CAUSES).sum::<usize>()));
    }
    let items = items.into_iter().map(|item| (paint.dim(&item), item)).collect();
    flow(out, &format!("{total} skipped:"), Verdict::Skipped, items, width, paint);
}

/// `down: vk/health, max/api`, and the same for those unknown.
pub(super) fn failing(out: &mut String, shown: &[&ProbeResult], width: usize, paint: Paint) {
    for verdict in [Verdict::Unknown, Verdict::Down] {
        let ids: Vec<String> =
            shown.iter().filter(|result| result.verdict == verdict).map(|result| result.id.to_string()).collect();
        if ids.is_empty() {
            continue;
        }
        let mut items: Vec<String> = ids.iter().take(NAMED).map(|id| terminal(id).into_owned()).collect();
        if ids.len() > NAMED {
            items.push(format!("and {} more", ids.len() - NAMED));
        }
        let items = items.into_iter().map(|item| (item.clone(), item)).collect();
        flow(out, &format!("{verdict}:"), verdict, items, width, paint);
    }
}

/// `healed: vk/health by attempt 1 of 10 (systemctl restart vk)`, one line an attempt; nothing when none was made.
pub(super) fn healing(out: &mut String, attempts: &[Healing], width: usize, paint: Paint) {
    for one in attempts {
        let id = terminal(&one.endpoint.to_string()).into_owned();
        let by = format!("attempt {} of {} ({})", one.attempt, one.max_attempts, terminal(&one.action));
        let (head, verdict, text) = match (one.is_healed(), one.verified) {
            (true, _) => ("healed:", Verdict::Up, format!("{id} by {by}")),
            (false, Some(verdict)) => {
                ("not healed:", Verdict::Down, format!("{id} is {verdict} after {by}: {}", terminal(&one.message)))
            }
            (false, None) => {
                ("tried:", Verdict::Skipped, format!("{id}: {by}: {}, not looked at again", terminal(&one.message)))
            }
        };
        sentence(out, head, verdict, &text, width, paint);
    }
}

/// `given up: vk/health after 10 attempts; once mended: canary heal reset vk/health`, one line an endpoint.
pub(super) fn given_up(out: &mut String, given_up: &[GivenUp], width: usize, paint: Paint) {
    for GivenUp { endpoint, attempts } in given_up.iter().take(NAMED) {
        let id = terminal(&endpoint.to_string()).into_owned();
        let attempts = count(*attempts as usize, "attempt");
        let text = format!("{id} after {attempts}; once mended: canary heal reset {id}");
        sentence(out, "given up:", Verdict::Down, &text, width, paint);
    }
    if let Some(more) = given_up.len().checked_sub(NAMED).filter(|more| *more > 0) {
        sentence(out, "given up:", Verdict::Down, &format!("{more} more; canary heal list"), width, paint);
    }
}

/// A heading and one whole sentence, broken between words.
fn sentence(out: &mut String, head: &str, verdict: Verdict, text: &str, width: usize, paint: Paint) {
    for line in wrap(&format!("{head} {text}"), width, 2) {
        match line.strip_prefix(head) {
            Some(rest) => out.extend([&paint.verdict(verdict, head), rest]),
            None => out.push_str(&line),
        }
        out.push('\n');
    }
}

/// What is not delivered yet: whoever looks here may be the only one who knows.
pub(super) fn waiting(out: &mut String, report: &RunReport, width: usize, paint: Paint) {
    let Some(text) = &report.waiting else { return };
    for line in wrap(&terminal(text), width, 2) {
        out.push_str(&paint.verdict(Verdict::Degraded, &line));
        out.push('\n');
    }
}

/// `5 down, 2 degraded, 12 up, 6 skipped in 1.3s`.
pub(super) fn summary(out: &mut String, report: &RunReport, width: usize, paint: Paint) {
    let Summary { total, up, degraded, down, unknown, skipped } = Summary::of(&report.results);
    let counts = [
        (Verdict::Down, down),
        (Verdict::Unknown, unknown),
        (Verdict::Degraded, degraded),
        (Verdict::Up, up),
        (Verdict::Skipped, skipped),
    ];
    let mut items: Vec<(String, String)> = counts
        .into_iter()
        .filter(|(_, n)| *n > 0)
        .map(|(verdict, n)| {
            let text = format!("{n} {verdict}");
            (paint.verdict(verdict, &text), text)
        })
        .collect();
    if total == 0 {
        let nothing = count(0, "endpoint");
        items.push((nothing.clone(), nothing));
    }
    if let Some((painted, plain)) = items.last_mut() {
        let took = format!(" in {}", brief(report.duration));
        painted.push_str(&took);
        plain.push_str(&took);
    }
    flow(out, "", Verdict::Skipped, items, width, paint);
}

/// A heading and its items with commas between them, broken between items where the width asks for it. An item is a
/// pair: as it is printed, and as it is measured.
fn flow(out: &mut String, head: &str, verdict: Verdict, items: Vec<(String, String)>, width: usize, paint: Paint) {
    let mut used = head.chars().count();
    if used > 0 {
        out.push_str(&paint.verdict(verdict, head));
    }
    let last = items.len().saturating_sub(1);
    for (at, (painted, plain)) in items.into_iter().enumerate() {
        let comma = usize::from(at < last);
        let size = plain.chars().count();
        if used > 0 && used + 1 + size + comma > width {
            out.push_str("\n  ");
            used = 2;
        } else if used > 0 {
            out.push(' ');
            used += 1;
        }
        let room = width.saturating_sub(used + comma);
        if size > room {
            out.push_str(&shorten(&plain, room));
        } else {
            out.push_str(&painted);
        }
        used += size.min(room) + comma;
        if comma == 1 {
            out.push(',');
        }
    }
    out.push('\n');
}
