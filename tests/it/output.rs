//! The shape of `check --json`, of jsonl, and of the history's lines.

use crate::support::Home;
use crate::support::configs::{channel, healthy, probe};
use crate::support::process::start;
use canary::demo::fleet::{Behaviour, Fleet, Reply, Service};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;

const ROOT: [&str; 13] = [
    "v",
    "run",
    "started_at",
    "duration_ms",
    "verdict",
    "exit_code",
    "exit_reasons",
    "summary",
    "results",
    "incidents",
    "alerts",
    "healing",
    "warnings",
];
const RESULT: [&str; 26] = [
    "channel",
    "endpoint",
    "verdict",
    "reason",
    "blame",
    "message",
    "problems",
    "method",
    "url",
    "final_url",
    "remote_addr",
    "http_version",
    "status",
    "latency_ms",
    "phases",
    "attempts",
    "redirects",
    "proxy",
    "bytes",
    "cert_days_left",
    "metrics",
    "evidence",
    "suppressed_by",
    "maintenance",
    "verify",
    "v",
];
const PHASES: [&str; 5] = ["dns_ms", "connect_ms", "tls_ms", "ttfb_ms", "download_ms"];

#[track_caller]
fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().unwrap_or_else(|| panic!("no object: {value}")).keys().map(String::as_str).collect()
}

#[track_caller]
fn has_keys(value: &Value, wanted: &[&str]) {
    assert_eq!(keys(value), wanted.iter().copied().collect(), "{value:#}");
}

/// One of each verdict that needs no proxy: up, degraded, down, unknown, skipped.
fn mixed() -> (Fleet, Home) {
    let service = Service::new("s")
        .on("/up", Behaviour::json(200, r#"{"n":7}"#))
        .on("/degraded", Behaviour::json(200, r#"{"status":"degraded"}"#))
        .on("/down", Behaviour::json(503, r#"{"status":"gone"}"#));
    let fleet = Fleet::start([service, Service::new("dead").refusing()]).expect("a fleet");
    let token = format!("{}/token", fleet.url("dead"));
    let oauth = format!("{{ oauth2: {{ token_url: \"{token}\", client_id: i, client_secret: s3cr3t-value }} }}");
    let home = Home::with_config(&channel(
        &fleet.url("s"),
        &[
            ("up", "{ path: /up, metrics: { n: $.n } }"),
            ("degraded", "{ path: /degraded, warn: { json: { $.status: healthy } } }"),
            ("down", "{ path: /down }"),
            ("unknown", &format!("{{ path: /unknown, auth: {oauth} }}")),
            ("skipped", "{ path: /skipped, enabled: false }"),
        ],
    ));
    (fleet, home)
}

#[test]
fn the_document_has_exactly_its_keys() {
    let (_fleet, home) = mixed();
    let ran = home.check(&[]).code(1);
    let document = ran.json();
    has_keys(&document, &ROOT);
    has_keys(&document["summary"], &["total", "up", "degraded", "down", "unknown", "skipped"]);
    assert_eq!(document["summary"], json!({"total": 5, "up": 1, "degraded": 1, "down": 1, "unknown": 1, "skipped": 1}));
    assert_eq!(ran.names(), ["c/up", "c/degraded", "c/down", "c/unknown", "c/skipped"], "the config's order");
    for result in ran.results() {
        has_keys(&result, &RESULT[..25]);
        has_keys(&result["phases"], &PHASES);
    }
    assert_eq!(document["v"], 1);
    assert_eq!(document["verdict"], "down");
    assert_eq!(document["exit_code"], 1);
    assert!(document["duration_ms"].is_number());
    for list in ["incidents", "alerts", "healing"] {
        assert_eq!(document[list], json!([]), "{list}");
    }
    let reasons = document["exit_reasons"].as_array().expect("a list");
    assert!(reasons.len() >= 2 && reasons.iter().all(Value::is_string), "down and unknown both apply: {reasons:?}");
    let started = document["started_at"].as_str().expect("a time");
    assert!(started.parse::<jiff::Timestamp>().is_ok() && started.ends_with('Z'), "{started}");
}

#[test]
fn an_up_result_says_nothing_where_there_is_nothing_to_say() {
    let (_fleet, home) = mixed();
    let up = home.check(&[]).result("c/up");
    for key in ["reason", "blame", "message", "evidence", "final_url", "proxy", "cert_days_left", "suppressed_by"] {
        assert_eq!(up[key], Value::Null, "{key}: {up:#}");
    }
    assert_eq!(up["problems"], json!([]));
    assert_eq!(
        (up["status"].as_i64(), up["attempts"].as_i64(), up["redirects"].as_i64()),
        (Some(200), Some(1), Some(0))
    );
    assert_eq!((up["method"].as_str(), up["http_version"].as_str()), (Some("GET"), Some("1.1")));
    assert_eq!((up["bytes"].as_i64(), &up["metrics"]), (Some(7), &json!({"n": 7})));
    assert_eq!((&up["maintenance"], &up["verify"]), (&json!(false), &json!(false)));
    let address = up["remote_addr"].as_str().expect("an address");
    assert!(up["url"].as_str().expect("a URL") == format!("http://{address}/up"), "{up:#}");
    assert!(up["latency_ms"].as_f64().expect("a latency") > 0.0);
    assert_eq!(up["phases"]["tls_ms"], Value::Null);
    for phase in ["connect_ms", "ttfb_ms", "download_ms"] {
        assert!(up["phases"][phase].is_number(), "{phase}: {up:#}");
    }
}

#[test]
fn failing_results_name_problem_blame_and_evidence() {
    let (_fleet, home) = mixed();
    let ran = home.check(&[]);
    let down = ran.result("c/down");
    assert_eq!((down["reason"].as_str(), down["blame"].as_str()), (Some("status"), Some("target")));
    assert_eq!(down["evidence"]["body"], r#"{"status":"gone"}"#);
    for problem in down["problems"].as_array().expect("problems") {
        has_keys(problem, &["kind", "severity", "path", "message"]);
    }
    assert_eq!((&down["problems"][0]["kind"], &down["problems"][0]["severity"]), (&json!("status"), &json!("down")));
    assert_eq!(down["problems"][0]["path"], Value::Null);

    let degraded = ran.result("c/degraded");
    assert_eq!(degraded["problems"][0]["severity"], "degraded");
    assert_eq!(degraded["problems"][0]["path"], "$.status");

    let unknown = ran.result("c/unknown");
    assert_eq!((unknown["verdict"].as_str(), unknown["reason"].as_str()), (Some("unknown"), Some("auth")));
    assert_eq!(unknown["problems"][0]["severity"], "unknown");
}

#[test]
fn a_skipped_result_has_nulls_and_stands_in_results_only() {
    let (_fleet, home) = mixed();
    let skipped = home.check(&[]).result("c/skipped");
    assert_eq!(skipped["verdict"], "skipped");
    for key in ["blame", "final_url", "remote_addr", "http_version", "status", "latency_ms", "proxy", "evidence"] {
        assert_eq!(skipped[key], Value::Null, "{key}: {skipped:#}");
    }
    assert_eq!(home.history().len(), 4);
    let lines = home.run(["check", "-o", "jsonl"]).code(1).stdout;
    assert_eq!(lines.lines().count(), 4);
    assert!(!lines.contains("skipped"), "{lines}");
}

#[test]
fn history_lines_are_results_and_three_keys() {
    let (_fleet, home) = mixed();
    let ran = home.check(&[]);
    let run = ran.json()["run"].clone();
    assert!(run.as_str().expect("an id").parse::<ulid::Ulid>().is_ok(), "{run} is no ULID");
    for line in home.history() {
        let mut wanted: Vec<&str> = RESULT.to_vec();
        wanted.extend(["ts", "run"]);
        has_keys(&line, &wanted);
        assert_eq!(line.as_object().expect("an object").keys().take(3).collect::<Vec<_>>(), ["v", "ts", "run"]);
        assert_eq!((&line["v"], &line["run"]), (&json!(1), &run));
        let ts = line["ts"].as_str().expect("a time");
        assert!(ts.parse::<jiff::Timestamp>().is_ok() && ts.len() == "2026-11-23T10:00:00.123Z".len(), "{ts}");
        let printed = ran.result(&crate::support::name_of(&line));
        for key in &RESULT[..25] {
            assert_eq!(line[key], printed[key], "{key}");
        }
    }
}

#[test]
fn outputs_fit_the_printed_schema() {
    let (_fleet, home) = mixed();
    let schema: Value = serde_json::from_str(&home.run(["schema", "output"]).code(0).stdout).expect("a schema");
    let document = jsonschema::validator_for(&schema).expect("a valid schema");
    let ran = home.check(&[]).json();
    let errors: Vec<String> = document.iter_errors(&ran).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");

    let mut line = schema;
    let root = line.as_object_mut().expect("an object");
    root.retain(|key, _| key == "$schema" || key == "$id" || key == "$defs");
    root.insert("$ref".to_owned(), json!("#/$defs/result"));
    let line = jsonschema::validator_for(&line).expect("a valid schema");
    for record in home.history() {
        let errors: Vec<String> = line.iter_errors(&record).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}: {record:#}");
    }
    assert!(!line.is_valid(&json!({"channel": "c"})), "the schema takes anything");
}

/// One incident for all that can't be told is nobody's in particular.
#[test]
fn an_incident_of_many_endpoints_fits_the_schema() {
    let fleet = Fleet::start([Service::new("s").refusing()]).expect("a fleet");
    let endpoints = [("a", "{ path: /a }"), ("b", "{ path: /b }")];
    let mut yaml = channel("http://127.0.0.1:1", &endpoints);
    yaml = yaml.replacen("defaults: {", &format!("defaults: {{ proxy: \"{}\",", fleet.url("s")), 1);
    let home = Home::with_config(&format!("alerting: {{ unknown_after: 1 }}\n{yaml}"));
    let ran = home.check(&[]).code(3).json();
    let incident = &ran["incidents"][0];
    assert!(incident["id"].is_string() && incident["channel"].is_null() && incident["endpoint"].is_null(), "{ran:#}");
    let schema: Value = serde_json::from_str(&home.run(["schema", "output"]).code(0).stdout).expect("a schema");
    let document = jsonschema::validator_for(&schema).expect("a valid schema");
    let errors: Vec<String> = document.iter_errors(&ran).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
}

#[test]
fn jsonl_comes_as_each_finishes() {
    let service = Service::new("s")
        .on("/slow", Reply::json(200, "{}").after(Duration::from_millis(1500)))
        .on("/fast", Behaviour::json(200, "{}"));
    let fleet = Fleet::start([service]).expect("a fleet");
    let home =
        Home::with_config(&channel(&fleet.url("s"), &[("slow", "{ path: /slow }"), ("fast", "{ path: /fast }")]));
    let mut child = home.command(["check", "-o", "jsonl"]).stdout(Stdio::piped()).spawn().expect("started");
    let mut lines = BufReader::new(child.stdout.take().expect("stdout")).lines();
    let mut next = || -> Value { serde_json::from_str(&lines.next().expect("a line").expect("read")).expect("JSON") };
    assert_eq!(next()["endpoint"], "fast");
    assert!(child.try_wait().expect("ours").is_none(), "the first line came only at the end");
    assert_eq!(next()["endpoint"], "slow");
    assert!(child.wait().expect("ours").success());
}

#[test]
fn json_is_one_document_also_with_every_log() {
    let (_fleet, home) = mixed();
    for extra in ["-v", "-vv", "-vvv", "-q"] {
        has_keys(&home.check(&[extra]).code(1).json(), &ROOT);
    }
}

#[test]
fn evidence_is_cut_at_a_kibibyte_and_may_be_switched_off() {
    let long = Behaviour::text(500, "é".repeat(4000));
    let result = probe(long.clone(), "").down("status", &["500"]).result;
    let body = result["evidence"]["body"].as_str().expect("a body");
    assert!(body.len() > 900 && body.len() <= 1024 + 8, "{} bytes", body.len());
    assert!(!body.contains('\u{fffd}'), "cut inside a character");
    let result = probe(long, "capture: never").down("status", &[]).result;
    assert!(!result.to_string().contains("éé"), "{result}");
}

#[test]
fn a_metric_that_is_no_number_is_null_and_warned_of() {
    let fleet = crate::support::configs::serve(Behaviour::json(200, r#"{"n":"7","o":{},"b":true,"x":1.5}"#));
    let metrics = "{ path: /, metrics: { text: $.n, object: $.o, bool: $.b, none: $.none, good: $.x } }";
    let home = Home::with_config(&channel(&fleet.url("s"), &[("e", metrics)]));
    let ran = home.check(&[]).code(0);
    let wanted = json!({"text": null, "object": null, "bool": null, "none": null, "good": 1.5});
    assert_eq!(ran.result("c/e")["metrics"], wanted);
    let warnings = ran.json()["warnings"].to_string();
    assert!(warnings.contains("text") && warnings.contains("c/e"), "{warnings}");
}

#[test]
fn a_run_of_nothing_but_skipped_is_well() {
    let fleet = healthy();
    let home = Home::with_config(&channel(&fleet.url("s"), &[("e", "{ path: /, enabled: false }")]));
    let document = home.check(&[]).code(0).json();
    assert_eq!((&document["verdict"], &document["summary"]["skipped"]), (&json!("skipped"), &json!(1)));
    let (ran, _) = start(home.command(["check", "-o", "jsonl"])).end();
    ran.code(0).stdout("");
}
