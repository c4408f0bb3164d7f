//! The systemd units of `contrib/systemd`: systemd takes them, they are tight, and their command line works.

use crate::contrib::{path, succeeds, text, there};
use crate::support::Home;
use crate::support::configs::{channel, serve};
use canary::demo::fleet::Behaviour;
use std::process::Command;

const DROP_INS: [&str; 4] = ["credentials.conf", "heal.conf", "heal-fork.conf", "textfile.conf"];

/// The value of a unit's only line with this key.
fn value(unit: &str, key: &str) -> String {
    let text = text(&format!("systemd/{unit}"));
    let values: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix(&format!("{key}="))).collect();
    let [value] = values.as_slice() else { panic!("{unit}: {key}: {values:?}") };
    (*value).to_owned()
}

/// A directory with the units as they would be installed, the binary's path being that of the one under test.
fn installed(drop_in: Option<&str>) -> Home {
    let home = Home::new();
    let here = |name: &str| text(&format!("systemd/{name}")).replace("/usr/bin/canary", env!("CARGO_BIN_EXE_canary"));
    for unit in ["canary.service", "canary.timer"] {
        home.write(unit, here(unit));
    }
    if let Some(name) = drop_in {
        home.write(&format!("canary.service.d/{name}"), here(name));
    }
    home
}

#[test]
fn systemd_finds_nothing_to_say_about_them() {
    if !there("systemd-analyze") {
        return;
    }
    for drop_in in std::iter::once(None).chain(DROP_INS.map(Some)) {
        let home = installed(drop_in);
        let mut verify = Command::new("systemd-analyze");
        verify.args(["verify", "--man=no"]).arg(home.path("canary.timer")).arg(home.path("canary.service"));
        assert_eq!(succeeds(&mut verify), "", "{drop_in:?}");
    }
}

#[test]
fn they_expose_little() {
    if !there("systemd-analyze") {
        return;
    }
    for drop_in in std::iter::once(None).chain(DROP_INS.map(Some)) {
        let home = installed(drop_in);
        let mut analyze = Command::new("systemd-analyze");
        analyze.args(["security", "--offline=true", "--threshold=20", "--no-pager"]).arg(home.path("canary.service"));
        succeeds(&mut analyze);
    }
}

#[test]
fn the_drop_ins_in_the_test_are_all_that_there_are() {
    let files = std::fs::read_dir(path("systemd")).expect("the units").map(|entry| entry.expect("an entry").path());
    let mut found: Vec<String> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "conf"))
        .filter_map(|path| path.file_name().and_then(|name| name.to_str()).map(str::to_owned))
        .collect();
    found.sort();
    let mut known = DROP_INS;
    known.sort_unstable();
    assert_eq!(found, known);
}

#[test]
fn the_command_line_works_with_what_systemd_sets() {
    let fleet = serve(Behaviour::json(500, "{}"));
    let home = Home::new().unset("CANARY_STATE_DIR").unset("HOME");
    let secret = "{ path: /, headers: { Authorization: \"${cred:vk-token}\" } }";
    let config = home.write("etc/probes.yaml", channel(&fleet.url("s"), &[("health", secret)]));
    home.write("credentials/vk-token", "a-token-of-vk\n");
    let (credentials, state) = (home.path("credentials"), home.path("var"));
    let home = home
        .env("CREDENTIALS_DIRECTORY", credentials.to_str().expect("a path"))
        .env("STATE_DIRECTORY", state.to_str().expect("a path"));
    let line =
        value("canary.service", "ExecStart").replace("/etc/canary/probes.yaml", config.to_str().expect("a path"));
    let args: Vec<&str> = line.split(' ').skip(1).collect();
    assert!(args.starts_with(&["check", "--due"]), "{line}");
    let ran = home.run(args.iter().copied());
    let success: Vec<i32> =
        value("canary.service", "SuccessExitStatus").split(' ').map(|n| n.parse().expect("n")).collect();
    assert!(ran.code.is_some_and(|code| success.contains(&code)), "{ran:?}");
    assert_eq!((ran.stdout.as_str(), ran.stderr.as_str()), ("", ""));
    assert_eq!(fleet.requests("s")[0].header("authorization"), Some("a-token-of-vk"));
    assert!(state.join("history.jsonl").exists() && state.join("state.json").exists());
    home.run(args).code(0);
    assert_eq!(fleet.count("s"), 1, "the same slot again");
}

#[test]
fn a_run_ends_before_systemd_ends_it_and_the_timer_hits_the_minute() {
    assert_eq!(value("canary.service", "TimeoutStartSec"), "90s", "--due ends by itself after 55s");
    assert_eq!(value("canary.service", "Type"), "oneshot");
    assert_eq!(value("canary.timer", "OnCalendar"), "minutely");
    assert_eq!(value("canary.timer", "AccuracySec"), "1s", "below the 30s that rounding forgives");
    assert_eq!(value("heal-fork.conf", "KillMode"), "process");
}
