//! `canary report --out DIR`, and `-o prometheus`: files that others read, replaced whole.

use crate::support::configs::DEFAULTS;
use crate::support::{Home, Ran};
use canary::demo::fleet::{Behaviour, Fleet, Service};
use serde_json::{Value, json};
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

fn fleet() -> Fleet {
    let service = Service::new("s")
        .on("/up", Behaviour::json(200, r#"{"status":"healthy","score":97}"#))
        .on("/down", Behaviour::text(503, "<script>alert(1)</script>"));
    Fleet::start([service]).expect("a fleet")
}

fn home(fleet: &Fleet) -> Home {
    Home::with_config(&format!(
        "{DEFAULTS}alerting: {{ after: 1 }}
channels:
  vk:
    base_url: \"{0}\"
    endpoints:
      health: {{ path: /up, metrics: {{ score: $.score }} }}
      broken: {{ path: /down }}
      off: {{ path: /up, enabled: false }}
  max:
    base_url: \"{0}\"
    endpoints: {{ health: {{ path: /up }} }}
",
        fleet.url("s")
    ))
}

fn mode(path: &Path) -> u32 {
    std::fs::symlink_metadata(path).expect("there").permissions().mode() & 0o777
}

const FILES: [&str; 6] =
    ["index.html", "status.json", "status/vk.json", "status/max.json", "history.json", "metrics.prom"];

#[test]
fn writes_every_file_for_all_to_read() {
    let fleet = fleet();
    for umask in ["000", "077"] {
        let home = home(&fleet);
        home.check(&[]).code(1);
        let made = home.command_after(&format!("umask {umask}"), ["report", "--out", "a/b"]).output().expect("ran");
        Ran::from(made).code(0).stdout("").stderr("");
        for file in FILES {
            assert_eq!(mode(&home.path("a/b").join(file)), 0o644, "{file} with umask {umask}");
        }
        let left: Vec<_> = std::fs::read_dir(home.path("a/b")).expect("listed").collect();
        assert_eq!(left.len(), FILES.len() - 1, "nothing else: {left:?}");
    }
}

#[test]
fn replaces_links_instead_of_following_them() {
    let fleet = fleet();
    let home = home(&fleet);
    home.check(&[]).code(1);
    home.write("out/x", "");
    home.write("precious", "keep");
    for file in ["index.html", "status.json", "metrics.prom"] {
        symlink(home.path("precious"), home.path("out").join(file)).expect("linked");
    }
    home.run(["report", "--out", "out"]).code(0);
    assert_eq!(home.read("precious"), "keep");
    assert!(home.read("out/index.html").starts_with("<!DOCTYPE html>"));
    std::fs::remove_file(home.path("out/history.json")).expect("removed");
    std::fs::create_dir(home.path("out/history.json")).expect("in the way");
    home.run(["report", "--out", "out"]).code(3).stdout("").stderr_has("can't write out/history.json: ");
    home.run(["report", "--out", "precious/x"]).code(3).stderr_has("can't write precious/x");
    home.run(["report"]).code(2).stdout("").stderr_has("--out");
}

/// Numbers that are measured against the present moment say little of two moments.
fn settled(mut status: Value) -> Value {
    status["generated_at"] = Value::Null;
    for endpoint in status["endpoints"].as_array_mut().expect("endpoints") {
        endpoint["uptime"] = Value::Null;
        endpoint["coverage"] = Value::Null;
    }
    status
}

#[test]
fn the_files_say_what_status_says() {
    let fleet = fleet();
    let home = home(&fleet);
    home.check(&[]).code(1);
    home.check(&["vk"]).code(1);
    home.run(["report", "--out", "out"]).code(0);
    let read = |name: &str| serde_json::from_str::<Value>(&home.read(name)).expect("JSON");
    let status = |args: &[&str]| settled(home.run([&["status", "--json"], args].concat()).code(0).json());
    assert_eq!(settled(read("out/status.json")), status(&[]));
    assert_eq!(settled(read("out/status/vk.json")), status(&["vk"]));
    let history = read("out/history.json");
    let recent = history["recent"].as_array().expect("recent results");
    assert_eq!(recent, &home.history(), "the newest results as they stand in the history");
    let page = home.read("out/index.html");
    assert!(page.contains("1 of 3 endpoints is down") && page.contains("HTTP 503"), "{page}");
    assert!(page.contains("&lt;script&gt;alert(1)") && !page.contains("<script"));
    let metrics = home.read("out/metrics.prom");
    assert!(metrics.contains("canary_incident_open{channel=\"vk\",endpoint=\"broken\"} 1\n"), "{metrics}");
}

#[test]
fn tells_of_healing_and_past_incidents() {
    let fleet = fleet();
    let home = home(&fleet);
    home.check(&[]).code(1);
    let mut state: Value = serde_json::from_str(&home.read("state/state.json")).expect("JSON");
    state["ledger"] = json!({"records": {"vk/broken": {"attempts": 3, "max_attempts": 3, "last_at": "2026-11-23T10:00:00.000Z",
        "outcome": "failed", "detail": "exit 1: <unit> not found", "last_down": "2026-11-23T10:00:09.000Z"}}});
    home.write("state/state.json", state.to_string());
    home.run(["report", "--out", "out"]).code(0);
    let page = home.read("out/index.html");
    for words in ["failed: exit 1: &lt;unit&gt; not found; given up after 3 attempts", "not healed"] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn a_report_needs_no_run_and_no_state() {
    let fleet = fleet();
    let home = home(&fleet);
    home.run(["report", "--out", "out"]).code(0).stdout("").stderr_has("no run is recorded in ");
    assert!(home.read("out/index.html").contains("Nothing was probed yet"));
    assert!(!home.path("state").exists());
    promtool(&home.read("out/metrics.prom"));
}

fn lines<'a>(metrics: &'a str, start: &str) -> Vec<&'a str> {
    metrics.lines().filter(|line| line.starts_with(start)).collect()
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn skipped(what: &str) {
    eprintln!("SKIPPED: {what} is not to be had here");
}

fn promtool(metrics: &str) {
    let Ok(mut tool) = Command::new("promtool")
        .args(["check", "metrics"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
    else {
        return skipped("promtool (Debian: prometheus)");
    };
    std::io::Write::write_all(&mut tool.stdin.take().expect("piped"), metrics.as_bytes()).expect("written");
    let output = tool.wait_with_output().expect("ended");
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.trim().is_empty(), "{said}\n{metrics}");
}

#[test]
fn metrics_are_of_every_configured_endpoint_whatever_was_probed() {
    let fleet = fleet();
    let home = home(&fleet);
    let first = home.run(["check", "max", "-o", "prometheus"]).code(0).stdout;
    assert_eq!(lines(&first, "canary_probe_up{"), ["canary_probe_up{channel=\"max\",endpoint=\"health\"} 1"]);
    assert_eq!(lines(&first, "canary_probe_verdict{channel=\"vk\",endpoint=\"health\"").len(), 5);
    promtool(&first);
    let ran = home.run(["check", "vk", "-q", "-o", "prometheus=m.prom"]).code(1).stdout("");
    assert_eq!(ran.stderr, "");
    let second = home.read("m.prom");
    assert_eq!(lines(&second, "canary_probe_up{").len(), 3, "{second}");
    for line in [
        "canary_probe_up{channel=\"vk\",endpoint=\"broken\"} 0",
        "canary_probe_http_status_code{channel=\"vk\",endpoint=\"broken\"} 503",
        "canary_probe_metric{channel=\"vk\",endpoint=\"health\",name=\"score\"} 97",
        "canary_probe_verdict{channel=\"vk\",endpoint=\"off\",verdict=\"skipped\"} 1",
        "canary_incident_open{channel=\"vk\",endpoint=\"broken\"} 1",
        "canary_channel_health_score{channel=\"max\"} 100",
    ] {
        assert!(second.lines().any(|one| one == line), "{line} is not in\n{second}");
    }
    assert!(!second.contains("phase=\"tls\""), "phases not reached are absent");
    promtool(&second);
    home.run(["report", "--out", "out"]).code(0);
    let moving = |text: &str| {
        lines(text, "canary_").into_iter().filter(|line| !line.contains("uptime")).collect::<Vec<_>>().join("\n")
    };
    assert_eq!(moving(&home.read("out/metrics.prom")), moving(&second));
}

#[test]
fn runs_that_record_nothing_tell_their_results_over_what_is_known() {
    let fleet = fleet();
    let home = home(&fleet);
    let last_run = |text: &str| lines(text, "canary_last_run_timestamp_seconds").join(",");
    let recorded = last_run(&home.run(["check", "max", "-o", "prometheus"]).code(0).stdout);
    assert!(!recorded.is_empty());
    std::fs::remove_file(home.path("state/rollup.json")).expect("its cache goes");
    let before = std::fs::read(home.path("state/history.jsonl")).expect("read");
    for flag in ["--dry-run", "--no-history"] {
        let text = home.run(["check", "vk", flag, "-o", "prometheus"]).code(1).stdout;
        assert_eq!(lines(&text, "canary_probe_up{").len(), 3, "{flag}\n{text}");
        assert_eq!(last_run(&text), recorded, "{flag}: no run was recorded since");
        assert!(text.contains("canary_probe_http_status_code{channel=\"vk\",endpoint=\"broken\"} 503\n"));
        assert!(!home.path("state/rollup.json").exists(), "{flag} changes nothing");
        promtool(&text);
    }
    assert_eq!(std::fs::read(home.path("state/history.jsonl")).expect("read"), before);
    let url = format!("{}/down", fleet.url("s"));
    let alone = Home::new();
    let text = alone.run(["check", &url, "-o", "prometheus"]).code(1).stdout;
    assert_eq!(lines(&text, "canary_probe_up{channel=\"adhoc\"").len(), 1, "{text}");
    assert!(lines(&text, "canary_probe_up{")[0].ends_with(" 0"));
    assert_eq!(last_run(&text), "", "none was ever recorded");
    promtool(&text);
    assert!(!alone.path("state").exists());
}
