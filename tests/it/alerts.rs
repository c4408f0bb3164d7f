//! Incidents and what people are told: openings, recoveries, failing receivers, the heartbeat.

use crate::support::Home;
use crate::support::process::{full_disk, with_stdout};
use canary::demo::fleet::{Behaviour, Fleet, Relay, Service};
use serde_json::Value;
use std::time::Duration;

const OK: &str = r#"{"ok":true,"result":{"message_id":1}}"#;

/// A service to watch, a Telegram server and a webhook; the configuration that joins them.
fn scene(telegram: Behaviour, hook: Behaviour) -> (Fleet, Home) {
    let fleet = Fleet::start([
        Service::new("s").on("*", Behaviour::text(500, "broken")),
        Service::new("telegram").on("*", telegram),
        Service::new("hook").on("*", hook),
        Service::new("heart").on("*", Behaviour::text(200, "ok")),
    ])
    .expect("a fleet");
    let home = Home::with_config(&format!(
        "defaults: {{ timeout: 2s, retry: {{ attempts: 1 }} }}
alerting: {{ after: 2, recover_after: 1, receivers: [ops, n8n] }}
heartbeat: {{ url: \"{}/ping?x=1\" }}
receivers:
  ops: {{ type: telegram, bot_token: \"123:s3cret-token\", chat_id: \"-100\", api_url: \"{}\" }}
  n8n: {{ type: n8n, url: \"{}/webhook/alerts\", secret: hm4c-secret }}
channels:
  vk:
    base_url: {}
    endpoints: {{ health: {{ path: /health, runbook: \"https://runbooks.example/vk\" }}, extended: {{ path: /extended }} }}
",
        fleet.url("heart"),
        fleet.url("telegram"),
        fleet.url("hook"),
        fleet.url("s"),
    ));
    (fleet, home)
}

fn check(home: &Home) -> (Option<i32>, Value, String) {
    let ran = home.run(["check", "--json"]);
    (ran.code, ran.json(), ran.stderr)
}

fn bodies(fleet: &Fleet, service: &str) -> Vec<Value> {
    let requests = fleet.requests(service);
    requests.iter().map(|request| serde_json::from_slice(&request.body).expect("JSON")).collect()
}

#[test]
fn an_outage_is_told_once_and_so_is_its_end() {
    let (fleet, home) = scene(Behaviour::json(200, OK), Behaviour::json(200, "{}"));
    let (code, report, _) = check(&home);
    assert_eq!((code, report["incidents"].as_array().map(Vec::len)), (Some(1), Some(0)), "one is not enough");
    assert_eq!(fleet.count("telegram") + fleet.count("hook"), 0);
    let (code, report, stderr) = check(&home);
    assert_eq!((code, report["incidents"].as_array().map(Vec::len)), (Some(1), Some(2)), "{stderr}");
    assert_eq!(report["alerts"].as_array().map(Vec::len), Some(2), "{report}");
    check(&home).0.expect("ends");
    let told = bodies(&fleet, "telegram");
    assert_eq!(told.len(), 1, "one message for both endpoints, no repeat");
    let text = told[0]["text"].as_str().expect("text");
    assert!(text.contains("vk") && text.contains("health") && text.contains("500"), "{text}");
    assert_eq!(told[0]["parse_mode"], "HTML");
    let hook = bodies(&fleet, "hook");
    let items = hook[0]["items"].as_array().expect("items");
    assert_eq!((hook.len(), items.len()), (1, 2));
    assert_eq!((&items[0]["event"], &items[0]["runbook"]), (&"open".into(), &"https://runbooks.example/vk".into()));
    fleet.set("s", "*", Behaviour::text(200, "fine"));
    assert_eq!(check(&home).0, Some(0));
    assert_eq!(bodies(&fleet, "hook")[1]["items"][0]["event"], "recover");
    assert_eq!(bodies(&fleet, "telegram").len(), 2);
}

#[test]
fn the_signature_is_over_the_exact_bytes() {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    let (fleet, home) = scene(Behaviour::json(200, OK), Behaviour::json(200, "{}"));
    check(&home);
    check(&home);
    let request = fleet.requests("hook").remove(0);
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(b"hm4c-secret").expect("a key");
    mac.update(&request.body);
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    assert_eq!(request.header("x-canary-signature"), Some(format!("sha256={hex}").as_str()));
}

#[test]
fn a_failing_receiver_delays_nobody_and_gets_it_at_last() {
    let flood = r#"{"ok":false,"error_code":502,"description":"Bad Gateway"}"#;
    let (fleet, home) = scene(Behaviour::json(502, flood), Behaviour::json(200, "{}"));
    check(&home);
    let (code, report, stderr) = check(&home);
    assert_eq!(code, Some(1), "a queued alert is a warning: {stderr}");
    assert!(stderr.contains("ops") && !stderr.contains("s3cret-token"), "{stderr}");
    assert_eq!(fleet.count("hook"), 1);
    let pending = report["alerts"].as_array().expect("alerts").iter().find(|one| one["receiver"] == "ops").cloned();
    assert_eq!(pending.expect("ops")["state"], "pending");
    fleet.set("telegram", "*", Behaviour::json(200, OK));
    fleet.clear("telegram");
    check(&home);
    assert!(fleet.wait_for("telegram", 1, Duration::from_secs(5)), "due again at the next run");
    assert_eq!(fleet.count("hook"), 1, "the other one hears it once");
}

#[test]
fn what_telegram_cannot_parse_is_sent_once_more_as_plain_text() {
    let refusal = r#"{"ok":false,"error_code":400,"description":"Bad Request: can't parse entities"}"#;
    let answers = Behaviour::Sequence(vec![Behaviour::json(400, refusal), Behaviour::json(200, OK)]);
    let (fleet, home) = scene(answers, Behaviour::json(200, "{}"));
    check(&home);
    check(&home);
    let told = bodies(&fleet, "telegram");
    assert_eq!((told.len(), told[1].get("parse_mode")), (2, None));
}

#[test]
fn a_moved_group_is_followed_and_remembered() {
    let moved = r#"{"ok":false,"error_code":400,"description":"Bad Request: group chat was upgraded to a supergroup chat","parameters":{"migrate_to_chat_id":-1009}}"#;
    let answers = Behaviour::Sequence(vec![Behaviour::json(400, moved), Behaviour::json(200, OK)]);
    let (fleet, home) = scene(answers, Behaviour::json(200, "{}"));
    check(&home);
    let (_, _, stderr) = check(&home);
    assert!(stderr.contains("receiver ops: the group has become a supergroup: set its chat_id to -1009"), "{stderr}");
    let chats: Vec<Value> = bodies(&fleet, "telegram").into_iter().map(|body| body["chat_id"].clone()).collect();
    assert_eq!(chats, [serde_json::json!(-100), serde_json::json!(-1009)]);
    fleet.set("s", "*", Behaviour::text(200, "fine"));
    fleet.set("telegram", "*", Behaviour::json(200, OK));
    check(&home);
    assert_eq!(bodies(&fleet, "telegram").pop().expect("a message")["chat_id"], -1009);
}

#[test]
fn no_alerts_counts_for_nothing() {
    let (fleet, home) = scene(Behaviour::json(200, OK), Behaviour::json(200, "{}"));
    for _ in 0..3 {
        let ran = home.run(["check", "--json", "--no-alerts"]).code(1);
        assert_eq!(ran.json()["incidents"], serde_json::json!([]));
    }
    assert_eq!((home.history().len(), fleet.count("hook"), fleet.count("heart")), (6, 0, 3));
}

#[test]
fn what_a_killed_run_found_is_heard_although_a_run_without_alerts_came_after_it() {
    for (after, said) in [(3, 1), (4, 0)] {
        let (fleet, home) = scene(Behaviour::json(200, OK), Behaviour::json(200, "{}"));
        let yaml = home.read("probes.yaml").replace("after: 2", &format!("after: {after}"));
        home.write("probes.yaml", &yaml);
        check(&home);
        let now = canary::model::result::stamp(canary::world::clock::now());
        let killed = home.history().into_iter().map(|mut line| {
            line["run"] = "01JDCZ3V5W8QK7M2N4P6R8T0XA".into();
            line["ts"] = now.clone().into();
            format!("{line}\n")
        });
        let history = home.read("state/history.jsonl") + &killed.collect::<String>();
        home.write("state/history.jsonl", &history);
        for _ in 0..2 {
            let _ = home.run(["check", "--no-alerts"]).code(1);
        }
        assert_eq!(fleet.count("hook"), 0);
        check(&home);
        assert_eq!(fleet.count("hook"), said, "three failing results of four that were not asked for count");
        check(&home);
        assert_eq!(fleet.count("hook"), 1, "each of them once");
    }
}

#[test]
fn no_alerts_leaves_the_incidents_of_removed_endpoints_alone() {
    let (fleet, home) = scene(Behaviour::json(200, OK), Behaviour::json(200, "{}"));
    check(&home);
    check(&home);
    let book = || serde_json::from_str::<Value>(&home.read("state/state.json")).expect("JSON")["book"].clone();
    let (before, told) = (book(), fleet.count("hook"));
    assert!(before.to_string().contains("vk/extended"), "{before}");
    let yaml = home.read("probes.yaml").replace(", extended: { path: /extended }", "");
    home.write("probes.yaml", &yaml);
    let _ = home.run(["check", "--no-alerts"]).code(1);
    assert_eq!((book(), fleet.count("hook")), (before, told), "neither read nor changed");
    check(&home);
    assert_eq!(bodies(&fleet, "hook").pop().expect("a message")["items"][0]["event"], "removed");
}

#[test]
fn openings_are_sent_although_the_state_cannot_be_written() {
    let (fleet, home) = scene(Behaviour::json(200, OK), Behaviour::json(200, "{}"));
    home.write("file", "");
    let ran = home.run(["check", "--json", "--state-dir", "file"]).code(3);
    assert_eq!(fleet.count("hook"), 1, "nothing can be counted, so `after: 2` would never be reached: {}", ran.stderr);
    assert_eq!(ran.json()["incidents"].as_array().map(Vec::len), Some(2));
}

#[test]
fn what_is_over_is_no_news_where_the_state_cannot_be_read() {
    let (fleet, home) = scene(Behaviour::json(200, OK), Behaviour::json(200, "{}"));
    for _ in 0..2 {
        check(&home);
    }
    fleet.set("s", "*", Behaviour::text(200, "fine"));
    check(&home);
    let state = home.read("state/state.json");
    let newer =
        regex::Regex::new(r#""(v|version)":\s*1\b"#).expect("a pattern").replace(&state, "\"$1\":999").into_owned();
    home.write("state/state.json", newer);
    let told = fleet.count("hook");
    for _ in 0..2 {
        let ran = home.run(["check", "--json"]).code(3);
        assert_eq!(ran.json()["incidents"], serde_json::json!([]));
    }
    assert_eq!(fleet.count("hook"), told, "nothing happened since");
}

#[test]
fn the_heartbeat_is_for_runs_over_everything() {
    let (fleet, home) = scene(Behaviour::json(200, OK), Behaviour::json(200, "{}"));
    let _ = home.run(["check", "vk/health"]);
    assert_eq!(fleet.count("heart"), 0, "a partial run keeps quiet");
    let _ = home.run(["check", "vk/health", "--heartbeat"]);
    let _ = home.run(["check"]);
    let asked: Vec<String> = fleet.requests("heart").iter().map(|request| request.target.clone()).collect();
    assert_eq!(asked, ["/ping?x=1", "/ping?x=1"]);
}

#[test]
fn what_counts_as_a_run_over_everything() {
    let (fleet, home) = scene(Behaviour::json(200, OK), Behaviour::json(200, "{}"));
    for (args, pings) in [
        (&["all"][..], 1),
        (&["vk/health", "all"], 1),
        (&["--no-alerts"], 1),
        (&["--shard", "1/1"], 1),
        (&["--due"], 1),
        (&["--shard", "1/2"], 0),
        (&["--tag", "x", "all"], 0),
        (&["--no-history"], 0),
        (&["--no-history", "--heartbeat"], 1),
        (&["--dry-run", "--heartbeat"], 0),
    ] {
        fleet.clear("heart");
        let _ = home.run(["check", "-q"].iter().chain(args));
        assert_eq!(fleet.count("heart"), pings, "{args:?}");
    }
}

#[test]
fn the_heartbeat_knows_of_outputs_that_could_not_be_written() {
    let (fleet, home) = scene(Behaviour::json(200, OK), Behaviour::json(200, "{}"));
    let ran = home.run(["check", "-o", "json=/proc/nope/x"]);
    assert_eq!(ran.code, Some(3), "{}", ran.stderr);
    for args in [&["check"][..], &["check", "-o", "jsonl"]] {
        let ran = with_stdout(home.command(args.iter().copied()), full_disk());
        assert_eq!(ran.code, Some(3), "{args:?}: {}", ran.stderr);
    }
    let asked: Vec<String> = fleet.requests("heart").iter().map(|request| request.target.clone()).collect();
    assert_eq!(asked, ["/ping/fail?x=1"; 3]);
    fleet.set("heart", "*", Behaviour::text(404, "no such check"));
    let ran = home.run(["check"]);
    assert_eq!(ran.code, Some(1), "that nobody hears it changes no exit code");
    assert!(ran.stderr.contains("heartbeat: HTTP 404: no such check"), "{}", ran.stderr);
}

#[test]
fn what_waits_for_a_receiver_that_is_gone_is_given_up_aloud() {
    let (fleet, home) = scene(Behaviour::json(500, "{}"), Behaviour::json(200, "{}"));
    check(&home);
    check(&home);
    let yaml = home.read("probes.yaml");
    home.write("probes.yaml", yaml.replace("  ops:", "  chat:").replace("[ops, n8n]", "[chat, n8n]"));
    let list = || home.run(["alerts", "list"]).code(0);
    drop(list().stdout_has("no such receiver").stdout_has("none; given up in 1d"));
    let (_, _, stderr) = check(&home);
    assert!(
        stderr.contains("the configuration has no such receiver; name it again"),
        "from the first run on: {stderr}"
    );
    drop(list().stdout_has("none; given up in 23h 59m"));
    let listed = || home.run(["alerts", "list", "--json"]).code(0).json();
    assert_eq!(listed()[0]["state"], "no such receiver", "kept for a day");
    // As if that had been yesterday.
    let mut state: Value = serde_json::from_str(&home.read("state/state.json")).expect("JSON");
    let since = &mut state["outbox"]["receivers"]["ops"]["missing_since"];
    assert!(since.is_string() || since.is_number(), "{since}");
    let yesterday = canary::world::clock::now() - jiff::SignedDuration::from_hours(25);
    *since = if since.is_string() { yesterday.to_string().into() } else { yesterday.as_second().into() };
    home.write("state/state.json", state.to_string());
    let (code, report, stderr) = check(&home);
    assert_eq!(code, Some(3), "{stderr}");
    assert!(stderr.contains("no receiver ops") && stderr.contains("vk/health open (incident "), "{stderr}");
    let all = |told: &Value| {
        let told = told.as_array().expect("a list").iter();
        told.map(|one| format!("{} {}", one["receiver"], one["state"])).collect::<Vec<_>>()
    };
    assert!(all(&report["alerts"]).contains(&"\"ops\" \"lost\"".to_owned()), "{}", report["alerts"]);
    assert!(!all(&listed()).iter().any(|one| one.contains("ops")), "{}", listed());
    assert_eq!(check(&home).0, Some(1), "once");
    drop(fleet);
}

/// A dead exit first in the pool silenced every receiver behind it. It is passed over, and rests from then on.
#[test]
fn a_receiver_behind_a_pool_is_told_through_the_exit_that_works() {
    for strategy in ["round_robin", "sticky", "random"] {
        let fleet = Fleet::start([
            Service::new("s").on("*", Behaviour::text(500, "broken")),
            Service::new("hook").on("*", Behaviour::json(200, "{}")),
            Service::proxy("dead").refusing(),
            Service::proxy("good"),
        ])
        .expect("a fleet");
        let home = Home::with_config(&format!(
            "proxies: {{ p: {{ urls: [\"http://{}\", \"http://{}\"], strategy: {strategy} }} }}
defaults: {{ timeout: 2s, retry: {{ attempts: 1 }} }}
alerting: {{ after: 1, recover_after: 1, receivers: [n8n] }}
receivers: {{ n8n: {{ type: webhook, url: \"{}/hook\", proxy: p }} }}
channels: {{ vk: {{ base_url: \"{}\", endpoints: {{ health: {{ path: / }} }} }} }}
",
            fleet.addr("dead"),
            fleet.addr("good"),
            fleet.url("hook").trim_end_matches('/'),
            fleet.url("s"),
        ));
        for round in 1..=4 {
            let (_, report, stderr) = check(&home);
            assert_eq!(report["alerts"][0]["state"], "delivered", "{strategy}: {stderr}");
            assert_eq!(fleet.count("hook"), round, "{strategy}");
            let answer = if round % 2 == 0 { Behaviour::text(500, "broken") } else { Behaviour::text(200, "fine") };
            fleet.set("s", "*", answer);
        }
        assert_eq!(fleet.count("good"), 4);
        let state: Value = serde_json::from_str(&home.read("state/state.json")).expect("JSON");
        if strategy == "round_robin" {
            let dead = &state["exits"][format!("p/{}", fleet.addr("dead"))];
            assert!(
                dead["quarantined_until"].is_string() && dead["failures"] == 1,
                "it rests, not asked again: {state}"
            );
        }
    }
}

/// What lays a tunnel and swallows the message is nobody's fault that is known, so the try after it takes another way.
#[test]
fn an_exit_that_swallows_the_message_is_not_taken_for_ever() {
    for strategy in ["round_robin", "sticky"] {
        let fleet = Fleet::start([
            Service::new("s").on("*", Behaviour::text(500, "broken")),
            Service::new("hook").on("*", Behaviour::json(200, "{}")),
            Service::proxy("hole").relaying(Relay::accept_then_reset()),
            Service::proxy("good"),
        ])
        .expect("a fleet");
        let (hole, good, hook) = (fleet.addr("hole"), fleet.addr("good"), fleet.url("hook"));
        for urls in [[hole, good], [good, hole]] {
            let home = Home::with_config(&format!(
                "proxies: {{ p: {{ urls: [\"http://{}\", \"http://{}\"], strategy: {strategy} }} }}
defaults: {{ timeout: 2s, retry: {{ attempts: 1 }} }}
alerting: {{ after: 1, receivers: [n8n] }}
receivers: {{ n8n: {{ type: webhook, url: \"{hook}\", proxy: p }} }}
channels: {{ vk: {{ base_url: \"{}\", endpoints: {{ health: {{ path: / }} }} }} }}
",
                urls[0],
                urls[1],
                fleet.url("s"),
            ));
            fleet.clear("hook");
            check(&home);
            let flushes = (0..4).take_while(|_| fleet.count("hook") == 0);
            flushes.for_each(|_| drop(home.run(["alerts", "flush"])));
            assert_eq!(fleet.count("hook"), 1, "{strategy} {urls:?}");
        }
        assert!(fleet.count("hole") > 0, "{strategy}: it was tried");
    }
}
