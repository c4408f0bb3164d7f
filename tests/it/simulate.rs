//! `canary alerts simulate`: the same messages as the runs themselves would have sent, and nothing touched.

use crate::support::Home;
use canary::demo::fleet::{Behaviour, Fleet, Service};
use canary::world::clock;
use serde_json::{Value, json};
use std::time::Duration;

/// Three endpoints, two receivers; `alerting` without its braces.
fn config(base: &str, hook: &str, alerting: &str) -> String {
    format!(
        "defaults: {{ timeout: 2s, retry: {{ attempts: 1 }} }}
receivers:
  ops: {{ type: webhook, url: \"{hook}\" }}
  night: {{ type: webhook, url: \"${{NIGHT_URL:-}}\", events: [open] }}
alerting: {{ {alerting}, receivers: [ops, night] }}
channels:
  vk:
    base_url: {base}
    endpoints:
      health: {{ path: /health }}
      api: {{ path: /api, depends_on: [vk/health] }}
      mute: {{ path: /mute, maintenance: [{{ from: \"2020-01-01T00:00:00Z\", to: \"2099-01-01T00:00:00Z\" }}] }}
"
    )
}

const NOWHERE: &str = "http://127.0.0.1:1";

/// Nothing flaps.
const CALM: &str = "after: 2, recover_after: 2, flap: { changes: 99, window: 30m }";

/// A line a minute and endpoint, ending now; a letter a run (`u`p, `d`own).
fn history(letters: &str, names: &[&str]) -> String {
    let now = clock::now();
    let mut text = String::new();
    for (run, letter) in letters.chars().enumerate() {
        let minutes = letters.len() - run;
        let ts = now - Duration::from_secs(60 * minutes as u64);
        let down = letter == 'd';
        for name in names {
            let line = json!({
                "v": 1, "ts": format!("{ts:.3}"), "run": format!("R{run}"), "channel": "vk", "endpoint": name,
                "verdict": if down { "down" } else { "up" }, "reason": down.then_some("status"),
                "blame": down.then_some("target"), "message": down.then_some("status 500"),
                "url": format!("http://127.0.0.1:1/{name}"), "latency_ms": 10.0, "maintenance": false, "verify": false,
            });
            text.push_str(&(line.to_string() + "\n"));
        }
    }
    text
}

fn home(letters: &str, names: &[&str], alerting: &str) -> Home {
    let home = Home::with_config(&config(NOWHERE, NOWHERE, alerting));
    home.write("state/history.jsonl", history(letters, names));
    home
}

fn simulate(home: &Home, args: &[&str]) -> Value {
    home.run(["alerts", "simulate", "--json", "--since", "5h"].iter().chain(args).copied()).code(0).json()
}

fn words(value: &Value) -> Vec<String> {
    let item = |item: &Value| {
        format!("{} {}", item["event"].as_str().unwrap_or("?"), item["endpoint"].as_str().unwrap_or("?"))
    };
    let of = |message: &Value| {
        let items: Vec<String> = message["items"].as_array().expect("items").iter().map(item).collect();
        let to: Vec<&str> = message["receivers"].as_array().expect("to").iter().filter_map(Value::as_str).collect();
        format!("{} -> {}", items.join(", "), to.join(" "))
    };
    value["messages"].as_array().expect("messages").iter().map(of).collect()
}

fn silent(value: &Value) -> Vec<(String, String, u64)> {
    let text = |one: &Value, key: &str| one[key].as_str().expect("text").to_owned();
    let rows = value["silent"].as_array().expect("rows").iter();
    rows.map(|one| (text(one, "endpoint"), text(one, "why"), one["count"].as_u64().expect("a number"))).collect()
}

#[test]
fn says_what_the_runs_themselves_have_said() {
    let service = Service::new("s").on("*", Behaviour::text(200, "fine"));
    let fleet = Fleet::start([service, Service::new("hook").on("*", Behaviour::json(200, "{}"))]).expect("a fleet");
    let hook = fleet.url("hook");
    let home = Home::with_config(&config(&fleet.url("s"), &hook, "after: 2, recover_after: 2"));
    for letter in "uuddduuudduuudu".chars() {
        let status = if letter == 'd' { 500 } else { 200 };
        fleet.set("s", "*", Behaviour::text(status, "as told"));
        let _ = home.check(&[]);
    }
    let mut wanted: Vec<Value> = Vec::new();
    for request in fleet.requests("hook") {
        let body: Value = serde_json::from_slice(&request.body).expect("JSON");
        wanted.extend(body["items"].as_array().expect("items").clone());
    }
    assert!(wanted.len() >= 4, "two incidents, each with its end, and whatever flaps: {wanted:?}");
    let sent = fleet.count("hook");
    let state = home.read("state/state.json");
    let value = simulate(&home, &[]);
    let mut got: Vec<Value> = value["messages"]
        .as_array()
        .expect("messages")
        .iter()
        .flat_map(|one| one["items"].as_array().expect("items").clone())
        .collect();
    for item in wanted.iter_mut().chain(&mut got) {
        // When it was committed isn't in the history, only when its last probe began.
        item["at"] = Value::Null;
    }
    assert_eq!(got, wanted);
    assert_eq!(home.read("state/state.json"), state);
    assert_eq!(fleet.count("hook"), sent, "nobody is told");
}

#[test]
fn tells_who_when_and_why_not() {
    let home = home("uudduuuduuddddduu", &["health", "api", "mute", "gone"], CALM);
    let value = simulate(&home, &[]);
    assert_eq!(
        words(&value),
        ["open health -> ops night", "recover health -> ops", "open health -> ops night", "recover health -> ops"]
    );
    assert!(
        value["messages"][0]["text"].as_str().is_some_and(|text| text.contains("vk/health is down since")),
        "{value}"
    );
    let counts = &value["counts"];
    assert_eq!((&counts["openings"], &counts["recoveries"], &counts["noise"]), (&2.into(), &2.into(), &2.into()));
    assert_eq!(value["detection_ms"]["median"], 60_010, "a minute, and the probe's 10 ms");
    let silent = silent(&value);
    for wanted in [
        ("api", "parent_down", 7),
        ("mute", "maintenance", 5),
        ("health", "filtered", 2),
        ("health", "below_threshold", 3),
    ] {
        let found = silent.iter().find(|(endpoint, why, _)| (endpoint.as_str(), why.as_str()) == (wanted.0, wanted.1));
        assert!(found.is_some(), "{wanted:?} is not in {silent:?}");
    }
    assert_eq!((&value["runs"], &value["results"]), (&17.into(), &68.into()));
    let ran = home.run(["alerts", "simulate", "--since", "5h"]).code(0);
    let _ = ran
        .stdout_has(" UTC to ops, night\n    🔴 vk/health is down since ")
        .stdout_has("4 messages, 2 openings, 0 reminders, 0 changes, 0 flapping edges, 2 recoveries\n")
        .stdout_has("noise 2")
        .stderr_has("doesn't probe vk/gone: left out")
        .stderr_has("receiver night is not configured here");
    let some = simulate(&home, &["vk/api"]);
    assert!(
        words(&some).is_empty()
            && some["silent"].as_array().is_some_and(|rows| rows.iter().all(|one| one["endpoint"] == "api"))
    );
}

#[test]
fn sets_two_configurations_side_by_side() {
    let home = home(&("u".repeat(5) + "dd" + &"u".repeat(5) + &"d".repeat(20) + "uu"), &["health", "api"], CALM);
    home.write(
        "patient.yaml",
        config(NOWHERE, NOWHERE, &CALM.replace("after: 2, r", "after: 5, r")).replace(", depends_on: [vk/health]", ""),
    );
    let value = simulate(&home, &["--compare", "patient.yaml"]);
    let other = &value["compare"];
    assert_eq!((&value["counts"]["openings"], &other["counts"]["openings"]), (&2.into(), &2.into()));
    assert_eq!((&value["counts"]["noise"], &other["counts"]["noise"]), (&1.into(), &0.into()));
    assert_eq!((&value["detection_ms"]["median"], &other["detection_ms"]["median"]), (&60_010.into(), &240_010.into()));
    assert_eq!((&value["only_here"], &other["only_here"]), (&json!([]), &json!(["vk/api"])));
    assert_eq!((&value["config"], &other["config"]), (&"probes.yaml".into(), &"patient.yaml".into()));
    let _ = home
        .run(["alerts", "simulate", "--since", "5h", "--compare", "patient.yaml"])
        .code(0)
        .stdout_has("only with patient.yaml: vk/api\n")
        .stdout_has("delay, median");
}

#[test]
fn what_was_open_before_is_no_news() {
    let home = home(&("d".repeat(90) + "uu"), &["health"], "after: 2, recover_after: 2, repeat: 20m");
    let ran = home.run(["alerts", "simulate", "--json", "--since", "30m"]).code(0).json();
    assert_eq!(ran["counts"]["already_open"], 1);
    assert_eq!(ran["counts"]["openings"], 0);
    assert_eq!(words(&ran).last().map(String::as_str), Some("recover health -> ops"));
    assert!(ran["counts"]["reminders"].as_u64().is_some_and(|n| n == 1 || n == 2), "{ran}");
}

#[test]
fn silences_count_from_when_they_were_added() {
    let home = home("dd", &["health"], "after: 1, recover_after: 1");
    home.write("state/state.json", "{\"version\":1}");
    home.run(["silence", "add", "vk", "--for", "1h"]).code(0).stdout_has("silenced");
    assert_eq!(words(&simulate(&home, &[])), ["open health -> ops night"], "the failures were before it");
    let mut state: Value = serde_json::from_str(&home.read("state/state.json")).expect("JSON");
    state["book"]["silences"][0]["created_at"] = "2020-01-01T00:00:00.000Z".into();
    home.write("state/state.json", state.to_string());
    let value = simulate(&home, &[]);
    assert!(words(&value).is_empty() && silent(&value).iter().any(|(_, why, _)| why == "silence"), "{value}");
}

#[test]
fn wrong_usage_is_told() {
    let home = home("dd", &["health"], "after: 1");
    let refused = |args: &[&str], why: &str| {
        let _ = home.run(["alerts", "simulate"].iter().chain(args).copied()).refused().stderr_has(why);
    };
    refused(&[], "--since");
    refused(&["--since", "5h", "vk/helth"], "did you mean vk/health?");
    refused(&["--since", "5h", "--compare", "none.yaml"], "none.yaml");
    home.write("broken.yaml", "channels: {");
    refused(&["--since", "5h", "--compare", "broken.yaml"], "broken.yaml");
    let empty = Home::new();
    let _ = empty.run(["alerts", "simulate", "--since", "5h"]).refused().stderr_has("no configuration found");
    let _ = home.run(["alerts", "simulate", "--since", "1s"]).code(0).stdout_has("0 messages");
}
