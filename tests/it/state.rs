//! The state file and its lock: damaged, newer than this release, held by somebody else.

use crate::support::configs::{DEFAULTS, healthy};
use crate::support::process::start;
use crate::support::{Home, Ran};
use canary::demo::fleet::Fleet;
use std::fs::File;
use std::time::Duration;

fn daily(fleet: &Fleet) -> Home {
    let url = fleet.url("s");
    Home::with_config(&format!(
        "{DEFAULTS}channels:\n  c:\n    base_url: {url}\n    interval: 1d\n    endpoints:\n      a: {{ path: /a }}\n      b: {{ path: /b }}\n"
    ))
}

fn corrupt_copies(home: &Home) -> Vec<String> {
    let entries = std::fs::read_dir(home.path("state")).expect("state");
    let names = entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned());
    names.filter(|name| name.contains(".corrupt-")).collect()
}

#[test]
fn damaged_state_is_kept_aside_and_said_once() {
    let fleet = healthy();
    for damage in [&b""[..], b"\0\0\0\0\0\0", b"{\"v\":1,", b"[]", b"\"text\"", b"{}", b"\xff\xfe"] {
        let home = daily(&fleet);
        home.check(&["--due"]).code(0);
        home.write("state/state.json", damage);
        let ran = home.check(&["--due"]);
        assert!(matches!(ran.code, Some(0 | 3)), "{damage:?}: {ran:?}");
        let said = format!("{}{}", ran.stderr, ran.json()["warnings"]);
        assert!(said.contains("state.json"), "{damage:?}: {said}");
        let kept = corrupt_copies(&home);
        assert_eq!(kept.len(), 1, "{damage:?}: {kept:?}");
        assert_eq!(std::fs::read(home.path("state").join(&kept[0])).expect("the copy"), damage);
        let again = home.check(&["--due"]).code(0);
        assert!(!format!("{}{}", again.stderr, again.json()["warnings"]).contains("corrupt"), "said twice");
        assert_eq!(corrupt_copies(&home).len(), 1);
    }
}

#[test]
fn damaged_state_is_rebuilt_from_the_history() {
    let fleet = healthy();
    let home = daily(&fleet);
    home.check(&["--due"]).code(0);
    home.write("state/state.json", "{\"v\":1,");
    fleet.clear("s");
    let ran = home.check(&["--due"]);
    assert_eq!(fleet.count("s"), 0, "the history knows that this slot was probed: {}", ran.stderr);
}

#[test]
fn state_of_a_newer_release_is_left_alone() {
    let fleet = healthy();
    let home = daily(&fleet);
    home.check(&[]).code(0);
    let text = home.read("state/state.json");
    let newer =
        regex::Regex::new(r#""(v|version)":\s*1\b"#).expect("a pattern").replace(&text, "\"$1\":999").into_owned();
    assert_ne!(newer, text, "no version in {text}");
    home.write("state/state.json", &newer);
    let lines = home.history().len();
    let ran = home.check(&[]).code(3).stderr_has("state.json");
    assert_eq!(ran.json()["summary"]["up"], 2, "probed and printed");
    assert_eq!(home.read("state/state.json"), newer);
    assert_eq!(home.history().len(), lines, "nothing is written");
    assert!(corrupt_copies(&home).is_empty());
}

#[test]
fn a_held_lock_is_waited_for_but_not_for_ever() {
    let fleet = healthy();
    let home = daily(&fleet);
    home.check(&[]).code(0);
    let lock = File::options().read(true).write(true).open(home.path("state/lock")).expect("the lock");
    lock.lock().expect("held");
    let (ran, took) = start(home.command(["check", "--json"])).end();
    let ran = ran.code(3).stderr_has("lock");
    assert_eq!(ran.json()["summary"]["up"], 2, "probed and printed");
    assert!(took < Duration::from_secs(25), "{took:?}");
    lock.unlock().expect("released");
    home.check(&[]).code(0);
}

#[test]
fn a_lock_that_is_let_go_is_taken() {
    let fleet = healthy();
    let home = daily(&fleet);
    home.check(&[]).code(0);
    fleet.clear("s");
    let lock = File::options().read(true).write(true).open(home.path("state/lock")).expect("the lock");
    lock.lock().expect("held");
    let mut run = start(home.command(["check", "--json", "--due"]));
    // While it waits it must not be over; how long it takes to come to the lock does not matter.
    assert!(!crate::support::process::until(Duration::from_millis(500), || run.is_over()), "it did not wait");
    lock.unlock().expect("released");
    run.end().0.code(0);
}

#[test]
fn links_in_place_of_state_files_are_not_followed() {
    let fleet = healthy();
    for name in ["state.json", "lock", "history.lock"] {
        let home = daily(&fleet);
        home.check(&[]).code(0);
        home.write("precious", "keep\n");
        std::fs::remove_file(home.path("state").join(name)).expect("removed");
        std::os::unix::fs::symlink(home.path("precious"), home.path("state").join(name)).expect("a link");
        let ran: Ran = home.check(&[]);
        assert!(matches!(ran.code, Some(0 | 3)), "{name}: {ran:?}");
        assert_eq!(home.read("precious"), "keep\n", "{name}");
    }
}
