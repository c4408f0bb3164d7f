//! The state file and its lock: damaged, newer than this release, held by somebody else.

use crate::support::configs::{DEFAULTS, healthy};
use crate::support::process::start;
use crate::support::{Home, Ran};
use canary::demo::fleet::{Behaviour, Fleet, Service};
use serde_json::Value;
use std::fs::File;
use std::time::Duration;

fn daily(fleet: &Fleet) -> Home {
    let url = fleet.url("s");
    Home::with_config(&format!(
        "{DEFAULTS}channels:\n  c:\n    base_url: {url}\n    interval: 1000d\n    endpoints:\n      a: {{ path: /a }}\n      b: {{ path: /b }}\n"
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

/// A webhook that says yes and a service that is down; two failing results open an incident.
fn outage() -> (Fleet, Home) {
    let down = Service::new("s").on("*", Behaviour::text(500, "broken"));
    let fleet = Fleet::start([down, Service::new("hook").on("*", Behaviour::text(200, "ok"))]).expect("a fleet");
    let home = Home::with_config(&format!(
        "{DEFAULTS}alerting: {{ after: 2, recover_after: 1, receivers: [hook] }}
receivers: {{ hook: {{ type: webhook, url: \"{}/\" }} }}
channels: {{ c: {{ base_url: \"{}\", endpoints: {{ a: {{ path: /a }} }} }} }}
",
        fleet.url("hook"),
        fleet.url("s")
    ));
    (fleet, home)
}

/// What the webhook was told: event and the incident's beginning.
fn told(fleet: &Fleet) -> Vec<(String, String)> {
    let bodies = fleet.requests("hook").into_iter().map(|request| serde_json::from_slice::<Value>(&request.body));
    let items = bodies.flat_map(|body| body.expect("JSON")["items"].as_array().expect("items").clone());
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    items.map(|item| (text(&item["event"]), text(&item["since"]))).collect()
}

fn only_incident(home: &Home) -> String {
    let list: Value = serde_json::from_str(&home.run(["incidents", "list", "--json"]).code(0).stdout).expect("JSON");
    assert_eq!(list.as_array().map(Vec::len), Some(1), "{list}");
    list[0]["id"].as_str().expect("an id").to_owned()
}

#[test]
fn an_open_incident_survives_a_damaged_state() {
    let (fleet, home) = outage();
    for _ in 0..3 {
        home.check(&[]).code(1);
    }
    let (id, since) = (only_incident(&home), home.history()[0]["ts"].clone());
    home.run(["silence", "add", "c", "--for", "1s"]).code(0);
    home.write("state/state.json", "{\"version\":1,\"endpoints\":");
    home.run(["alerts", "flush"]).code(3).stderr_has("damaged");
    home.run(["silence", "add", "c", "--for", "1h"]).code(3).stderr_has("damaged");
    let ran = home.check(&[]).code(3).stderr_has("silences, acknowledgements");
    assert!(ran.json()["exit_reasons"].to_string().contains("state_damaged"), "{}", ran.stdout);
    assert_eq!(only_incident(&home), id);
    let since = since.as_str().expect("a time").to_owned();
    assert_eq!(told(&fleet), [("open".to_owned(), since.clone()), ("open".to_owned(), since.clone())]);
    fleet.set("s", "*", Behaviour::text(200, "fine"));
    home.check(&[]).code(0).stderr_lacks("damaged");
    assert_eq!(told(&fleet)[2..], [("recover".to_owned(), since)]);
}

#[test]
fn a_recovery_after_lost_state_is_told() {
    let (fleet, home) = outage();
    home.check(&[]).code(1);
    home.check(&[]).code(1);
    std::fs::remove_file(home.path("state/state.json")).expect("removed");
    fleet.set("s", "*", Behaviour::text(200, "fine"));
    home.check(&[]).code(0);
    let events: Vec<String> = told(&fleet).into_iter().map(|(event, _)| event).collect();
    assert_eq!(events, ["open", "recover"]);
}

#[test]
fn damaged_places_are_left_out_and_the_rest_is_kept() {
    let (fleet, home) = outage();
    fleet.set("hook", "*", Behaviour::text(503, "later"));
    home.check(&[]).code(1);
    home.check(&[]).code(1);
    let id = only_incident(&home);
    home.run(["silence", "add", "c", "--for", "1h"]).code(0);
    let mut state: Value = serde_json::from_str(&home.read("state/state.json")).expect("JSON");
    state["outbox"]["entries"].as_array_mut().expect("a list").push(serde_json::json!({ "items": 7 }));
    home.write("state/state.json", state.to_string());
    fleet.set("hook", "*", Behaviour::text(200, "ok"));
    fleet.clear("hook");
    home.check(&[]).code(3).stderr_has("1 place in it: outbox.entries[1]");
    assert_eq!((corrupt_copies(&home).len(), only_incident(&home)), (1, id));
    assert_eq!(told(&fleet).len(), 1, "the whole entry was sent");
    let silences = home.run(["silence", "list", "--json"]).code(0).stdout;
    assert_eq!(serde_json::from_str::<Value>(&silences).expect("JSON").as_array().map(Vec::len), Some(1));
    home.check(&[]).code(1).stderr_lacks("damaged");
}

#[test]
fn what_no_commit_took_in_is_counted_by_the_next_run() {
    let (fleet, home) = outage();
    home.check(&[]).code(1);
    let before = home.read("state/state.json");
    // A run that dies, or whose disk fails, between its history lines and its commit.
    std::fs::create_dir(home.path("state/state.json.tmp")).expect("a directory in the way");
    home.check(&[]).code(3).stderr_has("state.json");
    assert_eq!((home.read("state/state.json"), home.history().len()), (before, 2));
    let (first, since) = (told(&fleet), home.history()[0]["ts"].as_str().expect("a time").to_owned());
    assert_eq!(first, [("open".to_owned(), since.clone())], "said although it can't be kept");
    std::fs::remove_dir(home.path("state/state.json.tmp")).expect("out of the way");
    fleet.set("s", "*", Behaviour::text(200, "fine"));
    home.check(&[]).code(0);
    let last = told(&fleet).pop().expect("a message");
    assert_eq!(last, ("recover".to_owned(), since), "the incident that only the history knew is over");
    let lines = home.history().len();
    home.check(&[]).code(0);
    assert_eq!((told(&fleet).len(), home.history().len()), (2, lines + 1), "nothing is counted twice");
}

#[test]
fn of_a_dead_run_only_the_verifying_result_counts() {
    let (fleet, home) = outage();
    fleet.set("s", "*", Behaviour::text(200, "fine"));
    home.check(&[]).code(0);
    let line = home.read("state/history.jsonl");
    let first: Value = serde_json::from_str(&line).expect("JSON");
    let first: jiff::Timestamp = first["ts"].as_str().and_then(|ts| ts.parse().ok()).expect("a time");
    let later = first + jiff::SignedDuration::from_millis(1);
    let of_dead = |verify: &str| {
        let mut line: Value = serde_json::from_str(&line).expect("JSON");
        line["ts"] = format!("{later:.3}").into();
        line["run"] = "01JDC000000000000000000000".into();
        line["verdict"] = "down".into();
        line["verify"] = (verify == "verify").into();
        line
    };
    let (failing, second_look) = (of_dead("first"), of_dead("verify"));
    home.write("state/history.jsonl", format!("{line}{failing}\n{second_look}\n"));
    home.check(&[]).code(0);
    assert!(told(&fleet).is_empty(), "one failing result is not two");
    fleet.set("s", "*", Behaviour::text(500, "broken"));
    home.check(&[]).code(1);
    assert!(told(&fleet).is_empty());
    home.check(&[]).code(1);
    assert_eq!(told(&fleet).len(), 1);
}

#[test]
fn an_old_backup_catches_up_with_the_history() {
    let (fleet, home) = outage();
    home.check(&[]).code(1);
    let backup = home.read("state/state.json");
    home.check(&[]).code(1);
    home.check(&[]).code(1);
    let id = only_incident(&home);
    home.write("state/state.json", backup);
    home.check(&[]).code(1);
    assert_eq!(only_incident(&home), id);
    let told = told(&fleet);
    assert!(told.iter().all(|one| *one == told[0]) && told[0].0 == "open", "{told:?}");
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

#[test]
fn what_was_refused_is_said_by_every_run_until_it_is_dropped() {
    let (fleet, home) = outage();
    fleet.set("hook", "*", Behaviour::text(410, "gone"));
    home.check(&[]).code(1);
    home.check(&[]).code(3).stderr_has("refused for good");
    let mut state: Value = serde_json::from_str(&home.read("state/state.json")).expect("JSON");
    state["outbox"]["entries"][0]["created_at"] = "2026-01-01T00:00:00.000Z".into();
    home.write("state/state.json", state.to_string());
    let ran = home.run(["check", "-q"]).code(3);
    assert!(ran.stderr.contains("not delivered to hook") && ran.stderr.contains("--drop gives up"), "{}", ran.stderr);
    home.run(["alerts", "flush", "--drop"]).code(0);
    home.check(&[]).code(1).stderr_lacks("not delivered");
}

#[test]
fn an_endpoint_without_its_token_keeps_its_incident() {
    let (fleet, home) = outage();
    let with = |auth: &str| home.read("probes.yaml").replace("path: /a", &format!("path: /a{auth}"));
    let (lacking, disabled) = (with(", auth: { bearer: \"${A_TOKEN:-}\" }"), with(", enabled: false"));
    home.check(&[]).code(1);
    home.check(&[]).code(1);
    let id = only_incident(&home);
    home.write("probes.yaml", lacking);
    home.check(&[]).code(0);
    assert_eq!((only_incident(&home), told(&fleet).len()), (id, 1), "skipped changes nothing");
    home.write("probes.yaml", disabled);
    home.check(&[]).code(0);
    assert_eq!(told(&fleet).last().map(|one| one.0.as_str()), Some("removed"));
}
