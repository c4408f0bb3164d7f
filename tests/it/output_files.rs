//! `-o FORMAT=FILE`: what goes where, whole or not at all.

use crate::support::Home;
use crate::support::configs::{channel, healthy, serve};
use canary::demo::fleet::{Behaviour, Fleet};
use serde_json::Value;

fn one(fleet: &Fleet) -> Home {
    Home::with_config(&channel(&fleet.url("s"), &[("a", "{ path: /a }"), ("b", "{ path: /b }")]))
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn files_come_beside_the_table() {
    let fleet = healthy();
    let home = one(&fleet);
    let ran = home.run(["check", "-o", "json=a.json", "-o", "jsonl=b.jsonl", "--output", "table=c.txt"]).code(0);
    assert!(ran.stdout.contains('a') && !ran.stdout.trim_start().starts_with('{'), "the table stays on stdout");
    assert_eq!(json(&home.read("a.json"))["summary"]["up"], 2);
    let lines: Vec<Value> = home.read("b.jsonl").lines().map(json).collect();
    assert_eq!(lines.len(), 2);
    assert!(home.read("c.txt").contains("up") && !home.read("c.txt").contains('\u{1b}'));
}

#[test]
fn one_format_to_stdout_and_others_to_files() {
    let fleet = healthy();
    let home = one(&fleet);
    let printed = home.run(["check", "--json", "-o", "table=t.txt", "-o", "json=j.json"]).code(0).json();
    assert_eq!(printed, json(&home.read("j.json")));
    assert!(home.read("t.txt").contains("up"));
    home.run(["check", "-q", "-o", "json=q.json"]).code(0).stdout("");
    assert_eq!(json(&home.read("q.json"))["exit_code"], 0);
}

#[test]
fn a_table_in_a_file_has_no_colour() {
    let fleet = healthy();
    let home = one(&fleet);
    home.run(["check", "-o", "table=t.txt", "--color", "auto"]).code(0);
    assert!(!home.read("t.txt").contains('\u{1b}'));
}

#[test]
fn files_are_replaced_and_never_changed_in_place() {
    let fleet = healthy();
    let home = one(&fleet);
    home.write("out.json", "the old one");
    std::fs::hard_link(home.path("out.json"), home.path("kept")).expect("a link");
    home.run(["check", "-q", "-o", "json=out.json"]).code(0);
    json(&home.read("out.json"));
    assert_eq!(home.read("kept"), "the old one");
}

#[test]
fn a_symlink_in_place_of_the_file_is_replaced_not_followed() {
    let fleet = healthy();
    let home = one(&fleet);
    home.write("precious", "keep me");
    std::os::unix::fs::symlink(home.path("precious"), home.path("out.json")).expect("a link");
    home.run(["check", "-q", "-o", "json=out.json"]).code(0);
    assert_eq!(home.read("precious"), "keep me");
    json(&home.read("out.json"));
}

#[test]
fn no_half_files_or_leftovers_stay_behind() {
    let fleet = healthy();
    let home = one(&fleet);
    home.run(["check", "-q", "-o", "json=out/../out.json"]).code(3);
    home.run(["check", "-q", "-o", "json=out.json"]).code(0);
    let mut names: Vec<String> = std::fs::read_dir(home.dir())
        .expect("home")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(names, ["out.json", "probes.yaml", "state"]);
}

#[test]
fn a_file_that_cannot_be_written_is_exit_3_and_the_rest_is_done() {
    for (behaviour, verdict) in [(Behaviour::json(200, "{}"), "up"), (Behaviour::json(500, "{}"), "down")] {
        let fleet = serve(behaviour);
        let home = one(&fleet);
        home.write("plain", "");
        std::fs::create_dir(home.path("dir")).expect("a directory");
        for file in ["nowhere/x.json", "plain/x.json", "dir", "/proc/nope/x"] {
            let bad = format!("json={file}");
            let ran = home.run(["check", "-o", &bad, "-o", "jsonl=good.jsonl", "--json"]).code(3).stderr_has(file);
            let document = ran.json();
            assert_eq!(
                (document["verdict"].as_str(), &document["exit_code"]),
                (Some(verdict), &Value::from(3)),
                "{file}"
            );
            assert_eq!(home.read("good.jsonl").lines().count(), 2);
            std::fs::remove_file(home.path("good.jsonl")).expect("removed");
        }
        assert_eq!(home.history().len(), 8, "recorded all the same");
    }
}

#[test]
fn an_equals_sign_in_the_file_name_belongs_to_it() {
    let fleet = healthy();
    let home = one(&fleet);
    home.run(["check", "-q", "-o", "json=a=b.json"]).code(0);
    json(&home.read("a=b.json"));
}

#[test]
fn the_same_format_may_go_to_several_files() {
    let fleet = healthy();
    let home = one(&fleet);
    home.run(["check", "-q", "-o", "json=1.json", "-o", "json=2.json"]).code(0);
    assert_eq!(home.read("1.json"), home.read("2.json"));
}

#[test]
fn two_outputs_do_not_share_a_file() {
    let fleet = healthy();
    let home = one(&fleet);
    for other in ["junit=a.txt", "junit=./a.txt", "json=a.txt"] {
        home.run(["check", "-o", "json=a.txt", "-o", other]).refused().stderr_has("a.txt");
    }
    assert!(!home.path("a.txt").exists());
    home.run(["check", "-o", "json=/dev/null", "-o", "junit=/dev/null"]).code(0);
}
