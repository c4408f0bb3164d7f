//! Runs that overlap, are killed or stopped while they heal, or have no time left.

use super::{FAST, PATIENCE, fleet, healing, items, list, one, told, tried};
use crate::support::Home;
use crate::support::process::{start, until};
use canary::demo::fleet::Fleet;
use canary::process::{Mark, Sight};
use rustix::process::Signal;
use serde_json::Value;
use std::time::Duration;

#[test]
fn overlapping_runs_heal_once() {
    let fleet = fleet();
    let home = one(&fleet, r#"command: [sh, -c, "echo x >> tried; while [ ! -e go ]; do sleep 0.05; done"]"#, FAST);
    let first = start(home.command(["check", "--json"]));
    assert!(until(PATIENCE, || tried(&home) == 1));
    let second = home.check(&["-v"]).code(1).stderr_has("another run is at it");
    assert_eq!(healing(&second), Vec::<Value>::new());
    assert_eq!(list(&home)[0]["running"], true);
    home.run(["heal", "list"]).code(0).stdout_has("under way");
    home.write("go", "");
    let (ran, _) = first.end();
    assert_eq!((healing(&ran).len(), tried(&home)), (1, 1), "{}", ran.stdout);
    assert_eq!(list(&home)[0]["running"], false);
    let left: Vec<_> = std::fs::read_dir(home.path("state")).expect("state").filter_map(Result::ok).collect();
    assert!(left.iter().all(|entry| !entry.file_name().to_string_lossy().starts_with("alive-")), "{left:?}");
}

#[test]
fn a_run_that_is_killed_while_it_heals_counts_and_loses_no_alert() {
    let fleet = fleet();
    let script = r#"[sh, -c, "echo $$ >> tried; exec sleep 60"]"#;
    let options = "after: 1, backoff: { initial: 1s, max: 1s }, max_attempts: 2";
    let home = one(&fleet, &format!("command: {script}"), options);
    for attempt in 1..=2 {
        let run = start(home.command(["check", "--json"]));
        assert!(until(PATIENCE, || tried(&home) == attempt && is_noted(&home)), "attempt {attempt}");
        run.signal(Signal::KILL);
        run.end();
        kill(last(&home));
        assert!(until(PATIENCE, || list(&home)[0]["running"] == false));
        let record = &list(&home)[0];
        assert_eq!((&record["attempts"], &record["outcome"]), (&attempt.into(), &"interrupted".into()));
        if attempt == 1 {
            assert!(healing(&home.check(&["--no-history"])).is_empty());
            assert!(until(PATIENCE, || {
                home.check(&["--dry-run"]).code(1);
                list(&home)[0]["next_allowed"].as_str().is_some_and(|at| at < now().as_str())
            }));
        }
    }
    // Both killed runs' results are heard, and the second of them opened the incident.
    let ran = home.check(&[]).code(1);
    assert_eq!((healing(&ran).len(), tried(&home)), (0, 2));
    let events = told(&fleet);
    assert_eq!(events, ["open \"e\"", "heal_failed \"e\""]);
    let lines: Vec<_> = home.history().iter().map(|line| line["ts"].clone()).collect();
    assert_eq!(items(&fleet)[0]["since"], lines[0], "with its true start");
}

/// Whether canary has noted which process its command became: that is after the command's first steps.
fn is_noted(home: &Home) -> bool {
    let files = std::fs::read_dir(home.path("state")).expect("state").filter_map(Result::ok);
    let mut vigils = files.filter(|entry| entry.file_name().to_string_lossy().starts_with("alive-"));
    vigils.any(|entry| std::fs::read_to_string(entry.path()).is_ok_and(|words| words.lines().count() == 2))
}

/// The process that the last attempt became.
fn last(home: &Home) -> u32 {
    home.read("tried").lines().last().and_then(|pid| pid.parse().ok()).expect("a pid")
}

fn kill(pid: u32) {
    let pid = i32::try_from(pid).ok().and_then(rustix::process::Pid::from_raw).expect("a pid");
    rustix::process::kill_process(pid, Signal::KILL).expect("it lives on");
}

/// A run that was killed while its command runs on.
fn orphaned(fleet: &Fleet) -> Home {
    let script = r#"[sh, -c, "echo $$ >> tried; [ -e second ] || while [ ! -e go ]; do sleep 0.05; done"]"#;
    let home = one(fleet, &format!("command: {script}"), FAST);
    let run = start(home.command(["check", "--json"]));
    assert!(until(PATIENCE, || tried(&home) == 1 && is_noted(&home)));
    run.signal(Signal::KILL);
    run.end();
    home
}

#[test]
fn the_command_of_a_killed_run_is_waited_for_and_alerts_are_not_held_up_by_it() {
    let fleet = fleet();
    let home = orphaned(&fleet);
    for _ in 0..2 {
        let ran = home.check(&["-v"]).code(1).stderr_has("or the command of a killed one is");
        assert_eq!((healing(&ran).len(), tried(&home)), (0, 1));
    }
    assert_eq!(list(&home)[0]["running"], true);
    home.run(["heal", "list"]).code(0).stdout_has("under way");
    assert_eq!(told(&fleet), ["open \"e\""]);
    home.write("go", "");
    assert!(until(PATIENCE, || list(&home)[0]["running"] == false));
    assert_eq!(list(&home)[0]["outcome"], "interrupted");
    let ran = home.check(&[]).code(1);
    assert_eq!((&healing(&ran)[0]["attempt"], tried(&home)), (&2.into(), 2));
    let left: Vec<_> = std::fs::read_dir(home.path("state")).expect("state").filter_map(Result::ok).collect();
    assert!(left.iter().all(|entry| !entry.file_name().to_string_lossy().starts_with("alive-")), "{left:?}");
}

#[test]
fn the_command_of_a_killed_run_is_ended_once_its_time_is_over() {
    let fleet = fleet();
    let home = orphaned(&fleet);
    let mark = Mark::of(last(&home)).expect("a system with /proc");
    let mut state: Value = serde_json::from_str(&home.read("state/state.json")).expect("JSON");
    state["ledger"]["records"]["c/e"]["running_until"] = "2026-01-01T00:00:00.000Z".into();
    home.write("state/state.json", state.to_string());
    home.write("second", "");
    assert_eq!(mark.sight(), Sight::Running);
    // The wait after the first attempt holds.
    let mut ran = home.check(&[]).code(1);
    assert!(until(PATIENCE, || {
        let healed = !healing(&ran).is_empty();
        if !healed {
            ran = home.check(&[]).code(1);
        }
        healed
    }));
    assert_eq!((&healing(&ran)[0]["attempt"], tried(&home)), (&2.into(), 2));
    assert!(until(PATIENCE, || mark.sight() == Sight::Gone), "it was ended before the next began");
}

fn now() -> String {
    format!("{:.3}", canary::world::clock::now())
}

#[test]
fn a_signal_ends_the_command_and_what_is_known_is_recorded() {
    let fleet = fleet();
    let home = one(&fleet, r#"command: [sh, -c, "echo $$ >> tried; sleep 60; echo never"]"#, FAST);
    let run = start(home.command(["check", "--json"]));
    assert!(until(PATIENCE, || tried(&home) == 1));
    run.signal(Signal::TERM);
    let (ran, took) = run.end();
    let ran = ran.code(143);
    assert!(took < PATIENCE, "{took:?}");
    let one = &healing(&ran)[0];
    assert_eq!((&one["outcome"], &one["verdict"]), (&"interrupted".into(), &Value::Null));
    assert_eq!((&ran.result("c/e")["verdict"], home.history().len()), (&"down".into(), 1));
    let pid = home.read("tried").trim().parse().ok().and_then(rustix::process::Pid::from_raw).expect("a pid");
    assert!(until(PATIENCE, || rustix::process::test_kill_process(pid).is_err()), "the command lives on");
    home.check(&["--no-heal"]).code(1);
    assert_eq!(told(&fleet), ["open \"e\""], "both results count");
}

#[test]
fn too_little_time_leaves_the_second_look_to_the_next_run() {
    let fleet = fleet();
    let home = one(&fleet, "http: { path: /restart }", "after: 1, backoff: { initial: 12s }");
    let ran = home.check(&["--deadline", "4s"]).code(1);
    let one = &healing(&ran)[0];
    assert_eq!((&one["outcome"], &one["verdict"]), (&"succeeded".into(), &Value::Null));
    assert!(ran.json()["warnings"].to_string().contains("the next run does"), "{}", ran.stdout);
    assert_eq!(home.history().len(), 1);
    home.run(["check"]).code(0);
    // Cut to what the deadline leaves, but looked at.
    let fleet = super::fleet();
    let home = super::one(&fleet, "http: { path: /restart }", "after: 1, backoff: { initial: 1m }");
    let (ran, took) = start(home.command(["check", "--json", "--deadline", "12s"])).end();
    assert_eq!(ran.code(0).result("c/e")["verify"], true);
    assert!(took < Duration::from_secs(12), "{took:?}");
}
