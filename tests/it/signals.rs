//! SIGTERM and SIGINT: what had finished is kept, one whole document comes out.

use crate::support::configs::DEFAULTS;
use crate::support::process::{Running, start, until};
use crate::support::{Home, verdict_of};
use canary::demo::fleet::{Behaviour, Fleet, Service};
use rustix::process::Signal;
use std::fmt::Write;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(20);
/// From a signal to the end of a run that waits for others: 1.5 s, and what a busy machine takes.
const AT_ONCE: Duration = Duration::from_millis(2_500);

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

/// One endpoint that is down, a webhook and a heartbeat.
fn alarm(hook: Behaviour, heart: Behaviour) -> (Fleet, Home) {
    let fleet = Fleet::start([
        Service::new("s").on("*", Behaviour::text(500, "broken")),
        Service::new("hook").on("*", hook),
        Service::new("heart").on("*", heart),
    ])
    .expect("a fleet");
    let home = Home::with_config(&format!(
        "{DEFAULTS}heartbeat: {{ url: \"{}\" }}
alerting: {{ after: 1, receivers: [hook] }}
receivers: {{ hook: {{ type: webhook, url: \"{}\" }} }}
channels: {{ c: {{ endpoints: {{ e: {{ url: \"{}\" }} }} }} }}
",
        fleet.url("heart"),
        fleet.url("hook"),
        fleet.url("s"),
    ));
    (fleet, home)
}

#[test]
fn a_signal_ends_a_message_under_way_which_stays_queued() {
    for (signal, code, reason) in [(Signal::TERM, 143, "terminated"), (Signal::INT, 130, "interrupted")] {
        let (fleet, home) = alarm(Behaviour::silent(), Behaviour::text(200, "ok"));
        let run = start(home.command(["check", "--json"]));
        assert!(fleet.wait_for("hook", 1, PATIENCE));
        run.signal(signal);
        let sent = Instant::now();
        let ran = run.end().0.code(code);
        assert!(sent.elapsed() < AT_ONCE, "{:?}", sent.elapsed());
        let document = ran.json();
        assert_eq!(
            (&document["exit_code"], &document["exit_reasons"]),
            (&code.into(), &serde_json::json!(["down", reason]))
        );
        assert_eq!(document["alerts"][0]["state"], "pending", "{document}");
        assert_eq!(fleet.count("heart"), 0, "who was cut short is no run over everything");
        fleet.set("hook", "*", Behaviour::text(200, "ok"));
        assert_eq!(home.check(&[]).json()["alerts"][0]["state"], "delivered");
    }
}

/// What is known when the signal comes is told to those who listen at once.
#[test]
fn an_opening_goes_out_after_a_signal_where_the_receiver_answers() {
    let (fleet, home) = alarm(Behaviour::text(200, "ok"), Behaviour::text(200, "ok"));
    let slow = Fleet::start([Service::new("slow").on("*", Behaviour::silent())]).expect("a fleet");
    home.write(
        "probes.yaml",
        home.read("probes.yaml").replace("{ e: {", &format!("{{ slow: {{ url: \"{}\" }}, e: {{", slow.url("slow"))),
    );
    let mut run = start(home.command(["check", "--json"]));
    assert!(fleet.wait_for("s", 1, PATIENCE) && slow.wait_for("slow", 1, PATIENCE));
    assert!(!until(Duration::from_millis(300), || run.is_over()), "over before the signal");
    run.signal(Signal::TERM);
    let document = run.end().0.code(143).json();
    assert_eq!((document["alerts"][0]["state"].as_str(), fleet.count("hook")), (Some("delivered"), 1), "{document}");
    assert_eq!(fleet.count("heart"), 0);
}

#[test]
fn a_signal_ends_the_heartbeat() {
    let (fleet, home) = alarm(Behaviour::text(200, "ok"), Behaviour::silent());
    fleet.set("s", "*", Behaviour::text(200, "fine"));
    let run = start(home.command(["check", "--json"]));
    assert!(fleet.wait_for("heart", 1, PATIENCE));
    run.signal(Signal::TERM);
    let sent = Instant::now();
    let ran = run.end().0.code(143).stderr_has("heartbeat: SIGTERM came before an answer");
    assert!(sent.elapsed() < AT_ONCE, "{:?}", sent.elapsed());
    assert_eq!(ran.json()["verdict"], "up");
}

/// What had finished is in the history; the state, which another run holds, takes it in later.
#[test]
fn a_signal_ends_the_waiting_for_another_runs_lock() {
    for args in [&["check", "--json"][..], &["check", "--json", "--due"]] {
        let (_fleet, home) = alarm(Behaviour::text(200, "ok"), Behaviour::text(200, "ok"));
        home.check(&["--no-history"]).code(1);
        std::fs::create_dir_all(home.path("state")).expect("made");
        let lock = std::fs::File::create(home.path("state/lock")).expect("the lock");
        lock.lock().expect("held");
        let mut run = start(home.command(args.iter().copied()));
        assert!(!until(Duration::from_millis(600), || run.is_over()), "waits for the lock");
        run.signal(Signal::TERM);
        let sent = Instant::now();
        let ran = run.end().0.code(143).stderr_has("another run has held the lock");
        assert!(sent.elapsed() < Duration::from_secs(5), "{:?}", sent.elapsed());
        assert_eq!(ran.json()["exit_code"], 143);
        if args.len() == 2 {
            assert_eq!(home.history().len(), 1, "what had finished is recorded");
        }
    }
}

#[test]
fn a_signal_ends_samples_and_says_who_took_them() {
    for (signal, code) in [(Signal::TERM, 143), (Signal::INT, 130)] {
        let (fleet, home) = alarm(Behaviour::text(200, "ok"), Behaviour::silent());
        let second = format!("receivers: {{ slow: {{ type: webhook, url: \"{}\" }},", fleet.url("heart"));
        home.write(
            "probes.yaml",
            home.read("probes.yaml").replace("receivers: {", &second).replace("[hook]", "[hook, slow]"),
        );
        let run = start(home.command(["alerts", "test"]));
        assert!(fleet.wait_for("hook", 1, PATIENCE) && fleet.wait_for("heart", 1, PATIENCE));
        run.signal(signal);
        let sent = Instant::now();
        let ran = run.end().0.code(code).stdout_has("hook      delivered").stdout_has("before the receiver answered");
        assert!(sent.elapsed() < AT_ONCE, "{:?}\n{}", sent.elapsed(), ran.stdout);
    }
}

#[test]
fn a_signal_ends_a_flush_and_nothing_is_forgotten() {
    let (fleet, home) = alarm(Behaviour::text(503, "later"), Behaviour::silent());
    home.check(&[]).code(1);
    fleet.set("hook", "*", Behaviour::silent());
    let run = start(home.command(["alerts", "flush"]));
    assert!(fleet.wait_for("hook", 2, PATIENCE));
    run.signal(Signal::TERM);
    let sent = Instant::now();
    run.end().0.code(143).stdout("0 notifications delivered, 1 left\n").stderr_has("SIGTERM ended the run before");
    assert!(sent.elapsed() < AT_ONCE, "{:?}", sent.elapsed());
    fleet.set("hook", "*", Behaviour::text(200, "ok"));
    home.run(["alerts", "flush"]).code(0).stdout("1 notification delivered, 0 left\n");
}
