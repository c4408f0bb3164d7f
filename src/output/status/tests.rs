use super::{render, sparkline};
use crate::model::Verdict;
use crate::output::sample::{at, id};
use crate::output::table::Style;
use crate::stats::{Cell, Class, Intervals, Known, OpenIncident, Rollup, Status};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;
use std::time::Duration;

fn now() -> Timestamp {
    at("2026-11-23T10:00:00Z")
}

fn known(channel: &str, endpoint: &str) -> Known {
    Known {
        id: id(channel, endpoint),
        skipped: None,
        warn_latency: Some(Duration::from_millis(500)),
        state: None,
        incident: None,
        silenced: None,
    }
}

/// Five channels' day: one result every ten minutes.
fn night(message: &str) -> Status {
    let mut rollup = Rollup::new(
        ["whatsapp", "vk", "max", "avito"]
            .into_iter()
            .map(|channel| (format!("{channel}/health"), Duration::from_mins(10)))
            .collect::<Intervals>(),
    );
    for step in (0..144).rev() {
        let started = Timestamp::from_second(now().as_second() - step * 600 - 5).expect("in range");
        let hour = step / 6;
        for channel in ["whatsapp", "vk", "max", "avito"] {
            let (verdict, reason, ms) = match (channel, hour) {
                ("vk", 0..2) => ("down", Some("schema"), Some(80.0)),
                ("max", 5) => ("unknown", Some("offline"), None),
                ("max", 20..) => continue,
                ("avito", 0..4) => ("degraded", Some("latency"), Some(1_800.0)),
                ("avito", 4..8) => ("up", None, Some(300.0)),
                _ => ("up", None, Some(40.0)),
            };
            let line = json!({"ts": started.to_string(), "channel": channel, "endpoint": "health", "verdict": verdict,
                "reason": reason, "message": reason.map(|_| message), "latency_ms": ms, "metrics": {"health_score": 90}});
            rollup.feed_line(Some(line.to_string().as_bytes()), now());
        }
    }
    let mut vk = known("vk", "health");
    vk.incident =
        Some(OpenIncident { id: "vk-health-7f3a".to_owned(), since: at("2026-11-23T08:00:00Z"), acknowledged: true });
    let fleet = [
        known("whatsapp", "health"),
        vk,
        known("max", "health"),
        known("avito", "health"),
        Known { skipped: Some("disabled".to_owned()), ..known("avito", "old") },
        known("avito", "new"),
    ];
    Status::of(&rollup, &fleet, Some(at("2026-11-23T09:59:55Z")), now())
}

fn plain(status: &Status, width: usize) -> String {
    render(status, Style { width, colour: false })
}

#[test]
fn at_80_and_200_and_40_columns() {
    let status = night("$.health_score: 150 is greater than the maximum of 100");
    insta::assert_snapshot!("status_at_80", plain(&status, 80));
    insta::assert_snapshot!("status_at_200", plain(&status, 200));
    insta::assert_snapshot!("status_at_40", plain(&status, 40));
}

#[test]
fn colours_change_no_text() {
    let status = night("x");
    let coloured = render(&status, Style { width: 80, colour: true });
    assert!(coloured.contains("\u{1b}["));
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain(&status, 80));
}

#[test]
fn a_sparkline_says_what_matters_most() {
    let cell = |worst, p50| Cell { worst, p50 };
    let day = [
        cell(None, None),
        cell(Some(Class::Up), Some(20.0)),
        cell(Some(Class::Degraded), Some(45.0)),
        cell(Some(Class::Down), Some(20.0)),
        cell(Some(Class::Unknown), None),
        cell(Some(Class::Maintenance), None),
        cell(Some(Class::Up), Some(9_000.0)),
        cell(Some(Class::Up), None),
    ];
    assert_eq!(sparkline(&day, 1), "·▁▃×?-█▁");
    assert_eq!(sparkline(&day, 2), "▁×?█");
}

proptest! {
    #[test]
    fn no_line_is_too_long_or_obeyed(message in any::<String>(), width in 20_usize..250) {
        let status = night(&message);
        let text = plain(&status, width);
        prop_assert!(!text.chars().any(|c| c.is_control() && c != '\n'));
    }
}

#[test]
fn nothing_to_show_is_said() {
    let empty = Status::of(&Rollup::new(Intervals::new()), &[], None, now());
    assert_eq!(plain(&empty, 80), "no endpoints\n");
    let fresh = Status::of(&Rollup::new(Intervals::new()), &[known("vk", "health")], None, now());
    assert!(plain(&fresh, 80).contains("· no result"));
    assert_eq!(fresh.endpoints[0].verdict, None::<Verdict>);
}
