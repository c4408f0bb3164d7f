//! Reports for the tests of this room.

use crate::model::result::{Evidence, Exchange};
use crate::model::{
    Blame, EndpointId, ExitReason, Healing, IncidentId, IncidentKind, Name, ProbeResult, Problem, Reason, RunReport,
    Severity, Verdict,
};
use jiff::Timestamp;
use std::time::Duration;

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

pub(super) fn id(channel: &str, endpoint: &str) -> EndpointId {
    EndpointId::new(Name::parse(channel).expect("a name"), endpoint)
}

/// One that is up: 200 in 12.4 ms.
pub(super) fn up(channel: &str, endpoint: &str) -> ProbeResult {
    let started = at("2026-11-23T10:00:00.123Z");
    ProbeResult {
        verdict: Verdict::Up,
        message: None,
        ended: started + Duration::from_millis(13),
        exchange: Some(Exchange {
            method: "GET".to_owned(),
            url: format!("http://127.0.0.1:8767/{endpoint}"),
            remote_addr: Some(([127, 0, 0, 1], 8767).into()),
            http_version: Some("1.1"),
            status: Some(200),
            latency: Some(Duration::from_micros(12_410)),
            attempts: 1,
            bytes: Some(212),
            ..Exchange::default()
        }),
        metrics: [("health_score".to_owned(), Some(97.into())), ("queue".to_owned(), None)].into_iter().collect(),
        ..ProbeResult::skipped(id(channel, endpoint), started, "")
    }
}

/// One with problems of this kind; the first message is the result's.
pub(super) fn failing(
    channel: &str,
    endpoint: &str,
    verdict: Verdict,
    reason: Reason,
    messages: &[&str],
) -> ProbeResult {
    let (severity, blame) = match verdict {
        Verdict::Degraded => (Severity::Degraded, Some(Blame::Target)),
        Verdict::Unknown => (Severity::Unknown, Some(Blame::Local)),
        Verdict::Down | Verdict::Up | Verdict::Skipped => (Severity::Down, Some(Blame::Target)),
    };
    let problem = |message: &&str| Problem { kind: reason, severity, path: None, message: (*message).to_owned() };
    ProbeResult {
        verdict,
        reason: Some(reason),
        blame,
        message: messages.first().map(|message| (*message).to_owned()),
        problems: messages.iter().map(problem).collect(),
        evidence: Some(Evidence { body: "{\"status\":\"degraded\"}".to_owned() }),
        ..up(channel, endpoint)
    }
}

/// The same without any response.
pub(super) fn silent(channel: &str, endpoint: &str, verdict: Verdict, reason: Reason, message: &str) -> ProbeResult {
    let mut result = failing(channel, endpoint, verdict, reason, &[message]);
    result.evidence = None;
    if let Some(exchange) = &mut result.exchange {
        (exchange.status, exchange.latency, exchange.bytes) = (None, None, None);
        exchange.attempts = 2;
    }
    result
}

pub(super) fn report(results: Vec<ProbeResult>) -> RunReport {
    RunReport {
        run: "01JDCZ3V5W8QK7M2N4P6R8T0XA".to_owned(),
        started_at: at("2026-11-23T10:00:00Z"),
        duration: Duration::from_millis(1_312),
        exit_code: 1,
        exit_reasons: vec![ExitReason::Down],
        results,
        incidents: Vec::new(),
        alerts: Vec::new(),
        given_up: Vec::new(),
        healing: Vec::new(),
        warnings: vec!["vk/health: metric queue: no number at $.queue".to_owned()],
        waiting: None,
    }
}

/// Five channels on a bad night.
pub(super) fn night() -> RunReport {
    let mut slow = failing("telegram", "health", Verdict::Degraded, Reason::Latency, &["1.24s is more than 1s"]);
    if let Some(exchange) = &mut slow.exchange {
        exchange.latency = Some(Duration::from_millis(1_240));
    }
    let mut again = up("telegram", "extended");
    if let Some(exchange) = &mut again.exchange {
        exchange.attempts = 2;
        exchange.latency = Some(Duration::from_micros(420));
    }
    let mut child =
        failing("vk", "extended", Verdict::Down, Reason::Status, &["503 Service Unavailable instead of 2xx"]);
    child.suppressed_by = Some(id("vk", "health"));
    if let Some(exchange) = &mut child.exchange {
        exchange.status = Some(503);
    }
    let skip = |channel, endpoint, why| ProbeResult::skipped(id(channel, endpoint), at("2026-11-23T10:00:00Z"), why);
    report(vec![
        up("whatsapp", "health"),
        up("whatsapp", "extended"),
        slow,
        again,
        failing(
            "vk",
            "health",
            Verdict::Down,
            Reason::Schema,
            &["$.health_score: 150 is greater than the maximum of 100", "$.status: missing", "$.timestamp: missing"],
        ),
        child,
        skip("vk", "api", "not configured: auth.bearer: ${VK_TOKEN} is empty"),
        silent("max", "health", Verdict::Down, Reason::Connect, "connection refused 127.0.0.1:8768"),
        silent("max", "files", Verdict::Unknown, Reason::Local, "this machine has no file descriptor left (limit 64)"),
        skip("max", "api", "not configured: auth.bearer: ${MAX_TOKEN} is empty"),
        skip("avito", "old", "disabled"),
        silent(
            "avito",
            "api.messenger",
            Verdict::Down,
            Reason::Timeout,
            "no response header within 10s, after 2 attempts",
        ),
    ])
}

/// Attempts: one that healed, one that did not, one that nobody looked at.
pub(super) fn healing() -> Vec<Healing> {
    let attempt = |endpoint: &str, verified: Option<Verdict>, outcome, message: &str| Healing {
        id: "0123456789ab".to_owned(),
        endpoint: id("vk", endpoint),
        incident: IncidentId::derive(endpoint, IncidentKind::Down, at("2026-11-23T10:00:00Z")),
        action: "systemctl restart mcp-vk\u{1b}[2J".to_owned(),
        attempt: 2,
        max_attempts: 10,
        shared_with: None,
        started: at("2026-11-23T10:00:00Z"),
        took: Duration::from_millis(812),
        outcome,
        exit_code: Some(0),
        status: None,
        message: message.to_owned(),
        output: "restarted\n".to_owned(),
        verified,
        first: silent("vk", endpoint, Verdict::Down, Reason::Connect, "connection refused"),
    };
    vec![
        attempt("health", Some(Verdict::Up), "succeeded", "exit 0"),
        attempt("api", Some(Verdict::Down), "failed", "exit 1: unit not found"),
        attempt("extended", None, "timeout", "took longer than 30s and was ended"),
    ]
}
