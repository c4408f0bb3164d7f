use super::{EndpointMetrics, MetricsInput, render};
use crate::model::{Name, Phases, Verdict};
use crate::output::sample::{at, id};
use crate::stats::{Intervals, Known, Rollup, Status};
use proptest::prelude::*;
use std::time::Duration;

fn endpoint(endpoint: &str, verdict: Option<Verdict>) -> EndpointMetrics {
    EndpointMetrics {
        id: id("vk", endpoint),
        verdict,
        at: None,
        latency: None,
        phases: Phases::default(),
        status: None,
        cert_not_after: None,
        metrics: Vec::new(),
        incident_open: false,
        uptime: None,
    }
}

fn sample() -> MetricsInput {
    let answered = EndpointMetrics {
        at: Some(at("2026-11-23T10:00:00.123Z")),
        latency: Some(Duration::from_micros(12_410)),
        phases: Phases {
            connect: Some(Duration::from_micros(300)),
            ttfb: Some(Duration::from_micros(11_200)),
            ..Phases::default()
        },
        status: Some(200),
        cert_not_after: Some(1_800_000_000),
        metrics: vec![("health_score".to_owned(), 97.0)],
        uptime: Some(0.9995),
        ..endpoint("health", Some(Verdict::Up))
    };
    let failing = EndpointMetrics { incident_open: true, ..endpoint("api", Some(Verdict::Down)) };
    MetricsInput {
        endpoints: vec![answered, failing, endpoint("new", None)],
        channels: vec![(Name::parse("vk").expect("a name"), Some(87.5)), (Name::parse("max").expect("a name"), None)],
        last_run_at: Some(at("2026-11-23T10:00:00Z")),
    }
}

#[test]
fn tells_of_every_endpoint() {
    insta::assert_snapshot!(render(&sample()));
    assert!(render(&MetricsInput::default()).is_empty() || render(&MetricsInput::default()).ends_with('\n'));
}

proptest! {
    #[test]
    fn hostile_labels_stay_labels(text in any::<String>()) {
        let mut one = endpoint("x", Some(Verdict::Up));
        one.id.endpoint = text.as_str().into();
        one.metrics = vec![(text, 1.0)];
        let out = render(&MetricsInput { endpoints: vec![one], ..MetricsInput::default() });
        for line in out.lines().filter(|line| !line.starts_with('#')) {
            let open = line.find('{').expect("labels");
            prop_assert!(line[..open].starts_with("canary_"));
            let mut quoted = false;
            let mut escaped = false;
            let end = line[open..].find(|c: char| {
                let is_end = c == '}' && !quoted;
                quoted ^= c == '"' && !escaped;
                escaped = c == '\\' && !escaped;
                is_end
            });
            let value = &line[open + end.expect("an end") + 1..];
            prop_assert!(value.trim().parse::<f64>().is_ok(), "{:?}", value);
        }
    }
}

#[test]
fn is_made_of_the_status() {
    let now = at("2026-11-23T10:00:05Z");
    let mut rollup = Rollup::new(Intervals::new());
    let line = r#"{"ts":"2026-11-23T10:00:00Z","channel":"vk","endpoint":"health","verdict":"up","status":200,"latency_ms":12.5,"phases":{"dns_ms":0.5,"tls_ms":null},"cert_days_left":10,"metrics":{"health_score":97}}"#;
    rollup.feed_line(Some(line.to_string().as_bytes()), now);
    let known = |endpoint| Known {
        id: id("vk", endpoint),
        skipped: None,
        warn_latency: None,
        state: None,
        incident: None,
        silenced: None,
    };
    let status = Status::of(&rollup, &[known("health"), known("new")], Some(now), now);
    let text = render(&MetricsInput::of(&status));
    for line in [
        "canary_probe_up{channel=\"vk\",endpoint=\"health\"} 1",
        "canary_probe_duration_seconds{channel=\"vk\",endpoint=\"health\",phase=\"dns\"} 0.0005",
        "canary_probe_latency_seconds{channel=\"vk\",endpoint=\"health\"} 0.0125",
        "canary_probe_http_status_code{channel=\"vk\",endpoint=\"health\"} 200",
        "canary_probe_tls_cert_expiry_timestamp_seconds{channel=\"vk\",endpoint=\"health\"} 1796292000",
        "canary_probe_metric{channel=\"vk\",endpoint=\"health\",name=\"health_score\"} 97",
        "canary_channel_health_score{channel=\"vk\"} 99.7",
        "canary_incident_open{channel=\"vk\",endpoint=\"new\"} 0",
        "canary_last_run_timestamp_seconds 1795428005",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}\n{text}");
    }
    assert!(!text.contains("phase=\"tls\""));
}
