//! `--deadline`, `--concurrency` and `max_per_host`: how long and how wide a run may be, its messages included.

use crate::support::configs::{DEFAULTS, channel, serve};
use crate::support::process::{start, until};
use crate::support::{Home, verdict_of};
use canary::demo::fleet::{Behaviour, Fleet, Reply, Service};
use std::fmt::Write;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(5);

/// `fast0` … and `slow0` …, the slow ones never answered and patient for a minute.
fn fast_and_slow(count: usize) -> (Fleet, Home) {
    let fast = Service::new("fast").on("*", Behaviour::json(200, "{}"));
    let fleet = Fleet::start([fast, Service::new("slow").on("*", Behaviour::silent())]).expect("a fleet");
    let mut yaml = format!("{DEFAULTS}channels:\n  c:\n    timeout: 60s\n    max_per_host: 100\n    endpoints:\n");
    for number in 0..count {
        writeln!(yaml, "      fast{number}: {{ url: \"{}/{number}\" }}", fleet.url("fast")).expect("written");
        writeln!(yaml, "      slow{number}: {{ url: \"{}/{number}\" }}", fleet.url("slow")).expect("written");
    }
    (fleet, Home::with_config(&yaml))
}

#[test]
fn what_the_deadline_cuts_is_unknown() {
    let (_fleet, home) = fast_and_slow(3);
    let (ran, took) = start(home.command(["check", "--json", "--deadline", "6s"])).end();
    assert!(took <= Duration::from_millis(6300), "{took:?}");
    let ran = ran.code(3);
    for result in ran.results() {
        let wanted = if result["endpoint"].as_str().is_some_and(|name| name.starts_with("fast")) {
            "up"
        } else {
            "unknown/deadline"
        };
        assert_eq!(verdict_of(&result), wanted, "{result}");
    }
    assert_eq!(ran.json()["summary"]["unknown"], 3);
    let ups = home.history().iter().filter(|line| line["verdict"] == "up").count();
    assert_eq!(ups, 3, "what had finished is recorded");
}

#[test]
fn a_short_deadline_holds_too() {
    let (_fleet, home) = fast_and_slow(1);
    let (ran, took) = start(home.command(["check", "--json", "--deadline", "2s"])).end();
    assert!(took <= Duration::from_millis(2500), "{took:?}");
    assert_eq!(verdict_of(&ran.result("c/slow0")), "unknown/deadline");
    assert_eq!(verdict_of(&ran.result("c/fast0")), "up", "a second is enough for it");
}

#[test]
fn what_was_never_begun_is_unknown_as_well() {
    let (fleet, home) = fast_and_slow(4);
    let (ran, _) = start(home.command(["check", "--json", "--deadline", "6s", "--concurrency", "1", "c/slow*"])).end();
    let results = ran.code(3).results();
    assert_eq!((results.len(), fleet.count("slow")), (4, 1));
    assert!(results.iter().all(|result| verdict_of(result) == "unknown/deadline"), "{results:?}");
}

#[test]
fn down_and_cut_is_exit_1() {
    let sick = serve(Behaviour::text(500, "no"));
    let slow = serve(Behaviour::silent());
    let yaml = channel(
        &sick.url("s"),
        &[("sick", "{ path: / }"), ("slow", &format!("{{ url: \"{}/\", timeout: 60s }}", slow.url("s")))],
    );
    let (ran, _) = start(Home::with_config(&yaml).command(["check", "--json", "--deadline", "6s"])).end();
    assert_eq!(verdict_of(&ran.code(1).result("c/slow")), "unknown/deadline");
}

/// How long 12 endpoints of 200 ms take.
fn twelve(settings: &str, args: &[&str]) -> Duration {
    let fleet = serve(Reply::json(200, "{}").after(Duration::from_millis(200)));
    let mut yaml =
        format!("{DEFAULTS}channels:\n  c:\n    base_url: {}\n    {settings}\n    endpoints:\n", fleet.url("s"));
    for number in 0..12 {
        writeln!(yaml, "      e{number}: {{ path: /{number} }}").expect("written");
    }
    let home = Home::with_config(&yaml);
    let start = Instant::now();
    home.check(args).code(0);
    start.elapsed()
}

#[test]
fn concurrency_and_the_limit_per_host_hold() {
    assert!(twelve("max_per_host: 100", &["--concurrency", "1"]) >= Duration::from_millis(2400));
    assert!(twelve("max_per_host: 2", &[]) >= Duration::from_millis(1200));
    assert!(twelve("max_per_host: 100", &["--concurrency", "3"]) >= Duration::from_millis(800));
    assert!(twelve("tags: []", &[]) >= Duration::from_millis(400), "8 at once to one host by default");
    let wide = twelve("max_per_host: 100", &[]);
    assert!(wide < Duration::from_secs(2), "all at once took {wide:?}");
}

#[test]
fn waiting_for_a_turn_does_not_eat_the_timeout() {
    let fleet = serve(Reply::json(200, "{}").after(Duration::from_millis(300)));
    let endpoints: Vec<(String, String)> =
        (0..6).map(|n| (format!("e{n}"), format!("{{ path: /{n}, timeout: 1200ms }}"))).collect();
    let endpoints: Vec<(&str, &str)> = endpoints.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Home::with_config(&channel(&fleet.url("s"), &endpoints)).check(&["--concurrency", "1"]).code(0);
}

/// A sick service, receivers as they are given, and who pings whom.
fn sick(receivers: &[(&str, &str)], services: Vec<Service>) -> (Fleet, Home) {
    let watched = Service::new("s").on("*", Behaviour::text(500, "no"));
    let fleet = Fleet::start(std::iter::once(watched).chain(services)).expect("a fleet");
    let names: Vec<&str> = receivers.iter().map(|(name, _)| *name).collect();
    let mut yaml = format!("{DEFAULTS}alerting: {{ after: 1, receivers: [{}] }}\nreceivers:\n", names.join(", "));
    for (name, settings) in receivers {
        let (name, service) = (name, settings.split('@').nth(1));
        let url = service.map(|service| fleet.url(service)).unwrap_or_default();
        let settings = settings.split('@').next().unwrap_or_default();
        writeln!(yaml, "  {name}: {{ {settings}{url} }}").expect("written");
    }
    writeln!(yaml, "channels:\n  c: {{ base_url: \"{}\", endpoints: {{ a: {{ path: / }} }} }}", fleet.url("s"))
        .expect("written");
    (fleet, Home::with_config(&yaml))
}

#[test]
fn receivers_and_the_heartbeat_know_the_deadline_too() {
    let silent = |name: &str| Service::new(name).on("*", Behaviour::silent());
    let receivers = [
        ("hook", "type: webhook, url: @hook"),
        ("script", "type: command, timeout: 60s, command: [sh, -c, \"trap '' TERM; sleep 30 & wait; sleep 30\"]"),
    ];
    let (fleet, home) = sick(&receivers, vec![silent("hook"), silent("heart")]);
    home.write(
        "probes.yaml",
        format!("heartbeat: {{ url: \"{}\" }}\n{}", fleet.url("heart"), home.read("probes.yaml")),
    );
    let (ran, took) = start(home.command(["check", "--json", "--deadline", "3s"])).end();
    assert!(took <= Duration::from_millis(3300), "{took:?}: {}", ran.stderr);
    let ran = ran.code(1);
    assert_eq!((fleet.count("hook"), fleet.count("heart")), (1, 1), "{}", ran.stderr);
    let states: Vec<_> =
        ran.json()["alerts"].as_array().expect("alerts").iter().map(|one| one["state"].clone()).collect();
    assert_eq!(states, ["pending", "pending"]);
    assert_eq!(home.run(["alerts", "list", "--json"]).code(0).json().as_array().map(Vec::len), Some(2), "kept");
}

#[test]
fn a_dead_receiver_delays_no_other_where_nothing_can_be_queued() {
    let receivers = [("dead", "type: webhook, url: @dead"), ("hook", "type: webhook, url: @hook")];
    let services = vec![
        Service::new("dead").on("*", Behaviour::silent()),
        Service::new("hook").on("*", Behaviour::text(200, "ok")),
    ];
    let (fleet, home) = sick(&receivers, services);
    home.write("file", "");
    let (ran, took) = start(home.command(["check", "--json", "--deadline", "3s", "--state-dir", "file"])).end();
    assert!(took <= Duration::from_millis(3300), "{took:?}: {}", ran.stderr);
    let alerts = ran.code(3).json()["alerts"].clone();
    assert_eq!((&alerts[0]["state"], &alerts[1]["state"]), (&"lost".into(), &"delivered".into()), "{alerts}");
    assert_eq!(fleet.count("hook"), 1);
}

#[test]
fn who_holds_the_state_holds_up_no_message() {
    let receivers = [
        ("first", "type: webhook, url: @first"),
        ("second", "type: telegram, bot_token: \"123:x\", chat_id: \"-100\", api_url: @second"),
    ];
    let moved = r#"{"ok":false,"description":"upgraded","parameters":{"migrate_to_chat_id":-1009}}"#;
    let services = vec![
        Service::new("first").on("*", Reply::json(200, "{}").after(Duration::from_millis(300))),
        Service::new("second").on("*", Reply::json(400, moved).after(Duration::from_millis(900))),
    ];
    let (fleet, home) = sick(&receivers, services);
    let running = start(home.command(["check", "--json"]));
    assert!(until(PATIENCE, || fleet.count("first") + fleet.count("second") == 2), "both are asked");
    let lock = std::fs::File::open(home.path("state/lock")).expect("a lock");
    lock.lock().expect("nobody has it");
    let asked_again = until(PATIENCE, || fleet.count("second") == 2);
    drop(lock);
    let (ran, _) = running.end();
    assert!(asked_again, "it goes on with the second while the first waits to be written down: {}", ran.stderr);
    assert_eq!(ran.json()["alerts"][0]["state"], "delivered");
}
