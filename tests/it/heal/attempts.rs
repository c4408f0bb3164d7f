//! How often, how far apart, until when; what is told of it.

use super::{COUNT, FAST, PATIENCE, fleet, healing, home, items, list, one, rule, told, tried};
use crate::support::Ran;
use crate::support::process::until;
use serde_json::Value;

#[test]
fn a_restart_heals_and_the_second_look_replaces_the_failing_one() {
    let fleet = fleet();
    let home = one(&fleet, "http: { path: /restart, json: { why: down } }", FAST);
    let ran = home.check(&[]).code(0);
    assert_eq!((&ran.json()["verdict"], &ran.json()["summary"]["up"]), (&"up".into(), &1.into()));
    assert_eq!((&ran.result("c/e")["verdict"], &ran.result("c/e")["verify"]), (&"up".into(), &true.into()));
    let history = home.history();
    let looks: Vec<_> = history.iter().map(|line| (line["verdict"].clone(), line["verify"].clone())).collect();
    assert_eq!(looks, [("down".into(), false.into()), ("up".into(), true.into())]);
    assert_eq!(history[0]["run"], history[1]["run"]);
    let healing = healing(&ran);
    let one = &healing[0];
    assert_eq!((&one["channel"], &one["endpoint"], &one["attempt"]), (&"c".into(), &"e".into(), &1.into()));
    assert_eq!((&one["outcome"], &one["status"], &one["healed"]), (&"succeeded".into(), &202.into(), &true.into()));
    assert_eq!((&one["result"]["status"], &one["output"]), (&503.into(), &"restarting".into()));
    assert!(one["id"].is_string() && one["action"].as_str().is_some_and(|text| text.starts_with("POST http")), "{one}");
    assert_eq!(told(&fleet), ["healed \"e\""], "no incident was ever opened");
    let asked: Vec<String> =
        fleet.requests("s").iter().map(|request| format!("{} {}", request.method, request.target)).collect();
    assert_eq!(asked, ["GET /", "POST /restart", "GET /"]);
    home.check(&[]).code(0);
    assert_eq!(told(&fleet).len(), 1);
    let record = &list(&home)[0];
    assert_eq!(
        (&record["attempts"], &record["repairs"], &record["outcome"]),
        (&1.into(), &1.into(), &"succeeded".into())
    );
    assert!(record["median_repair_s"].is_number() && record["action"].is_string(), "{record}");
    home.run(["heal", "list"]).code(0).stdout_has("1 of 10").stdout_has("HTTP 202").stdout_has("restarting");
}

#[test]
fn the_table_and_json_lines_tell_it_too() {
    let fleet = fleet();
    let run = "http: { path: /restart }";
    one(&fleet, run, FAST)
        .run(["check"])
        .code(0)
        .stdout_has("✓ up")
        .stdout_has("healed: c/e by attempt 1 of 10 (POST ");
    let fleet = super::fleet();
    let ran = one(&fleet, run, FAST).run(["check", "-o", "jsonl"]).code(0);
    let verdicts: Vec<Value> =
        ran.stdout.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")["verdict"].clone()).collect();
    assert_eq!(verdicts, ["down", "up"]);
}

#[test]
fn exactly_max_attempts_are_made_and_that_is_told_once() {
    let fleet = fleet();
    let options = "after: 1, backoff: { initial: 1ms, max: 1ms }, max_attempts: 3";
    let home = home(&fleet, "after: 2, repeat: 1s", &[("e", &rule(&format!("command: {COUNT}"), options))]);
    for _ in 0..6 {
        home.check(&[]).code(1);
    }
    assert_eq!(tried(&home), 3);
    let events = told(&fleet);
    assert_eq!(events.iter().filter(|event| event.starts_with("heal_failed")).count(), 1, "{events:?}");
    assert_eq!(events[0], "open \"e\"");
    assert!(until(PATIENCE, || {
        home.check(&[]).code(1);
        items(&fleet).last().is_some_and(|last| last["event"] == "remind")
    }));
    let last = items(&fleet).pop().expect("a reminder");
    assert!(last["heal"].as_str().is_some_and(|text| text.starts_with("given up after 3 attempts")), "{last}");
    assert_eq!(list(&home)[0]["exhausted"], true);
    home.run(["heal", "list"]).code(0).stdout_has("never: given up");
    let given_up = "given up: c/e after 3 attempts; once mended: canary heal reset c/e\n";
    home.run(["check"]).code(1).stdout_has(given_up);
    home.run(["check", "--no-heal"]).code(1).stdout_has(given_up);
    home.run(["heal", "reset", "c/e"]).code(0).stdout("1 of 1 endpoint: attempts count anew\n");
    home.run(["heal", "list"]).code(0).stdout("").stderr_has("no attempt counts: none was made since a reset");
    home.run(["heal", "reset", "c/e"]).code(0).stdout("c/e: nothing was tried, nothing to reset\n");
    assert!(!home.run(["check", "--no-heal"]).code(1).stdout.contains("given up"));
    home.check(&[]).code(1);
    assert_eq!(tried(&home), 4);
    home.run(["heal", "reset", "nobody"]).refused().stderr_has("nobody");
    home.run(["heal", "reset"]).refused();
}

#[test]
fn waits_hold_between_attempts() {
    let fleet = fleet();
    let home = one(&fleet, &format!("command: {COUNT}"), "after: 1, backoff: { initial: 1m }, verify: false");
    for _ in 0..3 {
        let ran = home.check(&["-v"]).code(1);
        assert_eq!(ran.result("c/e")["verify"], false);
    }
    assert_eq!((tried(&home), home.history().len()), (1, 3));
    home.check(&["-v"]).code(1).stderr_has("the next attempt is allowed in");
}

#[test]
fn receivers_choose_whether_they_hear_of_it() {
    let fleet = fleet();
    let home = one(&fleet, "http: { path: /restart }", FAST);
    let yaml = home.read("probes.yaml").replace("/alerts\" }", "/alerts\", events: [open, recover] }");
    home.write("probes.yaml", yaml);
    home.check(&[]).code(0);
    assert_eq!(told(&fleet), Vec::<String>::new());
}

#[test]
fn an_outage_that_healing_did_not_end_keeps_its_id_when_the_state_is_lost() {
    let fleet = fleet();
    let home = home(&fleet, "after: 1", &[("e", &rule("command: [\"true\"]", FAST))]);
    let id = |ran: Ran| ran.json()["incidents"][0]["id"].as_str().expect("an incident").to_owned();
    let before = id(home.check(&[]).code(1));
    let looks: Vec<Value> = home.history().iter().map(|line| line["verify"].clone()).collect();
    assert_eq!(looks, [false, true], "looked at twice, still down");
    home.write("state/state.json", "{");
    assert_eq!(id(home.check(&["--no-heal"]).code(3)), before);
}
