//! `demo`: the real thing without a config or a network.

use crate::support::Home;
use crate::support::process::{closed_pipe, start, with_stdout};
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
