//! Plays `tests/cases/judge/*.json`: a response, rules in the words of the contract, and the verdict wanted.

use super::{
    Checks, Condition, HeaderCheck, JsonCheck, JsonPath, JsonType, Judgement, Pattern, Rules, SchemaSet, StatusRange,
    ValueCheck, json, judge,
};
use crate::model::{Certificate, Observation, Redactor, Response, Trace};
use crate::text::duration;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Number, Value};
use std::path::Path;
use std::time::Duration;

/// What all ages are measured against.
const NOW: &str = "2026-11-23T10:00:00Z";

#[test]
fn every_case_is_judged_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/judge");
    let mut files: Vec<_> =
        std::fs::read_dir(&folder).expect("the folder of cases").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let mut wrong = Vec::new();
    let mut count = 0;
    for file in files {
        let text = std::fs::read(&file).expect("a readable file");
        let cases = json::parse(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display())).value;
        for case in cases.as_array().expect("an array of cases") {
            count += 1;
            let place = format!("{} {}", file.file_name().unwrap_or_default().display(), text_of(&case["name"]));
            if let Err(error) = play(case) {
                wrong.push(format!("{place}:\n{error}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} cases:\n{}", wrong.len(), wrong.join("\n"));
    assert!(count > 50, "only {count} cases were found");
}

fn play(case: &Value) -> Result<(), String> {
    let rules = rules(&case["rules"]);
    let redactor = Redactor::new(case.get("secrets").and_then(Value::as_array).into_iter().flatten().map(text_of));
    let observation = Observation::Response(Box::new(response(&case["response"])));
    let got = judge(&observation, &rules, &redactor, NOW.parse().expect("a time"));
    let want = case["want"].as_object().expect("want");
    let mut wrong = Vec::new();
    for (key, wanted) in want {
        let seen = seen(&got, key);
        let fits = match (key.as_str(), wanted) {
            ("message", Value::String(part)) => got.message.as_deref().is_some_and(|text| text.contains(part.as_str())),
            ("warnings" | "notes", Value::Array(parts)) => {
                let lines = seen.as_array().expect("lines");
                lines.len() == parts.len()
                    && lines.iter().zip(parts).all(|(line, part)| text_of(line).contains(text_of(part)))
            }
            _ => seen == *wanted,
        };
        if !fits {
            wrong.push(format!("  {key}: wanted {wanted}\n  {key}:    got {seen}"));
        }
    }
    let length = got.problems.iter().map(|problem| problem.message.chars().count()).max().unwrap_or_default();
    if length > 300 {
        wrong.push(format!("  a message of {length} characters"));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

/// What a judgement holds under a key of `want`.
fn seen(got: &Judgement, key: &str) -> Value {
    let word = |word: Option<&str>| word.map_or(Value::Null, Value::from);
    let each = |line: &dyn Fn(&crate::model::Problem) -> String| {
        got.problems.iter().map(|one| Value::from(line(one))).collect()
    };
    match key {
        "verdict" => Value::from(got.verdict.as_str()),
        "reason" => word(got.reason.map(crate::model::Reason::as_str)),
        "blame" => word(got.blame.map(crate::model::Blame::as_str)),
        "message" => word(got.message.as_deref()),
        "problems" => each(&|one| format!("{} {} {}", one.severity, one.kind, one.message)),
        "kinds" => each(&|one| one.kind.to_string()),
        "paths" => got.problems.iter().map(|one| word(one.path.as_deref())).collect(),
        "count" => Value::from(got.problems.len()),
        "metrics" => got.metrics.iter().map(|(name, value)| (name.clone(), Value::from(value.clone()))).collect(),
        "warnings" => got.warnings.iter().map(|line| Value::from(line.as_str())).collect(),
        "notes" => got.notes.iter().map(|line| Value::from(line.as_str())).collect(),
        "evidence" => word(got.evidence.as_ref().map(|one| one.body.as_str())),
        "cert_days_left" => got.cert_days_left.map_or(Value::Null, Value::from),
        other => panic!("`{other}` is no key of want"),
    }
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no string"))
}

fn span(value: &Value) -> Duration {
    duration::parse(text_of(value)).expect("a duration")
}

/// `status` (200), `headers`, `body` (text), `bytes` (numbers, instead of `body`), `repeat` (of the body),
/// `latency` (0s), `cert: {left_s, subject, leaf}`, `proxy`.
fn response(value: &Value) -> Response {
    let mut headers = HeaderMap::new();
    for (name, lines) in value.get("headers").and_then(Value::as_object).into_iter().flatten() {
        let name: HeaderName = name.parse().expect("a header name");
        for line in lines.as_array().map_or(std::slice::from_ref(lines), Vec::as_slice) {
            headers.append(&name, HeaderValue::from_str(text_of(line)).expect("a header value"));
        }
    }
    let byte = |value: &Value| u8::try_from(value.as_u64().expect("a byte")).expect("a byte");
    let mut body: Vec<u8> = match value.get("bytes") {
        Some(bytes) => bytes.as_array().expect("bytes").iter().map(byte).collect(),
        None => value.get("body").map_or(Vec::new(), |body| text_of(body).as_bytes().to_vec()),
    };
    if let Some([before, part, after]) = value.get("repeat").and_then(Value::as_array).map(Vec::as_slice) {
        body = [text_of(before).as_bytes(), &text_of(part).as_bytes().repeat(1_000_000), text_of(after).as_bytes()]
            .concat();
    }
    let now: jiff::Timestamp = NOW.parse().expect("a time");
    let cert = value.get("cert").map(|cert| Certificate {
        not_after: now.as_second() + cert["left_s"].as_i64().expect("left_s"),
        subject: text_of(&cert["subject"]).to_owned(),
        is_leaf: cert["leaf"].as_bool().expect("leaf"),
    });
    let elapsed = value.get("latency").map_or(Duration::ZERO, span);
    let proxy = value.get("proxy").map(|proxy| text_of(proxy).to_owned());
    let status = value.get("status").map_or(200, |status| status.as_u64().expect("a status"));
    Response {
        trace: Trace { elapsed, cert, proxy, ..Trace::default() },
        status: u16::try_from(status).expect("a status"),
        headers,
        body: body.into(),
    }
}

fn rules(value: &Value) -> Rules {
    let path = |source: &Value| JsonPath::parse(text_of(source)).expect("a path");
    let metrics = value.get("metrics").and_then(Value::as_object).into_iter().flatten();
    Rules {
        expect: value.get("expect").map(checks).unwrap_or_default(),
        warn: value.get("warn").map(checks).unwrap_or_default(),
        metrics: metrics.map(|(name, source)| (name.clone(), path(source))).collect(),
        capture: value.get("capture").and_then(Value::as_bool).unwrap_or(true),
    }
}

fn checks(value: &Value) -> Checks {
    let mut checks = Checks::default();
    for (key, value) in value.as_object().expect("checks") {
        let object = || value.as_object().expect("a map").iter();
        match key.as_str() {
            "status" => checks.status = list(value, |one| StatusRange::parse(text_of(one)).expect("a status")),
            "latency" => checks.latency = Some(span(value)),
            "cert" => checks.cert = Some(span(value)),
            "schema" => checks.schema = Some(SchemaSet::default().compile_inline(value).expect("a schema")),
            "json" => {
                checks.json = object()
                    .map(|(source, value)| JsonCheck {
                        path: JsonPath::parse(source).expect("a path"),
                        condition: condition(value).into(),
                    })
                    .collect();
            }
            "headers" => checks.headers = object().map(|(name, value)| header(name, value)).collect(),
            "body" => {
                let texts = |key: &str| value.get(key).map(|one| list(one, |one| text_of(one).to_owned()));
                let patterns = |key: &str| value.get(key).map(|one| list(one, pattern));
                checks.body.contains = texts("contains").unwrap_or_default();
                checks.body.not_contains = texts("not_contains").unwrap_or_default();
                checks.body.matches = patterns("matches").unwrap_or_default();
                checks.body.not_matches = patterns("not_matches").unwrap_or_default();
            }
            other => panic!("`{other}` is no check"),
        }
    }
    checks
}

fn list<T>(value: &Value, one: impl Fn(&Value) -> T) -> Vec<T> {
    value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice).iter().map(one).collect()
}

fn pattern(value: &Value) -> Pattern {
    Pattern::parse(text_of(value)).expect("a regex")
}

fn header(name: &str, value: &Value) -> HeaderCheck {
    let text = |key: &str| value.get(key).map(|one| text_of(one).to_owned());
    HeaderCheck {
        name: name.to_owned(),
        equals: value.as_str().map(str::to_owned),
        matches: value.get("matches").map(pattern),
        contains: text("contains"),
        exists: value.get("exists").and_then(Value::as_bool),
    }
}

const OPERATORS: [&str; 12] =
    ["eq", "ne", "gt", "gte", "lt", "lte", "in", "not_in", "matches", "contains", "type", "length"];

fn condition(value: &Value) -> Condition {
    let others = ["exists", "optional", "count", "any", "max_age", "min_age", "assume_tz"];
    let map = match value.as_object() {
        Some(map) if map.keys().all(|key| OPERATORS.contains(&key.as_str()) || others.contains(&key.as_str())) => map,
        _ => {
            let each = ValueCheck { eq: Some(value.clone()), ..ValueCheck::default() };
            return Condition { each, ..Condition::default() };
        }
    };
    Condition {
        exists: map.get("exists").and_then(Value::as_bool),
        optional: map.get("optional").and_then(Value::as_bool).unwrap_or_default(),
        count: map.get("count").map(|count| Box::new(value_check(count))),
        any: map.get("any").cloned(),
        each: operators(map),
        max_age: map.get("max_age").map(span),
        min_age: map.get("min_age").map(span),
        assume_tz: map.get("assume_tz").map(|zone| jiff::tz::TimeZone::get(text_of(zone)).expect("a zone")),
    }
}

fn value_check(value: &Value) -> ValueCheck {
    value.as_object().map_or_else(|| ValueCheck { eq: Some(value.clone()), ..ValueCheck::default() }, operators)
}

fn operators(map: &Map<String, Value>) -> ValueCheck {
    let number = |key: &str| map.get(key).map(|value| value.as_number().expect("a number").clone());
    let values = |key: &str| map.get(key).map(|value| value.as_array().expect("a list").clone());
    let (gt, gte, lt, lte): (Option<Number>, Option<Number>, Option<Number>, Option<Number>) =
        (number("gt"), number("gte"), number("lt"), number("lte"));
    ValueCheck {
        eq: map.get("eq").cloned(),
        ne: map.get("ne").cloned(),
        gt,
        gte,
        lt,
        lte,
        one_of: values("in"),
        none_of: values("not_in"),
        matches: map.get("matches").map(pattern),
        contains: map.get("contains").cloned(),
        types: map.get("type").map(|value| list(value, |one| JsonType::from_word(text_of(one)).expect("a type"))),
        length: map.get("length").map(|value| Box::new(value_check(value))),
    }
}
