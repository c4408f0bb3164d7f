//! `-o junit`: a test report that CI servers read. A channel is a suite, an endpoint a case.
//!
//! down = failure, unknown = error, skipped = skipped, degraded passes with its problems in `system-out`.

use crate::model::result::stamp;
use crate::model::{ProbeResult, RunReport, Verdict};
use crate::text::escape::terminal;
use indexmap::IndexMap;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::time::Duration;

/// The whole document, in the form that the JUnit schema of Jenkins describes.
pub fn render(report: &RunReport) -> String {
    let mut suites: IndexMap<&str, Vec<&ProbeResult>> = IndexMap::new();
    for result in &report.results {
        suites.entry(result.id.channel.as_str()).or_default().push(result);
    }
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let all: Vec<&ProbeResult> = report.results.iter().collect();
    line(&mut out, format_args!("<testsuites name=\"canary\" {}>", Counts::of(&all, report.duration)));
    for (channel, results) in &suites {
        let took = results.iter().map(|result| took(result)).sum();
        line(
            &mut out,
            format_args!(
                "  <testsuite name=\"{}\" {} timestamp=\"{}\">",
                xml(channel),
                Counts::of(results, took),
                stamp(report.started_at)
            ),
        );
        for result in results {
            case(&mut out, result);
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
    out
}

fn case(out: &mut String, result: &ProbeResult) {
    let (channel, endpoint) = (xml(result.id.channel.as_str()), xml(&result.id.endpoint));
    let head =
        format!("    <testcase classname=\"{channel}\" name=\"{endpoint}\" time=\"{:.3}\"", took(result).as_secs_f64());
    let message = xml(result.message.as_deref().unwrap_or_default());
    let reason = result.reason.map_or("none", crate::model::Reason::as_str);
    let mut wrong = |element: &str| {
        line(out, format_args!("{head}>"));
        line(
            out,
            format_args!("      <{element} message=\"{message}\" type=\"{reason}\">{}</{element}>", details(result)),
        );
        out.push_str("    </testcase>\n");
    };
    match result.verdict {
        Verdict::Up => line(out, format_args!("{head}/>")),
        Verdict::Degraded => {
            let details = details(result);
            line(out, format_args!("{head}>\n      <system-out>degraded\n{details}</system-out>\n    </testcase>"));
        }
        Verdict::Down => wrong("failure"),
        Verdict::Unknown => wrong("error"),
        Verdict::Skipped => {
            line(out, format_args!("{head}>\n      <skipped message=\"{message}\"/>\n    </testcase>"));
        }
    }
}

/// Every problem on its own line, then what a person needs to look further.
fn details(result: &ProbeResult) -> String {
    let mut text = String::new();
    for problem in &result.problems {
        line(&mut text, format_args!("{}: {}", problem.kind, xml(&problem.message)));
    }
    if let Some(exchange) = &result.exchange {
        line(&mut text, format_args!("{} {}", xml(&exchange.method), xml(&exchange.url)));
    }
    if let Some(evidence) = &result.evidence {
        line(&mut text, format_args!("body: {}", xml(&evidence.body)));
    }
    text
}

fn took(result: &ProbeResult) -> Duration {
    result.ended.duration_since(result.started).try_into().unwrap_or_default()
}

struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
    time: Duration,
}

impl Counts {
    fn of(results: &[&ProbeResult], time: Duration) -> Self {
        let count = |verdict| results.iter().filter(|result| result.verdict == verdict).count();
        let (failures, errors) = (count(Verdict::Down), count(Verdict::Unknown));
        Self { tests: results.len(), failures, errors, skipped: count(Verdict::Skipped), time }
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { tests, failures, errors, skipped, time } = self;
        let time = time.as_secs_f64();
        write!(
            f,
            "tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\" time=\"{time:.3}\""
        )
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a string can't fail.
    let _ = writeln!(out, "{text}");
}

/// For text and for attributes in double quotes. What XML 1.0 can't hold at all is shown as an escape.
fn xml(text: &str) -> Cow<'_, str> {
    let text = terminal(text);
    if !text.contains(['&', '<', '>', '"', '\'', '\u{fffe}', '\u{ffff}']) {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::{render, xml};
    use crate::model::{Reason, Verdict};
    use crate::output::sample::{failing, night, report, up};
    use proptest::prelude::*;

    #[test]
    fn counts_and_cases() {
        let text = render(&report(vec![
            up("vk", "health"),
            failing("vk", "api", Verdict::Down, Reason::Schema, &["$.a: <\"x\"> & more", "$.b: missing"]),
            failing("vk", "slow", Verdict::Degraded, Reason::Latency, &["1.2s is more than 1s"]),
            failing("max", "api", Verdict::Unknown, Reason::Local, &["no descriptor left"]),
        ]));
        insta::assert_snapshot!(text);
    }

    #[test]
    fn every_element_is_closed() {
        let text = render(&night());
        let mut open: Vec<&str> = Vec::new();
        for tag in text.split('<').skip(1).filter(|tag| !tag.starts_with('?')) {
            let name = tag.trim_start_matches('/').split([' ', '>', '/']).next().unwrap_or_default();
            if tag.starts_with('/') {
                assert_eq!(open.pop(), Some(name));
            } else if !tag.split('>').next().unwrap_or_default().ends_with('/') {
                open.push(name);
            }
        }
        assert!(open.is_empty(), "{open:?}");
        assert!(text.contains(
            "<testsuites name=\"canary\" tests=\"12\" failures=\"4\" errors=\"1\" skipped=\"3\" time=\"1.312\">"
        ));
    }

    proptest! {
        #[test]
        fn hostile_text_stays_text(text in any::<String>()) {
            let safe = xml(&text);
            let foreign = ['<', '>', '"', '\'', '\u{ffff}', '\u{fffe}'];
            prop_assert!(!safe.contains(foreign));
            prop_assert!(!safe.chars().any(char::is_control));
            prop_assert!(safe.split('&').skip(1).all(|rest| rest.split(';').next().is_some_and(|name| ["amp", "lt", "gt", "quot", "#39"].contains(&name))));
        }
    }
}
