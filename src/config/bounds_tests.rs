//! Files made to hurt: they are refused quickly, and large honest ones load quickly. The limits are far above what an
//! optimised build needs, so that a busy machine doesn't fail them.

use super::load;
use super::tests::env;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

fn refused(yaml: &str, words: &str) {
    let start = Instant::now();
    let found = load(Path::new("probes.yaml"), yaml.as_bytes(), &env(&[])).expect_err("refused");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    assert_eq!(found.len(), 1, "{}", found.render(false));
    let message = &found.iter().next().expect("one").message;
    assert!(message.contains(words), "{message}");
}

#[test]
fn aliases_that_multiply_are_refused() {
    let mut bomb = "x-a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..10 {
        let alias = format!("*a{}", level - 1);
        let _ = writeln!(bomb, "x-a{level}: &a{level} [{}]", [alias.as_str(); 9].join(", "));
    }
    refused(&bomb, "aliases");
    let mut merges = "x-a0: &a0 { a: 1, b: 2 }\n".to_owned();
    for level in 1..30 {
        let _ = writeln!(merges, "x-a{level}: &a{level} {{ k: *a{0}, l: *a{0}, <<: *a{0} }}", level - 1);
    }
    refused(&merges, "aliases");
}

#[test]
fn a_chain_of_anchors_is_refused_when_it_gets_deep() {
    let mut chain = "x-list:\n  - &a0 [x]\n".to_owned();
    for level in 1..100_000 {
        let _ = writeln!(chain, "  - &a{level} [*a{}]", level - 1);
    }
    refused(&chain, "deep");
}

#[test]
fn deep_nesting_is_refused() {
    refused(&"[".repeat(100_000), "deep");
    refused(&format!("x-a: {}{}", "{a: ".repeat(10_000), "}".repeat(10_000)), "deep");
    let mut block = String::new();
    for depth in 0..10_000 {
        let _ = writeln!(block, "{}a:", " ".repeat(depth));
    }
    refused(&block, "deep");
}

#[test]
fn many_anchors_alone_are_fine() {
    let mut yaml = "channels: {}\nx-list:\n".to_owned();
    for at in 0..100_000 {
        let _ = writeln!(yaml, "  - &a{at} x");
    }
    let start = Instant::now();
    assert!(load(Path::new("probes.yaml"), yaml.as_bytes(), &env(&[])).is_ok());
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn ten_thousand_endpoints_load() {
    let start = Instant::now();
    let loaded = load(Path::new("probes.yaml"), fleet(10_000).as_bytes(), &env(&[])).expect("loads");
    assert_eq!(loaded.config.endpoints.len(), 10_000);
    assert!(start.elapsed() < Duration::from_mins(1), "{:?}", start.elapsed());
}

#[test]
fn as_many_mistakes_are_all_told() {
    let mut yaml = fleet(2_000).replace("expect:", "expectt:");
    yaml.push_str("colour: red\n");
    let found = load(Path::new("probes.yaml"), yaml.as_bytes(), &env(&[])).expect_err("mistakes");
    assert_eq!(found.len(), 2_001);
}

fn fleet(count: usize) -> String {
    let mut yaml = "\
x-common: &common { timeout: 5s, interval: 5m, headers: { X-A: b }, retry: { attempts: 3 } }
schemas: { health: { type: object, required: [status] } }
defaults: { warn: { latency: 1s, json: { $.score: { gte: 80 } } } }
channels:
"
    .to_owned();
    for at in 0..count {
        if at % 100 == 0 {
            let _ =
                writeln!(yaml, "  c{}:\n    base_url: http://127.0.0.1:{}\n    endpoints:", at / 100, 1000 + at / 100);
        }
        let _ = writeln!(
            yaml,
            "      e{at}:\n        <<: *common\n        path: /health/{at}\n        expect: {{ schema: health, json: {{ $.status: {{ in: [healthy, degraded] }} }} }}"
        );
    }
    yaml
}
