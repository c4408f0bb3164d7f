//! What is run: a command and what it sees and how it ends, a request.

use super::{FAST, fleet, healing, home, list, one, rule};
use crate::support::Ran;
use crate::support::process::start;
use canary::demo::fleet::Behaviour;
use rustix::process::Signal;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

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
