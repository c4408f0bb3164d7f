//! `-o nagios`: one line as the Monitoring Plugins guidelines want it, and their exit codes.

use crate::model::{ProbeResult, RunReport, Summary, Verdict};
use crate::text::escape::{shorten, terminal};
use std::fmt::Write as _;

/// Failing endpoints that are named; servers cut long lines.
const NAMED: usize = 8;

/// With more endpoints than this their latencies are left out of the performance data.
const MEASURED: usize = 100;

/// 2 any down, else 3 any unknown or canary's own trouble, else 1 any degraded, else 0.
pub fn exit_code(report: &RunReport) -> u8 {
    let Summary { down, unknown, degraded, .. } = Summary::of(&report.results);
    if down > 0 {
        2
    } else if unknown > 0 || report.exit_reasons.iter().any(|reason| reason.is_own_failure()) {
        3
    } else {
        u8::from(degraded > 0)
    }
}

/// The status line, with a newline at its end.
pub fn render(report: &RunReport) -> String {
    let word = match exit_code(report) {
        0 => "OK",
        1 => "WARNING",
        2 => "CRITICAL",
        _ => "UNKNOWN",
    };
    let summary = Summary::of(&report.results);
    let mut out = format!("CANARY {word} - {}", sentence(report, summary));
    let Summary { total, up, degraded, down, unknown, skipped } = summary;
    // Writing to a string can't fail.
    let _ = write!(
        out,
        " | up={up};;;0;{total} degraded={degraded};0;;0;{total} down={down};;0;0;{total} \
         unknown={unknown};;;0;{total} skipped={skipped};;;0;{total} time={:.3}s",
        report.duration.as_secs_f64()
    );
    if total <= MEASURED {
        for result in &report.results {
            if let Some(latency) = result.exchange.as_ref().and_then(|exchange| exchange.latency) {
                let _ = write!(out, " '{}'={:.5}s", label(&result.id.to_string()), latency.as_secs_f64());
            }
        }
    }
    out.push('\n');
    out
}

/// The status line of a check that could not even begin.
pub fn not_begun(why: &str) -> String {
    let why = terminal(why.lines().next().unwrap_or_default());
    format!("CANARY UNKNOWN - {}\n", plain(&shorten(&why, 300)))
}

fn sentence(report: &RunReport, summary: Summary) -> String {
    let mut failing: Vec<&ProbeResult> = report
        .results
        .iter()
        .filter(|result| matches!(result.verdict, Verdict::Down | Verdict::Unknown | Verdict::Degraded))
        .collect();
    failing.sort_by_key(|result| std::cmp::Reverse(result.verdict));
    let own: Vec<String> = report
        .exit_reasons
        .iter()
        .filter(|reason| reason.is_own_failure())
        .filter_map(|reason| serde_json::to_value(reason).ok()?.as_str().map(|word| word.replace('_', " ")))
        .collect();
    let own = if own.is_empty() { String::new() } else { format!("canary: {}; ", own.join(", ")) };
    if failing.is_empty() {
        return format!("{own}{} of {} up", summary.up, summary.total - summary.skipped);
    }
    let mut named: Vec<String> = failing.iter().take(NAMED).map(|result| named(result)).collect();
    if failing.len() > NAMED {
        named.push(format!("and {} more", failing.len() - NAMED));
    }
    let probed = summary.total - summary.skipped;
    format!("{own}{} of {probed} failing: {}", failing.len(), named.join("; "))
}

fn named(result: &ProbeResult) -> String {
    let message = terminal(result.message.as_deref().unwrap_or_default());
    let message = shorten(&message, 120);
    plain(&format!("{} {} ({message})", terminal(&result.id.to_string()), result.verdict))
}

/// A bar would begin the performance data.
fn plain(text: &str) -> String {
    text.replace('|', "¦")
}

/// A label may hold neither a quote nor an equals sign.
fn label(text: &str) -> String {
    plain(&terminal(text)).replace(['\'', '='], "_")
}

#[cfg(test)]
mod tests {
    use super::{exit_code, not_begun, render};
    use crate::model::{ExitReason, Reason, Verdict};
    use crate::output::sample::{failing, night, report, up};
    use proptest::prelude::*;

    #[test]
    fn codes_follow_the_plugin_convention() {
        let one = |verdict, own: &[ExitReason]| {
            let mut report = report(vec![up("a", "b"), failing("vk", "health", verdict, Reason::Body, &["x"])]);
            report.exit_reasons = own.to_vec();
            exit_code(&report)
        };
        assert_eq!(one(Verdict::Down, &[]), 2);
        assert_eq!(one(Verdict::Down, &[ExitReason::HistoryNotWritten]), 2);
        assert_eq!(one(Verdict::Unknown, &[]), 3);
        assert_eq!(one(Verdict::Degraded, &[ExitReason::StateNotWritten]), 3);
        assert_eq!(one(Verdict::Degraded, &[]), 1);
        assert_eq!((one(Verdict::Up, &[]), one(Verdict::Skipped, &[])), (0, 0));
    }

    #[test]
    fn says_what_is_wrong_in_one_line() {
        insta::assert_snapshot!(render(&night()));
        insta::assert_snapshot!("fine", render(&report(vec![up("vk", "health")])));
    }

    #[test]
    fn says_why_it_did_not_begin_in_one_line() {
        assert_eq!(not_begun("no a|b\nand more"), "CANARY UNKNOWN - no a¦b\n");
    }

    proptest! {
        #[test]
        fn hostile_text_begins_no_performance_data(text in any::<String>()) {
            let mut result = failing("vk", "health", Verdict::Down, Reason::Body, &[&text]);
            result.id.endpoint = text.as_str().into();
            let out = render(&report(vec![result]));
            prop_assert_eq!(out.matches('|').count(), 1);
            prop_assert_eq!(out.matches('\n').count(), 1);
            prop_assert_eq!(out.matches('\'').count() % 2, 0);
        }
    }
}
