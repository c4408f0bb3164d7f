//! Single values as they are typed.

use crate::model::Verdict;
use crate::model::time::earlier;
use crate::text::suggest::nearest;
use crate::world::terminal::ColourChoice;
use clap::ValueEnum;
use clap::builder::PossibleValue;
use std::time::Duration;

/// A time on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// So long before now.
    Ago(Duration),
    /// This time.
    At(jiff::Timestamp),
}

/// `--color`, as it is typed and explained.
impl ValueEnum for ColourChoice {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Auto, Self::Always, Self::Never]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (typed, help) = match self {
            Self::Auto => ("auto", "On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes"),
            Self::Always => ("always", "Always"),
            Self::Never => ("never", "Never"),
        };
        Some(PossibleValue::new(typed).help(help))
    }
}

impl When {
    /// The time, for somebody who looks now.
    pub fn seen_from(self, now: jiff::Timestamp) -> jiff::Timestamp {
        match self {
            Self::Ago(ago) => earlier(now, ago),
            Self::At(at) => at,
        }
    }
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    match crate::text::duration::parse(text)? {
        Duration::ZERO => Err("must be longer than 0s".to_owned()),
        some => Ok(some),
    }
}

pub(super) fn when(text: &str) -> Result<When, String> {
    if let Ok(ago) = crate::text::duration::parse(text) {
        return Ok(When::Ago(ago));
    }
    if text.len() == "2026-11-24".len()
        && let Ok(midnight) = format!("{text}T00:00:00Z").parse()
    {
        return Ok(When::At(midnight));
    }
    let hint = "must be so long ago (90m, 7d), a day (2026-11-24, from midnight UTC) or a time with its offset \
                (2026-11-24T06:00:00Z)";
    text.parse().map(When::At).map_err(|_| hint.to_owned())
}

pub(super) fn verdict(text: &str) -> Result<Verdict, String> {
    let known = Verdict::ALL.into_iter().filter(|verdict| *verdict != Verdict::Skipped);
    let found = known.clone().find(|verdict| verdict.as_str() == text);
    found.ok_or_else(|| {
        let names: Vec<&str> = known.map(Verdict::as_str).collect();
        let hint =
            nearest(text, names.iter().copied()).map(|near| format!(", did you mean `{near}`?")).unwrap_or_default();
        format!("no verdict of a result{hint} (known: {})", names.join(", "))
    })
}

pub(super) fn time(text: &str) -> Result<jiff::Timestamp, String> {
    text.parse().map_err(|_| "must be a time with its offset such as 2026-11-24T06:00:00Z".to_owned())
}

pub(super) fn deadline(text: &str) -> Result<Duration, String> {
    let shortest = Duration::from_millis(100);
    match crate::text::duration::parse(text)? {
        short if short < shortest => Err("must be at least 100ms".to_owned()),
        some => Ok(some),
    }
}

pub(super) fn concurrency(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n @ 1..=10_000) => Ok(n),
        _ => Err("must be a whole number from 1 to 10000".to_owned()),
    }
}
