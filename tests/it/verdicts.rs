//! What a whole response is judged to be: status, body, JSON, schema, headers, time, age.

use crate::support::certs::now;
use crate::support::configs::{channel, probe, serve};
use crate::support::{Home, verdict_of};
use canary::demo::fleet::{Behaviour, Reply};
use serde_json::Value;
use std::time::Duration;

fn json(text: &str) -> Behaviour {
    Behaviour::json(200, text.to_owned())
}

#[test]
fn status_takes_numbers_classes_ranges_and_lists() {
    for (status, rule, verdict) in [
        (200, "", "up"),
        (299, "", "up"),
        (404, "", "down/status"),
        (503, "", "down/status"),
        (304, "", "down/status"),
        (421, "", "down/status"),
        (404, "expect: { status: 404 }", "up"),
        (200, "expect: { status: 404 }", "down/status"),
        (418, "expect: { status: 4xx }", "up"),
        (202, "expect: { status: \"200-204\" }", "up"),
        (205, "expect: { status: \"200-204\" }", "down/status"),
        (503, "expect: { status: [200, \"5xx\"] }", "up"),
        (302, "follow_redirects: false, expect: { status: 302 }", "up"),
        (204, "expect: { status: 2xx }, warn: { status: 200 }", "degraded/status"),
        (500, "expect: { status: 2xx }, warn: { status: 200 }", "down/status"),
        (599, "expect: { status: 5xx }", "up"),
        (600, "", "down/status"),
    ] {
        let probed = probe(Behaviour::text(status, ""), rule);
        assert_eq!(verdict_of(&probed.result), verdict, "{status} {rule}: {}", probed.result);
    }
}

#[test]
fn a_wrong_status_is_told_with_both() {
    probe(Behaviour::text(503, "busy"), "").down("status", &["503", "2xx"]);
}

#[test]
fn json_operators() {
    let body = r#"{"s":"abc","n":80,"f":1.0,"b":true,"z":null,"list":[1,2,3],"o":{"k":1},"items":[{"a":1},{"a":2}]}"#;
    let fleet = serve(json(body));
    for (rule, ok) in [
        ("$.s: abc", true),
        ("$.s: abd", false),
        ("$.n: 80", true),
        ("$.n: \"80\"", false),
        ("$.f: 1", true),
        ("$.b: true", true),
        ("$.b: \"true\"", false),
        ("$.z: { type: \"null\" }", true),
        ("$.z: { optional: true, eq: 5 }", true),
        ("$.n: { eq: 80 }", true),
        ("$.n: { ne: 80 }", false),
        ("$.n: { gt: 79, lt: 81 }", true),
        ("$.n: { gt: 80 }", false),
        ("$.n: { gte: 80, lte: 80 }", true),
        ("$.s: { gt: 1 }", false),
        ("$.s: { in: [abc, def] }", true),
        ("$.s: { not_in: [abc] }", false),
        ("$.s: { matches: \"^a.c$\" }", true),
        ("$.s: { matches: \"^b\" }", false),
        ("$.s: { contains: bc }", true),
        ("$.list: { contains: 2 }", true),
        ("$.list: { contains: 9 }", false),
        ("$.list: { length: 3 }", true),
        ("$.list: { length: { gte: 4 } }", false),
        ("$.s: { length: 3 }", true),
        ("$.o: { length: 1 }", true),
        ("$.o: { k: 1 }", true),
        ("$.o: { k: 2 }", false),
        ("'$.list[*]': { count: 3 }", true),
        ("'$.none[*]': { count: 0 }", true),
        ("'$.items[*].a': { gte: 1 }", true),
        ("'$.items[*].a': { gte: 2 }", false),
        ("'$.items[*].a': { any: 2 }", true),
        ("'$.items[*].a': { any: 3 }", false),
        ("$.none: { exists: false }", true),
        ("$.s: { exists: false }", false),
        ("$.s: { exists: true }", true),
        ("$.none: 1", false),
        ("$.none: { eq: 1, optional: true }", true),
        ("$.n: { type: integer }", true),
        ("$.n: { type: number }", true),
        ("$.s: { type: number }", false),
        ("\"$.items[?@.a == 2].a\": 2", true),
    ] {
        let yaml = channel(&fleet.url("s"), &[("e", &format!("{{ path: /, expect: {{ json: {{ {rule} }} }} }}"))]);
        let ran = Home::with_config(&yaml).check(&["--no-history"]);
        assert!(ran.code != Some(2), "{rule}: {}", ran.stderr);
        assert_eq!(verdict_of(&ran.result("c/e")), if ok { "up" } else { "down/json" }, "{rule}: {}", ran.stdout);
    }
}

#[test]
fn numbers_are_compared_exactly() {
    let fleet =
        serve(json(r#"{"big":9007199254740993,"huge":1e400,"long":1000000000000000000000000000000,"zero":-0}"#));
    for (rule, ok) in [
        ("$.big: 9007199254740993", true),
        ("$.big: 9007199254740992", false),
        ("$.big: { gt: 9007199254740992 }", true),
        ("$.long: { gt: 999999999999999999999999999999 }", true),
        ("$.huge: { gt: 5 }", true),
        ("$.zero: 0", true),
    ] {
        let yaml = channel(&fleet.url("s"), &[("e", &format!("{{ path: /, expect: {{ json: {{ {rule} }} }} }}"))]);
        let ran = Home::with_config(&yaml).check(&["--no-history"]);
        assert_eq!(verdict_of(&ran.result("c/e")), if ok { "up" } else { "down/json" }, "{rule}: {}", ran.stdout);
    }
}

#[test]
fn what_is_not_json_is_down_where_json_is_needed() {
    let rule = "expect: { json: { $.a: { optional: true } } }";
    for body in
        ["<html>", "", "{\"a\":1,}", "{\"a\":01}", "{\"a\":NaN}", "{} {}", "{}x", "[1", "'a'", "{\"a\":Infinity}"]
    {
        let probed = probe(json(body), rule);
        assert_eq!(verdict_of(&probed.result), "down/json", "{body:?}: {}", probed.result);
    }
    probe(json("{\n \"a\": 1,\n}"), rule).down("json", &["3"]);
    probe(Behaviour::json(200, &b"{\"a\":\"\xff\xfe\"}"[..]), rule).down("json", &["UTF-8", "6"]);
    probe(json("\u{feff}{\"a\":1}"), rule).up();
    probe(Behaviour::text(200, "no JSON"), "").up();
    probe(Reply::new(204, ""), "expect: { schema: { type: object } }").down("json", &["no body", "204"]);
}

#[test]
fn duplicate_keys_are_warned_of_and_the_last_wins() {
    let probed = probe(json(r#"{"a":1,"a":2}"#), "expect: { json: { $.a: 2 } }").up();
    assert!(probed.stderr.contains("more than once"), "{}", probed.stderr);
}

#[test]
fn schemas_judge_and_list_every_violation() {
    let schema = "expect: { schema: { type: object, required: [status, at], properties: \
                  { status: { enum: [ok] }, score: { type: integer, maximum: 100 }, at: { type: string, format: date-time } } } }";
    probe(json(r#"{"status":"ok","score":100,"at":"2026-01-01T00:00:00Z"}"#), schema).up();
    let down = probe(json(r#"{"status":"bad","score":150,"at":"yesterday"}"#), schema).down("schema", &[]);
    let problems = down.result["problems"].as_array().expect("problems").clone();
    let paths: Vec<&str> = problems.iter().filter_map(|problem| problem["path"].as_str()).collect();
    for path in ["$.status", "$.score", "$.at"] {
        assert!(paths.contains(&path), "{path} is missing: {problems:#?}");
    }
    assert!(problems.iter().all(|problem| problem["kind"] == "schema" && problem["severity"] == "down"));
    probe(json(r#"{"status":"ok","score":1e2,"at":"2026-01-01T00:00:00Z"}"#), schema).up();
}

#[test]
fn problems_are_capped_at_a_hundred() {
    let body = format!("[{}]", vec!["\"x\""; 5000].join(","));
    let down = probe(json(&body), "expect: { schema: { type: array, items: { type: integer } } }").down("schema", &[]);
    assert_eq!(down.result["problems"].as_array().map(Vec::len), Some(100));
}

#[test]
fn a_message_stays_short_however_long_the_value() {
    let body = format!(r#"{{"a":"{}"}}"#, "y".repeat(200_000));
    let down = probe(json(&body), "expect: { json: { $.a: short } }").down("json", &["$.a", "short"]);
    assert!(down.message().chars().count() <= 300, "{} characters", down.message().chars().count());
}

#[test]
fn headers_are_matched_by_value_pattern_and_absence() {
    let reply = Reply::json(200, "{}").header("X-Node", "fi-1").header("Cache-Control", "no-store, max-age=0");
    for (rule, ok) in [
        ("X-Node: fi-1", true),
        ("x-node: fi-1", true),
        ("X-Node: fi-2", false),
        ("X-Node: { matches: '^fi-\\d$' }", true),
        ("X-Node: { contains: ru }", false),
        ("X-None: { exists: false }", true),
        ("X-Node: { exists: false }", false),
        ("X-None: { exists: true }", false),
        ("X-None: anything", false),
        ("Cache-Control: { contains: no-store }", true),
    ] {
        let rule = format!("expect: {{ headers: {{ {rule} }} }}");
        let probed = probe(reply.clone(), &rule);
        assert_eq!(verdict_of(&probed.result), if ok { "up" } else { "down/header" }, "{rule}: {}", probed.result);
    }
}

#[test]
fn bodies_are_matched_as_text() {
    for (rule, ok) in [
        ("contains: world", true),
        ("contains: mars", false),
        ("not_contains: mars", true),
        ("not_contains: world", false),
        ("matches: \"w.rld\"", true),
        ("matches: \"^world\"", false),
        ("not_matches: \"[0-9]\"", true),
    ] {
        let probed = probe(Behaviour::text(200, "hello world"), &format!("expect: {{ body: {{ {rule} }} }}"));
        assert_eq!(verdict_of(&probed.result), if ok { "up" } else { "down/body" }, "{rule}: {}", probed.result);
    }
    probe(Behaviour::text(200, "hello"), "warn: { body: { contains: mars } }").degraded("body", &["mars"]);
}

#[test]
fn latency_is_judged_and_may_only_warn() {
    let slow = || Reply::json(200, "{}").after(Duration::from_millis(250));
    probe(slow(), "expect: { latency: 100ms }").down("latency", &["100"]);
    probe(slow(), "warn: { latency: 100ms }").degraded("latency", &[]);
    probe(slow(), "expect: { latency: 7s }").up();
}

#[test]
fn ages_are_read_in_every_usual_form() {
    let second = i64::try_from(now()).expect("a time");
    let rfc = |ago: i64| jiff::Timestamp::from_second(second - ago).expect("a time").to_string();
    for (value, verdict) in [
        (format!("\"{}\"", rfc(10)), "up"),
        (format!("\"{}\"", rfc(10).trim_end_matches('Z')), "up"),
        (format!("\"{}\"", rfc(10).replace('Z', "+00:00")), "up"),
        ((second - 10).to_string(), "up"),
        (((second - 10) * 1000).to_string(), "up"),
        (format!("\"{}\"", rfc(400)), "down/stale"),
        ((second - 400).to_string(), "down/stale"),
        (((second - 400) * 1000).to_string(), "down/stale"),
        (format!("\"{}\"", rfc(-30)), "up"),
        (format!("\"{}\"", rfc(-90)), "down/stale"),
        ("\"9999-12-31T23:59:59Z\"".to_owned(), "down/stale"),
        ("\"yesterday\"".to_owned(), "down/"),
        ("-5".to_owned(), "down/"),
        ("1e300".to_owned(), "down/"),
        ("true".to_owned(), "down/"),
    ] {
        let probed = probe(json(&format!(r#"{{"at":{value}}}"#)), "expect: { json: { $.at: { max_age: 5m } } }");
        assert!(verdict_of(&probed.result).starts_with(verdict), "{value}: {}", probed.result);
    }
    let recent = json(&format!(r#"{{"at":{}}}"#, second - 10));
    probe(recent, "warn: { json: { $.at: { min_age: 10m } } }").degraded("stale", &[]);
    let moscow = json(&format!(r#"{{"at":"{}"}}"#, rfc(-3 * 3600 + 5).trim_end_matches('Z')));
    probe(moscow.clone(), "expect: { json: { $.at: { max_age: 5m } } }").down("stale", &["assume_tz"]);
    probe(moscow, "expect: { json: { $.at: { max_age: 5m, assume_tz: Europe/Moscow } } }").up();
}

#[test]
fn the_reason_is_the_first_of_expect_before_warn_in_a_fixed_order() {
    let reply = || Reply::json(500, r#"{"a":1}"#).header("x", "y").after(Duration::from_millis(60));
    let all = "latency: 10ms, body: { contains: nothing }, headers: { x: z }, json: { $.a: 2 }, schema: { type: array }, status: 200";
    let kinds = |probed: &Value| -> Vec<String> {
        let problems = probed["problems"].as_array().expect("problems");
        problems.iter().map(|problem| problem["kind"].as_str().expect("a kind").to_owned()).collect()
    };
    let order = ["status", "schema", "json", "header", "body", "latency"];
    let down = probe(reply(), &format!("expect: {{ {all} }}")).down("status", &[]);
    assert_eq!(kinds(&down.result), order);
    let degraded = probe(reply(), &format!("expect: {{ status: 500 }}, warn: {{ {all} }}")).degraded("status", &[]);
    assert_eq!(kinds(&degraded.result), order);
    let both = probe(reply(), "expect: { status: 500, latency: 10ms }, warn: { status: 200 }").down("latency", &[]);
    assert_eq!(kinds(&both.result), ["latency", "status"]);
}
