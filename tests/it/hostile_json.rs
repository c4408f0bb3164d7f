//! Bodies and schemas made to exhaust whoever judges them.

use crate::support::configs::{channel, probe, serve};
use crate::support::process::start;
use crate::support::{Home, verdict_of};
use canary::demo::fleet::Behaviour;
use std::time::{Duration, Instant};

fn json(text: impl Into<String>) -> Behaviour {
    Behaviour::json(200, text.into())
}

#[test]
fn wide_arrays_are_judged_or_given_up_in_time() {
    let body = format!("[{}1]", "1,".repeat(500_000));
    for rule in [
        "json: { '$..*': { gte: 2 } }",
        "json: { '$[*]': 2 }",
        "json: { '$[?@ > 5]': { count: 1 } }",
        "json: { '$': { length: 3 } }",
        "schema: { items: { type: string } }",
        "schema: { uniqueItems: true }",
        "schema: { contains: { const: 2 } }",
    ] {
        let begun = Instant::now();
        let probed = probe(json(body.clone()), &format!("timeout: 10s, expect: {{ {rule} }}"));
        assert!(begun.elapsed() < Duration::from_secs(12), "{rule}: {:?}", begun.elapsed());
        assert_eq!(probed.code, 1, "{rule}: {}", probed.stderr);
        let problems = probed.result["problems"].as_array().map_or(0, Vec::len);
        assert!((1..=100).contains(&problems), "{rule}: {problems} problems");
        assert!(probed.message().chars().count() <= 300, "{rule}: {} characters", probed.message().chars().count());
    }
}

#[test]
fn deep_nesting_ends_in_a_verdict() {
    for body in [
        "[".repeat(500_000),
        format!("{}{}", "[".repeat(400_000), "]".repeat(400_000)),
        format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000)),
        format!("{}1{}", "{\"a\":".repeat(100), "}".repeat(100)),
    ] {
        for rule in [
            "json: { '$..b': { exists: true } }",
            "schema: { $defs: { n: { properties: { a: { $ref: '#/$defs/n' } } } }, $ref: '#/$defs/n', required: [b] }",
        ] {
            let probed = probe(json(body.clone()), &format!("expect: {{ {rule} }}"));
            let verdict = verdict_of(&probed.result);
            assert!(["down/json", "down/schema"].contains(&verdict.as_str()), "{rule}: {}", probed.result);
        }
    }
}

#[test]
fn schemas_that_refer_to_themselves_are_bounded() {
    for schema in [
        "{ $ref: '#' }",
        "{ $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' }",
        "{ allOf: [ { $ref: '#' }, { $ref: '#' } ] }",
    ] {
        let fleet = serve(json("{}"));
        let home = Home::with_config(&channel(&fleet.url("s"), &[("e", &format!("{{ path: /, schema: {schema} }}"))]));
        let (ran, took) = start(home.command(["check", "--json"])).end();
        assert!(matches!(ran.code, Some(0..=2)), "{schema}: {ran:?}");
        assert!(took < Duration::from_secs(10), "{schema}: {took:?}");
    }
}

#[test]
fn regexes_are_linear() {
    let body = "a".repeat(900_000);
    let begun = Instant::now();
    probe(Behaviour::text(200, body), "expect: { body: { matches: '(a+)+$', not_matches: '^(a|aa)+b' } }").up();
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
    let home = Home::with_config(&channel(
        "http://127.0.0.1:1",
        &[("e", "{ path: /, expect: { body: { matches: '(((a{1000}){1000}){1000})' } } }")],
    ));
    let (ran, took) = start(home.command(["config", "check"])).end();
    ran.code(2);
    assert!(took < Duration::from_secs(2), "{took:?}");
}

#[test]
fn named_schemas_reach_each_other_and_never_the_network() {
    let fleet = serve(json(r#"{"a":"text"}"#));
    let yaml = format!(
        "schemas:\n  whole: {{ properties: {{ a: {{ $ref: part }} }} }}\n  part: {{ $id: \"https://schemas.example/part\", type: integer }}\n  \
         other: {{ properties: {{ a: {{ $ref: \"https://schemas.example/part\" }} }} }}\n{}",
        channel(&fleet.url("s"), &[("name", "{ path: /, schema: whole }"), ("id", "{ path: /, schema: other }")])
    );
    let ran = Home::with_config(&yaml).check(&[]).code(1);
    for name in ["c/name", "c/id"] {
        assert_eq!(verdict_of(&ran.result(name)), "down/schema", "{}", ran.stdout);
    }
}

#[test]
fn every_draft_is_known() {
    for draft in [
        "http://json-schema.org/draft-04/schema#",
        "http://json-schema.org/draft-06/schema#",
        "http://json-schema.org/draft-07/schema#",
        "https://json-schema.org/draft/2019-09/schema",
        "https://json-schema.org/draft/2020-12/schema",
    ] {
        let rule = format!(
            "schema: {{ $schema: \"{draft}\", properties: {{ a: {{ type: integer, maximum: 5 }}, at: {{ format: date-time }} }} }}"
        );
        probe(json(r#"{"a":3,"at":"2026-01-01T00:00:00Z"}"#), &rule).up();
        probe(json(r#"{"a":7}"#), &rule).down("schema", &["7", "5"]);
        probe(json(r#"{"a":3,"at":"soon"}"#), &rule).down("schema", &["soon"]);
    }
}

#[test]
fn lone_surrogates_get_one_answer() {
    let verdicts: Vec<String> = (0..3)
        .map(|_| verdict_of(&probe(json(r#"{"a":"\ud800"}"#), "expect: { json: { $.a: { type: string } } }").result))
        .collect();
    assert!(verdicts[0] == "up" || verdicts[0] == "down/json", "{verdicts:?}");
    assert!(verdicts.iter().all(|verdict| *verdict == verdicts[0]), "{verdicts:?}");
}
