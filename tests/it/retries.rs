//! How often a target is asked, and how long one waits between.

use crate::support::configs::{channel, serve};
use crate::support::{Home, verdict_of};
use canary::demo::fleet::{Behaviour, Fleet, Reply, Service};
use serde_json::Value;
use std::time::{Duration, Instant};

const QUICK: &str = "backoff: { initial: 20ms, factor: 1, max: 200ms, jitter: false }";

/// Probes with so many attempts and these settings besides.
fn tries(fleet: &Fleet, attempts: u32, settings: &str) -> Value {
    let text = format!("{{ path: /, retry: {{ attempts: {attempts}, {QUICK} }}{settings} }}");
    let home = Home::with_config(&channel(&fleet.url("s"), &[("e", &text)]));
    home.check(&[]).result("c/e")
}

fn then_well(first: Behaviour) -> Behaviour {
    Behaviour::Sequence(vec![first, Behaviour::json(200, r#"{"a":1}"#)])
}

#[track_caller]
fn is(result: &Value, verdict: &str, attempts: u64) {
    assert_eq!((verdict_of(result).as_str(), result["attempts"].as_u64()), (verdict, Some(attempts)), "{result:#}");
}

#[test]
fn attempts_count_tries_in_all() {
    let fleet = serve(Behaviour::text(503, "no"));
    for attempts in [1, 2, 4] {
        fleet.clear("s");
        is(&tries(&fleet, attempts, ""), "down/status", u64::from(attempts));
        assert_eq!((fleet.count("s"), fleet.connections("s")), (attempts as usize, attempts as usize));
    }
    let dead = Fleet::start([Service::new("s").refusing()]).expect("a fleet");
    is(&tries(&dead, 3, ""), "down/connect", 3);
}

#[test]
fn two_attempts_are_the_default() {
    let fleet = serve(Behaviour::text(503, "no"));
    let yaml =
        format!("channels: {{ c: {{ base_url: \"{}\", endpoints: {{ e: {{ path: / }} }} }} }}\n", fleet.url("s"));
    is(&Home::with_config(&yaml).check(&[]).result("c/e"), "down/status", 2);
}

#[test]
fn what_may_pass_is_tried_again() {
    for first in [
        Behaviour::text(408, ""),
        Behaviour::text(425, ""),
        Behaviour::text(429, ""),
        Behaviour::text(500, ""),
        Behaviour::text(502, ""),
        Behaviour::text(504, ""),
        Behaviour::text(599, ""),
        Behaviour::close_early(),
        Behaviour::garbage("nonsense\r\n\r\n"),
        Behaviour::cut_after(&Reply::new(200, "abcdef"), 3),
        Behaviour::reset_after(&Reply::new(200, "abcdef"), 3),
    ] {
        let what = format!("{first:?}");
        let fleet = serve(then_well(first));
        let result = tries(&fleet, 2, "");
        assert_eq!((verdict_of(&result).as_str(), result["attempts"].as_u64()), ("up", Some(2)), "{what}: {result}");
    }
    let fleet = serve(then_well(Behaviour::silent()));
    is(&tries(&fleet, 2, ", timeout: 400ms"), "up", 2);
}

#[test]
fn what_will_not_pass_is_not_tried_again() {
    for first in [400, 401, 403, 404, 410, 418] {
        let fleet = serve(then_well(Behaviour::text(first, "")));
        is(&tries(&fleet, 3, ""), "down/status", 1);
    }
    let violation = ", expect: { json: { $.a: 1 } }";
    let fleet = serve(then_well(Behaviour::json(200, r#"{"a":2}"#)));
    is(&tries(&fleet, 3, violation), "down/json", 1);
}

#[test]
fn violations_are_tried_again_where_asked() {
    let fleet = serve(then_well(Behaviour::json(200, r#"{"a":2}"#)));
    let text =
        format!("{{ path: /, retry: {{ attempts: 2, when: [json], {QUICK} }}, expect: {{ json: {{ $.a: 1 }} }} }}");
    let home = Home::with_config(&channel(&fleet.url("s"), &[("e", &text)]));
    is(&home.check(&[]).result("c/e"), "up", 2);
}

#[test]
fn a_post_is_never_doubled() {
    for behaviour in [
        Behaviour::close_early(),
        Behaviour::text(503, "no"),
        Behaviour::text(429, "no"),
        Behaviour::reset_after(&Reply::new(200, "abc"), 1),
    ] {
        let what = format!("{behaviour:?}");
        let fleet = serve(behaviour);
        let result = tries(&fleet, 3, ", method: POST, json: { a: 1 }");
        assert_eq!((fleet.count("s"), result["attempts"].as_u64()), (1, Some(1)), "{what}: {result}");
    }
    let fleet = serve(Behaviour::silent());
    is(&tries(&fleet, 3, ", method: POST, json: { a: 1 }, timeout: 300ms"), "down/timeout", 1);
    assert_eq!(fleet.count("s"), 1);
}

#[test]
fn a_post_is_tried_again_when_nothing_was_sent_or_it_is_allowed() {
    let dead = Fleet::start([Service::new("s").refusing()]).expect("a fleet");
    is(&tries(&dead, 3, ", method: POST, json: {}"), "down/connect", 3);
    let fleet = serve(then_well(Behaviour::text(503, "no")));
    let text =
        format!("{{ path: /, method: POST, json: {{ a: 1 }}, retry: {{ attempts: 2, unsafe: true, {QUICK} }} }}");
    let home = Home::with_config(&channel(&fleet.url("s"), &[("e", &text)]));
    is(&home.check(&[]).result("c/e"), "up", 2);
    let bodies: Vec<_> = fleet.requests("s").iter().map(|request| request.body.clone()).collect();
    assert_eq!(bodies, [r#"{"a":1}"#, r#"{"a":1}"#]);
}

#[test]
fn idempotent_methods_are_tried_again() {
    for method in ["PUT", "DELETE", "HEAD", "OPTIONS"] {
        let fleet = serve(then_well(Behaviour::text(503, "")));
        is(&tries(&fleet, 2, &format!(", method: {method}")), "up", 2);
    }
    for method in ["PATCH", "POST"] {
        let fleet = serve(then_well(Behaviour::text(503, "")));
        is(&tries(&fleet, 2, &format!(", method: {method}")), "down/status", 1);
    }
}

/// A 429 with this Retry-After, then a 200: how long it took.
fn after(value: &str, max: &str) -> Duration {
    let first = Reply::new(429, "slow down").header("retry-after", value);
    let fleet = serve(then_well(first.into()));
    let backoff = format!("backoff: {{ initial: 20ms, factor: 1, max: {max}, jitter: false }}");
    let text = format!("{{ path: /, retry: {{ attempts: 2, {backoff} }} }}");
    let home = Home::with_config(&channel(&fleet.url("s"), &[("e", &text)]));
    let start = Instant::now();
    is(&home.check(&[]).result("c/e"), "up", 2);
    start.elapsed()
}

#[test]
fn retry_after_is_honoured_up_to_the_maximum() {
    assert!(after("1", "10s") >= Duration::from_secs(1));
    for huge in ["99999999999999999999", "9223372037", "3600", "Fri, 31 Dec 2100 23:59:59 GMT"] {
        let took = after(huge, "300ms");
        assert!((300..4000).contains(&took.as_millis()), "{huge}: {took:?}");
    }
    for ignored in ["soon", "-5", "", "Fri, 31 Dec 1999 23:59:59 GMT", "0", "1.5x"] {
        let took = after(ignored, "10s");
        assert!(took < Duration::from_secs(4), "{ignored}: {took:?}");
    }
}

#[test]
fn a_429_for_ever_tells_what_was_asked() {
    let fleet = serve(Reply::new(429, "slow down").header("retry-after", "77"));
    let result = tries(&fleet, 2, "");
    is(&result, "down/status", 2);
    let message = result["message"].as_str().unwrap_or_default();
    assert!(message.contains("429") && message.contains("77"), "{message}");
}

#[test]
fn latency_is_that_of_the_successful_attempt() {
    let slow = Reply::new(503, "").after(Duration::from_millis(600));
    let fleet = serve(then_well(slow.into()));
    let result = tries(&fleet, 2, ", warn: { latency: 500ms }");
    is(&result, "up", 2);
}
