//! `-o github`: workflow commands that GitHub Actions shows as annotations. `-o markdown=$GITHUB_STEP_SUMMARY` is the
//! job's summary.
//!
//! Only ten annotations of a kind are shown a step, so the worst come first.

use crate::model::{ProbeResult, RunReport, Summary, Verdict};
use crate::text::escape::terminal;
use crate::text::plural::count;
use std::fmt::Write as _;

/// One command a line: `error` for down, `warning` for unknown and degraded, `notice` for the sum.
pub fn render(report: &RunReport) -> String {
    let mut failing: Vec<&ProbeResult> = report.results.iter().collect();
    failing.sort_by_key(|result| std::cmp::Reverse(result.verdict));
    let mut out = String::new();
    for result in failing {
        let kind = match result.verdict {
            Verdict::Down => "error",
            Verdict::Unknown | Verdict::Degraded => "warning",
            Verdict::Up | Verdict::Skipped => continue,
        };
        let title = format!("{} is {}", result.id, result.verdict);
        // Writing to a string can't fail.
        let _ = writeln!(out, "::{kind} title={}::{}", property(&title), data(&text(result)));
    }
    let Summary { total, up, degraded, down, unknown, skipped } = Summary::of(&report.results);
    let sum = format!(
        "{}: {down} down, {unknown} unknown, {degraded} degraded, {up} up, {skipped} skipped",
        count(total, "endpoint")
    );
    let _ = writeln!(out, "::notice title=canary::{}", data(&sum));
    out
}

/// One line a problem; they are joined by real line ends, which [`data`] encodes.
fn text(result: &ProbeResult) -> String {
    let mut lines: Vec<String> =
        result.problems.iter().map(|problem| format!("{}: {}", problem.kind, terminal(&problem.message))).collect();
    if lines.is_empty() {
        lines.extend(result.message.as_deref().map(|message| terminal(message).into_owned()));
    }
    if let Some(exchange) = &result.exchange {
        lines.push(format!("{} {}", exchange.method, terminal(&exchange.url)));
    }
    lines.join("\n")
}

/// As actions/toolkit encodes a command's message (`escapeData`).
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// As it encodes a property (`escapeProperty`).
fn property(text: &str) -> String {
    data(&terminal(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::render;
    use crate::model::{Reason, Verdict};
    use crate::output::sample::{failing, night, report};
    use proptest::prelude::*;

    #[test]
    fn the_worst_comes_first() {
        insta::assert_snapshot!(render(&night()));
    }

    proptest! {
        #[test]
        fn no_text_begins_a_command_of_its_own(text in any::<String>()) {
            let hostile = failing("vk", "health", Verdict::Down, Reason::Body, &[&text, "\n::stop-commands::x\r::error::y"]);
            let out = render(&report(vec![hostile]));
            prop_assert_eq!(out.split(['\n', '\r']).count(), 3);
            prop_assert!(out.lines().all(|line| line.starts_with("::error title=vk/health is down::") || line.starts_with("::notice title=canary::")));
        }
    }
}
