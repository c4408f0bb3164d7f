//! `demo`: the real thing without a config or a network.

use crate::support::Home;
use crate::support::process::{closed_pipe, start, until, with_stdout};
use rustix::process::Signal;
use std::time::Duration;

#[test]
fn it_shows_five_channels_some_of_them_ill() {
    let home = Home::new();
    let (ran, took) = start(home.command(["demo"])).end();
    let ran = ran.code(0);
    assert!(took <= Duration::from_secs(15), "{took:?}");
    for word in ["whatsapp", "telegram", "vk", "max", "avito", "up", "down", "degraded"] {
        assert!(ran.stdout.contains(word), "{word} is missing:\n{}", ran.stdout);
    }
    assert!(!ran.stdout.contains('\u{1b}'), "colour without a terminal");
    let row = ran.stdout.lines().find(|line| line.contains("telegram/health")).expect("a row");
    assert!(row.contains("✓ up"), "{row}");
    assert!(
        ran.stdout.contains("healed: telegram/health by attempt 1 of 10 (POST http://127.0.0.1:"),
        "{}",
        ran.stdout
    );
}

#[test]
fn it_leaves_nothing_behind_and_needs_nothing() {
    let home = Home::new().unset("CANARY_STATE_DIR");
    home.write("probes.yaml", "this is no config\n");
    home.write(".env", "nor an env file\n");
    home.run(["demo"]).code(0);
    let mut names: Vec<String> = std::fs::read_dir(home.dir())
        .expect("home")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, [".env", "probes.yaml"]);
}

#[test]
fn variables_of_the_real_thing_do_not_reach_it() {
    let home = Home::new()
        .env("VK_TOKEN", "real-t0ken")
        .env("VK_BRIDGE_URL", "http://127.0.0.1:1")
        .env("HTTP_PROXY", "http://127.0.0.1:1");
    let plain = Home::new().run(["demo"]).code(0);
    let ran = home.run(["demo"]).code(0).stdout_lacks("real-t0ken");
    let verdicts = |text: &str| {
        text.lines()
            .filter(|line| line.contains("vk/"))
            .map(|l| l.split_whitespace().take(3).collect::<Vec<_>>().join(" "))
            .collect::<Vec<_>>()
    };
    assert_eq!(verdicts(&ran.stdout), verdicts(&plain.stdout));
}

#[test]
fn it_survives_a_closed_pipe() {
    let ran = with_stdout(Home::new().command(["demo"]), closed_pipe());
    assert_eq!((ran.code, ran.stderr.contains("panicked")), (Some(0), false), "{}", ran.stderr);
}

#[test]
fn it_stays_until_it_is_told_to_end() {
    for signal in [Signal::INT, Signal::TERM] {
        let home = Home::new();
        let fleet = start(home.command(["demo", "--stay", "play"]));
        let written = || home.run(["config", "check", "-c", "play/probes.yaml"]).code == Some(0);
        assert!(until(Duration::from_secs(20), written), "nothing was written");
        // The fleet is there, and what its .env says leads to it.
        let checked = home.run(["check", "-c", "play/probes.yaml", "max", "--dry-run", "--json"]).code(0);
        assert_eq!(checked.json()["summary"]["up"], 3, "{}", checked.stdout);
        fleet.signal(signal);
        let ran = fleet.end().0.code(0);
        let ready = "The fleet is up. In a second terminal: cd play && canary check. Ctrl-C ends it.\n";
        assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), (ready, ""));
    }
}

#[test]
fn it_stays_nowhere_where_something_is() {
    let home = Home::new();
    home.write("play/.env", "MINE=1\n");
    let ran = home.run(["demo", "--stay", "play"]).refused();
    assert!(ran.stderr.contains("play/.env exists") && ran.stderr.contains("canary demo --stay DIR"), "{}", ran.stderr);
    assert_eq!(home.read("play/.env"), "MINE=1\n");
    assert!(!home.path("play/probes.yaml").exists());
}

#[test]
fn quiet_is_quiet() {
    Home::new().run(["demo", "-q"]).code(0).stdout("").stderr("");
}
