//! Uptime of the last 90 days (UTC): one bar a day.

use super::DAYS;
use crate::stats::{Class, DAY, Timeline, Totals};
use crate::text::duration::human;
use crate::text::percent::percent;
use maud::{Markup, html};
use std::fmt::Write as _;
use std::time::Duration;

/// One bar and the gap after it.
const STEP: i64 = 4;

/// Height of the drawing; the bars of good days leave room above, those of bad ones don't, so that they are told apart
/// without colours.
const HEIGHT: i64 = 28;
const GOOD: i64 = 22;

/// A day is shown as degraded when that was more than this share of it.
const NOTICED: f64 = 0.02;

/// The bars, the present day last.
pub(in crate::report) fn bars(timeline: &Timeline, now: i64) -> Markup {
    let today = now.div_euclid(DAY);
    let mut good = String::new();
    let mut degraded = String::new();
    let mut nothing = String::new();
    let mut bad: Vec<(i64, i64, Totals)> = Vec::new();
    for index in 0..DAYS {
        let day = today - DAYS + 1 + index;
        let (from, to) = (day * DAY, ((day + 1) * DAY).min(now));
        let totals = timeline.totals(from, to);
        let x = index * STEP;
        match totals.worst() {
            None | Some(Class::Maintenance) => bar(&mut nothing, x, 4),
            Some(Class::Down | Class::Unknown) => bad.push((x, day, totals)),
            Some(Class::Up | Class::Degraded) if is_degraded(&totals) => bar(&mut degraded, x, GOOD),
            Some(Class::Up | Class::Degraded) => bar(&mut good, x, GOOD),
        }
    }
    let whole = timeline.totals(now - DAYS * DAY, now);
    let label = match whole.uptime() {
        Some(uptime) => format!("Last {DAYS} days: {} up", percent(uptime)),
        None => format!("Last {DAYS} days: nothing known"),
    };
    html! {
        svg.bars viewBox={ "0 0 " (DAYS * STEP - 1) " " (HEIGHT) } preserveAspectRatio="none" role="img" aria-label=(label) {
            @if !nothing.is_empty() { path.n d=(nothing) {} }
            @if !good.is_empty() { path.u d=(good) {} }
            @if !degraded.is_empty() { path.g d=(degraded) {} }
            @for (x, day, totals) in &bad { (bad_day(*x, *day, totals)) }
        }
    }
}

fn is_degraded(totals: &Totals) -> bool {
    totals.known() > 0 && share(totals.of(Class::Degraded), totals.known()) > NOTICED
}

fn bar(path: &mut String, x: i64, height: i64) {
    // Writing to a string can't fail.
    let _ = write!(path, "M{x} {HEIGHT}h3v-{height}h-3z");
}

/// A full bar; the part of it that was down, or unknown, stands on the ground, and is never too small to be seen.
fn bad_day(x: i64, day: i64, totals: &Totals) -> Markup {
    let all = totals.known() + totals.of(Class::Unknown);
    let height = |class: Class| match totals.of(class) {
        0 => 0,
        #[expect(clippy::cast_possible_truncation, reason = "a share of a few pixels")]
        ms => ((share(ms, all) * 28.0).ceil() as i64).clamp(6, HEIGHT),
    };
    let (down, unknown) = (height(Class::Down), height(Class::Unknown));
    let unknown = unknown.min(HEIGHT - down);
    let rest = HEIGHT - down - unknown;
    html! {
        g {
            title { (told(day, totals)) }
            @if rest > 0 { rect class=(if down > 0 { "dp" } else { "kp" }) x=(x) width="3" height=(rest) {} }
            @if unknown > 0 { rect.k x=(x) y=(rest) width="3" height=(unknown) {} }
            @if down > 0 { rect.d x=(x) y=(rest + unknown) width="3" height=(down) {} }
        }
    }
}

fn told(day: i64, totals: &Totals) -> String {
    let date = jiff::Timestamp::from_millisecond(day * DAY).map(|at| at.strftime("%Y-%m-%d").to_string());
    let mut text = date.unwrap_or_default();
    if let Some(uptime) = totals.uptime() {
        let _ = write!(text, ": {} up", percent(uptime));
    }
    for (class, word) in [(Class::Down, "down"), (Class::Unknown, "unknown")] {
        let secs = totals.of(class).unsigned_abs() / 1_000;
        if secs > 0 {
            let _ = write!(text, ", {} {word}", human(Duration::from_secs(secs)));
        }
    }
    text
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of a day")]
fn share(part: i64, whole: i64) -> f64 {
    if whole > 0 { part as f64 / whole as f64 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::bars;
    use crate::model::Record;
    use crate::stats::{DAY, Intervals, Rollup, Timeline};
    use jiff::Timestamp;
    use std::time::Duration;

    #[test]
    fn good_days_are_one_path_and_bad_ones_say_why() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().expect("a time");
        let mut rollup = Rollup::new(Intervals::from([("vk/health".to_owned(), Duration::from_hours(1))]));
        for hour in (0..20 * 24).rev() {
            let at = Timestamp::from_second(now.as_second() - hour * 3_600).expect("in range");
            let verdict = if hour == 40 { "down" } else { "up" };
            let line = format!(r#"{{"ts":"{at}","channel":"vk","endpoint":"health","verdict":"{verdict}"}}"#);
            rollup.feed(&Record::parse(line.as_bytes()).expect("a record"), now);
        }
        let id = crate::model::EndpointId::new(crate::model::Name::parse("vk").expect("a name"), "health");
        let timeline = rollup.endpoint(&id).expect("known").timeline(now.as_millisecond());
        let svg = bars(&timeline, now.as_millisecond()).into_string();
        assert_eq!(svg.matches("<path").count(), 2);
        assert!(svg.contains("<title>2026-11-21: 95.83% up, 1h down</title>"), "{svg}");
        assert!(svg.contains("aria-label=\"Last 90 days: 99.79% up\""), "{svg}");
        assert!(svg.len() < 2_500, "{}", svg.len());
        let empty = bars(&Timeline::default(), 100 * DAY).into_string();
        assert!(empty.contains("nothing known") && !empty.contains("<title"));
    }
}
