//! `--due`: slots, their claim, and what counts while an endpoint fails.

use crate::support::configs::{DEFAULTS, healthy, serve};
use crate::support::process::{start, until};
use crate::support::scan::files;
use crate::support::{Home, Ran};
use canary::demo::fleet::{Behaviour, Fleet};
use rustix::process::Signal;
use std::fmt::Write;
use std::time::Duration;

// Slots lie on the clock: a test that needs two runs in one slot takes one of 1000d, in which no minute, hour or day ends.

/// So many endpoints `e0` … with these settings.
fn some(fleet: &Fleet, count: usize, settings: &str) -> Home {
    let mut yaml = format!("{DEFAULTS}channels:\n  c:\n    base_url: {}\n    endpoints:\n", fleet.url("s"));
    for number in 0..count {
        writeln!(yaml, "      e{number}: {{ path: /e{number}, {settings} }}").expect("written");
    }
    Home::with_config(&yaml)
}

fn due(home: &Home) -> Ran {
    home.check(&["--due"])
}

#[test]
fn a_second_run_in_the_slot_probes_nothing() {
    let fleet = healthy();
    let home = some(&fleet, 3, "interval: 1000d");
    assert_eq!(due(&home).code(0).json()["summary"]["up"], 3);
    let second = due(&home).code(0);
    assert_eq!((&second.json()["summary"]["skipped"], fleet.count("s")), (&3.into(), 3));
    assert!(second.results().iter().all(|result| result["verdict"] == "skipped"));
    assert_eq!(home.history().len(), 3, "skipped results are not recorded");
    assert!(due(&home).code(0).json()["run"].is_string());
}

/// A check that prints nothing but skipped endpoints says when to look again.
#[test]
fn when_nothing_is_due_the_next_is_named() {
    let fleet = healthy();
    let home = some(&fleet, 3, "interval: 1000d, interval_failing: 30d");
    due(&home).code(0).stderr_lacks("nothing is due");
    home.check(&["--due", "c/e1"]).code(0).stderr_has("note: nothing is due; next: c/e1 in ").stdout_has("\"skipped\"");
    home.check(&["--due", "-q"]).code(0).stderr("");
    let url = fleet.url("s");
    home.check(&["--due", "c/e1", &url]).code(0).stderr_lacks("nothing is due");
    let json = home.check(&["--due", "--log-format", "json"]).code(0);
    let line: serde_json::Value = serde_json::from_str(&json.stderr).expect("one line");
    assert_eq!(line["level"], "note");
    fleet.set("s", "*", Behaviour::text(500, "no"));
    home.check(&["c/e2"]).code(1);
    due(&home).code(0).stderr_has("next: c/e2 in ");
}

#[test]
fn a_short_interval_comes_due_again() {
    let fleet = healthy();
    let home = some(&fleet, 1, "interval: 1s");
    due(&home).code(0);
    assert!(until(Duration::from_secs(6), || {
        due(&home).code(0);
        fleet.count("s") >= 3
    }));
}

#[test]
fn without_due_intervals_are_ignored_and_the_slot_is_taken() {
    let fleet = healthy();
    let home = some(&fleet, 1, "interval: 1000d");
    home.check(&[]).code(0);
    home.check(&[]).code(0);
    assert_eq!(fleet.count("s"), 2);
    due(&home).code(0);
    assert_eq!(fleet.count("s"), 2, "a recorded run of any kind has probed this slot");
}

#[test]
fn an_unrecorded_run_takes_no_slot() {
    let fleet = healthy();
    let home = some(&fleet, 1, "interval: 1000d");
    home.check(&["--no-history"]).code(0);
    home.check(&["--dry-run", "--due"]).code(0);
    assert_eq!(due(&home).code(0).json()["summary"]["up"], 1);
    assert_eq!(fleet.count("s"), 3);
}

#[test]
fn targets_and_tags_narrow_what_is_due() {
    let fleet = healthy();
    let home = some(&fleet, 3, "interval: 1000d");
    assert_eq!(home.check(&["--due", "c/e1"]).code(0).names(), ["c/e1"]);
    assert_eq!(due(&home).code(0).json()["summary"]["up"], 2);
    assert_eq!(fleet.count("s"), 3);
}

#[test]
fn while_it_fails_the_shorter_interval_counts() {
    let fleet = serve(Behaviour::text(500, "no"));
    let home = some(&fleet, 1, "interval: 1000d, interval_failing: 1s");
    due(&home).code(1);
    assert!(until(Duration::from_secs(6), || {
        due(&home);
        fleet.count("s") >= 3
    }));
    fleet.set("s", "*", Behaviour::json(200, "{}"));
    let asked = fleet.count("s");
    assert!(until(Duration::from_secs(6), || {
        due(&home);
        fleet.count("s") > asked
    }));
    assert_eq!(home.history().last().expect("a line")["verdict"], "up");
    for _ in 0..3 {
        due(&home).code(0);
    }
    assert_eq!(fleet.count("s"), asked + 1, "up again: the long interval counts");
}

#[test]
fn failing_means_not_up() {
    let fleet = serve(Behaviour::json(200, r#"{"a":1}"#));
    let home = some(&fleet, 1, "interval: 1000d, interval_failing: 1s, warn: { json: { $.a: 2 } }");
    due(&home).code(0);
    assert!(until(Duration::from_secs(6), || {
        due(&home);
        fleet.count("s") >= 2
    }));
}

#[test]
fn not_due_is_well_also_for_what_was_down() {
    let fleet = serve(Behaviour::text(500, "no"));
    let home = some(&fleet, 1, "interval: 1000d, interval_failing: 1000d");
    due(&home).code(1);
    due(&home).code(0);
    assert_eq!(fleet.count("s"), 1);
}

#[test]
fn parallel_due_runs_probe_each_slot_once() {
    let fleet = healthy();
    let home = some(&fleet, 20, "interval: 1000d");
    let runs: Vec<_> = (0..4).map(|_| start(home.command(["check", "--json", "--due"]))).collect();
    let mut up = 0;
    for run in runs {
        let document = run.end().0.code(0).json();
        up += document["summary"]["up"].as_u64().expect("a count");
    }
    assert_eq!((up, fleet.count("s"), home.history().len()), (20, 20, 20));
}

#[test]
fn a_lost_state_directory_makes_everything_due() {
    let fleet = healthy();
    let home = some(&fleet, 2, "interval: 1000d");
    due(&home).code(0);
    std::fs::remove_dir_all(home.path("state")).expect("removed");
    assert_eq!(due(&home).code(0).json()["summary"]["up"], 2);
}

#[test]
fn slots_survive_damaged_state() {
    let fleet = healthy();
    let home = some(&fleet, 2, "interval: 1000d");
    due(&home).code(0);
    for entry in std::fs::read_dir(home.path("state")).expect("state") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if name.starts_with("state") && path.is_file() {
            for damage in [&b""[..], b"\0\0\0\0", b"{\"v\":1", b"[]", b"{\"version\":1,\"v\":1}"] {
                std::fs::write(&path, damage).expect("damaged");
                let ran = due(&home);
                assert!(matches!(ran.code, Some(0 | 3)), "{damage:?}: {ran:?}");
                assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
                assert_eq!(due(&home).code(0).results().len(), 2, "healed after one run");
            }
        }
    }
}

#[test]
fn spread_shifts_slots_but_skips_none() {
    let fleet = healthy();
    let home = some(&fleet, 20, "interval: 1000d");
    let spread = home.read("probes.yaml").replacen("defaults: {", "defaults: { spread: true,", 1);
    home.write("probes.yaml", spread);
    assert_eq!(due(&home).code(0).json()["summary"]["up"], 20);
    assert_eq!(due(&home).code(0).json()["summary"]["skipped"], 20);
}

#[test]
fn what_a_killed_run_had_claimed_is_due_again() {
    let fleet = serve(Behaviour::silent());
    let home = some(&fleet, 2, "interval: 1000d");
    let run = start(home.command(["check", "--due"]));
    assert!(fleet.wait_for("s", 2, Duration::from_secs(10)), "both are being probed");
    let _ = due(&home).code(0).stdout_has("\"skipped\":2");
    run.signal(Signal::KILL);
    let _ = run.end();
    fleet.set("s", "*", Behaviour::json(200, "{}"));
    assert_eq!(due(&home).code(0).json()["summary"]["up"], 2);
    assert_eq!(due(&home).code(0).json()["summary"]["skipped"], 2, "once");
    let left = std::fs::read_dir(home.path("state")).expect("state").filter_map(Result::ok);
    assert!(left.map(|entry| entry.file_name()).all(|name| !name.to_string_lossy().starts_with("alive-")));
}

#[test]
fn a_dry_run_reads_what_is_due_and_changes_nothing() {
    let fleet = healthy();
    let home = some(&fleet, 2, "interval: 1000d");
    due(&home).code(0);
    let before = files(&home.path("state"));
    let ran = home.check(&["--due", "--dry-run"]).code(0).stderr_has("nothing is due; next: c/e0 in ");
    assert_eq!(ran.json()["summary"]["skipped"], 2);
    assert_eq!(files(&home.path("state")), before);
}
