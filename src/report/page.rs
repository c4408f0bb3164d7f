//! `index.html`.

use super::badge::icon;
use super::cards::cards;
use super::endpoint::channel;
use super::input::Report;
use super::tables::{healing, incidents};
use super::words::{between, class, foreign, time};
use crate::model::{EndpointId, Verdict};
use crate::text::plural::count;
use base64::Engine as _;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

const STYLE: &str = include_str!("assets/page.css");

/// The headline of a page that shows nothing.
const NOTHING: &str = "Nothing was probed yet";

/// Whether a page that was written before shows anything.
pub fn shows_something(page: &[u8]) -> bool {
    !String::from_utf8_lossy(page).contains(&format!("<h1>{NOTHING}"))
}

/// The whole page.
pub fn render(report: &Report<'_>) -> String {
    let worst = report.status.channels.iter().filter_map(|channel| channel.verdict).max();
    let headline = headline(report);
    let channels = report.status.by_channel();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy());
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                title { (headline) " · canary" }
                link rel="icon" href=(icon(worst));
                style { (PreEscaped(STYLE)) }
            }
            body {
                (head(report, worst, &headline))
                main {
                    (cards(&channels))
                    (legend())
                    @for one in &channels { (channel(report, one)) }
                    (incidents(report.incidents, report.now))
                    (healing(report.healing))
                    (not_configured(&report.status.not_configured))
                }
                (foot())
            }
        }
    };
    page.into_string()
}

/// Only this style sheet and inline images; no script, no frame, no form, no request.
fn policy() -> String {
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'none'")
}

fn head(report: &Report<'_>, worst: Option<Verdict>, headline: &str) -> Markup {
    let failing: Vec<&EndpointId> =
        report.status.endpoints.iter().filter(|one| one.verdict == Some(Verdict::Down)).map(|one| &one.id).collect();
    html! {
        header class=(class(worst)) {
            div.brand { "canary" @if !report.host.is_empty() { span { (foreign(report.host)) } } }
            h1 { (headline) }
            @if !failing.is_empty() {
                p.failing { @for id in failing.iter().take(12) { a href={ "#endpoint-" (id) } { (foreign(&id.to_string())) } " " } }
            }
            @if let Some(at) = report.status.last_run_at.filter(|_| report.status.overdue) {
                p.overdue { "No run for " (between(at, report.now)) ": nothing below is newer. Is cron or the timer still running?" }
            }
            p.when {
                @match report.status.last_run_at {
                    Some(at) => { "Last run " (between(at, report.now)) " before this page was written, " (time(report.now)) " UTC" },
                    None => { "No run is recorded yet. Written " (time(report.now)) " UTC" },
                }
            }
        }
    }
}

/// One sentence that says it all.
fn headline(report: &Report<'_>) -> String {
    let with = |verdict| report.status.endpoints.iter().filter(|one| one.verdict == Some(verdict)).count();
    let is = |n: usize| if n == 1 { "is" } else { "are" };
    let (down, unknown, degraded, up) =
        (with(Verdict::Down), with(Verdict::Unknown), with(Verdict::Degraded), with(Verdict::Up));
    let all = down + unknown + degraded + up;
    match (down, unknown, degraded, up) {
        (0, 0, 0, 0) => NOTHING.to_owned(),
        (0, 0, 0, 1) => "The one endpoint is up".to_owned(),
        (0, 0, 0, _) => format!("All {} are up", count(up, "endpoint")),
        (0, 0, _, _) => format!("{degraded} of {} {} degraded", count(all, "endpoint"), is(degraded)),
        (0, _, _, _) => format!("{unknown} of {} can't be told", count(all, "endpoint")),
        (_, _, _, _) => format!("{down} of {} {} down", count(all, "endpoint"), is(down)),
    }
}

fn legend() -> Markup {
    html! {
        p.legend {
            "Bars: one day each, 90 days (UTC) "
            @for (class, word) in [("u", "up"), ("g", "degraded"), ("d", "down"), ("k", "unknown"), ("n", "nothing known")] {
                span { i class=(class) {} (word) }
            }
        }
    }
}

/// What is set in the configuration and expands to nothing.
fn not_configured(what: &[String]) -> Markup {
    html! {
        @if !what.is_empty() {
            section.idle id="not-configured" {
                h2 { "Not configured" small { "set in the configuration, but empty, and so skipped" } }
                ul { @for one in what { li { code { (foreign(one)) } } } }
            }
        }
    }
}

fn foot() -> Markup {
    html! {
        footer {
            p {
                "Uptime is (up + degraded) ÷ (up + degraded + down), each result weighted by the time to the next one, at the \
                 most three intervals. Coverage is the share of a window that is known; unknown and maintenance count for neither."
            }
            p {
                "Health score: state 50, uptime of 24 hours 30, p95 against the warning 10, what services say of themselves 10; \
                 what isn't known is left out."
            }
            p { a href="status.json" { "status.json" } " · " a href="history.json" { "history.json" } " · " a href="metrics.prom" { "metrics.prom" } }
        }
    }
}
