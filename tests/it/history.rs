//! The history: what is appended, under which faults it survives, who may read it.

use crate::support::configs::{DEFAULTS, channel, healthy, serve};
use crate::support::process::{is_root, start};
use crate::support::{Home, Ran};
use canary::demo::fleet::{Behaviour, Fleet};
use rustix::process::Signal;
use serde_json::Value;
use std::fmt::Write;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

fn yaml(fleet: &Fleet, extra: &str) -> String {
    let mut yaml = format!("{extra}{}", channel(&fleet.url("s"), &[]));
    for number in 0..5 {
        writeln!(yaml, "      e{number}: {{ path: /e{number}, interval: 1000d }}").expect("written");
    }
    yaml
}

fn five(fleet: &Fleet) -> Home {
    Home::with_config(&yaml(fleet, ""))
}

const LINE: &str = r#"{"v":1,"ts":"2026-01-01T00:00:00.000Z","run":"01JDC000000000000000000000","channel":"c","endpoint":"e0","verdict":"up"}"#;

fn mode(home: &Home, name: &str) -> u32 {
    std::fs::metadata(home.path(name)).unwrap_or_else(|error| panic!("{name}: {error}")).permissions().mode() & 0o7777
}

#[test]
fn one_line_a_result_of_one_run() {
    let fleet = healthy();
    let home = five(&fleet);
    for runs in 1..=3 {
        let run = home.check(&[]).code(0).json()["run"].clone();
        let lines = home.history();
        assert_eq!(lines.len(), 5 * runs);
        assert!(lines[5 * (runs - 1)..].iter().all(|line| line["run"] == run));
    }
    assert!(home.read("state/history.jsonl").ends_with('\n'));
}

#[test]
fn without_history_nothing_is_appended() {
    let fleet = healthy();
    let home = five(&fleet);
    home.check(&["--no-history"]).code(0);
    home.check(&["--dry-run"]).code(0);
    assert_eq!(home.history().len(), 0);
    home.run(["check", "-o", "jsonl"]).code(0);
    assert_eq!(home.history().len(), 5);
}

#[test]
fn files_are_private_whatever_the_umask() {
    let fleet = healthy();
    let home = five(&fleet);
    let output = home.command_after("umask 0", ["check", "--json"]).output().expect("started");
    Ran::from(output).code(0);
    assert_eq!(mode(&home, "state"), 0o700);
    for entry in std::fs::read_dir(home.path("state")).expect("state") {
        let name = entry.expect("an entry").file_name().into_string().expect("a name");
        assert_eq!(mode(&home, &format!("state/{name}")), 0o600, "{name}");
    }
}

#[test]
fn a_torn_tail_is_moved_aside() {
    let fleet = healthy();
    for torn in [&br#"{"v":1,"ts":"2026-01-01T0"#[..], b"{", b"{\"message\":\"\xd0", b"\0\0\0\0\0\0"] {
        let home = five(&fleet);
        let mut bytes = format!("{LINE}\n").into_bytes();
        bytes.extend_from_slice(torn);
        home.write("state/history.jsonl", bytes);
        home.check(&[]).code(0);
        let text = home.read("state/history.jsonl");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!((lines.len(), lines[0]), (6, LINE), "{text}");
        assert!(lines.iter().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{text}");
        let aside = std::fs::read(home.path("state/history.torn")).expect("history.torn");
        assert!(aside.windows(torn.len()).any(|window| window == torn), "{aside:?}");
    }
}

#[test]
fn a_whole_line_without_its_newline_is_kept() {
    let fleet = healthy();
    let home = five(&fleet);
    home.write("state/history.jsonl", LINE);
    home.check(&[]).code(0);
    let lines = home.history();
    assert_eq!((lines.len(), lines[0]["run"].as_str()), (6, Some("01JDC000000000000000000000")));
}

#[test]
fn garbage_in_the_middle_stays_and_hurts_nobody() {
    let fleet = healthy();
    for garbage in [&b"garbage"[..], b"\0\0\0\0", b"\xff\xfe", b"", b"[]", b"{\"v\":99}"] {
        let home = five(&fleet);
        let mut bytes = format!("{LINE}\n").into_bytes();
        bytes.extend_from_slice(garbage);
        bytes.extend_from_slice(format!("\n{LINE}\n").as_bytes());
        let before = bytes.clone();
        home.write("state/history.jsonl", bytes);
        home.check(&[]).code(0);
        home.check(&["--due"]).code(0);
        let after = std::fs::read(home.path("state/history.jsonl")).expect("history");
        assert_eq!(&after[..before.len()], before, "what was there has changed");
        let added = std::str::from_utf8(&after[before.len()..]).expect("UTF-8");
        assert_eq!(added.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count(), 5, "{added}");
    }
}

#[test]
fn a_path_that_is_no_file_is_exit_3_and_never_hangs() {
    let fleet = healthy();
    for what in ["fifo", "directory"] {
        let home = five(&fleet);
        home.write("state/keep", "");
        let path = home.path("state/history.jsonl");
        if what == "fifo" {
            assert!(std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo").success());
        } else {
            std::fs::create_dir(&path).expect("a directory");
        }
        let (ran, took) = start(home.command(["check", "--json"])).end();
        let ran = ran.code(3).stderr_has("history.jsonl");
        assert_eq!(ran.results().len(), 5, "printed all the same");
        assert!(took < Duration::from_secs(8), "{what}: {took:?}");
    }
}

#[test]
fn links_inside_the_state_are_not_followed_but_the_directory_may_be_one() {
    let fleet = healthy();
    let home = five(&fleet);
    home.write("precious", "keep\n");
    home.write("state/keep", "");
    std::os::unix::fs::symlink(home.path("precious"), home.path("state/history.jsonl")).expect("a link");
    home.check(&[]).code(3);
    assert_eq!(home.read("precious"), "keep\n");

    let home = five(&fleet);
    std::fs::create_dir(home.path("elsewhere")).expect("a directory");
    std::os::unix::fs::symlink(home.path("elsewhere"), home.path("state")).expect("a link");
    home.check(&[]).code(0);
    assert_eq!(home.read("elsewhere/history.jsonl").lines().count(), 5);
}

#[test]
fn rotation_keeps_so_many_older_files() {
    let fleet = healthy();
    let home = Home::with_config(&yaml(&fleet, "history: { max_size: 64KiB, keep: 2 }\n"));
    let filler = |mark: char| {
        let line = LINE.replace("\"up\"", &format!("\"up\",\"message\":\"{}\"", mark.to_string().repeat(900)));
        format!("{line}\n").repeat(80)
    };
    for mark in ['a', 'b', 'c', 'd'] {
        let mut text = std::fs::read_to_string(home.path("state/history.jsonl")).unwrap_or_default();
        text.push_str(&filler(mark));
        home.write("state/history.jsonl", text);
        home.check(&[]).code(0);
    }
    home.check(&[]).code(0);
    let newest = home.read("state/history.jsonl.1");
    assert!(newest.contains("dddd") && home.read("state/history.jsonl.2").contains("cccc"));
    assert!(!home.path("state/history.jsonl.3").exists(), "more than `keep` files");
    assert!(!home.read("state/history.jsonl").contains("dddd"));
    for name in ["state/history.jsonl", "state/history.jsonl.1", "state/history.jsonl.2"] {
        assert!(home.read(name).lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{name}");
        assert!(home.path(name).metadata().expect("metadata").len() < 200 << 10, "{name}");
    }
}

#[test]
fn too_small_a_size_is_a_config_error() {
    let fleet = healthy();
    Home::with_config(&yaml(&fleet, "history: { max_size: 63KiB }\n")).run(["check"]).refused().stderr_has("64KiB");
    Home::with_config(&yaml(&fleet, "history: { max_size: 64KiB }\n")).run(["check"]).code(0);
}

#[test]
fn parallel_runs_never_interleave() {
    let fleet = healthy();
    let mut yaml = format!("{DEFAULTS}channels:\n  c:\n    base_url: {}\n    endpoints:\n", fleet.url("s"));
    for number in 0..20 {
        writeln!(yaml, "      e{number}: {{ path: /e{number}, interval: 1000d }}").expect("written");
    }
    let home = Home::with_config(&yaml);
    let runs: Vec<_> = (0..8).map(|_| start(home.command(["check", "--json"]))).collect();
    for run in runs {
        run.end().0.code(0);
    }
    let lines = home.history();
    assert_eq!(lines.len(), 160);
    let mut order: Vec<&str> = lines.iter().map(|line| line["run"].as_str().expect("a run")).collect();
    order.dedup();
    assert_eq!(order.len(), 8, "the runs' lines are mixed: {order:?}");
}

#[test]
fn a_disk_that_fills_up_leaves_whole_lines_and_says_so() {
    let fleet = healthy();
    let home = five(&fleet);
    home.write("state/history.jsonl", format!("{LINE}\n").repeat(10));
    let kept = home.read("state/history.jsonl").len();
    // Files may grow to 2 KiB: half of what the run would append fits.
    let command = home.command_after("trap '' XFSZ; ulimit -f 2", ["check", "--json"]);
    let (ran, _) = start(command).end();
    let ran = ran.code(3).stderr_has("history");
    assert_eq!(ran.results().len(), 5);
    let text = home.read("state/history.jsonl");
    assert!(text.len() >= kept && text.ends_with('\n'), "a torn line stayed");
    assert!(text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{text}");
    home.check(&[]).code(0);
    assert!(home.history().len() >= 15);
}

#[test]
fn a_killed_run_harms_nothing() {
    let fleet = healthy();
    let home = five(&fleet);
    home.check(&[]).code(0);
    let slow = serve(Behaviour::silent());
    home.write("slow.yaml", channel(&slow.url("s"), &[("e", "{ path: / }")]));
    let run = start(home.command(["check", "-c", "slow.yaml"]));
    assert!(slow.wait_for("s", 1, Duration::from_secs(10)));
    run.signal(Signal::KILL);
    assert_eq!(run.end().0.code, None);
    home.check(&[]).code(0);
    assert_eq!(home.history().len(), 10);
}

#[test]
fn root_in_a_user_s_state_directory_leaves_it_usable() {
    if !is_root() {
        println!("SKIPPED: needs root to give directories away");
        return;
    }
    let fleet = healthy();
    let home = five(&fleet);
    std::fs::create_dir(home.path("state")).expect("a directory");
    std::os::unix::fs::chown(home.path("state"), Some(65534), Some(65534)).expect("given away");
    home.check(&[]).code(0);
    let owner = std::os::unix::fs::MetadataExt::uid(&home.path("state/history.jsonl").metadata().expect("metadata"));
    assert_eq!(owner, 65534, "the user's next run could not append");
}
