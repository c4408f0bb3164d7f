//! An endpoint: one line with its bars, and behind it charts, windows and its last errors.

use super::charts::{self, DAYS, Series};
use super::input::Report;
use super::words::{badge, between, foreign, ms, percent, time, time_ms};
use crate::model::Verdict;
use crate::stats::{ChannelPart, DAY, EndpointRollup, EndpointStatus, Stretch, Timeline, Windows};
use maud::{Markup, html};

/// The endpoints of a channel.
pub(super) fn channel(report: &Report<'_>, part: &ChannelPart<'_>) -> Markup {
    let name = &part.channel.channel;
    html! {
        section.channel id={ "channel-" (name) } {
            h2 { (name) }
            @for one in &part.endpoints { (endpoint(report, one)) }
        }
    }
}

fn endpoint(report: &Report<'_>, one: &EndpointStatus) -> Markup {
    let now = report.now.as_millisecond();
    let kept = report.rollup.endpoint(&one.id);
    let timeline = kept.map_or_else(Timeline::default, |kept| kept.timeline(now));
    let is_open = match one.verdict {
        Some(Verdict::Down | Verdict::Unknown) => true,
        Some(Verdict::Up | Verdict::Degraded | Verdict::Skipped) | None => false,
    };
    html! {
        details.ep id={ "endpoint-" (one.id) } open[is_open] {
            summary {
                span.name {
                    (badge(one.verdict))
                    span.id { (foreign(&one.id.endpoint)) }
                    @if let Some(since) = one.since { span.for { "for " (between(since, report.now)) } }
                    @if let Some(why) = &one.skipped { span.for { (foreign(why)) } }
                    @if let Some(remark) = remark(one) { span.for { (remark) } }
                }
                (charts::bars(&timeline, now))
                span.figure { b { (percent(one.uptime.day)) } small { "24 h" } }
                span.figure { b { (percent(one.uptime.month)) } small { "30 d" } }
                span.figure { b { (ms(one.latency.p95)) } small { "p95" } }
            }
            div.more {
                @if let Some(kept) = kept { (latencies(kept, now)) }
                (windows(one))
                @if let Some(open) = &one.incident {
                    p.incident {
                        "Incident " code { (foreign(&open.id)) } " open since " (time(open.since))
                        @if open.acknowledged { ", acknowledged" }
                    }
                }
                @if let Some(silenced) = &one.silenced {
                    p.incident {
                        "Silenced "
                        @match silenced.until {
                            Some(until) => { "until " (time(until)) },
                            None => "until it has recovered",
                        }
                        @if let Some(reason) = &silenced.reason { ": " (foreign(reason)) }
                    }
                }
                @if let Some(kept) = kept { (errors(kept.errors())) }
            }
        }
    }
}

/// Whether somebody knows already, or nobody is told.
fn remark(one: &EndpointStatus) -> Option<&'static str> {
    let acknowledged = one.incident.as_ref().is_some_and(|open| open.acknowledged);
    match (acknowledged, one.silenced.is_some()) {
        (true, true) => Some("acknowledged, silenced"),
        (true, false) => Some("acknowledged"),
        (false, true) => Some("silenced"),
        (false, false) => None,
    }
}

fn latencies(kept: &EndpointRollup, now: i64) -> Markup {
    const HALF_HOUR: i64 = 1_800_000;
    let both = |p50: Option<f64>, p95: Option<f64>| p50.zip(p95);
    let day: Series = (0..48)
        .map(|step| {
            let from = now - (48 - step) * HALF_HOUR;
            let sketch = kept.recent().between(from, from + HALF_HOUR);
            both(sketch.percentile(0.50), sketch.percentile(0.95))
        })
        .collect();
    let first = now.div_euclid(DAY) - DAYS + 1;
    let mut long: Series = vec![None; 90];
    for one in kept.days().all() {
        if let Some(slot) = usize::try_from(one.number - first).ok().and_then(|index| long.get_mut(index)) {
            *slot = both(one.latency.p50, one.latency.p95);
        }
    }
    html! {
        div.charts {
            @if let Some(chart) = charts::latency(&day, "Latency, 24 hours", "24 h ago", "now") { (chart) }
            @if let Some(chart) = charts::latency(&long, "Latency, 90 days", "90 d ago", "today") { (chart) }
        }
    }
}

fn windows(one: &EndpointStatus) -> Markup {
    let row = |values: Windows<String>| [values.day, values.week, values.month];
    let uptime =
        Windows { day: percent(one.uptime.day), week: percent(one.uptime.week), month: percent(one.uptime.month) };
    let seen = Windows {
        day: percent(Some(one.coverage.day)),
        week: percent(Some(one.coverage.week)),
        month: percent(Some(one.coverage.month)),
    };
    html! {
        table.windows {
            thead { tr { td {} th scope="col" { "24 h" } th scope="col" { "7 d" } th scope="col" { "30 d" } } }
            tbody {
                tr { th scope="row" { "uptime" } @for value in row(uptime) { td { (value) } } }
                tr { th scope="row" { "coverage" } @for value in row(seen) { td { (value) } } }
            }
            thead { tr { td {} th scope="col" { "p50" } th scope="col" { "p95" } th scope="col" { "p99" } } }
            tbody {
                tr {
                    th scope="row" { "latency" }
                    @for value in [one.latency.p50, one.latency.p95, one.latency.p99] { td { (ms(value)) } }
                }
            }
        }
    }
}

fn errors(errors: &[Stretch]) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.errors {
                h3 { "Last errors" }
                @for (age, one) in errors.iter().rev().enumerate() {
                    article {
                        p {
                            (badge(Some(one.verdict)))
                            @if let Some(reason) = one.reason { b { (reason) } }
                            @if let Some(status) = one.status { span.code { "HTTP " (status) } }
                            span.when { (time_ms(one.from)) @if one.count > 1 { " – " (time_ms(one.last)) ", " (one.count) "×" } }
                        }
                        @if let Some(message) = &one.message { p.message { (foreign(message)) } }
                        @if let Some(body) = &one.evidence {
                            details open[age == 0] { summary { "body" } pre { (foreign(body)) } }
                        }
                    }
                }
            }
        }
    }
}
