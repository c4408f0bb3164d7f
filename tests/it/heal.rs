//! Healing: what is run and what is not, how often, what came of it, whom it is told.

use crate::support::configs::DEFAULTS;
use crate::support::process::{start, until};
use crate::support::{Home, Ran};
use canary::demo::fleet::{Behaviour, Fleet, Reply, Service};
use rustix::process::Signal;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);
const FAST: &str = "after: 1, backoff: { initial: 20ms, max: 40ms }";
const COUNT: &str = r#"[sh, -c, "echo $CANARY_ENDPOINT >> tried"]"#;

/// A service whose `/` fails until `POST /restart`, and a webhook.
fn fleet() -> Fleet {
    let well = ("/".to_owned(), Behaviour::json(200, "{}"));
    let restart = Behaviour::Changes { reply: Reply::new(202, "restarting"), routes: vec![well] };
    Fleet::start([
        Service::new("s").on("*", Behaviour::text(503, "broken")).on("POST /restart", restart),
        Service::new("fine").on("*", Behaviour::json(200, "{}")),
        Service::new("hook").on("*", Behaviour::json(200, "{}")),
    ])
    .expect("a fleet")
}

/// Endpoints of a channel `c` on the failing service; a webhook hears of everything.
fn home(fleet: &Fleet, alerting: &str, endpoints: &[(&str, &str)]) -> Home {
    let mut yaml = format!(
        "{DEFAULTS}alerting: {{ {alerting}, receivers: [hook] }}
receivers: {{ hook: {{ type: webhook, url: \"{}/alerts\" }} }}
channels:
  c:
    base_url: \"{}\"
    endpoints:\n",
        fleet.url("hook"),
        fleet.url("s"),
    );
    for (name, settings) in endpoints {
        writeln!(yaml, "      {name}: {{ {settings} }}").expect("written");
    }
    Home::with_config(&yaml)
}

fn rule(run: &str, options: &str) -> String {
    format!("path: /, heal: [ {{ run: {{ {run} }}, {options} }} ]")
}

/// One endpoint `e` with one rule.
fn one(fleet: &Fleet, run: &str, options: &str) -> Home {
    home(fleet, "after: 2", &[("e", &rule(run, options))])
}

fn tried(home: &Home) -> usize {
    std::fs::read_to_string(home.path("tried")).map_or(0, |text| text.lines().count())
}

fn healing(ran: &Ran) -> Vec<Value> {
    ran.json()["healing"].as_array().expect("an array").clone()
}

/// Every item that the webhook got, as `event endpoint`.
fn told(fleet: &Fleet) -> Vec<String> {
    items(fleet).iter().map(|item| format!("{} {}", item["event"].as_str().unwrap_or("?"), item["endpoint"])).collect()
}

fn items(fleet: &Fleet) -> Vec<Value> {
    let bodies = fleet.requests("hook");
    let bodies = bodies.iter().map(|request| serde_json::from_slice::<Value>(&request.body).expect("JSON"));
    bodies.flat_map(|body| body["items"].as_array().expect("items").clone()).collect()
}

fn list(home: &Home) -> Vec<Value> {
    let ran = home.run(["heal", "list", "--json"]).code(0);
    ran.json().as_array().expect("an array").clone()
}

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
    let fleet = self::fleet();
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
    let rules = ["1", "2", "3", "4"].map(|n| self::rule(&format!("command: [sh, -c, \"echo {n} >> tried\"]"), FAST));
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
fn a_hanging_command_is_ended_although_it_ignores_term() {
    let fleet = fleet();
    let script = r#"[sh, -c, "trap '' TERM; echo begun; while :; do sleep 1; done"]"#;
    let home = one(&fleet, &format!("command: {script}, timeout: 300ms"), FAST);
    let (ran, took) = start(home.command(["check", "--json"])).end();
    let ran = ran.code(1);
    assert!(took >= Duration::from_secs(5) && took < Duration::from_secs(12), "{took:?}");
    let one = &healing(&ran)[0];
    assert_eq!(
        (&one["outcome"], &one["exit_code"], &one["output"]),
        (&"timeout".into(), &Value::Null, &"begun\n".into())
    );
    assert_eq!(ran.result("c/e")["verify"], true, "looked at again all the same");
}

#[test]
fn why_a_program_was_not_started_is_said_whole_and_known_before() {
    let fleet = fleet();
    let gone = rule("command: [systemctl-nope, restart, a-service-with-a-long-name, another-one]", FAST);
    let there = rule("command: [sh, -c, 'exit 0']", FAST);
    let absolute = rule("command: [/no/such/program]", FAST);
    let home = home(&fleet, "after: 2", &[("e", &gone), ("f", &gone), ("g", &there), ("h", &absolute)]);
    let ran = home.run(["config", "check"]).code(0);
    ran.stderr_has("warning: heal of c/e, c/f: systemctl-nope: not found in PATH\n")
        .stderr_has("warning: heal of c/h: /no/such/program: there is no such file\n");
    let ran = home.run(["check", "c/e", "-v"]).code(1);
    assert!(
        ran.stdout.replace("\n  ", " ").contains("another-one): systemctl-nope: not found in PATH\n"),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains('…') && ran.stderr.contains("c/e: heal: PATH is /"), "{ran:?}");
    home.run(["heal", "list"]).code(0).stdout_has("not started: systemctl-nope: not found in PATH");
}

#[test]
fn a_daemon_that_keeps_the_pipe_holds_nothing_up() {
    let fleet = fleet();
    let home = one(&fleet, r#"command: [sh, -c, "setsid sleep 60 & echo $! > daemon"]"#, FAST);
    let (ran, took) = start(home.command(["check", "--json"])).end();
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert_eq!(healing(&ran)[0]["exit_code"], 0);
    let daemon = home.read("daemon").trim().parse().ok().and_then(rustix::process::Pid::from_raw).expect("a pid");
    rustix::process::kill_process(daemon, Signal::KILL).expect("it lives on");
}

#[test]
fn how_a_command_ended_is_recorded_and_the_second_look_decides() {
    let fleet = fleet();
    for (command, outcome, code, words) in [
        ("[/no/such/program]", "not_started", Value::Null, "/no/such/program: there is no such file"),
        ("[no-such-program]", "not_started", Value::Null, "no-such-program: not found in PATH"),
        ("[sh, -c, 'exit 3']", "failed", 3.into(), "exit 3"),
        ("[sh, -c, 'kill -9 $$']", "failed", Value::Null, "signal 9"),
        ("[sh, -c, 'read x; echo \"read $x\"']", "succeeded", 0.into(), "exit 0"),
        ("[printf, '%s|', 'a b', '\"', $(id)]", "succeeded", 0.into(), "exit 0"),
    ] {
        let home = one(&fleet, &format!("command: {command}"), FAST);
        let ran = home.check(&[]).code(1);
        let one = &healing(&ran)[0];
        assert_eq!(
            (&one["outcome"], &one["exit_code"], &one["verdict"]),
            (&outcome.into(), &code, &"down".into()),
            "{one}"
        );
        assert!(one["message"].as_str().is_some_and(|text| text.contains(words)), "{one}");
        assert_eq!(list(&home)[0]["outcome"], outcome);
        if command.starts_with("[printf") {
            assert_eq!(one["output"], "a b|\"|$(id)|", "no shell");
        }
    }
    let fails_and_heals = "[bash, -c, 'exec 3<>/dev/tcp/127.0.0.1/PORT; printf \"POST /restart HTTP/1.1\\r\\nconnection: close\\r\\n\\r\\n\" >&3; cat <&3; exit 1']";
    let port = fleet.addr("s").port().to_string();
    let home = one(&fleet, &format!("command: {}", fails_and_heals.replace("PORT", &port)), FAST);
    let ran = home.check(&[]).code(0);
    assert_eq!(
        (&healing(&ran)[0]["exit_code"], &healing(&ran)[0]["healed"]),
        (&1.into(), &true.into()),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_command_sees_this_environment_and_no_other() {
    let fleet = fleet();
    let run = "command: [env], env: { OWN: \"a b\", KEY: \"${HEAL_TOKEN}\" }";
    let home = one(&fleet, run, FAST).env("HEAL_TOKEN", "s3cret-heal-token").env("LANG", "C.UTF-8");
    home.write(".env", "FROM_FILE=never\n");
    let ran = home.check(&[]).code(1);
    let one = &healing(&ran)[0];
    let output = one["output"].as_str().expect("text");
    let seen: BTreeSet<&str> = output.lines().collect();
    let incident = one["incident"].as_str().expect("an id");
    let wanted = [
        "PATH=/usr/bin:/bin".to_owned(),
        format!("HOME={}", home.dir().display()),
        "LANG=C.UTF-8".to_owned(),
        "CANARY_CHANNEL=c".to_owned(),
        "CANARY_ENDPOINT=e".to_owned(),
        "CANARY_REASON=status".to_owned(),
        format!("CANARY_URL={}/", fleet.url("s")),
        "CANARY_ATTEMPT=1".to_owned(),
        format!("CANARY_INCIDENT={incident}"),
        "OWN=a b".to_owned(),
        "KEY=***".to_owned(),
    ];
    assert_eq!(seen, wanted.iter().map(String::as_str).collect());
    assert!(!home.read("state/state.json").contains("s3cret-heal-token"));
    home.check(&[]).code(1);
    let open = home.check(&[]).code(1).json()["incidents"][0]["id"].clone();
    assert_eq!(open, incident, "the command knew the name of the incident to come");
}

#[test]
fn a_command_beside_the_configuration_is_found_from_anywhere() {
    let fleet = fleet();
    let home = one(&fleet, "command: [./heal.sh]", FAST);
    let script = home.write("heal.sh", "#!/bin/sh\necho \"$0\"\n");
    std::fs::set_permissions(script, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("executable");
    let mut command = home.command(["check", "--json", "-c"]);
    command.arg(home.path("probes.yaml")).current_dir("/");
    let ran: Ran = command.output().expect("it runs").into();
    assert_eq!(healing(&ran)[0]["outcome"], "succeeded", "{}", ran.stdout);
}

#[test]
fn overlapping_runs_heal_once() {
    let fleet = fleet();
    let home = one(&fleet, r#"command: [sh, -c, "echo x >> tried; while [ ! -e go ]; do sleep 0.05; done"]"#, FAST);
    let first = start(home.command(["check", "--json"]));
    assert!(until(PATIENCE, || tried(&home) == 1));
    let second = home.check(&["-v"]).code(1).stderr_has("another run is at it");
    assert_eq!(healing(&second), Vec::<Value>::new());
    assert_eq!(list(&home)[0]["running"], true);
    home.run(["heal", "list"]).code(0).stdout_has("under way");
    home.write("go", "");
    let (ran, _) = first.end();
    assert_eq!((healing(&ran).len(), tried(&home)), (1, 1), "{}", ran.stdout);
    assert_eq!(list(&home)[0]["running"], false);
    let left: Vec<_> = std::fs::read_dir(home.path("state")).expect("state").filter_map(Result::ok).collect();
    assert!(left.iter().all(|entry| !entry.file_name().to_string_lossy().starts_with("alive-")), "{left:?}");
}

#[test]
fn a_run_that_is_killed_while_it_heals_counts_and_loses_no_alert() {
    let fleet = fleet();
    let script = r#"[sh, -c, "echo $$ >> tried; exec sleep 60"]"#;
    let options = "after: 1, backoff: { initial: 1s, max: 1s }, max_attempts: 2";
    let home = one(&fleet, &format!("command: {script}"), options);
    for attempt in 1..=2 {
        let run = start(home.command(["check", "--json"]));
        assert!(until(PATIENCE, || tried(&home) == attempt), "attempt {attempt}");
        run.signal(Signal::KILL);
        run.end();
        let record = &list(&home)[0];
        assert_eq!((&record["attempts"], &record["outcome"]), (&attempt.into(), &"interrupted".into()));
        if attempt == 1 {
            assert!(healing(&home.check(&["--no-history"])).is_empty());
            assert!(until(PATIENCE, || {
                home.check(&["--dry-run"]).code(1);
                list(&home)[0]["next_allowed"].as_str().is_some_and(|at| at < now().as_str())
            }));
        }
    }
    // Both killed runs' results are heard, and the second of them opened the incident.
    let ran = home.check(&[]).code(1);
    assert_eq!((healing(&ran).len(), tried(&home)), (0, 2));
    let events = told(&fleet);
    assert_eq!(events, ["open \"e\"", "heal_failed \"e\""]);
    let lines: Vec<_> = home.history().iter().map(|line| line["ts"].clone()).collect();
    assert_eq!(items(&fleet)[0]["since"], lines[0], "with its true start");
    for pid in home.read("tried").lines() {
        let pid = pid.parse().ok().and_then(rustix::process::Pid::from_raw).expect("a pid");
        let _ = rustix::process::kill_process(pid, Signal::KILL);
    }
}

fn now() -> String {
    format!("{:.3}", canary::world::clock::now())
}

#[test]
fn a_signal_ends_the_command_and_what_is_known_is_recorded() {
    let fleet = fleet();
    let home = one(&fleet, r#"command: [sh, -c, "echo $$ >> tried; sleep 60; echo never"]"#, FAST);
    let run = start(home.command(["check", "--json"]));
    assert!(until(PATIENCE, || tried(&home) == 1));
    run.signal(Signal::TERM);
    let (ran, took) = run.end();
    let ran = ran.code(143);
    assert!(took < PATIENCE, "{took:?}");
    let one = &healing(&ran)[0];
    assert_eq!((&one["outcome"], &one["verdict"]), (&"interrupted".into(), &Value::Null));
    assert_eq!((&ran.result("c/e")["verdict"], home.history().len()), (&"down".into(), 1));
    let pid = home.read("tried").trim().parse().ok().and_then(rustix::process::Pid::from_raw).expect("a pid");
    assert!(until(PATIENCE, || rustix::process::test_kill_process(pid).is_err()), "the command lives on");
    home.check(&["--no-heal"]).code(1);
    assert_eq!(told(&fleet), ["open \"e\""], "both results count");
}

#[test]
fn too_little_time_leaves_the_second_look_to_the_next_run() {
    let fleet = fleet();
    let home = one(&fleet, "http: { path: /restart }", "after: 1, backoff: { initial: 12s }");
    let ran = home.check(&["--deadline", "4s"]).code(1);
    let one = &healing(&ran)[0];
    assert_eq!((&one["outcome"], &one["verdict"]), (&"succeeded".into(), &Value::Null));
    assert!(ran.json()["warnings"].to_string().contains("the next run does"), "{}", ran.stdout);
    assert_eq!(home.history().len(), 1);
    home.run(["check"]).code(0);
    // Cut to what the deadline leaves, but looked at.
    let fleet = self::fleet();
    let home = self::one(&fleet, "http: { path: /restart }", "after: 1, backoff: { initial: 1m }");
    let (ran, took) = start(home.command(["check", "--json", "--deadline", "12s"])).end();
    assert_eq!(ran.code(0).result("c/e")["verify"], true);
    assert!(took < Duration::from_secs(12), "{took:?}");
}

#[test]
fn an_http_action_follows_nothing_and_shows_no_secret() {
    let fleet = fleet();
    let elsewhere = Behaviour::redirect(307, &format!("{}/elsewhere", fleet.url("fine")));
    for (behaviour, outcome, status, words) in [
        (Behaviour::text(500, "no: tok3n-value-1"), "failed", 500.into(), "HTTP 500: no: ***"),
        (elsewhere, "failed", 307.into(), "redirects"),
        (Behaviour::silent(), "timeout", Value::Null, ""),
        (Behaviour::close_early(), "failed", Value::Null, ""),
    ] {
        fleet.set("s", "/admin/restart", behaviour);
        let run = "http: { method: PUT, path: /admin/restart, headers: { Authorization: \"Bearer ${ADMIN}\" }, json: { key: \"${ADMIN}\" } }";
        let home = home(&fleet, "after: 2", &[("e", &format!("timeout: 700ms, {}", rule(run, FAST)))])
            .env("ADMIN", "tok3n-value-1");
        let ran = home.check(&[]).code(1);
        let one = &healing(&ran)[0];
        assert_eq!((&one["outcome"], &one["status"]), (&outcome.into(), &status), "{one}");
        assert!(one["message"].as_str().is_some_and(|text| text.contains(words)), "{one}");
        let files = home.read("state/state.json") + &home.read("state/history.jsonl");
        assert!(!ran.stdout.contains("tok3n-value") && !files.contains("tok3n-value"), "{}", ran.stdout);
    }
    assert_eq!(fleet.count("fine"), 0, "nobody was sent elsewhere");
    let sent = fleet.requests("s").into_iter().find(|request| request.method == "PUT").expect("sent");
    assert_eq!(sent.header("authorization"), Some("Bearer tok3n-value-1"));
}

#[test]
fn conditions_see_the_whole_body_and_the_first_match_wins() {
    let fleet = fleet();
    let body = |code: u16| json!({ "pad": "x".repeat(200_000), "sessions": [{ "code": code }] }).to_string();
    let settings = format!(
        "path: /, expect: {{ json: {{ $.ok: true }} }}, heal: [
          {{ when: {{ reason: [connect] }}, run: {{ command: [sh, -c, 'echo connect >> tried'] }}, {FAST} }},
          {{ when: {{ json: {{ '$.sessions[0].code': 401 }} }}, run: none, after: 1 }},
          {{ when: {{ reason: [json], json: {{ '$.sessions[*].code': {{ in: [408, 515] }} }} }}, run: {{ command: [sh, -c, 'echo lost >> tried'] }}, {FAST} }},
          {{ when: {{ json: {{ $.nothing: 1 }} }}, run: {{ command: [sh, -c, 'echo never >> tried'] }}, {FAST} }} ]"
    );
    let home = home(&fleet, "after: 1", &[("e", &settings)]);
    fleet.set("s", "*", Behaviour::json(200, body(408)));
    home.check(&[]).code(1);
    assert_eq!(home.read("tried"), "lost\n");
    home.run(["report", "--out", "out"]).code(0);
    let page = home.read("out/index.html");
    assert!(page.contains("echo lost") && !page.contains("echo connect"), "only what was run: {page}");
    fleet.set("s", "*", Behaviour::json(200, body(999)));
    home.check(&["-v"]).code(1).stderr_has("no rule names this failure");
    fleet.set("s", "*", Behaviour::json(200, body(401)));
    home.check(&["-v"]).code(1).stderr_has("handed over to a human");
    home.check(&[]).code(1);
    assert_eq!(
        (home.read("tried").as_str(), told(&fleet)),
        ("lost\n", vec!["open \"e\"".into(), "heal_failed \"e\"".into()])
    );
}

#[test]
fn a_hand_over_is_said_in_the_opening_and_not_again() {
    let fleet = fleet();
    let home = home(&fleet, "after: 2", &[("e", "path: /, heal: [ { run: none } ]")]);
    for _ in 0..4 {
        home.check(&[]).code(1);
    }
    let items = items(&fleet);
    assert_eq!(items.len(), 1, "{items:?}");
    assert!(items[0]["heal"].as_str().is_some_and(|text| text.contains("a human is needed")), "{}", items[0]);
    assert_eq!(list(&home), Vec::<Value>::new());
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
fn a_rule_whose_variable_is_empty_is_left_out_and_said() {
    let fleet = fleet();
    let settings = format!(
        "path: /, heal: [ {{ run: {{ command: [systemctl, restart, \"${{UNIT:-}}\"] }} }}, {{ run: {{ http: {{ url: \"${{BOSS:-}}/restart\" }} }} }},
          {{ run: {{ command: {COUNT} }}, {FAST} }} ]"
    );
    let home = home(&fleet, "after: 2", &[("e", &settings)]);
    home.run(["config", "check"]).code(0).stdout_has("\nUNIT   heal of c/e\nBOSS   heal of c/e\n");
    home.check(&[]).code(1);
    assert_eq!(tried(&home), 1, "the next rule that matches");
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

#[test]
fn the_readme_shows_rules_that_are_right() {
    let readme = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = std::fs::read_to_string(readme).expect("the README");
    let section = readme.split("## Healing").nth(1).expect("a section on healing");
    let yaml = section.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    Home::with_config(yaml).run(["config", "check"]).code(0);
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
