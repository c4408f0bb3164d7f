use super::rules::{Checks, Rules, StatusRange};
use super::{Condition, JsonCheck, JsonPath, Judgement, MOST_PROBLEMS, ValueCheck, judge};
use crate::model::{
    Blame, Certificate, Failure, FailureKind, Fault, Observation, Reason, Redactor, Response, Severity, Stage, Trace,
    Verdict,
};
use http::{HeaderMap, HeaderValue};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::Value;
use std::time::Duration;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

fn failure(stage: Stage, kind: FailureKind, fault: Fault) -> Failure {
    let detail = "something broke".to_owned();
    Failure { trace: Trace::default(), status: None, stage, kind, fault, sent: true, detail }
}

fn of(failure: Failure) -> Judgement {
    judge(&Observation::Failure(Box::new(failure)), &Rules::default(), &Redactor::default(), NOW)
}

#[test]
fn blames_by_stage_kind_and_fault() {
    use FailureKind::{Broken, Decode, Timeout, TooLarge};
    use Fault::{Cut, Exit, Local, Network, Resolver, Target};
    let down = |reason| (Verdict::Down, reason, Some(Blame::Target));
    let unknown = |reason, blame| (Verdict::Unknown, reason, blame);
    let cases = [
        (Stage::Dns, Broken, Target, down(Reason::Dns)),
        (Stage::Connect, Broken, Target, down(Reason::Connect)),
        (Stage::Connect, Timeout, Target, down(Reason::Timeout)),
        (Stage::Tls, Broken, Target, down(Reason::Tls)),
        (Stage::Tls, Timeout, Target, down(Reason::Timeout)),
        (Stage::Send, Broken, Target, down(Reason::Protocol)),
        (Stage::Head, Broken, Target, down(Reason::Protocol)),
        (Stage::Body, Broken, Target, down(Reason::Protocol)),
        (Stage::Body, Timeout, Target, down(Reason::Timeout)),
        (Stage::Body, Decode, Target, down(Reason::Decode)),
        (Stage::Body, TooLarge, Target, down(Reason::BodyTooLarge)),
        (Stage::Redirect, Broken, Target, down(Reason::Redirect)),
        (Stage::Auth, Broken, Target, down(Reason::Auth)),
        (Stage::Auth, Timeout, Target, down(Reason::Auth)),
        (Stage::Auth, Broken, Network, unknown(Reason::Auth, None)),
        (Stage::Auth, Timeout, Exit, unknown(Reason::Auth, None)),
        (Stage::Auth, Broken, Local, unknown(Reason::Local, Some(Blame::Local))),
        (Stage::Auth, Timeout, Cut, unknown(Reason::Deadline, None)),
        (Stage::Proxy, Timeout, Exit, unknown(Reason::Proxy, Some(Blame::Exit))),
        (Stage::Head, Broken, Exit, unknown(Reason::Proxy, Some(Blame::Exit))),
        (Stage::Dns, Broken, Resolver, unknown(Reason::Dns, Some(Blame::Resolver))),
        (Stage::Connect, Broken, Network, unknown(Reason::Offline, Some(Blame::Network))),
        (Stage::Connect, Broken, Local, unknown(Reason::Local, Some(Blame::Local))),
        (Stage::Body, Timeout, Cut, unknown(Reason::Deadline, None)),
    ];
    for (stage, kind, fault, (verdict, reason, blame)) in cases {
        let got = of(failure(stage, kind, fault));
        let place = format!("{stage:?} {kind:?} {fault:?}");
        assert_eq!((got.verdict, got.reason, got.blame), (verdict, Some(reason), blame), "{place}");
        assert_eq!(got.problems.len(), 1, "{place}");
        let severity = if verdict == Verdict::Down { Severity::Down } else { Severity::Unknown };
        assert_eq!((got.problems[0].kind, got.problems[0].severity), (reason, severity), "{place}");
        assert_eq!(got.message.as_deref(), Some("something broke"), "{place}");
    }
}

#[test]
fn tells_of_a_failure_what_is_known() {
    let mut one = failure(Stage::Tls, FailureKind::Broken, Fault::Target);
    one.detail = format!("certificate expired, token s3cr3t {}", "x".repeat(500));
    one.trace.cert = Some(Certificate { not_after: -1, subject: "CN=a".to_owned(), is_leaf: true });
    let observation = Observation::Failure(Box::new(one));
    let mut rules = Rules::default();
    rules.metrics.insert("score".to_owned(), JsonPath::parse("$.score").expect("valid"));
    let got = judge(&observation, &rules, &Redactor::new(["s3cr3t"]), NOW);
    let message = got.message.expect("a message");
    assert!(message.starts_with("certificate expired, token *** x") && message.chars().count() == 300, "{message}");
    assert_eq!((got.cert_days_left, got.metrics.get("score")), (Some(-1), Some(&None)));
    assert!(got.warnings.is_empty() && got.evidence.is_none());

    let mut silent = failure(Stage::Head, FailureKind::Timeout, Fault::Target);
    silent.detail.clear();
    silent.trace.proxy = Some("pool/e2:1".to_owned());
    let message = of(silent).message.expect("a message");
    assert_eq!(message, "failed while waiting for the response (via exit pool/e2:1)");
}

fn response(status: u16, body: Vec<u8>, content_type: &str) -> Observation {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_str(content_type).unwrap_or(HeaderValue::from_static("x")));
    let trace = Trace { elapsed: Duration::from_secs(1), ..Trace::default() };
    Observation::Response(Box::new(Response { trace, status, headers, body: body.into() }))
}

fn ask_all(checks: &mut Checks, several: &[u8]) {
    for which in several {
        ask(checks, *which);
    }
}

/// One check, by number, that this file's responses may or may not meet.
fn ask(checks: &mut Checks, which: u8) {
    let json = |path: &str, each: ValueCheck| JsonCheck {
        path: JsonPath::parse(path).expect("valid"),
        condition: Condition { each, ..Condition::default() }.into(),
    };
    match which % 6 {
        0 => checks.status.push(StatusRange { low: 200, high: 299 }),
        1 => checks.latency = Some(Duration::from_millis(1)),
        2 => checks.json.push(json("$..a", ValueCheck { eq: Some(Value::from(1)), ..ValueCheck::default() })),
        3 => checks.json.push(json("$.*", ValueCheck { gte: Some(5.into()), ..ValueCheck::default() })),
        4 => checks.body.contains.push("never to be found".to_owned()),
        _ => {
            let aged = Condition { max_age: Some(Duration::from_secs(1)), ..Condition::default() };
            checks.json.push(JsonCheck { path: JsonPath::parse("$[*]").expect("valid"), condition: aged.into() });
        }
    }
}

proptest! {
    #[test]
    fn an_unmet_wish_never_improves_a_verdict(
        expect in proptest::collection::vec(any::<u8>(), 0..4),
        warn in proptest::collection::vec(any::<u8>(), 0..4),
        added in 1..6_u8,
        to_expect in any::<bool>(),
        status in prop_oneof![Just(200_u16), Just(500)],
        body in prop_oneof![Just("{\"a\":1}"), Just("[9]"), Just(""), Just("oops")],
    ) {
        let observation = response(status, body.into(), "application/json");
        let mut rules = Rules::default();
        ask_all(&mut rules.expect, &expect);
        ask_all(&mut rules.warn, &warn);
        let before = judge(&observation, &rules, &Redactor::default(), NOW);
        let unmet = JsonCheck { path: JsonPath::parse("$.none").expect("valid"), condition: Condition::default().into() };
        let block = if to_expect { &mut rules.expect } else { &mut rules.warn };
        match added {
            1 => block.latency = Some(Duration::ZERO),
            2 => block.body.contains.push("nowhere".to_owned()),
            3 => block.json.push(unmet),
            _ => block.body.not_matches.push(super::Pattern::parse("").expect("valid")),
        }
        let after = judge(&observation, &rules, &Redactor::default(), NOW);
        prop_assert!(after.verdict >= before.verdict);
        prop_assert!(after.verdict != Verdict::Up);
        prop_assert_eq!(after.reason, Some(after.problems[0].kind));
        prop_assert_eq!(after.message.as_ref(), Some(&after.problems[0].message));
    }

    #[test]
    fn any_body_is_judged_within_bounds(
        body in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..400),
            "\\PC{0,80}".prop_map(String::into_bytes),
            "[\\[\\]{}\",:0-9a ]{0,60}".prop_map(String::into_bytes),
            proptest::collection::vec(-5..20_i64, 0..300).prop_map(|list| Value::from(list).to_string().into_bytes()),
        ],
        content_type in "[a-z/]{0,8}(; ?charset=[a-z0-9-]{0,8})?",
        which in proptest::collection::vec(any::<u8>(), 0..6),
    ) {
        let mut rules = Rules { capture: true, ..Rules::default() };
        ask_all(&mut rules.expect, &which);
        rules.metrics.insert("m".to_owned(), JsonPath::parse("$..*").expect("valid"));
        let got = judge(&response(200, body, &content_type), &rules, &Redactor::default(), NOW);
        prop_assert!(got.problems.len() <= MOST_PROBLEMS);
        for text in got.problems.iter().map(|one| &one.message).chain(&got.warnings) {
            prop_assert!(text.chars().count() <= 300);
        }
        prop_assert!(got.evidence.is_none_or(|evidence| evidence.body.len() <= 1024));
        prop_assert!(got.verdict == Verdict::Up || got.blame == Some(Blame::Target));
    }
}
