//! All files of the report.

use super::input::Report;
use crate::model::Name;
use crate::model::result::stamp;
use crate::stats::{DAY, Day, Timeline, Windows};
use crate::text::escape::json;
use jiff::Timestamp;
use serde::Serialize;
use std::path::PathBuf;

/// One file and its place below the report's directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportFile {
    /// Relative.
    pub path: PathBuf,
    /// The whole content.
    pub bytes: Vec<u8>,
}

/// `status.json`, `status/CHANNEL.json`, `history.json`, `metrics.prom` with the content given, and at last `index.html`,
/// so that a page is never newer than its figures.
pub fn files(report: &Report<'_>, metrics: String) -> Vec<ReportFile> {
    let file = |path: &str, bytes: Vec<u8>| ReportFile { path: PathBuf::from(path), bytes };
    let mut files = vec![file("status.json", document(report.status))];
    for part in report.status.by_channel() {
        files.push(file(&format!("status/{}.json", part.channel.channel), document(&part)));
    }
    files.push(file("history.json", document(&history(report))));
    files.push(file("metrics.prom", metrics.into_bytes()));
    files.push(file("index.html", super::page::render(report).into_bytes()));
    files
}

/// Our own types have string keys and finite numbers only, which is all that serde_json could refuse.
fn document(value: &impl Serialize) -> Vec<u8> {
    let mut text = json(serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned()));
    text.push('\n');
    text.into_bytes()
}

#[derive(Serialize)]
struct History<'a> {
    v: u32,
    generated_at: String,
    endpoints: Vec<EndpointHistory<'a>>,
    recent: &'a [serde_json::Value],
}

#[derive(Serialize)]
struct EndpointHistory<'a> {
    channel: &'a Name,
    endpoint: &'a str,
    uptime: Windows<Option<f64>>,
    days: Vec<DayHistory>,
}

#[derive(Serialize)]
struct DayHistory {
    date: String,
    uptime: Option<f64>,
    coverage: f64,
    up: u32,
    degraded: u32,
    down: u32,
    unknown: u32,
    latency_ms: crate::stats::Percentiles,
}

/// A line a day for the last 90 days with results, and the newest results themselves.
fn history<'a>(report: &'a Report<'_>) -> History<'a> {
    let now = report.now.as_millisecond();
    let endpoints = report.status.endpoints.iter().map(|one| {
        let kept = report.rollup.endpoint(&one.id);
        let timeline = kept.map_or_else(Timeline::default, |kept| kept.timeline(now));
        let first = now.div_euclid(DAY) - super::charts::DAYS;
        let days = kept.into_iter().flat_map(|kept| kept.days().all()).filter(|day| day.number > first);
        EndpointHistory {
            channel: &one.id.channel,
            endpoint: &one.id.endpoint,
            uptime: one.uptime,
            days: days.filter_map(|day| day_history(&day, &timeline, now)).collect(),
        }
    });
    History { v: 1, generated_at: stamp(report.now), endpoints: endpoints.collect(), recent: report.recent }
}

fn day_history(day: &Day, timeline: &Timeline, now: i64) -> Option<DayHistory> {
    let from = day.number.checked_mul(DAY)?;
    let to = (from + DAY).min(now);
    let totals = timeline.totals(from, to);
    let [_, up, degraded, unknown, down] = day.counts;
    let date = Timestamp::from_millisecond(from).ok()?.strftime("%Y-%m-%d").to_string();
    let (uptime, coverage) = (totals.uptime(), totals.coverage(to - from));
    Some(DayHistory { date, uptime, coverage, up, degraded, down, unknown, latency_ms: day.latency })
}
