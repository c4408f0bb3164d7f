//! `--wait`: probing again until all are up.

use crate::support::Home;
use crate::support::configs::{channel, healthy, serve};
use crate::support::process::start;
use canary::demo::fleet::{Behaviour, Fleet, Service};
use std::time::Duration;

fn one(fleet: &Fleet) -> Home {
    Home::with_config(&channel(&fleet.url("s"), &[("e", "{ path: / }")]))
}

fn well_after(failures: usize) -> Fleet {
    let mut steps = vec![Behaviour::text(503, "starting"); failures];
    steps.push(Behaviour::json(200, "{}"));
    serve(Behaviour::Sequence(steps))
}

#[test]
fn waits_until_up_and_keeps_only_the_last_round() {
    let fleet = well_after(3);
    let home = one(&fleet);
    let ran = home.check(&["--wait", "20s", "--wait-interval", "50ms"]).code(0);
    assert_eq!(ran.result("c/e")["verdict"], "up");
    assert_eq!((fleet.count("s"), ran.results().len()), (4, 1));
    let history = home.history();
    assert_eq!((history.len(), &history[0]["verdict"]), (1, &"up".into()));
}

#[test]
fn prints_the_last_round_only_in_every_format() {
    for format in ["table", "jsonl"] {
        let fleet = well_after(2);
        let ran = one(&fleet).run(["check", "--wait", "20s", "--wait-interval", "50ms", "-o", format]).code(0);
        ran.stdout_has("up").stdout_lacks("503");
    }
}

#[test]
fn gives_up_when_its_time_is_over() {
    let fleet = serve(Behaviour::text(503, "never"));
    let home = one(&fleet);
    let (ran, took) = start(home.command(["check", "--json", "--wait", "600ms", "--wait-interval", "100ms"])).end();
    assert_eq!(ran.code(1).result("c/e")["reason"], "status");
    assert!(took >= Duration::from_millis(500) && took < Duration::from_secs(5), "{took:?}");
    assert!(fleet.count("s") >= 2, "only {} rounds", fleet.count("s"));
    assert_eq!(home.history().len(), 1);
}

#[test]
fn says_what_it_waits_for_and_looks_once_more_at_the_end() {
    let fleet = serve(Behaviour::text(503, "never"));
    let home = one(&fleet);
    let (ran, took) = start(home.command(["check", "-v", "--wait", "1s", "--wait-interval", "30s"])).end();
    ran.code(1).stderr_has("waiting: 1 not up (c/e: status), 0s of 1s\n");
    assert_eq!(fleet.count("s"), 2, "at the beginning and at the end");
    assert!(took >= Duration::from_millis(500), "{took:?}");
    home.run(["check", "--wait", "300ms", "--wait-interval", "50ms"]).code(1).stderr_lacks("waiting");
    let quiet = home.run(["check", "-q", "--wait", "300ms", "--wait-interval", "50ms"]).code(1);
    assert_eq!((quiet.stdout.as_str(), quiet.stderr.as_str()), ("", ""));
}

#[test]
fn does_not_wait_when_all_are_up() {
    let fleet = healthy();
    let (ran, took) = start(one(&fleet).command(["check", "--json", "--wait", "30s"])).end();
    ran.code(0);
    assert!(took < Duration::from_secs(5), "{took:?}");
    assert_eq!(fleet.count("s"), 1);
}

#[test]
fn a_service_that_begins_to_listen_is_awaited() {
    let fleet = Fleet::start([Service::new("s").on("*", Behaviour::json(200, "{}")).refusing()]).expect("a fleet");
    let home = one(&fleet);
    let run = start(home.command(["check", "--json", "--wait", "30s", "--wait-interval", "50ms"]));
    // Some rounds meet the closed door; how many does not matter.
    std::thread::sleep(Duration::from_millis(300));
    fleet.listen("s").expect("listening");
    run.end().0.code(0);
}

#[test]
fn signals_and_deadline_end_the_waiting() {
    let fleet = serve(Behaviour::text(503, "never"));
    let home = one(&fleet);
    let run = start(home.command(["check", "--json", "--wait", "60s", "--wait-interval", "50ms"]));
    assert!(fleet.wait_for("s", 2, Duration::from_secs(20)));
    run.signal(rustix::process::Signal::TERM);
    let (ran, took) = run.end();
    ran.code(143).json();
    assert!(took < Duration::from_secs(20), "{took:?}");
}

#[test]
fn output_files_hold_the_last_round_too() {
    let fleet = well_after(2);
    let home = one(&fleet);
    home.run(["check", "-q", "--wait", "20s", "--wait-interval", "50ms", "-o", "json=j", "-o", "jsonl=l"]).code(0);
    assert!(home.read("j").contains("\"up\":1") || home.read("j").contains("\"up\": 1"), "{}", home.read("j"));
    assert_eq!(home.read("l").lines().count(), 1);
}

#[test]
fn the_last_round_is_judged_by_its_own_evidence() {
    let online = Service::new("online").on("*", Behaviour::json(200, "{}")).refusing();
    let fleet = Fleet::start([Service::new("s").on("*", Behaviour::json(200, "{}")), online]).expect("a fleet");
    let url = format!("{{ url: \"{}/\" }}", fleet.url("s"));
    let yaml = channel("http://x.invalid", &[("nowhere", "{ path: / }"), ("here", &url)]);
    let home = Home::with_config(&format!("connectivity: {{ targets: [\"{}/\"] }}\n{yaml}", fleet.url("online")));
    let run = start(home.command(["check", "--json", "--wait", "3s", "--wait-interval", "50ms"]));
    assert!(fleet.wait_for("s", 3, Duration::from_secs(20)));
    fleet.listen("online").expect("listening");
    let (ran, _) = run.end();
    let result = ran.result("c/nowhere");
    assert_eq!(result["reason"], "dns", "offline was the first round: {result:#}");
}
