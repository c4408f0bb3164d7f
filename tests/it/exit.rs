//! Exit codes, row by row.

use crate::support::configs::{channel, serve};
use crate::support::{Home, Ran};
use canary::demo::fleet::{Behaviour, Fleet, Service};
use serde_json::Value;

/// Endpoints `up`, `degraded`, `down`, `unknown`, `skipped`.
fn fixture() -> (Fleet, Home) {
    let service = Service::new("s")
        .on("/down", Behaviour::json(500, "{}"))
        .on("*", Behaviour::json(200, r#"{"status":"degraded"}"#));
    let fleet = Fleet::start([service, Service::new("dead").refusing()]).expect("a fleet");
    let unknown = format!(
        "{{ path: /, auth: {{ oauth2: {{ token_url: \"{}/token\", client_id: i, client_secret: s3cr3t }} }} }}",
        fleet.url("dead")
    );
    let home = Home::with_config(&channel(
        &fleet.url("s"),
        &[
            ("up", "{ path: / }"),
            ("degraded", "{ path: /, warn: { json: { $.status: healthy } } }"),
            ("down", "{ path: /down }"),
            ("unknown", &unknown),
            ("skipped", "{ path: /, enabled: false }"),
        ],
    ));
    (fleet, home)
}

/// `check --json` of these endpoints; process and document agree on the code.
#[track_caller]
fn check(home: &Home, endpoints: &[&str], args: &[&str]) -> Ran {
    let targets: Vec<String> = endpoints.iter().map(|endpoint| format!("c/{endpoint}")).collect();
    let args: Vec<&str> = targets.iter().map(String::as_str).chain(args.iter().copied()).collect();
    let ran = home.check(&args);
    assert_eq!(ran.json()["exit_code"], Value::from(ran.code), "{args:?}");
    ran
}

fn reasons(ran: &Ran) -> String {
    ran.json()["exit_reasons"].to_string()
}

#[test]
fn verdicts_decide_the_code() {
    let (_fleet, home) = fixture();
    for (endpoints, args, code) in [
        (&["up"][..], &[][..], 0),
        (&["degraded"], &[], 0),
        (&["skipped"], &[], 0),
        (&["up", "degraded", "skipped"], &[], 0),
        (&["down"], &[], 1),
        (&["up", "down"], &[], 1),
        (&["down", "unknown"], &[], 1),
        (&["unknown"], &[], 3),
        (&["up", "unknown", "degraded"], &[], 3),
        (&["up"], &["--fail-on", "degraded"], 0),
        (&["degraded"], &["--fail-on", "degraded"], 1),
        (&["degraded", "unknown"], &["--fail-on", "degraded"], 1),
        (&["unknown"], &["--fail-on", "degraded"], 3),
        (&["down"], &["--fail-on", "degraded"], 1),
        (&["down"], &["--fail-on", "down"], 1),
        (&["degraded"], &["--fail-on", "down"], 0),
        (&["down"], &["--fail-on", "never"], 0),
        (&["degraded"], &["--fail-on", "never"], 0),
        (&["down", "unknown", "degraded"], &["--fail-on", "never"], 0),
        (&["unknown"], &["--fail-on", "never"], 0),
    ] {
        let ran = check(&home, endpoints, args);
        assert_eq!(ran.code, Some(code), "{endpoints:?} {args:?}\n{}", ran.stderr);
    }
}

#[test]
fn the_worst_verdict_is_that_of_the_run() {
    let (_fleet, home) = fixture();
    for (endpoints, worst) in [
        (&["up", "degraded", "down", "unknown", "skipped"][..], "down"),
        (&["up", "degraded", "unknown", "skipped"], "unknown"),
        (&["up", "degraded", "skipped"], "degraded"),
        (&["up", "skipped"], "up"),
        (&["skipped"], "skipped"),
    ] {
        assert_eq!(check(&home, endpoints, &[]).json()["verdict"], worst, "{endpoints:?}");
    }
}

#[test]
fn own_failures_override_verdicts() {
    let (_fleet, home) = fixture();
    let file = ["-o", "jsonl=/proc/nope/x"];
    for (endpoint, args) in [("up", &[][..]), ("down", &[]), ("down", &["--fail-on", "never"]), ("unknown", &[])] {
        let args: Vec<&str> = args.iter().chain(&file).copied().collect();
        let ran = check(&home, &[endpoint], &args);
        assert_eq!(ran.code, Some(3), "{endpoint} {args:?}");
    }
}

#[test]
fn an_unwritable_history_is_exit_3_with_everything_printed() {
    let (_fleet, home) = fixture();
    home.write("file", "");
    for dir in ["file", "file/below", "/proc/nope"] {
        let ran = check(&home, &["up", "down"], &["--state-dir", dir]);
        assert_eq!(ran.code, Some(3), "{dir}: {}", ran.stderr);
        assert_eq!(ran.result("c/down")["verdict"], "down");
        assert!(ran.stderr.contains(dir), "{}", ran.stderr);
        let never = check(&home, &["down"], &["--fail-on", "never", "--state-dir", dir]);
        assert_eq!(never.code, Some(3), "{dir}");
        let untouched = check(&home, &["down"], &["--dry-run", "--state-dir", dir]);
        assert_eq!(untouched.code, Some(1), "{dir}: nothing was to be written: {}", untouched.stderr);
        let unrecorded = check(&home, &["down"], &["--no-history", "--state-dir", dir]);
        assert_eq!(unrecorded.code, Some(1), "{dir}: nothing was to be written: {}", unrecorded.stderr);
    }
}

#[test]
fn exit_reasons_list_all_that_applied() {
    let (_fleet, home) = fixture();
    assert_eq!(reasons(&check(&home, &["up", "degraded"], &[])), "[]");
    let down = reasons(&check(&home, &["down"], &[]));
    let both = check(&home, &["down", "unknown"], &["-o", "jsonl=/proc/nope/x"]);
    let all = both.json()["exit_reasons"].as_array().expect("a list").clone();
    assert!(all.len() >= 3, "down, unknown and the file: {all:?}");
    assert!(down.contains("down"), "{down}");
    let degraded = reasons(&check(&home, &["degraded"], &["--fail-on", "degraded"]));
    assert!(degraded.contains("degraded"), "{degraded}");
}

#[test]
fn config_and_usage_errors_leave_everything_untouched() {
    let fleet = serve(Behaviour::json(200, "{}"));
    let good = channel(&fleet.url("s"), &[("e", "{ path: / }")]);
    for (yaml, args) in [
        (good.clone(), &["check", "nobody", "-o", "json=out.json"][..]),
        (good.clone(), &["check", "--nonsense", "-o", "json=out.json"]),
        (format!("{good}nonsense: 1\n"), &["check", "-o", "json=out.json"]),
        (
            format!("{good}      f: {{ path: /f, expect: {{ schema: nobody }} }}\n"),
            &["check", "c/e", "-o", "json=out.json"],
        ),
        ("channels: [".to_owned(), &["check", "-o", "json=out.json"]),
    ] {
        let home = Home::with_config(&yaml);
        home.run(args.iter().copied()).refused();
        assert!(!home.path("state").exists() && !home.path("out.json").exists(), "{args:?} wrote something");
    }
    assert_eq!(fleet.count("s"), 0, "something was probed");
}

#[test]
fn dry_runs_probe_and_leave_the_state_alone() {
    let (fleet, home) = fixture();
    assert_eq!(check(&home, &["down"], &["--dry-run"]).code, Some(1));
    assert_eq!(check(&home, &["up"], &["--dry-run"]).code, Some(0));
    assert!(fleet.count("s") >= 2 && !home.path("state").exists());
    assert_eq!(check(&home, &["up"], &["--no-history"]).code, Some(0));
    assert_eq!(home.history().len(), 0);
}
