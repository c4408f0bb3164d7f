use super::{Known, OpenIncident, Status};
use crate::model::{EndpointId, Name, Verdict};
use crate::stats::{Class, Intervals, Rollup};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;

const MINUTE: i64 = 60_000;
const NOW: &str = "2026-11-23T10:00:00Z";

fn now() -> Timestamp {
    NOW.parse().expect("a time")
}

fn ago(minutes: i64) -> Timestamp {
    Timestamp::from_millisecond(now().as_millisecond() - minutes * MINUTE).expect("in range")
}

fn known(channel: &str, endpoint: &str) -> Known {
    Known {
        id: EndpointId::new(Name::parse(channel).expect("a name"), endpoint),
        skipped: None,
        warn_latency: Some(Duration::from_millis(500)),
        state: None,
        incident: None,
        silenced: None,
    }
}

fn rollup(results: &[(i64, &str, f64)]) -> Rollup {
    let mut rollup = Rollup::new(Intervals::new());
    for (minutes, verdict, ms) in results {
        let line = json!({"ts": ago(*minutes).to_string(), "channel": "vk", "endpoint": "health", "verdict": verdict,
            "reason": (*verdict != "up").then_some("latency"), "message": (*verdict != "up").then_some("slow"),
            "latency_ms": ms, "metrics": {"health_score": 80}});
        rollup.feed_line(Some(line.to_string().as_bytes()), now());
    }
    rollup
}

#[test]
fn the_json_is_the_contracts() {
    let rollup = rollup(&[(3, "up", 100.0), (2, "down", 100.0), (1, "down", 100.0)]);
    let mut endpoint = known("vk", "health");
    endpoint.incident = Some(OpenIncident { id: "I1".to_owned(), since: ago(2), acknowledged: true });
    let disabled = Known { skipped: Some("disabled".to_owned()), ..known("max", "health") };
    let status = Status::of(&rollup, &[endpoint, disabled], Some(ago(1)), now());
    let seen = serde_json::to_value(&status).expect("JSON");
    let one = &seen["endpoints"][0];
    assert_eq!((&seen["v"], &seen["last_run_at"]), (&json!(1), &json!("2026-11-23T09:59:00.000Z")));
    assert_eq!((&one["channel"], &one["endpoint"], &one["verdict"]), (&json!("vk"), &json!("health"), &json!("down")));
    assert_eq!(one["since"], json!("2026-11-23T09:58:00.000Z"));
    assert_eq!(one["uptime"], json!({"24h": 1.0 / 3.0, "7d": 1.0 / 3.0, "30d": 1.0 / 3.0}));
    assert_eq!(one["coverage"]["24h"], json!(3.0 / 1440.0));
    let p50 = one["latency_ms"]["p50"].as_f64().expect("a number");
    assert!((p50 - 100.0).abs() < 1.0 && one["latency_ms"]["p99"].is_number());
    assert_eq!(one["incident"], json!({"id": "I1", "since": "2026-11-23T09:58:00.000Z", "acknowledged": true}));
    assert_eq!(
        one["last_error"],
        json!({"ts": "2026-11-23T09:59:00.000Z", "since": "2026-11-23T09:58:00.000Z", "count": 2, "verdict": "down",
            "reason": "latency", "status": null, "message": "slow"})
    );
    // state 0·50 + uptime 33.3·30 + latency 100·10 + reported 80·10, all ÷ 100.
    assert_eq!(seen["channels"][0]["health_score"], json!(28.0));
    assert_eq!(seen["channels"][0]["parts"]["uptime"], json!({"score": 33.3, "weight": 30}));
    let other = &seen["endpoints"][1];
    assert_eq!((&other["verdict"], &other["since"]), (&json!("skipped"), &Value::Null));
    assert_eq!(other["uptime"]["24h"], Value::Null);
    assert_eq!((&seen["channels"][1]["channel"], &seen["channels"][1]["health_score"]), (&json!("max"), &Value::Null));
}

#[test]
fn the_state_knows_what_the_history_has_lost() {
    let up = rollup(&[(3, "up", 1.0)]);
    let since = |state| {
        let status = Status::of(&up, &[Known { state, ..known("vk", "health") }], None, now());
        (status.endpoints[0].verdict, status.endpoints[0].since)
    };
    assert_eq!(since(None), (Some(Verdict::Up), Some(ago(3))));
    assert_eq!(since(Some((Verdict::Up, ago(9_000)))), (Some(Verdict::Up), Some(ago(9_000))));
    assert_eq!(since(Some((Verdict::Down, ago(9_000)))), (Some(Verdict::Up), Some(ago(3))));
    let lost = Status::of(
        &rollup(&[]),
        &[Known { state: Some((Verdict::Down, ago(5))), ..known("vk", "health") }],
        None,
        now(),
    );
    assert_eq!((lost.endpoints[0].verdict, lost.endpoints[0].since), (Some(Verdict::Down), Some(ago(5))));
    let never = Status::of(&rollup(&[]), &[known("vk", "health")], None, now());
    assert_eq!((never.endpoints[0].verdict, never.channels[0].verdict), (None, None));
}

#[test]
fn the_sparkline_ends_now() {
    let rollup = rollup(&[(23 * 60 + 30, "up", 10.0), (60, "down", 10.0), (3, "up", 40.0)]);
    let status = Status::of(&rollup, &[known("vk", "health")], None, now());
    let day = &status.endpoints[0].day;
    assert_eq!(day.len(), 24);
    assert_eq!((day[0].worst, day[1].worst), (Some(Class::Up), None));
    assert_eq!(day[23].worst, Some(Class::Down));
    assert!(day[0].p50.is_some() && day[23].p50.is_some() && day[5].p50.is_none());
}
