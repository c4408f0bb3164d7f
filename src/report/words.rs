//! Times, figures and foreign text as the page shows them.

use crate::model::Verdict;
use crate::text::duration::{brief, human};
use crate::text::escape::terminal;
use jiff::Timestamp;
use maud::{Markup, html};
use std::time::Duration;

/// Milliseconds for a person; a dash for none.
pub(super) fn ms(ms: Option<f64>) -> String {
    let duration = ms.and_then(|ms| Duration::try_from_secs_f64(ms / 1e3).ok());
    duration.map_or_else(|| "–".to_owned(), brief)
}

/// A percentage; a dash for none.
pub(super) fn percent(ratio: Option<f64>) -> String {
    ratio.map_or_else(|| "–".to_owned(), crate::text::percent::percent)
}

/// How long it was between the two.
pub(super) fn between(from: Timestamp, to: Timestamp) -> String {
    let span: Duration = to.duration_since(from).try_into().unwrap_or_default();
    human(Duration::from_secs(span.as_secs())).replace("0ms", "0s")
}

/// A time that programs can read too.
pub(super) fn time(at: Timestamp) -> Markup {
    html! { time datetime=(crate::model::result::stamp(at)) { (at.strftime("%Y-%m-%d %H:%M")) } }
}

/// The same from Unix milliseconds.
pub(super) fn time_ms(at: i64) -> Markup {
    Timestamp::from_millisecond(at).map(time).unwrap_or_default()
}

/// Foreign text with what would reorder or hide it made visible; its lines are kept.
pub(super) fn foreign(text: &str) -> String {
    text.lines().map(terminal).collect::<Vec<_>>().join("\n")
}

/// The word that a verdict has in the style sheet and on the page.
pub(super) fn class(verdict: Option<Verdict>) -> &'static str {
    match verdict {
        None => "none",
        Some(verdict) => verdict.as_str(),
    }
}

/// A verdict as a coloured sign and a word.
pub(super) fn badge(verdict: Option<Verdict>) -> Markup {
    let word = verdict.map_or("no result", Verdict::as_str);
    html! { span class={ "badge " (class(verdict)) } { (word) } }
}
