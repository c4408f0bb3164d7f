//! State directories and disks in odd conditions, seen from outside.

use crate::random::{Random, say};
use crate::scene::{ENDPOINTS, Scene, did_not_break};
use crate::support::Ran;
use crate::support::process::{is_root, start, until};
use crate::traced::{can_trace, check};
use canary::demo::fleet::{Behaviour, Fleet, Service};
use rustix::process::Signal;
use std::fs::File;
use std::os::unix::fs::MetadataExt as _;
use std::process::Command;
use std::time::{Duration, Instant};

fn down() -> Scene {
    let scene = Scene::new("history: { max_size: 64KiB, keep: 3 }\n");
    for endpoint in ENDPOINTS {
        scene.set(endpoint, false);
    }
    scene
}

/// Fills the live file so that the next append rotates it.
fn fill(scene: &Scene) {
    let text = scene.home.read("state/history.jsonl");
    let first = text.lines().next().expect("a line").replace("\"ts\":\"20", "\"ts\":\"19");
    let many = 66_000 / first.len() + 1;
    scene.home.write("state/history.jsonl", format!("{}{text}", format!("{first}\n").repeat(many)));
}

#[test]
fn killed_between_the_renames_of_a_rotation_every_line_stays() {
    if !can_trace() {
        return;
    }
    for rename in 1..=5 {
        let mut scene = down();
        for _ in 0..4 {
            scene.home.check(&[]).code(1);
            fill(&scene);
        }
        scene.home.check(&[]).code(1);
        fill(&scene);
        let oldest = scene.home.read("state/history.jsonl.3");
        let before = scene.lines();
        let (ran, _, log) = check(&scene, Some(&format!("rename:signal=SIGKILL:when={rename}")));
        did_not_break(&ran, &log);
        scene.home.check(&[]).code(1);
        let lines = scene.lines();
        // The oldest file may go, as it must when all are kept; nothing else.
        let rest = &before[oldest.lines().count()..];
        assert!(lines.windows(rest.len()).any(|window| window == rest), "rename {rename}: {log}");
        scene.settle();
    }
}

#[test]
fn lines_land_in_the_file_of_that_name_when_an_fsync_of_a_rotation_fails() {
    if !can_trace() {
        return;
    }
    let mut rotated = 0;
    for fsync in 1..=4 {
        let mut scene = down();
        scene.home.check(&[]).code(1);
        fill(&scene);
        let before = scene.lines();
        let (ran, _, log) = check(&scene, Some(&format!("fsync:error=EIO:when={fsync}")));
        did_not_break(&ran, &log);
        let what = format!("fsync {fsync}: {ran:?}\n{log}");
        assert!(!ran.stderr.contains("not rotated"), "{what}");
        let run = ran.json()["run"].as_str().expect("a run").to_owned();
        assert_eq!(ran.code, Some(3), "it may not last, and the run is content: {what}");
        let of_the_run = |name: &str| {
            let text = std::fs::read_to_string(scene.home.path(name)).unwrap_or_default();
            text.lines().filter(|line| line.contains(&run)).count()
        };
        assert_eq!(of_the_run("state/history.jsonl.1"), 0, "{what}");
        assert_eq!(of_the_run("state/history.jsonl"), 2, "{what}");
        rotated += usize::from(scene.home.path("state/history.jsonl.1").exists());
        assert!(scene.lines().starts_with(&before), "{what}");
        scene.settle();
    }
    assert!(rotated > 0, "no run rotated");
}

#[test]
fn lines_land_in_the_file_of_that_name_whatever_logrotate_does() {
    let mut scene = down();
    scene.home.check(&[]).code(1);
    std::fs::rename(scene.home.path("state/history.jsonl"), scene.home.path("moved")).expect("moved");
    scene.home.check(&[]).code(1);
    assert_eq!((scene.lines().len(), scene.home.read("moved").lines().count()), (2, 2));
    let file = File::options().write(true).open(scene.home.path("state/history.jsonl")).expect("opened");
    file.set_len(0).expect("truncated");
    scene.home.check(&[]).code(1);
    assert_eq!(scene.lines().len(), 2);
    scene.home.write(
        "state/history.jsonl",
        format!("{}{}", scene.home.read("moved"), scene.home.read("state/history.jsonl")),
    );
    scene.home.check(&[]).code(1);
    scene.settle();
    let requests = scene.all_told_though_not_recorded();
    assert_eq!((requests.incidents, requests.repeats), (2, 0), "nothing is counted or told twice: {requests:?}");
}

#[test]
fn a_history_that_is_a_device_is_refused_and_nothing_is_made_beside_it() {
    let scene = Scene::new("history: { path: /dev/null }\n");
    let (ran, took) = start(scene.home.command(["check"])).end();
    ran.code(3).stderr_has("/dev/null: not written: is a device");
    assert!(took < Duration::from_secs(8) && !std::path::Path::new("/dev/null.lock").exists());
}

#[test]
fn a_failed_fsync_is_a_failure_and_no_success_later() {
    if !can_trace() {
        return;
    }
    for call in ["fsync", "fdatasync"] {
        let mut scene = down();
        scene.home.check(&[]).code(1);
        let (before, lines) = (scene.home.read("state/state.json"), scene.lines());
        let (ran, injected, log) = check(&scene, Some(&format!("{call}:error=EIO:when=1+")));
        assert!(injected, "{log}");
        let ran = ran.code(3).stderr_has("Input/output error");
        assert!(ran.json()["exit_reasons"].to_string().contains("not_written"), "{ran:?}");
        assert_eq!(scene.fleet.count("hook"), 1, "told all the same");
        if call == "fsync" {
            assert_eq!(scene.home.read("state/state.json"), before, "not written is not written");
        }
        assert!(!scene.home.path("state/state.json.tmp").exists());
        scene.settle();
        scene.holds(&lines);
        assert_eq!(scene.all_told().incidents, 2);
    }
}

#[test]
fn a_state_directory_that_cannot_be_is_one_line_and_a_failed_heartbeat() {
    let fleet = Fleet::start([
        Service::new("s").on("*", Behaviour::text(200, "fine")),
        Service::new("heart").on("*", Behaviour::text(200, "ok")),
    ])
    .expect("a fleet");
    let home = crate::support::Home::with_config(&format!(
        "heartbeat: {{ url: \"{}/ping\" }}\nchannels: {{ c: {{ base_url: \"{}\", endpoints: {{ a: {{ path: / }} }} }} }}\n",
        fleet.url("heart"),
        fleet.url("s")
    ));
    home.write("file", "");
    let long = "l".repeat(300);
    for place in ["/proc/nope/state", "file", "file/below", &long] {
        fleet.clear("heart");
        let ran: Ran = home.run(["check", "--json", "--state-dir", place]).code(3);
        assert_eq!(ran.json()["summary"]["up"], 1, "probed and printed");
        let warnings = ran.json()["warnings"].as_array().expect("warnings").clone();
        let cause =
            warnings.iter().filter_map(|one| one.as_str()).find(|one| one.contains(&place[..5.min(place.len())]));
        let cause = cause.unwrap_or_else(|| panic!("{place} is not named: {warnings:?}"));
        assert!(!cause.contains('\n') && cause.contains("--state-dir"), "{cause}");
        let asked: Vec<String> = fleet.requests("heart").iter().map(|request| request.target.clone()).collect();
        assert_eq!(asked, ["/ping/fail"], "{place}");
    }
}

#[test]
fn after_root_the_owner_can_go_on() {
    let setpriv = Command::new("setpriv").arg("--version").output().is_ok_and(|output| output.status.success());
    if !is_root() || !setpriv {
        say("SKIPPED: needs root, and setpriv of util-linux");
        return;
    }
    let scene = down();
    let nobody = Some(65534);
    std::fs::create_dir(scene.home.path("state")).expect("a directory");
    for path in [scene.home.path("state"), scene.home.path("probes.yaml"), scene.home.dir().to_owned()] {
        std::os::unix::fs::chown(path, nobody, nobody).expect("given away");
    }
    // As root with a configuration of somebody else's, named so that it is meant.
    scene.home.check(&["-c", "probes.yaml"]).code(1);
    scene.home.check(&["-c", "probes.yaml"]).code(1);
    for entry in std::fs::read_dir(scene.home.path("state")).expect("listed") {
        let entry = entry.expect("an entry");
        assert_eq!(entry.metadata().expect("metadata").uid(), 65534, "{:?}", entry.file_name());
    }
    let copy = scene.home.path("canary");
    std::fs::copy(env!("CARGO_BIN_EXE_canary"), &copy).expect("copied");
    let plain = scene.home.command(["check", "--json"]);
    let mut theirs = Command::new("setpriv");
    theirs.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]).arg(copy).args(plain.get_args());
    theirs.current_dir(scene.home.dir()).env_clear();
    theirs.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Ran::from(theirs.output().expect("started")).code(1);
    assert_eq!((scene.lines().len(), scene.fleet.count("hook")), (6, 1));
}

#[test]
fn a_stopped_run_that_holds_the_lock_is_waited_for_ten_seconds_once() {
    let mut scene = down();
    scene.home.check(&[]).code(1);
    // The first run has the state's lock while it waits for the history's; there it is stopped.
    let history = File::options().read(true).write(true).open(scene.home.path("state/history.lock")).expect("there");
    history.lock().expect("held");
    let state = File::options().read(true).write(true).open(scene.home.path("state/lock")).expect("there");
    let stopped = start(scene.home.command(["check", "-q"]));
    assert!(until(Duration::from_secs(9), || state.try_lock().map(|()| state.unlock()).is_err()), "it took no lock");
    stopped.signal(Signal::STOP);
    history.unlock().expect("released");
    let began = Instant::now();
    let ran = scene.home.check(&["--due"]).code(3).stderr_has("has held the lock for 10s");
    let took = began.elapsed();
    assert!(took >= Duration::from_secs(9) && took < Duration::from_secs(16), "{took:?}");
    assert_eq!(ran.json()["summary"]["down"], 2, "probed and printed");
    assert_eq!(scene.lines().len(), 4, "and recorded");
    stopped.signal(Signal::CONT);
    assert_eq!(stopped.end().0.code, Some(1));
    assert_eq!(scene.lines().len(), 6);
    scene.settle();
    assert_eq!(scene.all_told().incidents, 2);
}

#[test]
fn a_file_that_may_grow_no_further_is_whole_or_as_before() {
    for kib in 0..8 {
        let mut scene = down();
        scene.home.check(&[]).code(1);
        let before = scene.lines();
        let command = scene.home.command_after(&format!("trap '' XFSZ; ulimit -f {kib}"), ["check", "--json"]);
        let (ran, _) = start(command).end();
        did_not_break(&ran, "ulimit");
        assert!(matches!(ran.code, Some(1 | 3)), "{ran:?}");
        assert_eq!(ran.json()["summary"]["down"], 2);
        scene.holds(&before);
        scene.settle();
        assert_eq!(scene.all_told_though_not_recorded().incidents, 2, "{kib} KiB");
    }
}

#[test]
fn no_mutation_of_the_state_breaks_a_run() {
    let mut random = Random::new(7);
    let mut scene = down();
    scene.accept(false);
    scene.home.check(&[]).code(1);
    scene.home.check(&[]).code(1);
    scene.home.run(["silence", "add", "c/a", "--for", "1h"]).code(0);
    let golden = std::fs::read(scene.home.path("state/state.json")).expect("read");
    for _ in 0..30 {
        let mut bytes = golden.clone();
        for _ in 0..=random.below(2) {
            let place = usize::try_from(random.below(bytes.len() as u64)).expect("a place");
            match random.below(4) {
                0 => bytes[place] = u8::try_from(random.below(256)).expect("a byte"),
                1 => bytes.insert(place, b"\"{}[]:,0-"[usize::try_from(random.below(9)).expect("one of them")]),
                2 => drop(bytes.drain(place..bytes.len().min(place + 40))),
                _ => bytes.truncate(place + 1),
            }
        }
        scene.home.write("state/state.json", &bytes);
        let before = scene.lines();
        let what = String::from_utf8_lossy(&bytes).into_owned();
        let ran = scene.home.check(&[]);
        did_not_break(&ran, &what);
        assert!(matches!(ran.code, Some(1 | 3)), "{ran:?}: {what}");
        let _ = ran.json();
        assert!(scene.lines().starts_with(&before), "{what}");
        if ran.code == Some(3) {
            let now = std::fs::read(scene.home.path("state/state.json")).expect("there");
            let newer = ran.stderr.contains("newer canary");
            assert!(if newer { now == bytes } else { ran.stderr.contains(".corrupt-") }, "{ran:?}: {what}");
        }
    }
}
