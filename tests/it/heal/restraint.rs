//! What is not healed, and what is healed together.

use super::{COUNT, FAST, PATIENCE, fleet, healing, home, items, list, one, rule, tried};
use crate::support::Home;
use crate::support::process::start;
use canary::demo::fleet::{Behaviour, Reply};
use serde_json::Value;
use std::time::Duration;

#[test]
fn one_action_runs_once_for_all_who_ask() {
    let fleet = fleet();
    let rule = rule(&format!("command: {COUNT}"), FAST);
    let fine = format!("url: \"{}/\"", fleet.url("fine"));
    let endpoints: Vec<(&str, &str)> = ["a", "b", "c", "d"]
        .map(|name| (name, rule.as_str()))
        .into_iter()
        .chain(["w", "x", "y", "z"].map(|name| (name, fine.as_str())))
        .collect();
    let home = home(&fleet, "after: 2", &endpoints);
    let ran = home.check(&[]).code(1);
    assert_eq!(home.read("tried"), "a\n");
    let shared: Vec<Value> = healing(&ran).iter().map(|one| one["shared_with"].clone()).collect();
    assert_eq!(shared, [Value::Null, "c/a".into(), "c/a".into(), "c/a".into()]);
    assert!(list(&home).iter().all(|one| one["attempts"] == 1) && list(&home).len() == 4);
    assert_eq!(home.history().iter().filter(|line| line["verify"] == true).count(), 4);
}

#[test]
fn brakes_hold_when_much_is_broken() {
    let fleet = fleet();
    let rule = rule(&format!("command: {COUNT}"), FAST);
    let booked = format!("{rule}, runbook: \"https://wiki/b\"");
    let storm =
        home(&fleet, "after: 1", &["a", "b", "c", "d"].map(|name| (name, if name == "b" { &*booked } else { &*rule })));
    for _ in 0..2 {
        let ran = storm.check(&[]).code(1);
        assert!(ran.json()["warnings"][0].as_str().is_some_and(|text| text.contains("4 of 4 endpoints are down")));
    }
    assert_eq!((tried(&storm), list(&storm).len()), (0, 0));
    let failed: Vec<Value> = items(&fleet).into_iter().filter(|item| item["event"] == "heal_failed").collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    let (item, url) = (&failed[0], format!("{}/", fleet.url("s")));
    assert_eq!((&item["url"], &item["reason"]), (&url.as_str().into(), &"status".into()), "what all have in common");
    assert_eq!(item["runbook"], Value::Null, "not one endpoint's for all");
    let held: Vec<_> = item["held_back"].as_array().expect("an array").iter().collect();
    assert_eq!((held.len(), &held[1]["endpoint"], &held[1]["runbook"]), (4, &"b".into(), &"https://wiki/b".into()));
    assert_eq!(held[0]["action"], "sh -c 'echo $CANARY_ENDPOINT >> tried'");
    let last = fleet.requests("hook").iter().find_map(|request| {
        let text = serde_json::from_slice::<Value>(&request.body).ok()?["text"].as_str()?.to_owned();
        text.contains("Not run").then_some(text)
    });
    let text = last.expect("a message");
    assert!(text.contains("\nNot run: sh -c 'echo $CANARY_ENDPOINT >> tried' (c/a, c/b, c/c, c/d)\n"), "{text}");
    assert!(text.contains("\nRunbook: https://wiki/b (c/b)"), "{text}");

    let fine = format!("url: \"{}/\"", fleet.url("fine"));
    let rules = ["1", "2", "3", "4"].map(|n| super::rule(&format!("command: [sh, -c, \"echo {n} >> tried\"]"), FAST));
    let ill = ["a", "b", "c", "d"].into_iter().zip(rules.iter().map(String::as_str));
    let endpoints: Vec<(&str, &str)> = ill.chain(["w", "x", "y", "z"].map(|name| (name, fine.as_str()))).collect();
    let many = home(&fleet, "after: 2", &endpoints);
    let ran = many.check(&[]).code(1);
    assert!(
        ran.json()["warnings"][0].as_str().is_some_and(|text| text.contains("4 different remedies")),
        "{}",
        ran.stdout
    );
    assert_eq!(tried(&many), 0);
    many.check(&["c/a", "c/b", "c/c", "c/w", "c/x", "c/y"]).code(1);
    assert_eq!(tried(&many), 3, "three are allowed");
}

#[test]
fn what_must_not_be_healed_is_not() {
    let fleet = fleet();
    let rule = rule(&format!("command: {COUNT}"), FAST);
    let calm = |home: &Home, args: &[&str]| {
        let ran = home.check(args);
        assert_eq!((healing(&ran).len(), tried(home)), (0, 0), "{args:?}: {}", ran.stdout);
        ran
    };
    let plain = || one(&fleet, &format!("command: {COUNT}"), FAST);
    for flag in ["--no-heal", "--dry-run", "--no-history"] {
        calm(&plain(), &[flag]).code(1);
    }
    calm(&plain(), &["--wait", "100ms", "--wait-interval", "50ms"]).code(1);
    let url = format!("{}/", fleet.url("s"));
    calm(&plain(), &[&url]).code(1);
    let silenced = plain();
    silenced.run(["silence", "add", "c", "--for", "1h"]).code(0);
    calm(&silenced, &["-v"]).code(1).stderr_has("it is silenced");
    let late = one(&fleet, &format!("command: {COUNT}"), "after: 3");
    calm(&late, &["-v"]).code(1).stderr_has("1 of 3 failing results in a row");
    let maintained = home(
        &fleet,
        "after: 2",
        &[("e", &format!("{rule}, maintenance: [ {{ from: 2020-01-01T00:00:00Z, to: 2099-01-01T00:00:00Z }} ]"))],
    );
    calm(&maintained, &["-v"]).code(1).stderr_has("it is in maintenance");
    let child = home(&fleet, "after: 2", &[("parent", "path: /"), ("e", &format!("{rule}, depends_on: [c/parent]"))]);
    calm(&child, &["-v"]).code(1).stderr_has("its parent c/parent is down");
    let degraded =
        home(&fleet, "after: 2", &[("e", &format!("{rule}, expect: {{ status: 503 }}, warn: {{ status: 200 }}"))]);
    calm(&degraded, &[]).code(0);
    let unknown = home(&fleet, "after: 2", &[("e", &format!("{rule}, proxy: \"http://127.0.0.1:1\""))]);
    calm(&unknown, &[]).code(3);
    let flapping = home(&fleet, "after: 9, flap: { changes: 2, window: 1h }", &[("e", &rule)]);
    for well in [true, false, true] {
        fleet.set("s", "/", if well { Behaviour::json(200, "{}") } else { Behaviour::text(503, "no") });
        calm(&flapping, &["--no-heal"]);
    }
    fleet.set("s", "/", Behaviour::text(503, "no"));
    calm(&flapping, &["-v"]).code(1).stderr_has("it is flapping");
}

#[test]
fn a_slow_run_that_was_overtaken_heals_nothing() {
    let slow = Reply::new(503, "slow").after(Duration::from_millis(1_500)).into();
    let fleet = fleet();
    fleet.set("s", "/", Behaviour::Sequence(vec![slow, Behaviour::json(200, "{}")]));
    let home = one(&fleet, &format!("command: {COUNT}"), FAST);
    let first = start(home.command(["check", "--json", "-v"]));
    assert!(fleet.wait_for("s", 1, PATIENCE));
    home.check(&[]).code(0);
    let (ran, _) = first.end();
    let ran = ran.code(1).stderr_has("another run has looked since");
    assert_eq!((healing(&ran).len(), tried(&home)), (0, 0));
}
