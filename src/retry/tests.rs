use super::{Attempt, Backoff, Decision, Policy, Stop, Why, is_idempotent, next, retry_after};
use crate::model::{
    Certificate, Failure, FailureKind, Fault, Observation, Problem, Reason, Response, Severity, Stage, Trace,
};
use http::{HeaderMap, HeaderValue, Method};
use jiff::Timestamp;
use proptest::prelude::*;
use std::time::Duration;

const MAX: Duration = Duration::from_secs(10);

fn now() -> Timestamp {
    "2026-11-23T10:00:00Z".parse().expect("a time")
}

fn failed(stage: Stage, kind: FailureKind, fault: Fault, sent: bool) -> Observation {
    let detail = String::new();
    Observation::Failure(Box::new(Failure { trace: Trace::default(), status: None, stage, kind, fault, sent, detail }))
}

fn answered(status: u16, after: Option<&str>) -> Observation {
    let mut headers = HeaderMap::new();
    if let Some(after) = after {
        headers.insert("retry-after", HeaderValue::from_str(after).expect("a value"));
    }
    Observation::Response(Box::new(Response { trace: Trace::default(), status, headers, body: Vec::new().into() }))
}

fn problem(kind: Reason) -> Vec<Problem> {
    vec![Problem { kind, severity: Severity::Down, path: None, message: String::new() }]
}

fn decide(policy: &Policy, outcome: &Observation, kind: Reason) -> Decision {
    let problems = problem(kind);
    next(policy, Attempt { tries: 1, outcome, problems: &problems, idempotent: true }, now(), || 1.0)
}

fn why(decision: Decision) -> Result<Why, Stop> {
    match decision {
        Decision::Again(_, why) => Ok(why),
        Decision::Stop(stop) => Err(stop),
    }
}

#[test]
fn repeats_what_may_pass_and_nothing_else() {
    use FailureKind::{Broken, Decode, Timeout, TooLarge};
    use Fault::{Cut, Exit, Local, Network, Resolver, Target};
    let cases = [
        (Stage::Connect, Broken, Target, Reason::Connect, Ok(Why::Transport)),
        (Stage::Connect, Timeout, Target, Reason::Timeout, Ok(Why::Transport)),
        (Stage::Tls, Broken, Target, Reason::Tls, Ok(Why::Transport)),
        (Stage::Tls, Timeout, Target, Reason::Timeout, Ok(Why::Transport)),
        (Stage::Head, Broken, Target, Reason::Protocol, Ok(Why::Transport)),
        (Stage::Body, Timeout, Target, Reason::Timeout, Ok(Why::Transport)),
        (Stage::Dns, Broken, Resolver, Reason::Dns, Ok(Why::Transport)),
        (Stage::Dns, Broken, Target, Reason::Dns, Err(Stop::Lasting)),
        (Stage::Proxy, Broken, Exit, Reason::Proxy, Ok(Why::Transport)),
        (Stage::Connect, Broken, Network, Reason::Offline, Ok(Why::Transport)),
        (Stage::Auth, Broken, Network, Reason::Auth, Ok(Why::Transport)),
        (Stage::Auth, Broken, Target, Reason::Auth, Err(Stop::Lasting)),
        (Stage::Redirect, Broken, Target, Reason::Redirect, Err(Stop::Lasting)),
        (Stage::Redirect, Timeout, Target, Reason::Timeout, Ok(Why::Transport)),
        (Stage::Body, Decode, Target, Reason::Decode, Err(Stop::Lasting)),
        (Stage::Body, TooLarge, Target, Reason::BodyTooLarge, Err(Stop::Lasting)),
        (Stage::Connect, Broken, Local, Reason::Local, Err(Stop::Lasting)),
        (Stage::Body, Timeout, Cut, Reason::Deadline, Err(Stop::Cut)),
    ];
    let everything = Policy { when: Reason::ALL.to_vec(), ..Policy::default() };
    for (stage, kind, fault, reason, wanted) in cases {
        let outcome = failed(stage, kind, fault, true);
        let place = format!("{stage:?} {kind:?} {fault:?}");
        assert_eq!(why(decide(&Policy::default(), &outcome, reason)), wanted, "{place}");
        let listed = if wanted == Err(Stop::Lasting) { Ok(Why::Listed) } else { wanted };
        assert_eq!(why(decide(&everything, &outcome, reason)), listed, "{place}");
    }
}

#[test]
fn does_not_ask_a_refused_certificate_again() {
    let mut outcome = failed(Stage::Tls, FailureKind::Broken, Fault::Target, false);
    if let Observation::Failure(failure) = &mut outcome {
        failure.trace.cert = Some(Certificate { not_after: 0, subject: "CN=a".to_owned(), is_leaf: true });
    }
    assert_eq!(decide(&Policy::default(), &outcome, Reason::Tls), Decision::Stop(Stop::Lasting));
}

#[test]
fn repeats_by_status_only_what_was_not_wanted() {
    for status in [408, 425, 429, 500, 503, 599] {
        assert_eq!(why(decide(&Policy::default(), &answered(status, None), Reason::Status)), Ok(Why::Status));
        assert_eq!(why(decide(&Policy::default(), &answered(status, None), Reason::Body)), Err(Stop::Lasting));
    }
    for status in [200, 301, 400, 404] {
        assert_eq!(why(decide(&Policy::default(), &answered(status, None), Reason::Status)), Err(Stop::Lasting));
    }
    let outcome = answered(503, None);
    let fine = Attempt { tries: 1, outcome: &outcome, problems: &[], idempotent: true };
    assert_eq!(next(&Policy::default(), fine, now(), || 0.0), Decision::Stop(Stop::Good));
    let listed = Policy { when: vec![Reason::Stale], ..Policy::default() };
    assert_eq!(why(decide(&listed, &answered(200, None), Reason::Stale)), Ok(Why::Listed));
    assert_eq!(why(decide(&listed, &answered(200, None), Reason::Schema)), Err(Stop::Lasting));
}

#[test]
fn repeats_an_unsafe_request_only_when_nothing_was_sent() {
    let sent = failed(Stage::Head, FailureKind::Timeout, Fault::Target, true);
    let unsent = failed(Stage::Connect, FailureKind::Broken, Fault::Target, false);
    let reset = answered(503, None);
    let problems = problem(Reason::Status);
    let unsafe_too = Policy { unsafe_too: true, ..Policy::default() };
    for (outcome, wanted) in
        [(&sent, Err(Stop::MayHaveArrived)), (&unsent, Ok(Why::Transport)), (&reset, Err(Stop::MayHaveArrived))]
    {
        let attempt = Attempt { tries: 1, outcome, problems: &problems, idempotent: false };
        assert_eq!(why(next(&Policy::default(), attempt, now(), || 0.0)), wanted);
        assert!(why(next(&unsafe_too, attempt, now(), || 0.0)).is_ok());
    }
    assert!(is_idempotent(&Method::PUT) && !is_idempotent(&Method::POST) && !is_idempotent(&Method::PATCH));
}

#[test]
fn stops_after_the_last_try() {
    let outcome = answered(429, Some("1"));
    let problems = problem(Reason::Status);
    for (attempts, tries, again) in [(2, 1, true), (2, 2, false), (1, 1, false), (1, 9, false)] {
        let policy = Policy { attempts, ..Policy::default() };
        let attempt = Attempt { tries, outcome: &outcome, problems: &problems, idempotent: true };
        assert_eq!(why(next(&policy, attempt, now(), || 0.0)).is_ok(), again, "{attempts} {tries}");
    }
}

#[test]
fn honours_retry_after_within_its_bound() {
    let policy = Policy::default();
    let cases = [
        ("17", MAX),
        ("7", Duration::from_secs(7)),
        ("0", Duration::ZERO),
        ("99999999999999999999", MAX),
        ("9223372037", MAX),
        ("Mon, 23 Nov 2026 10:00:04 GMT", Duration::from_secs(4)),
        ("Mon, 23 Nov 2026 09:00:00 GMT", Duration::ZERO),
        ("Tue, 23 Nov 2027 10:00:00 GMT", MAX),
        ("soon", Duration::from_millis(500)),
        ("-5", Duration::from_millis(500)),
        ("1.5", Duration::from_millis(500)),
        ("", Duration::from_millis(500)),
    ];
    for (value, wait) in cases {
        let decision = decide(&policy, &answered(429, Some(value)), Reason::Status);
        assert_eq!(decision, Decision::Again(wait, Why::Status), "{value}");
    }
}

#[test]
fn waits_longer_each_time() {
    let secs = Duration::from_secs;
    let backoff = Backoff { initial: secs(3), factor: 2.0, max: secs(60), jitter: false };
    let waits: Vec<u64> = (1..9).map(|tries| backoff.wait(tries, 0.3).as_secs()).collect();
    assert_eq!(waits, [3, 6, 12, 24, 48, 60, 60, 60]);
    assert_eq!(backoff.wait(u32::MAX, 0.0), secs(60));
    let drawn = Backoff { jitter: true, ..backoff };
    assert_eq!((drawn.wait(2, 0.0), drawn.wait(2, 1.0)), (secs(3), secs(6)));
}

proptest! {
    #[test]
    fn no_wait_is_longer_than_the_longest(
        after in "[ -~]{0,24}",
        tries in 1..100_u32,
        random in 0.0..1.0_f64,
        factor in 1.0..10.0_f64,
    ) {
        let backoff = Backoff { factor, ..Policy::default().backoff };
        let policy = Policy { attempts: 200, backoff, ..Policy::default() };
        let outcome = answered(503, Some(after.trim()));
        let problems = problem(Reason::Status);
        let attempt = Attempt { tries, outcome: &outcome, problems: &problems, idempotent: true };
        match next(&policy, attempt, now(), || random) {
            Decision::Again(wait, Why::Status) => prop_assert!(wait <= MAX),
            other => prop_assert!(false, "{other:?}"),
        }
    }

    #[test]
    fn a_retry_after_is_never_read_wrong(seconds in any::<u32>()) {
        let outcome = answered(503, Some(&seconds.to_string()));
        if let Observation::Response(response) = &outcome {
            prop_assert_eq!(retry_after(&response.headers, now()), Some(Duration::from_secs(u64::from(seconds))));
        }
    }
}
