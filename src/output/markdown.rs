//! `-o markdown`: for a pull request's comment, an issue, or a job's summary (`-o markdown=$GITHUB_STEP_SUMMARY`).

use super::table::glyph;
use crate::model::{ProbeResult, RunReport, Summary, Verdict};
use crate::text::duration::brief;
use crate::text::escape::{shorten, terminal};
use crate::text::plural::count;
use std::fmt::Write as _;

/// Longer messages are cut.
const LONGEST: usize = 300;

/// The whole text.
pub fn render(report: &RunReport) -> String {
    let mut out = String::new();
    let summary = Summary::of(&report.results);
    let counts = [
        (Verdict::Down, summary.down),
        (Verdict::Unknown, summary.unknown),
        (Verdict::Degraded, summary.degraded),
        (Verdict::Up, summary.up),
        (Verdict::Skipped, summary.skipped),
    ];
    let counts: Vec<_> = counts.iter().filter(|(_, n)| *n > 0).map(|(verdict, n)| format!("{n} {verdict}")).collect();
    // Writing to a string can't fail.
    let _ = writeln!(
        out,
        "### canary: {}\n\n{} in {}: {}\n",
        report.verdict(),
        count(summary.total, "endpoint"),
        brief(report.duration),
        if counts.is_empty() { "nothing probed".to_owned() } else { counts.join(", ") },
    );
    let (mut wrong, fine): (Vec<_>, Vec<_>) = report
        .results
        .iter()
        .filter(|result| result.verdict != Verdict::Skipped)
        .partition(|result| result.verdict != Verdict::Up);
    wrong.sort_by_key(|result| std::cmp::Reverse(result.verdict));
    table(&mut out, &wrong);
    if !fine.is_empty() && !wrong.is_empty() {
        out.push_str("\n<details><summary>Up</summary>\n\n");
        table(&mut out, &fine);
        out.push_str("\n</details>\n");
    } else {
        table(&mut out, &fine);
    }
    for warning in &report.warnings {
        let _ = writeln!(out, "\n> {}", code(warning));
    }
    out
}

fn table(out: &mut String, results: &[&ProbeResult]) {
    if results.is_empty() {
        return;
    }
    out.push_str("| | endpoint | status | latency | what |\n|---|---|--:|--:|---|\n");
    for result in results {
        let exchange = result.exchange.as_ref();
        let status = exchange.and_then(|exchange| exchange.status).map(|status| status.to_string()).unwrap_or_default();
        let latency = exchange.and_then(|exchange| exchange.latency).map(brief).unwrap_or_default();
        let _ = writeln!(
            out,
            "| {} {} | {} | {status} | {latency} | {} |",
            glyph(result.verdict),
            result.verdict,
            code(&result.id.to_string()),
            what(result)
        );
    }
}

fn what(result: &ProbeResult) -> String {
    let mut parts = Vec::new();
    if let Some(reason) = result.reason {
        parts.push(reason.to_string());
    }
    if let Some(message) = result.message.as_deref().filter(|message| !message.is_empty()) {
        parts.push(code(message));
    }
    if result.problems.len() > 1 {
        parts.push(format!("(+{} more)", result.problems.len() - 1));
    }
    parts.join(" ")
}

/// Foreign text as code: no markup, link, mention or HTML in it comes alive, and no character ends its cell. Entities
/// are safer than backticks, which a table's cell takes apart at a backslash before a bar.
fn code(text: &str) -> String {
    let text = terminal(text);
    let text = shorten(&text, LONGEST);
    let mut out = String::with_capacity(text.len() + 16);
    out.push_str("<code>");
    for c in text.chars() {
        match c {
            '&' | '<' | '>' | '"' | '\'' | '|' | '\\' | '`' | '*' | '_' | '~' | '[' | ']' | '!' | '#' | '@' | ':' => {
                let _ = write!(out, "&#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push_str("</code>");
    out
}

#[cfg(test)]
mod tests {
    use super::{code, render};
    use crate::output::sample::{night, report, up};
    use proptest::prelude::*;

    #[test]
    fn the_worst_comes_first() {
        insta::assert_snapshot!(render(&night()));
        insta::assert_snapshot!("all_is_well", render(&report(vec![up("vk", "health")])));
    }

    proptest! {
        #[test]
        fn hostile_text_stays_text(text in any::<String>()) {
            let safe = code(&text);
            let inner = safe.strip_prefix("<code>").and_then(|rest| rest.strip_suffix("</code>")).expect("code");
            prop_assert!(!inner.contains(['<', '>', '|', '`', '\\', '*', '_', '[', '@', '"']));
            prop_assert!(!inner.chars().any(char::is_control));
            prop_assert!(inner.split('&').skip(1).all(|rest| rest.starts_with('#')));
        }
    }
}
