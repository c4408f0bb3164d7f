//! SIGTERM and SIGINT: what had finished is kept, one whole document comes out.

use crate::support::configs::DEFAULTS;
use crate::support::process::{Running, start, until};
use crate::support::{Home, verdict_of};
use canary::demo::fleet::{Behaviour, Fleet, Service};
use rustix::process::Signal;
use std::fmt::Write;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);

/// Ten that answer, ten that never do.
fn twenty() -> (Fleet, Home) {
    let fast = Service::new("fast").on("*", Behaviour::json(200, "{}"));
    let fleet = Fleet::start([fast, Service::new("slow").on("*", Behaviour::silent())]).expect("a fleet");
    let mut yaml = format!("{DEFAULTS}channels:\n  c:\n    timeout: 60s\n    max_per_host: 100\n    endpoints:\n");
    for number in 0..10 {
        writeln!(yaml, "      fast{number}: {{ url: \"{}/\" }}", fleet.url("fast")).expect("written");
        writeln!(yaml, "      slow{number}: {{ url: \"{}/\" }}", fleet.url("slow")).expect("written");
    }
    (fleet, Home::with_config(&yaml))
}

/// Waits until all twenty have been asked and the ten answers have had time to arrive.
fn half_done(fleet: &Fleet, run: &mut Running) {
    assert!(fleet.wait_for("fast", 10, PATIENCE) && fleet.wait_for("slow", 10, PATIENCE));
    assert!(!until(Duration::from_millis(400), || run.is_over()), "over before the signal");
}

#[test]
fn a_signal_keeps_what_had_finished() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130)] {
        let (fleet, home) = twenty();
        let mut run = start(home.command(["check", "--json"]));
        half_done(&fleet, &mut run);
        run.signal(signal);
        let (ran, took) = run.end();
        let ran = ran.code(code);
        assert!(took < Duration::from_secs(15), "{took:?}");
        let document = ran.json();
        assert_eq!((&document["exit_code"], &document["summary"]["total"]), (&code.into(), &20.into()));
        assert!(!document["exit_reasons"].as_array().expect("a list").is_empty());
        for result in ran.results() {
            let fast = result["endpoint"].as_str().is_some_and(|name| name.starts_with("fast"));
            assert_eq!(verdict_of(&result), if fast { "up" } else { "unknown/deadline" }, "{result}");
        }
        let ups = home.history().iter().filter(|line| line["verdict"] == "up").count();
        assert_eq!(ups, 10, "what had finished is recorded");
        home.check(&["c/fast*"]).code(0);
    }
}

#[test]
fn jsonl_and_files_are_whole_after_a_signal() {
    let (fleet, home) = twenty();
    let mut run = start(home.command(["check", "-o", "jsonl", "-o", "json=out.json"]));
    half_done(&fleet, &mut run);
    run.signal(Signal::TERM);
    let ran = run.end().0.code(143);
    let lines: Vec<serde_json::Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"))).collect();
    assert_eq!(lines.iter().filter(|line| line["verdict"] == "up").count(), 10);
    let file: serde_json::Value = serde_json::from_str(&home.read("out.json")).expect("a whole document");
    assert_eq!((&file["exit_code"], &file["summary"]["up"]), (&143.into(), &10.into()));
}

#[test]
fn the_table_comes_after_a_signal_too() {
    let (fleet, home) = twenty();
    let mut run = start(home.command(["check"]));
    half_done(&fleet, &mut run);
    run.signal(Signal::INT);
    run.end().0.code(130).stdout_has("fast9").stdout_has("slow9");
}

#[test]
fn a_signal_wins_over_a_verdict() {
    let (fleet, home) = twenty();
    fleet.set("fast", "*", Behaviour::text(500, "no"));
    let mut run = start(home.command(["check", "--json"]));
    half_done(&fleet, &mut run);
    run.signal(Signal::TERM);
    assert_eq!(run.end().0.code(143).json()["verdict"], "down");
}

#[test]
fn a_signal_before_anything_finished_is_a_whole_document() {
    let (fleet, home) = twenty();
    let run = start(home.command(["check", "--json", "c/slow*"]));
    assert!(fleet.wait_for("slow", 1, PATIENCE));
    run.signal(Signal::TERM);
    let ran = run.end().0.code(143);
    assert_eq!(ran.results().len(), 10);
    assert!(ran.results().iter().all(|result| result["verdict"] == "unknown"));
}

#[test]
fn a_signal_at_the_very_first_connection_is_caught() {
    for _ in 0..15 {
        let (fleet, home) = twenty();
        let run = start(home.command(["check", "--json", "c/slow*"]));
        // Without a pause between the looks: the moment counts.
        while fleet.connections("slow") == 0 {
            std::hint::spin_loop();
        }
        run.signal(Signal::TERM);
        assert_eq!(run.end().0.code(143).results().len(), 10);
    }
}
