//! `contrib/`: every file is told of and can be read, and canary's command lines in it work.

use crate::support::configs::channel;
use crate::support::{Home, Ran};
use canary::demo::fleet::{Behaviour, Fleet, Service};
use granit_parser::Parser;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A file of `contrib/`.
pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("contrib").join(name)
}

/// Its text.
pub(crate) fn text(name: &str) -> String {
    let path = path(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn all() -> BTreeSet<String> {
    let files = crate::support::scan::files(&path(""));
    files.iter().map(|(file, _)| file.strip_prefix(path("")).expect("inside").display().to_string()).collect()
}

/// Whether a program is there; says so when not.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn there(program: &str) -> bool {
    let found = Command::new("/bin/sh").args(["-c", &format!("command -v {program}")]).output();
    let found = found.is_ok_and(|output| output.status.success());
    if !found {
        eprintln!("SKIPPED: {program} is not installed");
    }
    found
}

/// Runs it, and shows all that it said when it failed.
#[track_caller]
pub(crate) fn succeeds(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{said}", output.status);
    said
}

#[test]
fn the_readme_tells_of_every_file() {
    let readme = text("README.md");
    let linked: BTreeSet<String> = readme
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split_once(')'))
        .map(|(target, _)| target.trim_end_matches('/').to_owned())
        .collect();
    for target in &linked {
        assert!(path(target).exists(), "{target} is linked and not there");
    }
    for file in all() {
        let told = linked.contains(&file) || readme.contains(&file);
        assert!(told || ["README.md", "docker/Dockerfile.dockerignore"].contains(&file.as_str()), "{file}");
    }
}

#[test]
fn every_yaml_and_json_file_can_be_read() {
    let mut read = 0;
    for file in all() {
        match Path::new(&file).extension().and_then(|extension| extension.to_str()) {
            Some("yaml" | "yml") => {
                for event in Parser::new_from_str(&text(&file)) {
                    event.unwrap_or_else(|error| panic!("{file}: {error:?}"));
                }
            }
            Some("json") => drop(serde_json::from_str::<Value>(&text(&file)).unwrap_or_else(|e| panic!("{file}: {e}"))),
            _ => continue,
        }
        read += 1;
    }
    assert!(read >= 8, "only {read}");
}

/// A home with `deploy/probes.yaml`: one endpoint with the tag smoke, which answers so.
fn deployed(answer: Behaviour) -> (Fleet, Home) {
    let fleet = Fleet::start([Service::new("s").on("*", answer)]).expect("a fleet");
    let home = Home::new();
    home.write(
        "deploy/probes.yaml",
        channel(&fleet.url("s"), &[("health", "{ path: /, tags: [smoke], interval: 1000d, interval_failing: 1000d }")]),
    );
    (fleet, home)
}

/// The lines of a pipeline that start canary, as they stand there, with less patience.
fn steps(pipeline: &str) -> Vec<String> {
    let text = text(pipeline);
    let lines =
        text.lines().map(|line| line.trim().trim_start_matches("- ")).filter(|line| line.starts_with("canary "));
    lines.map(|line| line.replace("--wait 2m", "--wait 300ms --wait-interval 100ms")).collect()
}

/// Runs a step as the pipeline's shell would.
fn step(home: &Home, line: &str) -> Ran {
    let mut command = home.command_after("true", [""; 0]);
    let binary = Path::new(env!("CARGO_BIN_EXE_canary")).parent().expect("a directory").display().to_string();
    command = {
        let mut shell = Command::new("/bin/bash");
        shell.args(["-e", "-o", "pipefail", "-c", line]).current_dir(home.dir()).env_clear();
        shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.env("PATH", format!("{binary}:/usr/bin:/bin"));
        shell
    };
    command.output().expect("bash").into()
}

fn pipeline(name: &str, written: &[&str]) {
    let lines = steps(name);
    assert_eq!(lines.len(), 2, "{lines:?}");
    let (_fleet, home) = deployed(Behaviour::json(200, "{}"));
    for line in &lines {
        step(&home, line).code(0);
    }
    for file in written {
        assert!(!home.read(file).is_empty(), "{file}");
    }
    let (_fleet, home) = deployed(Behaviour::json(500, "{}"));
    step(&home, &lines[0]).code(0);
    let ran = step(&home, &lines[1]).code(1);
    assert!(written.iter().any(|file| home.read(file).contains("health")) || ran.stdout.contains("health"), "{ran:?}");
}

#[test]
fn the_steps_for_github_work() {
    pipeline("ci/github-actions.yml", &["summary.md", "canary.json"]);
}

#[test]
fn the_steps_for_gitlab_work() {
    pipeline("ci/gitlab-ci.yml", &["canary.xml", "canary.json"]);
}

/// The line of the crontab that runs canary: time, user, command.
#[test]
fn the_cron_line_works_as_it_stands() {
    let crontab = text("cron/canary");
    let lines: Vec<&str> = crontab.lines().filter(|line| line.starts_with('*')).collect();
    let [line] = lines.as_slice() else { panic!("{lines:?}") };
    let command = line.strip_prefix("* * * * * canary ").expect("every minute, as canary");
    assert!(!command.contains('%'), "cron would make a line end of it");
    let (fleet, home) = deployed(Behaviour::json(500, "{}"));
    let command = command.replace("/etc/canary", "deploy");
    for _ in 0..2 {
        step(&home, &command).stdout("").stderr("");
    }
    assert_eq!(fleet.count("s"), 1, "the second run of a slot probes nothing");
    for line in crontab.lines().filter(|line| !line.starts_with(['#', '*']) && !line.is_empty()) {
        assert!(
            line.split_once('=').is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_uppercase() || c == '_')),
            "{line}"
        );
    }
}

#[test]
fn prometheus_takes_the_rules() {
    if !there("promtool") {
        return;
    }
    succeeds(Command::new("promtool").args(["check", "rules"]).arg(path("prometheus/canary.rules.yaml")));
    let mut tests = Command::new("promtool");
    succeeds(tests.current_dir(path("prometheus")).args(["test", "rules", "canary.rules.test.yaml"]));
}

#[test]
fn dashboard_and_rules_name_metrics_that_there_are() {
    let known = [
        "canary_probe_up",
        "canary_probe_verdict",
        "canary_probe_duration_seconds",
        "canary_probe_latency_seconds",
        "canary_probe_http_status_code",
        "canary_probe_tls_cert_expiry_timestamp_seconds",
        "canary_probe_timestamp_seconds",
        "canary_probe_uptime_ratio",
        "canary_probe_metric",
        "canary_channel_health_score",
        "canary_incident_open",
        "canary_last_run_timestamp_seconds",
    ];
    for file in ["grafana/canary.json", "prometheus/canary.rules.yaml"] {
        let text = text(file);
        let words =
            text.split(|c: char| !(c.is_ascii_lowercase() || c == '_')).filter(|word| word.starts_with("canary_"));
        let named: BTreeSet<&str> = words.collect();
        assert!(named.len() >= 5, "{file}: {named:?}");
        assert!(named.iter().all(|name| known.contains(name)), "{file}: {named:?}");
    }
    let dashboard: Value = serde_json::from_str(&text("grafana/canary.json")).expect("JSON");
    let panels = dashboard["panels"].as_array().expect("panels");
    let ids: BTreeSet<u64> = panels.iter().filter_map(|panel| panel["id"].as_u64()).collect();
    assert!(ids.len() == panels.len() && panels.len() >= 8);
    for panel in panels {
        let (right, targets) = (&panel["gridPos"], panel["targets"].as_array().expect("targets"));
        assert!(right["x"].as_u64().expect("x") + right["w"].as_u64().expect("w") <= 24, "{}", panel["title"]);
        assert!(!targets.is_empty() && targets.iter().all(|target| target["expr"].is_string()), "{}", panel["title"]);
    }
}
