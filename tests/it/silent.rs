//! It never stays silent: receivers that come late, nobody to tell, the wrong state, alerts that wait.

use crate::support::Home;
use canary::demo::fleet::{Behaviour, Fleet, Service};
use serde_json::{Value, json};

/// A service that is down and a receiver whose URL is the variable HOOK.
fn scene() -> (Fleet, Home) {
    let fleet = Fleet::start([
        Service::new("s").on("*", Behaviour::text(500, "broken")),
        Service::new("hook").on("*", Behaviour::json(200, "{}")),
        Service::new("late").on("*", Behaviour::json(200, "{}")),
    ])
    .expect("a fleet");
    let home = Home::with_config(&yaml(&fleet, "alerting: { after: 2, recover_after: 1, receivers: [ops] }"));
    (fleet, home)
}

fn yaml(fleet: &Fleet, alerting: &str) -> String {
    format!(
        "defaults: {{ timeout: 2s, retry: {{ attempts: 1 }} }}
{alerting}
receivers:
  ops: {{ type: webhook, url: \"${{HOOK:-}}\" }}
  late: {{ type: webhook, url: \"{}/late\" }}
channels:
  shop:
    base_url: {}
    endpoints: {{ health: {{ path: /health }} }}
",
        fleet.url("late"),
        fleet.url("s"),
    )
}

fn items(fleet: &Fleet, service: &str) -> Vec<Value> {
    let body = |body: &[u8]| serde_json::from_slice::<Value>(body).expect("JSON")["items"].clone();
    fleet.requests(service).iter().flat_map(|one| body(&one.body).as_array().cloned().expect("items")).collect()
}

fn incident(home: &Home) -> Value {
    home.run(["incidents", "list", "--json"]).code(0).json()[0].clone()
}

#[test]
fn a_receiver_that_is_configured_late_hears_of_what_is_open_once() {
    let (fleet, home) = scene();
    home.check(&[]).code(1).stderr_lacks("only message");
    home.check(&[]).code(1).stderr_has("no receiver is configured, so this is the only message");
    let ran = home.run(["check", "-v"]).code(1).stderr_lacks("only message").stderr_lacks("reminder");
    assert!(ran.stderr.contains("nobody is told: no receiver is configured for it"), "{}", ran.stderr);
    let before = incident(&home);
    assert_eq!(before["told"], json!([]));
    let id = before["id"].as_str().expect("an id").to_owned();
    home.run(["incidents", "show", &id])
        .code(0)
        .stdout_has("opened as down; told to nobody: ops is not configured")
        .stdout_lacks("last spoken of");

    let home = home.env("HOOK", &format!("{}/hook", fleet.url("hook")));
    home.run(["incidents", "show", &id]).code(0).stdout_has("told to nobody yet: the next run");
    for _ in 0..3 {
        home.check(&[]).code(1);
    }
    let told = items(&fleet, "hook");
    assert_eq!(told.len(), 1, "exactly once: {told:?}");
    assert_eq!((&told[0]["event"], &told[0]["since"]), (&"open".into(), &before["since"]));
    assert_eq!((&incident(&home)["told"], &incident(&home)["id"]), (&json!(["ops"]), &json!(id)));
    assert_eq!(incident(&home)["reminders"], 0);

    fleet.set("s", "*", Behaviour::text(200, "fine"));
    home.check(&[]).code(0);
    assert_eq!(items(&fleet, "hook")[1]["event"], "recover");
    assert_eq!(fleet.count("late"), 0, "it is not named");
}

#[test]
fn a_receiver_that_is_added_later_hears_of_what_is_open_and_others_not_again() {
    let (fleet, home) = scene();
    let home = home.env("HOOK", &format!("{}/hook", fleet.url("hook")));
    home.check(&[]).code(1);
    home.check(&[]).code(1);
    home.write("probes.yaml", yaml(&fleet, "alerting: { after: 2, recover_after: 1, receivers: [ops, late] }"));
    for _ in 0..3 {
        home.check(&[]).code(1);
    }
    let told = (items(&fleet, "hook"), items(&fleet, "late"));
    assert_eq!((told.0.len(), told.1.len()), (1, 1), "{told:?}");
    assert_eq!((&told.1[0]["event"], &told.1[0]["since"]), (&"open".into(), &told.0[0]["since"]));
    fleet.set("s", "*", Behaviour::text(200, "fine"));
    home.check(&[]).code(0);
    assert_eq!((items(&fleet, "hook").len(), items(&fleet, "late").len()), (2, 2), "both hear its end");
}

#[test]
fn what_somebody_knows_of_or_what_is_over_is_not_told_late() {
    let (fleet, home) = scene();
    home.check(&[]).code(1);
    home.check(&[]).code(1);
    let id = incident(&home)["id"].as_str().expect("an id").to_owned();
    home.run(["incidents", "ack", &id]).code(0);
    let home = home.env("HOOK", &format!("{}/hook", fleet.url("hook")));
    home.check(&[]).code(1);
    fleet.set("s", "*", Behaviour::text(200, "fine"));
    home.check(&[]).code(0);
    assert_eq!(fleet.count("hook"), 0, "acknowledged, and then over: it never opened for them");
}

#[test]
fn the_only_message_is_said_even_when_quiet_and_only_where_somebody_was_to_be_told() {
    let (fleet, home) = scene();
    home.run(["check", "-q"]).code(1).stderr("");
    let ran = home.run(["check", "-q"]).code(1).stdout("");
    assert!(ran.stderr.starts_with("warning: shop/health is down since "), "{}", ran.stderr);
    assert!(ran.stderr.ends_with(" UTC; no receiver is configured, so this is the only message\n"), "{}", ran.stderr);
    home.run(["check", "-q"]).code(1).stderr("");

    for alerting in ["alerting: { after: 1 }", "alerting: { after: 1, receivers: [] }"] {
        let home = Home::with_config(&yaml(&fleet, alerting));
        home.run(["check", "-q"]).code(1).stderr("");
    }
    let home = Home::with_config(&yaml(&fleet, "alerting: { after: 1, receivers: [ops] }"));
    home.run(["check", "-q", "--no-alerts"]).code(1).stderr("");
    home.run(["check", "-q", "--dry-run"]).code(1).stderr("");
}

#[test]
fn that_nobody_is_told_is_said_before_anything_fails() {
    let (fleet, home) = scene();
    let words = "nobody is told of failures: alerting.receivers names none that is configured (ops: set HOOK)";
    home.run(["config", "check"]).code(0).stderr(&format!("warning: {words}\n"));
    home.run(["status"]).code(0).stderr_has(words);
    assert!(home.run(["config", "check", "--json"]).code(0).json()["warnings"].to_string().contains("set HOOK"));
    let configured = home.env("HOOK", &fleet.url("hook"));
    configured.run(["config", "check"]).code(0).stderr("");
    configured.run(["status"]).code(0).stderr_lacks("nobody");

    let unnamed = Home::with_config(&yaml(&fleet, "alerting: { after: 2 }"));
    unnamed
        .run(["config", "check"])
        .code(0)
        .stderr_has("warning: nobody is told of failures: alerting.receivers names none of");
    let without =
        Home::with_config("channels: { c: { base_url: \"http://127.0.0.1:1\", endpoints: { e: { path: / } } } }");
    without
        .run(["config", "check"])
        .code(0)
        .stderr_has("note: nobody is told of failures: the configuration has no receivers");
    without.run(["status"]).code(0).stderr_lacks("nobody is told");
}
