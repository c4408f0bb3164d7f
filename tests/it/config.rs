//! `config check|show|schema`, and files that are hostile as a whole.

use crate::support::configs::{channel, healthy};
use crate::support::process::start;
use crate::support::{Home, Ran};
use serde_json::Value;
use std::fmt::Write;
use std::time::Duration;

/// `config check` of this content; how long it took.
fn timed(content: &[u8]) -> (Ran, Duration) {
    let home = Home::new();
    home.write("probes.yaml", content);
    start(home.command(["config", "check"])).end()
}

#[test]
fn hostile_files_are_refused_quickly() {
    let mut bomb = "x-a: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..10 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(bomb, "x-a{level}: &a{level} [{aliases}]").expect("written");
    }
    bomb.push_str("channels: *a9\n");
    let mut maps = "x-m: &m0 { a: 1 }\n".to_owned();
    for level in 1..30 {
        let below = level - 1;
        writeln!(maps, "x-m{level}: &m{level} {{ l: *m{below}, r: *m{below} }}").expect("written");
    }
    maps.push_str("defaults: *m29\nchannels: {}\n");
    let mut blocks = String::new();
    for depth in 0..5_000 {
        writeln!(blocks, "{}a:", " ".repeat(depth)).expect("written");
    }
    for (what, content) in [
        ("alias bomb", bomb.into_bytes()),
        ("map bomb", maps.into_bytes()),
        ("cyclic merge", b"x-a: &a { <<: *a }\nchannels: {}\n".to_vec()),
        ("deep lists", "[".repeat(100_000).into_bytes()),
        ("deep maps", "{a: ".repeat(100_000).into_bytes()),
        ("deep blocks", blocks.into_bytes()),
        ("empty", Vec::new()),
        ("only a comment", b"# nothing\n".to_vec()),
        ("not UTF-8", b"channels:\n  c: { description: \"\xff\xfe\" }\n".to_vec()),
        ("UTF-16", "channels: {}".encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("NUL", b"channels: {\0}\n".to_vec()),
        ("ten megabytes of one word", vec![b'a'; 10 << 20]),
        ("ten megabytes of dashes", b"- ".repeat(5 << 20)),
        ("ten megabytes of quotes", [b"channels: \"".to_vec(), vec![b'x'; 10 << 20]].concat()),
    ] {
        let (ran, took) = timed(&content);
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (Some(2), ""),
            "{what}: {}",
            &ran.stderr[..ran.stderr.len().min(500)]
        );
        // Without its bounds it would take minutes, or never end.
        assert!(took < Duration::from_secs(20), "{what}: {took:?}");
        assert!(!ran.stderr.contains("panicked"), "{what}: {}", ran.stderr);
        assert!(
            !ran.stderr.is_empty() && ran.stderr.len() < 200_000,
            "{what}: {} bytes of complaint",
            ran.stderr.len()
        );
    }
}

#[test]
fn a_large_file_loads() {
    let mut yaml = "channels:\n  c:\n    base_url: http://127.0.0.1:1\n    endpoints:\n".to_owned();
    for number in 0..5_000 {
        writeln!(yaml, "      e{number}: {{ path: /{number}, expect: {{ json: {{ $.a: {number} }} }} }}")
            .expect("written");
    }
    let (ran, took) = timed(yaml.as_bytes());
    ran.code(0).stdout_has("5000").stderr_lacks("error");
    assert!(took < Duration::from_secs(10), "{took:?}");
}

#[test]
fn ten_thousand_endpoints_need_little_memory() {
    let mut yaml = "schemas: { health: { type: object } }\ndefaults: { warn: { json: { $.score: { gte: 80 } } } }\nchannels:\n  c:\n    \
                    base_url: http://127.0.0.1:1\n    endpoints:\n"
        .to_owned();
    for number in 0..10_000 {
        let expect = "{ schema: health, json: { $.status: { in: [healthy, degraded] }, $.age: { max_age: 5m } } }";
        writeln!(yaml, "      e{number}: {{ path: /{number}, headers: {{ X-A: b }}, expect: {expect} }}")
            .expect("written");
    }
    let home = Home::with_config(&yaml);
    let (ran, peak) = start(home.command(["config", "check"])).end_with_peak();
    ran.code(0).stdout_has("10000 endpoints");
    assert!((8 << 20..=100 << 20).contains(&peak), "{} MiB", peak >> 20);
}

#[test]
fn merge_keys_and_x_keys_work() {
    let fleet = healthy();
    let yaml = format!(
        "x-base: &base {{ path: /one, headers: {{ X-A: a }} }}\nx-more: &more {{ headers: {{ X-B: b }} }}\nchannels:\n  c:\n    base_url: \"{}\"\n    \
         endpoints:\n      e: {{ <<: *base }}\n      f: {{ <<: [*more, *base], path: /two }}\n",
        fleet.url("s")
    );
    Home::with_config(&yaml).check(&[]).code(0);
    let mut seen: Vec<_> = fleet.requests("s");
    seen.sort_by(|a, b| a.target.cmp(&b.target));
    assert_eq!((seen[0].target.as_str(), seen[0].header("x-a")), ("/one", Some("a")));
    assert_eq!((seen[1].target.as_str(), seen[1].header("x-b"), seen[1].header("x-a")), ("/two", Some("b"), None));
}

#[test]
fn precedence_is_endpoint_channel_defaults() {
    let fleet = healthy();
    let yaml = format!(
        "defaults: {{ headers: {{ X-A: defaults, X-B: defaults, X-C: defaults }}, method: PUT }}\nchannels:\n  c:\n    base_url: \"{}/base/\"\n    \
         headers: {{ X-A: channel, X-B: channel }}\n    endpoints:\n      e: {{ path: /p, headers: {{ X-A: endpoint }} }}\n      \
         f: {{ path: p, method: null }}\n",
        fleet.url("s")
    );
    Home::with_config(&yaml).check(&["--concurrency", "1"]).code(0);
    let seen = fleet.requests("s");
    let (e, f) = if seen[0].header("x-a") == Some("endpoint") { (&seen[0], &seen[1]) } else { (&seen[1], &seen[0]) };
    assert_eq!(
        (e.header("x-a"), e.header("x-b"), e.header("x-c")),
        (Some("endpoint"), Some("channel"), Some("defaults"))
    );
    assert_eq!((e.method.as_str(), f.method.as_str()), ("PUT", "GET"));
    assert_eq!((e.target.as_str(), f.target.as_str()), ("/base/p", "/base/p"), "joined with one slash");
}

#[test]
fn a_channel_s_secrets_go_to_its_own_origin_only() {
    let (own, other) = (healthy(), healthy());
    let yaml = format!(
        "channels:\n  c:\n    base_url: \"{}\"\n    auth: {{ bearer: ch4nnel-token }}\n    headers: {{ X-Mine: ch4nnel-header }}\n    \
         endpoints:\n      e: {{ path: / }}\n      f: {{ url: \"{}/\" }}\n",
        own.url("s"),
        other.url("s")
    );
    Home::with_config(&yaml).check(&[]).code(0);
    assert_eq!(own.requests("s")[0].header("authorization"), Some("Bearer ch4nnel-token"));
    assert!(!format!("{:?}", other.requests("s")).contains("ch4nnel"), "{:?}", other.requests("s"));
}

#[test]
fn unset_variables_matter_only_where_selected_but_everywhere_for_config_check() {
    let fleet = healthy();
    let home = Home::with_config(&channel(
        &fleet.url("s"),
        &[
            ("good", "{ path: / }"),
            ("bad", "{ path: /, headers: { X-A: \"${UNSET_ONE}\" } }"),
            ("off", "{ path: /, enabled: false, headers: { X-A: \"${UNSET_TWO}\" } }"),
        ],
    ));
    home.check(&["c/good"]).code(0);
    home.check(&["c/good", "c/off"]).code(0);
    home.run(["check", "c/bad"])
        .refused()
        .stderr_has("UNSET_ONE")
        .stderr_has("probes.yaml:7:")
        .stderr_lacks("UNSET_TWO");
    home.run(["check"]).refused().stderr_has("UNSET_ONE").stderr_lacks("UNSET_TWO");
    home.run(["config", "check"]).refused().stderr_has("UNSET_ONE").stderr_has("UNSET_TWO");
}

#[test]
fn what_is_not_configured_is_skipped_and_said() {
    let fleet = healthy();
    let home = Home::with_config(&channel(
        &fleet.url("s"),
        &[
            ("bearer", "{ path: /, auth: { bearer: \"${TOKEN:-}\" } }"),
            ("basic", "{ path: /, auth: { basic: { username: u, password: \"${TOKEN:-}\" } } }"),
            (
                "oauth",
                "{ path: /, auth: { oauth2: { token_url: \"http://127.0.0.1:1/\", client_id: \"${TOKEN:-}\", client_secret: s3cr3t } } }",
            ),
            ("two", "{ path: \"/${GROUP:-}?a=${TOKEN:-}\" }"),
            (
                "good",
                "{ path: /, heal: [{ run: { command: [\"${UNIT:-}\"] } }, { run: { http: { path: \"/${TOKEN:-}\" } } }] }",
            ),
        ],
    ));
    let ran = home.check(&[]).code(0);
    for name in ["c/bearer", "c/basic", "c/oauth"] {
        assert_eq!(ran.result(name)["verdict"], "skipped", "{name}");
    }
    assert_eq!(fleet.count("s"), 1);
    let ran = home.run(["config", "check"]).code(0);
    ran.stdout_has(": ok: 5 endpoints in 1 channel: 1 will be probed, 4 wait for variables\n")
        .stdout_has("\nTOKEN  c/bearer, c/basic, c/oauth, c/two, heal of c/good\n")
        .stdout_has("\nGROUP  c/two\n")
        .stdout_has("\nUNIT   heal of c/good\n");
    let not_configured = home.run(["config", "check", "--json"]).code(0).json()["not_configured"].clone();
    assert_eq!(not_configured.as_array().map(Vec::len), Some(6), "{not_configured}");
    home.run(["status"]).code(0).stdout_has("\n6 settings are not configured: canary config check\n");
}

#[test]
fn a_configuration_without_endpoints_is_right_and_warned_of() {
    let home = Home::with_config("channels: {}\n");
    let said = "warning: there are no endpoints: `canary check` has nothing to probe\n";
    home.run(["config", "check"]).code(0).stdout_has("0 endpoints").stderr(said);
}

#[test]
fn config_check_sums_up() {
    let fleet = healthy();
    let home = Home::with_config(&channel(&fleet.url("s"), &[("a", "{ path: / }"), ("b", "{ path: /b }")]));
    let ran = home.run(["config", "check"]).code(0).stdout_has("2").stderr("");
    assert!(ran.stdout.contains("endpoint"), "{}", ran.stdout);
    assert_eq!(fleet.connections("s"), 0, "it probed");
    assert!(!home.path("state").exists());
}

#[test]
fn config_show_loads_again_and_holds_no_secret() {
    let fleet = healthy();
    let home = Home::with_config(&channel(
        &fleet.url("s"),
        &[
            ("a", "{ path: /, auth: { bearer: l1teral-bearer }, headers: { X-A: \"${VALUE}\" } }"),
            ("b", "{ path: \"/${VALUE}/x\", expect: { json: { '$.a[*]': { in: [1, \"2\", null, true], optional: true } }, status: [2xx, 301] } }"),
        ],
    ))
    .env("VALUE", "expanded-value");
    let shown = home
        .run(["config", "show"])
        .code(0)
        .stdout_has("***")
        .stdout_lacks("l1teral-bearer")
        .stdout_lacks("expanded-value");
    home.write("again.yaml", &shown.stdout);
    home.run(["config", "check", "-c", "again.yaml"]).code(0);
    home.run(["check", "--json", "-c", "again.yaml"]).code(0);
}

#[test]
fn the_shipped_file_fits_the_printed_schema() {
    let schema: Value = serde_json::from_str(&Home::new().run(["config", "schema"]).code(0).stdout).expect("a schema");
    let schema = jsonschema::validator_for(&schema).expect("a valid schema");
    let script = "import json, sys, yaml; json.dump(yaml.safe_load(open(sys.argv[1])), sys.stdout, default=str)";
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/probes.yaml");
    match std::process::Command::new("python3").args(["-c", script, path]).output() {
        Ok(output) if output.status.success() => {
            let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
            let errors: Vec<String> =
                schema.iter_errors(&document).map(|e| format!("{}: {e}", e.instance_path())).collect();
            assert!(errors.is_empty(), "{errors:#?}");
        }
        _ => println!("SKIPPED: python3 with PyYAML reads the YAML here"),
    }
    for wrong in [
        r#"{"channels": {"c": {"base_uri": "http://h"}}}"#,
        r#"{"colour": 1, "channels": {}}"#,
        r#"{"channels": {"c": {"endpoints": {"e": {"path": 5}}}}}"#,
        r#"{"channels": []}"#,
    ] {
        assert!(!schema.is_valid(&serde_json::from_str(wrong).expect("JSON")), "{wrong} is taken");
    }
}

#[test]
fn a_token_that_no_header_can_carry_is_no_fault_of_the_target() {
    let yaml = |auth: &str| {
        format!("channels: {{ c: {{ endpoints: {{ e: {{ url: \"http://127.0.0.1:9/\", {auth} }} }} }} }}\n")
    };
    for (auth, told) in [
        ("auth: { bearer: \"${T}\" }", "`auth.bearer` holds a line break"),
        ("headers: { X-Api: \"${T}\" }", "is not a header's value"),
    ] {
        let home = Home::with_config(&yaml(auth)).env("T", "abcd\r\nX-Evil: 1");
        let ran = home.check(&[]).refused().stderr_has(told).stderr_has("probes.yaml:1:");
        assert!(!ran.stderr.contains("X-Evil"), "{}", ran.stderr);
    }
    Home::with_config(&yaml("auth: { bearer: \"${T}\" }")).env("T", "  ").check(&[]).refused().stderr_has("is blank");
}
