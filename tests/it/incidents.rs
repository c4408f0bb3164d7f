//! `canary incidents` and `canary alerts`: what a responder reads and does between two runs.

use crate::support::Home;
use canary::demo::fleet::{Behaviour, Fleet, Service};
use serde_json::Value;

const SECRET: &str = "s3cret-bearer-value";

/// Two endpoints that are down, a webhook that answers so, a receiver without settings.
fn scene(hook: Behaviour) -> (Fleet, Home) {
    let body = format!("{{\"error\":\"no \u{1b}[31m {SECRET}\"}}");
    let fleet =
        Fleet::start([Service::new("s").on("*", Behaviour::text(500, body)), Service::new("hook").on("*", hook)])
            .expect("a fleet");
    let home = Home::with_config(&format!(
        "defaults: {{ timeout: 2s, retry: {{ attempts: 1 }} }}
alerting: {{ after: 1, recover_after: 1, receivers: [hook, spare] }}
receivers:
  hook: {{ type: webhook, url: \"{}/alerts\" }}
  spare: {{ type: slack, url: \"${{SPARE:-}}\" }}
channels:
  vk:
    base_url: {}
    endpoints:
      health: {{ path: /health, runbook: \"https://runbooks.example/vk\", auth: {{ bearer: \"${{TOKEN}}\" }} }}
      send: {{ path: /send, method: POST, json: {{ text: \"it's\" }} }}
",
        fleet.url("hook"),
        fleet.url("s"),
    ));
    (fleet, home.env("TOKEN", SECRET))
}

fn json(home: &Home, args: &[&str]) -> Value {
    let ran = home.run(args.iter().copied().chain(["--json"])).code(0);
    serde_json::from_str(&ran.stdout).expect("one JSON document")
}

fn id_of(home: &Home, endpoint: &str) -> String {
    let list = json(home, &["incidents", "list"]);
    let found = list.as_array().expect("an array").iter().find(|one| one["endpoint"] == endpoint);
    found.expect(endpoint)["id"].as_str().expect("an id").to_owned()
}

#[test]
fn are_listed_open_ones_first() {
    let (fleet, home) = scene(Behaviour::json(200, "{}"));
    home.run(["incidents", "list"]).code(0).stdout("").stderr_has("no run is recorded in ");
    assert_eq!(home.run(["incidents", "list", "--json"]).code(0).stdout, "[]\n");
    home.check(&[]).code(1);
    fleet.set("s", "/send", Behaviour::text(200, "fine"));
    home.check(&[]).code(1);
    let list = json(&home, &["incidents", "list"]);
    let states: Vec<(&Value, &Value, &Value)> = list
        .as_array()
        .expect("an array")
        .iter()
        .map(|one| (&one["channel"], &one["endpoint"], &one["state"]))
        .collect();
    let value = |text: &str| Value::from(text);
    assert_eq!(
        states,
        [(&value("vk"), &value("health"), &value("open")), (&value("vk"), &value("send"), &value("closed"))]
    );
    let table = home.run(["incidents", "list"]).code(0).stdout_has("vk/health").stdout_has("closed");
    assert_eq!(table.stdout.lines().count(), 3);
}

#[test]
fn show_holds_what_a_responder_needs() {
    let (_fleet, home) = scene(Behaviour::json(200, "{}"));
    for _ in 0..12 {
        home.check(&[]).code(1);
    }
    let id = id_of(&home, "health");
    let text = home.run(["incidents", "show", &id]).code(0);
    for wanted in [
        "vk/health",
        "https://runbooks.example/vk",
        "the first failing result",
        "last spoken of, to hook",
        "Last 10 results",
        "Phases of the last failing one:",
        "{\"error\":\"no \\x1b[31m ***\"}",
        "nothing was tried",
        "curl -sS -i -m 2",
        "-H 'authorization: Bearer ***'",
    ] {
        assert!(text.stdout.contains(wanted), "{wanted:?} is missing:\n{}", text.stdout);
    }
    assert!(!text.stdout.contains(SECRET) && !text.stdout.contains('\u{1b}'), "{}", text.stdout);
    let bundle = json(&home, &["incidents", "show", &id]);
    assert_eq!(bundle["id"], id.as_str());
    assert_eq!(bundle["results"].as_array().map(Vec::len), Some(10));
    assert_eq!(
        bundle["results"][9]["ts"],
        home.history().iter().rev().find(|one| one["endpoint"] == "health").expect("one")["ts"]
    );
    assert!(bundle["phases"]["ttfb_ms"].is_number(), "{bundle}");
    assert!(bundle["evidence"]["body"].as_str().is_some_and(|body| body.contains("***")), "{bundle}");
    let send = json(&home, &["incidents", "show", &id_of(&home, "send")]);
    let command = send["reproduce"][0]["command"].as_str().expect("a command");
    assert!(command.contains("-X POST") && command.contains(r#"--data-raw '{"text":"it'\''s"}'"#), "{command}");
}

#[test]
fn show_reads_no_further_back_than_the_incident() {
    let (_fleet, home) = scene(Behaviour::json(200, "{}"));
    home.check(&[]).code(1);
    home.check(&[]).code(1);
    let live = home.read("state/history.jsonl");
    let older = live.lines().next().expect("a line").replace("\"ts\":\"20", "\"ts\":\"19");
    home.write("state/history.jsonl", format!("never looked at\n{older}\n{live}"));
    home.write("state/history.jsonl.1", "never looked at\n".repeat(100_000));
    let bundle =
        home.run(["incidents", "show", &id_of(&home, "health"), "--json"]).code(0).stderr_lacks("can't be read");
    assert_eq!(bundle.json()["results"].as_array().map(Vec::len), Some(2));
}

#[test]
fn an_unknown_id_is_told_with_near_ones() {
    let (_fleet, home) = scene(Behaviour::json(200, "{}"));
    home.run(["incidents", "show", "abc"]).code(2).stdout("").stderr_has("there is none at all");
    home.check(&[]).code(1);
    let id = id_of(&home, "health");
    for command in ["show", "ack"] {
        let typed = format!("{}{}", &id[..11], if id.ends_with('0') { '1' } else { '0' });
        home.run(["incidents", command, &typed]).code(2).stdout("").stderr_has(&format!("did you mean `{id}`?"));
        home.run(["incidents", command, "vk/nothing"]).code(2).stdout("").stderr_has("canary incidents list");
        home.run(["incidents", command, ""]).code(2).stdout("");
    }
}

#[test]
fn an_incident_is_named_by_its_beginning_or_its_endpoint() {
    let (fleet, home) = scene(Behaviour::json(200, "{}"));
    home.check(&[]).code(1);
    let id = id_of(&home, "health");
    for name in [&id[..6], "vk/health"] {
        assert_eq!(json(&home, &["incidents", "show", name])["id"], id, "{name}");
        home.run(["incidents", "ack", name]).code(0).stdout_has(&id);
    }
    fleet.set("s", "*", Behaviour::text(200, "fine"));
    home.check(&[]).code(0);
    assert_eq!(json(&home, &["incidents", "show", "vk/health"])["id"], id, "its latest");
    home.run(["incidents", "ack", "vk/health"]).code(2).stdout("").stderr_has("is over since");
    for command in ["incidents", "alerts", "silence", "heal"] {
        let bare = home.run([command]).code(0);
        assert_eq!(bare.stdout, home.run([command, "list"]).code(0).stdout, "{command}");
    }
}

#[test]
fn ack_lasts_until_recovery() {
    let (fleet, home) = scene(Behaviour::json(200, "{}"));
    home.check(&[]).code(1);
    let id = id_of(&home, "health");
    home.run(["incidents", "ack", &id, "--note", &format!("rotating {SECRET}")]).code(0).stdout_has("vk/health");
    assert!(!home.read("state/state.json").contains(SECRET));
    let shown = json(&home, &["incidents", "show", &id]);
    assert_eq!(shown["note"], "rotating ***");
    assert!(shown["acked_at"].is_string());
    home.run(["incidents", "ack", &id]).code(0);
    let again: Value = home.run(["incidents", "show", &id, "--json"]).code(0).json();
    assert_eq!((&again["acked_at"], &again["ack_note"]), (&shown["acked_at"], &shown["ack_note"]), "said twice");
    home.run(["incidents", "list"]).code(0).stdout_has("acked");
    let ran = home.run(["check", "-v"]).code(1);
    assert!(ran.stderr.contains("acknowledged"), "{}", ran.stderr);
    fleet.set("s", "*", Behaviour::text(200, "fine"));
    home.check(&[]).code(0);
    home.run(["incidents", "ack", &id]).code(2).stdout("").stderr_has("is over since");
}

#[test]
fn undelivered_alerts_are_listed_flushed_and_discarded() {
    let (fleet, home) = scene(Behaviour::text(503, "later"));
    home.run(["alerts", "list"]).code(0).stdout("receiver spare: not configured, nothing is sent to it\n");
    home.check(&[]).code(1);
    let list = json(&home, &["alerts", "list"]);
    let entry = &list[0];
    assert_eq!((&entry["receiver"], &entry["state"], &entry["tries"]), (&"hook".into(), &"pending".into(), &1.into()));
    assert_eq!(entry["items"].as_array().map(Vec::len), Some(2));
    home.run(["alerts", "list"]).code(0).stdout_has("hook").stdout_has("503").stdout_has("vk/health open and 1 more");
    home.run(["alerts", "flush"]).code(3).stdout_has("0 notifications delivered, 1 left").stderr_has("503");
    fleet.set("hook", "*", Behaviour::json(200, "{}"));
    home.run(["alerts", "flush"]).code(0).stdout("1 notification delivered, 0 left\n");
    assert_eq!(json(&home, &["alerts", "list"]), serde_json::json!([]));
    home.run(["alerts", "flush"]).code(0).stdout("").stderr_has("nothing waits");
}

#[test]
fn refused_alerts_wait_for_failed() {
    let (fleet, home) = scene(Behaviour::text(422, "no"));
    home.check(&[]).code(3);
    assert_eq!(json(&home, &["alerts", "list"])[0]["state"], "refused");
    let tried = fleet.count("hook");
    home.run(["alerts", "flush"]).code(3).stdout("0 notifications delivered, 1 left\n");
    assert_eq!(fleet.count("hook"), tried, "what was refused is not tried again");
    home.run(["alerts", "flush", "--failed"]).code(3).stderr_has("refused for good");
    assert_eq!(fleet.count("hook"), tried + 1);
    assert_eq!(json(&home, &["alerts", "list"])[0]["state"], "refused", "it stays so");
    home.run(["alerts", "flush", "--failed", "--drop"]).code(0).stdout("1 notification discarded\n");
    assert_eq!(json(&home, &["alerts", "list"]), serde_json::json!([]));
}

#[test]
fn a_sample_goes_past_the_outbox() {
    let (fleet, home) = scene(Behaviour::json(200, "{}"));
    home.run(["alerts", "test"]).code(0).stdout("RECEIVER  SAMPLE\nhook      delivered\n");
    let body: Value = serde_json::from_slice(&fleet.requests("hook")[0].body).expect("JSON");
    assert_eq!((&body["kind"], &body["items"]), (&"test".into(), &serde_json::json!([])));
    assert!(!home.path("state").exists(), "nothing is recorded");
    home.run(["alerts", "test", "hok"]).code(2).stdout("").stderr_has("did you mean `hook`?");
    home.run(["alerts", "test", "spare"]).code(2).stdout("").stderr_has("not configured");
    fleet.set("hook", "*", Behaviour::text(404, "gone"));
    home.run(["alerts", "test", "hook"]).code(3).stdout_has("404");
}

#[test]
fn show_tells_what_healing_did() {
    let (_fleet, home) = scene(Behaviour::json(200, "{}"));
    home.check(&[]).code(1);
    let id = id_of(&home, "health");
    let mut state: Value = serde_json::from_str(&home.read("state/state.json")).expect("JSON");
    state["ledger"] = serde_json::json!({ "records": { "vk/health": {
        "rule": "r", "attempts": 10, "max_attempts": 10, "last_at": "2099-01-01T00:00:00Z", "outcome": "failed",
        "detail": "exit 1: unit not found",
    } } });
    home.write("state/state.json", state.to_string());
    home.run(["incidents", "show", &id]).code(0).stdout_has(
        "vk/health: given up after 10 attempts; the last failed: exit 1: unit not found; a human is needed",
    );
    let bundle = json(&home, &["incidents", "show", &id]);
    let healing = &bundle["healing"][0];
    assert_eq!((&healing["endpoint"], &healing["exhausted"]), (&"health".into(), &true.into()));
    home.run(["incidents", "ack", &id]).code(0);
    assert!(home.read("state/state.json").contains("unit not found"), "a change keeps the rest of the state");
}
