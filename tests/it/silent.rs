//! It never stays silent: receivers that come late, nobody to tell, the wrong state, alerts that wait.

use crate::support::{Home, Ran};
use canary::demo::fleet::{Behaviour, Fleet, Service};
use serde_json::{Value, json};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

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
fn the_end_of_what_was_told_waits_for_a_receiver_whose_settings_are_missing_in_that_run() {
    let (fleet, home) = scene();
    let home = home.env("HOOK", &format!("{}/hook", fleet.url("hook")));
    home.check(&[]).code(1);
    home.check(&[]).code(1);
    assert_eq!(items(&fleet, "hook").len(), 1);
    fleet.set("s", "*", Behaviour::text(200, "fine"));
    let bare = home.env("HOOK", "");
    bare.check(&[]).code(0).stderr_has("waits for ops: its settings expand to nothing in this run");
    bare.run(["alerts", "list"]).code(0).stdout_has("once it is configured");
    assert_eq!(items(&fleet, "hook").len(), 1);
    bare.env("HOOK", &format!("{}/hook", fleet.url("hook"))).check(&[]).code(0).stderr_lacks("waits for ops");
    let told = items(&fleet, "hook");
    assert_eq!((told.len(), &told[1]["event"]), (2, &"recover".into()), "{told:?}");
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
        .stderr("")
        .stdout_has("\nnote: nobody is told of failures: the configuration has no receivers\n");
    without.run(["status"]).code(0).stderr_lacks("nobody is told");
}

#[test]
fn a_state_without_any_run_names_itself_and_where_else_to_look() {
    let (_fleet, home) = scene();
    let words = format!("no run is recorded in {}", home.path("state").display());
    let rooms = [
        &["status"][..],
        &["incidents", "list"],
        &["alerts", "list"],
        &["silence", "list"],
        &["heal", "list"],
        &["history"],
        &["report", "--out", "site"],
    ];
    for args in rooms {
        let ran = home.run(args.iter().copied()).code(0).stderr_has(&words).stderr_has("/var/lib/canary");
        assert!(!ran.stderr.contains("no incident") && !ran.stderr.contains("nothing"), "{}", ran.stderr);
        home.run(args.iter().chain(&["-q"]).copied()).stderr_lacks("no run is recorded");
    }
    home.run(["silence", "add", "shop", "--for", "1h"])
        .code(0)
        .stderr_has(&format!("warning: {words}"))
        .stdout_has(&format!(" (in {})\n", home.path("state").display()));
    home.run(["heal", "reset", "shop"]).code(0).stderr_has(&words).stdout_has("nothing to reset (in /");
    home.run(["incidents", "ack", "abcdef012345"]).code(2).stderr_has(&words);

    home.check(&[]).code(1);
    for args in rooms {
        home.run(args.iter().copied()).code(0).stderr_lacks("no run is recorded");
    }
}

#[test]
fn a_state_elsewhere_is_named() {
    let (_fleet, home) = scene();
    if std::path::Path::new("/var/lib/canary").exists() {
        return; // a canary lives on this machine: that one is named first
    }
    let elsewhere = home.path(".local/state/canary");
    let elsewhere = elsewhere.to_str().expect("UTF-8");
    home.run(["check", "--state-dir", elsewhere]).code(1).stderr_lacks("no run");
    let words = format!("but there is a state in {elsewhere}: to use that one, --state-dir {elsewhere}");
    home.run(["incidents", "list"]).code(0).stderr_has(&words);
    home.run(["status"]).code(0).stderr_has(&words);
}

#[test]
fn a_page_is_not_replaced_by_one_that_shows_nothing() {
    let (_fleet, home) = scene();
    home.check(&[]).code(1);
    home.run(["report", "--out", "site"]).code(0).stderr("");
    let page = home.read("site/index.html");
    home.run(["report", "--out", "site", "--state-dir", "other"])
        .code(3)
        .stderr_has("index.html")
        .stderr_has("no run is");
    assert_eq!(home.read("site/index.html"), page);
    home.run(["report", "--out", "site"]).code(0).stderr_lacks("no run");
    for _ in 0..2 {
        home.run(["report", "--out", "new", "--state-dir", "other"]).code(0).stderr_has("no run is recorded in ");
    }
}

#[test]
fn what_is_not_delivered_yet_stands_below_check_and_status() {
    let (_fleet, home) = scene();
    let home = home.env("HOOK", "http://127.0.0.1:1/s3cret-path-of-it");
    home.run(["check"]).code(1).stdout_lacks("not delivered");
    for _ in 0..2 {
        let words = "1 alert not delivered yet: ops: connection refused 127.0.0.1:1 (";
        let ran = home.run(["check"]).code(1).stdout_has(words);
        assert!(ran.stdout.replace("\n  ", " ").contains("see canary alerts list"), "{}", ran.stdout);
        let status = home.run(["status"]).code(0).stdout_has(words);
        assert!(!(ran.stdout + &ran.stderr + &status.stdout).contains("s3cret"), "{}", status.stdout);
    }
    home.run(["alerts", "flush", "--drop"]).code(0).stdout_has("1 notification");
    home.run(["check"]).code(1).stdout_lacks("not delivered");
    home.run(["status"]).code(0).stdout_lacks("not delivered");
}

/// Runs as somebody who is not root, which only root can arrange.
fn as_nobody(home: &Home, args: &[&str]) -> Option<Ran> {
    if !rustix::process::geteuid().is_root() {
        return None;
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(home.path("canary")).args(args);
    home.settle(&mut command);
    Some(command.output().expect("setpriv starts").into())
}

#[test]
fn what_belongs_to_somebody_else_is_told_with_what_to_do() {
    let (_fleet, home) = scene();
    home.check(&[]).code(1);
    std::fs::set_permissions(home.dir(), Permissions::from_mode(0o755)).expect("opened");
    std::fs::copy(env!("CARGO_BIN_EXE_canary"), home.path("canary")).expect("copied");
    let advice = "it belongs to root, you are nobody: sudo -u root canary …";
    for (args, code) in [(&["status"][..], 3), (&["incidents", "list"], 3), (&["check"], 3), (&["history"], 3)] {
        let Some(ran) = as_nobody(&home, args) else { return };
        ran.code(code).stderr_has(advice);
    }
    std::fs::set_permissions(home.write(".env", "HOOK=x\n"), Permissions::from_mode(0o600)).expect("closed");
    as_nobody(&home, &["check"]).expect("root").refused().stderr_has(advice);
    std::fs::remove_file(home.path(".env")).expect("removed");
    std::fs::set_permissions(home.path("probes.yaml"), Permissions::from_mode(0o600)).expect("closed");
    as_nobody(&home, &["check"]).expect("root").refused().stderr_has(advice);
}

#[test]
fn a_second_configuration_leaves_the_incidents_of_the_first_alone() {
    let (fleet, home) = scene();
    let home = home.env("HOOK", &format!("{}/hook", fleet.url("hook")));
    home.write("other.yaml", home.read("probes.yaml").replace("  shop:", "  other:"));
    home.check(&[]).code(1);
    home.check(&[]).code(1);
    let open = |home: &Home| {
        let list = home.run(["incidents", "list", "--json"]).code(0).json();
        let open = list.as_array().expect("an array").iter().filter(|one| one["state"] == "open");
        open.map(|one| one["channel"].as_str().expect("a channel").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(open(&home), ["shop"]);
    home.run(["silence", "add", "shop", "--until-recovered"]).code(0);
    let ran = home.run(["check", "-c", "other.yaml"]).code(1);
    for wanted in ["shop/health", "/probes.yaml", "/other.yaml", "--state-dir"] {
        assert!(ran.stderr.contains(wanted), "{wanted:?} is not in {}", ran.stderr);
    }
    home.check(&[]).code(1).stderr_lacks("--state-dir");
    for _ in 0..3 {
        home.run(["check", "-c", "other.yaml"]).code(1).stderr_lacks("--state-dir");
    }
    assert_eq!(open(&home), ["shop", "other"], "they take turns");
    assert_eq!(home.run(["silence", "list", "--json"]).code(0).json().as_array().map(Vec::len), Some(1));
    assert!(items(&fleet, "hook").iter().all(|item| item["event"] == "open"), "{:?}", items(&fleet, "hook"));
}

#[test]
fn a_configuration_that_moved_closes_what_it_no_longer_has_with_its_second_run() {
    let (fleet, home) = scene();
    let home = home.env("HOOK", &format!("{}/hook", fleet.url("hook")));
    home.check(&[]).code(1);
    home.check(&[]).code(1);
    let moved = home.read("probes.yaml").replace("health: {", "other: {");
    home.write("new/probes.yaml", moved);
    std::fs::remove_file(home.path("probes.yaml")).expect("removed");
    home.run(["check", "-c", "new/probes.yaml"]).code(1).stderr_has("1 open incident left as found");
    assert_eq!(fleet.count("hook"), 1);
    home.run(["check", "-c", "new/probes.yaml"]).code(1).stderr_lacks("left as found");
    let told = items(&fleet, "hook");
    let removed = told.iter().find(|item| item["event"] == "removed").expect("told");
    assert_eq!((&removed["endpoint"], told.len()), (&"health".into(), 3), "{told:?}");
}

#[test]
fn an_opening_that_alertmanager_refused_once_is_told_when_it_takes_what_is_open() {
    let (fleet, home) = scene();
    let yaml =
        home.read("probes.yaml").replace("type: webhook, url: \"${HOOK:-}\"", "type: alertmanager, url: \"${HOOK:-}\"");
    home.write("probes.yaml", &yaml);
    let home = home.env("HOOK", &fleet.url("hook"));
    home.check(&[]).code(1);
    fleet.set("hook", "*", Behaviour::json(400, "{}"));
    home.check(&[]).code(3).stderr_has("refused for good");
    assert_eq!(home.run(["alerts", "list", "--json"]).json().as_array().map(Vec::len), Some(1));
    fleet.set("hook", "*", Behaviour::json(200, "{}"));
    home.check(&[]).code(1).stderr_lacks("refused");
    home.run(["alerts", "list"]).code(0).stderr_has("nothing waits to be delivered");
}

#[test]
fn a_receiver_whose_variable_is_unset_is_missed_aloud_although_others_are_told() {
    let (fleet, home) = scene();
    let yaml =
        home.read("probes.yaml").replace("${HOOK:-}", "${HOOK}").replace("receivers: [ops]", "receivers: [ops, late]");
    home.write("probes.yaml", &(yaml + "heartbeat: { url: \"${HEART}\" }\n"));
    let ran = home.check(&[]).code(1);
    let warnings = ran.json()["warnings"].to_string();
    for (place, variable) in [("4:30", "HOOK"), ("10:19", "HEART")] {
        let words = format!("probes.yaml:{place}: the variable {variable} is not set: nothing is sent there");
        assert!(warnings.contains(&words) && ran.stderr.contains(&words), "{words}: {warnings}\n{}", ran.stderr);
    }
    let status = home.run(["status", "--json"]).code(0).json();
    assert_eq!(status["not_configured"], json!(["receivers.ops", "heartbeat.url"]));
    home.run(["check", "--no-alerts"]).code(1).stderr_lacks("is not set");
    home.check(&[]).code(1);
    assert_eq!(items(&fleet, "late").len(), 1, "who is configured is told");
}
