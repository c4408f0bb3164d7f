//! `canary status`: what is known without probing, from whatever is left of state and history.

use crate::support::process::until;
use crate::support::{Home, Ran};
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::os::unix::fs::symlink;
use std::time::Duration;

const YAML: &str = "receivers:
  n8n: { type: n8n, url: \"${N8N:-}\" }
heartbeat: { url: \"${HEARTBEAT:-}\" }
proxies:
  residential: { urls: [\"${EXIT:-}\"] }
alerting: { after: 1 }
defaults: { timeout: 1s, retry: { attempts: 1 } }
channels:
  vk:
    tags: [ru]
    base_url: http://127.0.0.1:9
    endpoints:
      health: { path: /health, warn: { latency: 1s } }
      api: { path: /api, auth: { bearer: \"${TOKEN:-}\" } }
  max:
    base_url: http://127.0.0.1:9
    endpoints:
      health: { path: /health }
      old: { path: /old, enabled: false }
";

/// A history of so many minutes that ended so long ago: `verdict(minute)` of vk/health, the newest is minute 0.
fn history(home: &Home, minutes: i64, ago: Duration, verdict: impl Fn(i64) -> &'static str) {
    let last = canary::world::clock::now() - SignedDuration::try_from(ago).expect("in range");
    let mut text = String::new();
    for minute in (0..minutes).rev() {
        let at = last - SignedDuration::from_mins(minute);
        let verdict = verdict(minute);
        let failing = verdict != "up";
        let line = json!({"v": 1, "ts": format!("{at:.3}"), "run": "R", "channel": "vk", "endpoint": "health",
            "verdict": verdict, "reason": failing.then_some("status"), "message": failing.then_some("503 instead of 2xx"),
            "status": 200, "latency_ms": if failing { json!(null) } else { json!(20.0) }, "metrics": {}, "evidence": null,
            "maintenance": false});
        writeln!(text, "{line}").expect("written");
    }
    home.write("state/history.jsonl", text);
}

fn home() -> Home {
    Home::with_config(YAML)
}

fn of<'a>(status: &'a Value, name: &str) -> &'a Value {
    let all = status["endpoints"].as_array().expect("endpoints");
    all.iter().find(|one| crate::support::name_of(one) == name).expect("the endpoint")
}

fn json_of(home: &Home) -> Value {
    home.run(["status", "--json"]).code(0).json()
}

#[track_caller]
fn near(value: &Value, expected: f64) {
    let value = value.as_f64().expect("a number");
    assert!((value - expected).abs() < 0.002, "{value} instead of {expected}");
}

#[test]
fn knows_nothing_before_the_first_run_and_makes_nothing() {
    let home = home();
    let ran = home
        .run(["status"])
        .code(0)
        .stderr_has("note: no run is recorded in ")
        .stdout_has("· no result  vk/health")
        .stdout_has("no run is recorded yet");
    ran.stdout_has("\n4 settings are not configured: canary config check\n");
    assert!(!home.path("state").exists());
    let status = json_of(&home);
    assert_eq!((&status["v"], &status["last_run_at"]), (&json!(1), &Value::Null));
    assert_eq!(of(&status, "max/old")["skipped"], "disabled");
    assert_eq!(of(&status, "vk/api")["verdict"], "skipped");
    assert_eq!(status["not_configured"].as_array().map(Vec::len), Some(4));
}

#[test]
fn tells_of_a_run_its_incidents_and_silences() {
    let home = home();
    let report = home.check(&[]).code(1).json();
    let id = report["incidents"][0]["id"].as_str().expect("an incident").to_owned();
    home.run(["incidents", "ack", &id]).code(0).stdout_has("acknowledged");
    home.run(["silence", "add", "max", "--for", "2h", "--reason", "moving\u{1b}[2J"]).code(0).stdout_has("max");
    let status = json_of(&home);
    let vk = of(&status, "vk/health");
    assert_eq!(
        (&vk["verdict"], &vk["incident"]["id"], &vk["incident"]["acknowledged"]),
        (&json!("down"), &json!(id), &json!(true))
    );
    assert_eq!(vk["last_error"]["reason"], "connect");
    assert_eq!(of(&status, "max/health")["silenced"]["reason"], "moving\u{1b}[2J");
    assert_eq!(status["channels"][0]["health_score"], 0.0);
    assert_eq!(status["channels"][0]["parts"]["state"], json!({"score": 0.0, "weight": 50}));
    let shown = home.run(["status"]).code(0).stderr_lacks("state");
    let shown = shown.stdout_has(&format!("incident {id}, acknowledged)")).stdout_has("moving\\x1b[2J");
    assert!(!shown.stdout.contains("NO RUN"), "{}", shown.stdout);
}

#[test]
fn a_history_without_state_is_read_through_rotated_files() {
    let home = home();
    // Of the last 100 minutes 20 were down, long ago enough to be in the older file.
    history(&home, 100, Duration::from_secs(5), |minute| if (60..80).contains(&minute) { "down" } else { "up" });
    let text = home.read("state/history.jsonl");
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    home.write("state/history.jsonl.1", lines[..50].concat());
    home.write("state/history.jsonl", format!("{}not a record\n\0\0\0\n", lines[50..].concat()));
    let status = json_of(&home);
    let vk = of(&status, "vk/health");
    assert_eq!(vk["verdict"], "up");
    near(&vk["uptime"]["24h"], 0.8);
    near(&vk["coverage"]["24h"], 99.0 / 1_440.0);
    assert_eq!((&vk["last_error"]["count"], &vk["last_error"]["message"]), (&json!(20), &json!("503 instead of 2xx")));
    assert_eq!(status["last_run_at"], vk["last_result_at"]);
    assert!(home.path("state/rollup.json").exists() && !home.path("state/state.json").exists());
    home.run(["status", "-v"]).code(0).stderr_has("2 lines hold no record");
    near(&of(&json_of(&home), "vk/health")["uptime"]["7d"], 0.8);
}

#[test]
fn a_silent_cron_is_said_loudly() {
    let home = home();
    history(&home, 10, Duration::from_hours(7), |_| "up");
    let ran = home.run(["status"]).code(0);
    assert!(ran.stdout.starts_with("NO RUN FOR 7h: "), "{}", ran.stdout);
    assert_eq!(json_of(&home)["overdue"], true);
    history(&home, 10, Duration::from_secs(100), |_| "up");
    home.run(["status"]).code(0).stdout_has("last run 1m 40s ago").stdout_lacks("NO RUN");
}

#[test]
fn targets_choose_and_near_misses_are_named() {
    let home = home();
    let names = |args: &[&str]| {
        let ran = home.run([&["status", "--json"], args].concat()).code(0);
        let all = ran.json()["endpoints"]
            .as_array()
            .expect("endpoints")
            .iter()
            .map(crate::support::name_of)
            .collect::<Vec<_>>();
        all.join(" ")
    };
    assert_eq!(names(&["*/health"]), "vk/health max/health");
    assert_eq!(names(&["max", "vk/health"]), "vk/health max/health max/old");
    assert_eq!(names(&["--tag", "ru"]), "vk/health vk/api");
    home.run(["status", "vk/helth"]).code(2).stdout("").stderr_has("did you mean vk/health");
    home.run(["status", "max", "--tag", "ru"]).code(2).stdout("").stderr_has("tags");
}

#[test]
fn whatever_is_left_of_the_state_will_do() {
    let home = home();
    history(&home, 30, Duration::from_secs(5), |_| "down");
    let is_down = |said: &str| {
        let ran = home.run(["status", "--json"]).code(0);
        assert_eq!(of(&ran.json(), "vk/health")["verdict"], "down");
        assert!(
            if said.is_empty() { !ran.stderr.contains("state") } else { ran.stderr.contains(said) },
            "{}",
            ran.stderr
        );
    };
    is_down("");
    home.write("state/state.json", "{\"version\":1,\"endp");
    is_down(
        "state.json is damaged; run `canary check`, which keeps what is damaged aside and rebuilds the state from the history; this is what the history knows",
    );
    assert!(home.path("state/state.json").exists(), "looking moves nothing");
    std::fs::remove_file(home.path("state/rollup.json")).expect("removed");
    home.write("state/state.json", "{\"version\":7}");
    is_down("written by a newer canary (version 7, this one knows 1)");
    assert!(!home.path("state/rollup.json").exists(), "nothing is written beside a newer state");
    std::fs::remove_file(home.path("state/state.json")).expect("removed");
    symlink("/dev/null", home.path("state/rollup.lock.away")).expect("linked");
    std::fs::rename(home.path("state/rollup.lock.away"), home.path("state/rollup.lock")).expect("renamed");
    is_down("");
    home.run(["status", "-v"]).code(0).stderr_has("is not kept: ").stderr_has("cannot be locked: is a symbolic link");
    std::fs::remove_dir_all(home.path("state")).expect("removed");
    home.write("state", "a file");
    home.run(["status"]).code(3).stdout("").stderr_has("state directory ");
}

/// C01, C02, C08: clocks that jump, lines out of order.
#[test]
fn a_clock_that_was_ahead_does_no_harm() {
    let home = home();
    history(&home, 30, Duration::from_secs(5), |_| "up");
    let good = home.read("state/history.jsonl");
    let year_ahead = good.lines().next().expect("a line").replace(&good[11..15], "2096").replace("\"up\"", "\"down\"");
    let mut lines: Vec<&str> = good.lines().collect();
    lines.swap(3, 20);
    lines.insert(9, &year_ahead);
    home.write("state/history.jsonl", lines.join("\n") + "\n");
    for _ in 0..2 {
        let vk = json_of(&home)["endpoints"][0].clone();
        assert_eq!((&vk["verdict"], &vk["last_error"]), (&json!("up"), &Value::Null));
        near(&vk["uptime"]["24h"], 1.0);
        near(&vk["coverage"]["24h"], 29.0 / 1_440.0);
    }
}

/// What doesn't depend on the moment it is asked.
fn lasting(home: &Home) -> Vec<Value> {
    let ran: Ran = home.run(["report", "--out", "report"]).code(0);
    assert_eq!(ran.stdout, "");
    let read = |name: &str| serde_json::from_str::<Value>(&home.read(name)).expect("JSON");
    let days = read("report/history.json")["endpoints"].as_array().expect("endpoints").clone();
    let counts = days.iter().map(|one| {
        let days = one["days"].as_array().expect("days").iter();
        days.map(|day| json!([day["date"], day["up"], day["down"], day["latency_ms"]])).collect::<Value>()
    });
    let status = read("report/status.json");
    let each = status["endpoints"].as_array().expect("endpoints").iter();
    let each = each.map(|one| json!([one["verdict"], one["since"], one["last_result_at"], one["last_error"]]));
    counts.chain(each).collect()
}

#[test]
fn killed_runs_leave_rollups_that_equal_a_full_scan() {
    let yaml = format!("history: {{ max_size: 64KiB, keep: 100 }}\n{YAML}");
    let home = Home::with_config(&yaml);
    history(&home, 700, Duration::from_mins(1), |minute| if minute % 50 == 0 { "down" } else { "up" });
    for round in 0..12_u64 {
        // Every run rotates, and so reads and keeps what is new.
        let mut text = home.read("state/history.jsonl");
        let padding = 65_000_usize.saturating_sub(text.len());
        writeln!(text, "{}", "x".repeat(padding)).expect("written");
        home.write("state/history.jsonl", text);
        let mut run = home.command(["check", "-q"]).spawn().expect("started");
        let over = until(Duration::from_millis(7 * round), || run.try_wait().expect("waited").is_some());
        if !over {
            run.kill().expect("killed");
            run.wait().expect("waited");
        }
        let kept = lasting(&home);
        let cache = std::fs::read(home.path("state/rollup.json")).expect("a cache");
        std::fs::remove_file(home.path("state/rollup.json")).expect("removed");
        assert_eq!(kept, lasting(&home), "after round {round}");
        home.write("state/rollup.json", cache);
    }
}

#[test]
fn fits_the_width_and_colours_only_when_asked() {
    let home = home();
    history(&home, 200, Duration::from_secs(5), |minute| if minute < 3 { "down" } else { "up" });
    for width in ["80", "200"] {
        let mut command = home.command(["status"]);
        let ran = Ran::from(command.env("COLUMNS", width).output().expect("ran")).code(0);
        let widest = ran.stdout.lines().map(|line| line.chars().count()).max().unwrap_or_default();
        assert!(widest <= width.parse().expect("a number"), "{widest}:\n{}", ran.stdout);
        assert!(!ran.stdout.contains('\u{1b}'));
    }
    home.run(["status", "--color", "always"]).code(0).stdout_has("\u{1b}[");
}
