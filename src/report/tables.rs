//! Incidents on their time line and in a table, and what was tried to heal them.

use super::charts::{DAYS, Lane, lane};
use super::input::{Healing, Incident};
use super::words::{badge, between, class, foreign, time};
use crate::model::EndpointId;
use crate::stats::DAY;
use indexmap::IndexMap;
use jiff::Timestamp;
use maud::{Markup, html};

/// Rows of a table, and lanes of the time line; what is older is counted only.
const MOST: usize = 50;

/// The incidents of the last 90 days, and those still open.
pub(super) fn incidents(all: &[Incident], now: Timestamp) -> Markup {
    let start = now.as_millisecond() - DAYS * DAY;
    let ended = |one: &Incident| one.ended.unwrap_or(now);
    let mut shown: Vec<&Incident> = all.iter().filter(|one| ended(one).as_millisecond() >= start).collect();
    shown.sort_by_key(|one| std::cmp::Reverse((one.ended.is_none(), one.began)));
    let mut lanes: IndexMap<&EndpointId, Vec<Lane>> = IndexMap::new();
    for one in &shown {
        let title =
            format!("{}: {} for {}", one.began.strftime("%Y-%m-%d %H:%M"), one.verdict, between(one.began, ended(one)));
        let (from, to) = (one.began.as_millisecond(), ended(one).as_millisecond());
        lanes.entry(&one.endpoint).or_default().push(Lane { from, to, class: class(Some(one.verdict)), title });
    }
    html! {
        section.incidents id="incidents" {
            h2 { "Incidents" small { "last " (DAYS) " days" } }
            @if shown.is_empty() {
                p.empty { "None." }
            } @else {
                div.lanes {
                    @for (endpoint, incidents) in lanes.iter().take(MOST) {
                        a href={ "#endpoint-" (endpoint) } { (foreign(&endpoint.to_string())) }
                        (lane(incidents, now.as_millisecond()))
                    }
                }
                div.scroll { table {
                    thead { tr { th { "State" } th { "Endpoint" } th { "Began (UTC)" } th { "Lasted" } th { "What" } } }
                    tbody { @for one in shown.iter().take(MOST) { (row(one, now)) } }
                } }
                (more(shown.len()))
            }
        }
    }
}

fn row(one: &Incident, now: Timestamp) -> Markup {
    html! {
        tr.open[one.ended.is_none()] {
            td { (badge(Some(one.verdict))) }
            td { a href={ "#endpoint-" (one.endpoint) } { (foreign(&one.endpoint.to_string())) } }
            td.when { (time(one.began)) }
            td.when {
                (between(one.began, one.ended.unwrap_or(now)))
                @if one.ended.is_none() { " · " b { "open" } @if one.acknowledged { " · acknowledged" } }
            }
            td.what {
                @if let Some(reason) = one.reason { b { (reason) } " " }
                @if let Some(message) = &one.message { (foreign(message)) }
            }
        }
    }
}

/// The ledger of what remediation was tried, the newest first.
pub(super) fn healing(all: &[Healing]) -> Markup {
    let mut shown: Vec<&Healing> = all.iter().collect();
    shown.sort_by_key(|one| std::cmp::Reverse(one.at));
    html! {
        section.healing id="healing" {
            h2 { "Healing" }
            @if shown.is_empty() {
                p.empty { "Nothing was tried." }
            } @else {
                div.scroll { table {
                    thead { tr { th { "When (UTC)" } th { "Endpoint" } th { "Attempt" } th { "Action" } th { "Outcome" } } }
                    tbody {
                        @for one in shown.iter().take(MOST) {
                            tr {
                                td.when { (time(one.at)) }
                                td { a href={ "#endpoint-" (one.endpoint) } { (foreign(&one.endpoint.to_string())) } }
                                td.number { (one.attempt) }
                                td { code { (foreign(&one.action)) } }
                                td.what {
                                    @match one.healed {
                                        Some(true) => span.badge.up { "healed" },
                                        Some(false) => span.badge.down { "not healed" },
                                        None => span.badge.none { "not verified" },
                                    }
                                    " " (foreign(&one.outcome))
                                }
                            }
                        }
                    }
                } }
                (more(shown.len()))
            }
        }
    }
}

fn more(count: usize) -> Markup {
    html! { @if count > MOST { p.empty { "and " (count - MOST) " older" } } }
}
