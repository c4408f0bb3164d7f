//! The machine's own limits are never a target's fault.

use crate::support::certs::Authority;
use crate::support::configs::DEFAULTS;
use crate::support::netns::skipped;
use crate::support::process::{is_bounded, start};
use crate::support::{Home, Ran, verdict_of};
use canary::demo::fleet::{Behaviour, Fleet, Reply, Service};
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// So many endpoints of services that take a moment to answer, all at once.
fn many(count: usize) -> (Fleet, Home) {
    let reply = || Reply::json(200, "{}").after(Duration::from_millis(50));
    let fleet = Fleet::start((0..4).map(|n| Service::new(&format!("s{n}")).on("*", reply()))).expect("a fleet");
    let mut yaml = format!("{DEFAULTS}channels:\n  c:\n    max_per_host: 200\n    endpoints:\n");
    for number in 0..count {
        writeln!(yaml, "      e{number}: {{ url: \"{}/{number}\" }}", fleet.url(&format!("s{}", number % 4)))
            .expect("written");
    }
    (fleet, Home::with_config(&yaml))
}

#[track_caller]
fn none_down(ran: &Ran, count: usize) {
    let summary = ran.json()["summary"].clone();
    assert_eq!((&summary["down"], &summary["total"]), (&0.into(), &count.into()), "{summary} {}", ran.stderr);
}

#[test]
fn a_soft_descriptor_limit_is_raised() {
    let (_fleet, home) = many(200);
    let ran = start(home.command_after("ulimit -S -n 64", ["check", "--json", "--concurrency", "200"])).end().0.code(0);
    none_down(&ran, 200);
}

#[test]
fn a_hard_descriptor_limit_lowers_the_concurrency_aloud() {
    let (_fleet, home) = many(200);
    let ran = start(home.command_after("ulimit -n 64", ["check", "--json", "--concurrency", "200"])).end().0.code(0);
    none_down(&ran, 200);
    assert!(ran.stderr.contains("at once") && ran.stderr.contains("ulimit"), "{}", ran.stderr);
}

/// 1,000 endpoints want more at once than may be open: fewer at once, and nobody is called down.
#[test]
fn sixty_four_descriptors_are_enough_for_a_thousand_endpoints() {
    let (_fleet, home) = many(1000);
    let ran = start(home.command_after("ulimit -n 64", ["check", "--json", "--concurrency", "64"])).end().0.code(0);
    none_down(&ran, 1000);
    assert!(ran.stderr.contains("at once instead of 64"), "{}", ran.stderr);
}

#[test]
fn with_hardly_any_descriptors_nobody_is_called_down() {
    let (_fleet, home) = many(20);
    for limit in [24, 16, 12, 10, 8] {
        let ran = start(home.command_after(&format!("ulimit -n {limit}"), ["check", "--json"])).end().0;
        assert!(!ran.stderr.contains("panicked"), "{limit}: {}", ran.stderr);
        if ran.stdout.is_empty() {
            assert!(matches!(ran.code, Some(2 | 3)), "{limit}: {ran:?}");
        } else {
            none_down(&ran, 20);
            assert!(matches!(ran.code, Some(0 | 3)), "{limit}: {:?} {}", ran.code, ran.stderr);
        }
    }
}

#[test]
fn proxy_variables_are_ignored() {
    let fleet = Fleet::start([Service::new("s").on("*", Behaviour::json(200, "{}"))]).expect("a fleet");
    let mut home = Home::new();
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        home = home.env(name, "http://127.0.0.1:1");
    }
    home.check(&[&format!("{}/", fleet.url("s"))]).code(0);
}

#[test]
fn a_thousand_endpoints_are_no_trouble() {
    let (_fleet, home) = many(1000);
    let (ran, took) = start(home.command(["check", "--json"])).end();
    let ran = ran.code(0);
    none_down(&ran, 1000);
    assert!(took < Duration::from_secs(20), "{took:?}");
    assert_eq!(home.history().len(), 1000);
}

/// At ease it takes 16 rounds of 64 that last 20 ms each; a debug build on a busy machine gets more.
#[test]
fn a_thousand_answers_of_twenty_milliseconds_take_little_time_and_memory() {
    let reply = || Reply::json(200, "{}").after(Duration::from_millis(20));
    let fleet = Fleet::start((0..8).map(|n| Service::new(&format!("s{n}")).on("*", reply()))).expect("a fleet");
    let mut yaml = format!("{DEFAULTS}channels:\n  c:\n    endpoints:\n");
    for number in 0..1000 {
        writeln!(yaml, "      e{number}: {{ url: \"{}/{number}\" }}", fleet.url(&format!("s{}", number % 8)))
            .expect("written");
    }
    let home = Home::with_config(&yaml);
    let allowed = if cfg!(debug_assertions) { Duration::from_secs(8) } else { Duration::from_millis(1500) };
    is_bounded("1,000 endpoints", allowed, || {
        let (ran, took) = start(home.command(["check", "--json"])).end();
        none_down(&ran.code(0), 1000);
        took
    });
    let (ran, peak) = start(home.command(["check", "--json"])).end_with_peak();
    none_down(&ran.code(0), 1000);
    assert!(peak < 100 << 20, "{} MiB", peak >> 20);
}

/// What the deadline leaves no time for is unknown; what was found down by then is told.
#[test]
fn a_thousand_endpoints_that_never_answer_end_with_the_deadline() {
    let fleet = Fleet::start([
        Service::new("silent").on("*", Behaviour::silent()),
        Service::new("sick").on("*", Behaviour::text(500, "no")),
        Service::new("hook").on("*", Behaviour::json(200, "{}")),
    ])
    .expect("a fleet");
    let mut yaml = format!(
        "defaults: {{ timeout: 10s, retry: {{ attempts: 1 }} }}
alerting: {{ after: 1, receivers: [hook] }}
receivers: {{ hook: {{ type: webhook, url: \"{}/\" }} }}
channels:
  a: {{ endpoints: {{ sick: {{ url: \"{}/\" }} }} }}
  c:
    max_per_host: 1000
    endpoints:
",
        fleet.url("hook"),
        fleet.url("sick")
    );
    for number in 0..1000 {
        writeln!(yaml, "      e{number}: {{ url: \"{}/{number}\" }}", fleet.url("silent")).expect("written");
    }
    let home = Home::with_config(&yaml);
    let (ran, took) = start(home.command(["check", "--json", "--deadline", "8s"])).end();
    let ran = ran.code(1);
    assert!(took < Duration::from_secs(8), "{took:?}");
    let summary = ran.json()["summary"].clone();
    assert_eq!((&summary["down"], &summary["unknown"]), (&1.into(), &1000.into()), "{summary}");
    assert!(ran.results()[1..].iter().all(|result| verdict_of(result) == "unknown/deadline"));
    assert_eq!(fleet.count("hook"), 1, "the one that is down is told");
    assert_eq!(home.history().len(), 1001);
}

/// 200 endpoints of one host: no more than eight at once, so that canary is not the outage, and others don't wait.
#[test]
fn one_crowded_host_is_asked_gently_and_delays_nobody() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let (now, most) = (Arc::clone(&now), Arc::clone(&most));
            std::thread::spawn(move || {
                most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                let _ = stream.read(&mut [0; 4096]);
                std::thread::sleep(Duration::from_millis(20));
                now.fetch_sub(1, Ordering::SeqCst);
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
            });
        }
    });
    let fleet = Fleet::start([Service::new("s").on("*", Behaviour::json(200, "{}"))]).expect("a fleet");
    let mut yaml = format!("{DEFAULTS}channels:\n  c:\n    endpoints:\n");
    for number in 0..200 {
        writeln!(yaml, "      e{number}: {{ url: \"http://{address}/{number}\" }}").expect("written");
    }
    writeln!(yaml, "      other: {{ url: \"{}/\" }}", fleet.url("s")).expect("written");
    let ran = Home::with_config(&yaml).run(["check", "-o", "jsonl"]).code(0);
    assert_eq!(seen.load(Ordering::SeqCst), 8);
    let place = ran.stdout.lines().position(|line| line.contains("\"endpoint\":\"other\""));
    assert!(place.is_some_and(|place| place < 40), "finished as number {place:?} of 201");
}

/// A control group with this limit, of either version; none where it is not to be had.
struct Group(std::path::PathBuf);

impl Group {
    fn with(controller: &str, settings: &[(&str, &str)]) -> Option<Self> {
        let name = format!("canary-test-{}-{controller}", std::process::id());
        let roots = [format!("/sys/fs/cgroup/{controller}"), "/sys/fs/cgroup".to_owned()];
        let dir = roots
            .iter()
            .map(|root| std::path::Path::new(root).join(&name))
            .find(|dir| std::fs::create_dir(dir).is_ok_and(|()| dir.join("cgroup.procs").exists()))?;
        let group = Self(dir);
        let set = settings.iter().filter(|(file, value)| std::fs::write(group.0.join(file), value).is_ok()).count();
        (set > 0).then_some(group)
    }

    /// What a shell must do first to be in it.
    fn enter(&self) -> String {
        format!("echo $$ > {}/cgroup.procs", self.0.display())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir(&self.0);
    }
}

/// 96 MiB for everything, and 64 bodies of a mebibyte at once: what the bodies take, and half as much again.
#[test]
fn ninety_six_mebibytes_are_enough_for_sixty_four_bodies() {
    let limits = [("memory.limit_in_bytes", "100663296"), ("memory.max", "100663296")];
    let Some(group) = Group::with("memory", &limits) else { return skipped("a control group for memory") };
    let body = format!("[\"{}\"]", "x".repeat((1 << 20) - 4));
    let fleet = Fleet::start([Service::new("s").on("*", Reply::json(200, body))]).expect("a fleet");
    let mut yaml = format!("{DEFAULTS}channels:\n  c:\n    max_per_host: 64\n    endpoints:\n");
    for number in 0..64 {
        writeln!(yaml, "      e{number}: {{ url: \"{}/{number}\", timeout: 30s }}", fleet.url("s")).expect("written");
    }
    let home = Home::with_config(&yaml);
    let ran = start(home.command_after(&group.enter(), ["check", "--json"])).end().0.code(0);
    none_down(&ran, 64);
}

/// With a twentieth of a processor everything takes long, and nobody else is to blame for that.
#[test]
fn a_machine_that_is_too_slow_calls_nobody_down() {
    let quota = [("cpu.cfs_quota_us", "5000"), ("cpu.max", "5000 100000")];
    let Some(group) = Group::with("cpu", &quota) else { return skipped("a control group for processor time") };
    let ca = Authority::new();
    let made = ca.serves(80);
    let services =
        (0..4).map(|n| Service::new(&format!("s{n}")).on("*", Behaviour::json(200, "{}")).tls(made.server()));
    let fleet = Fleet::start(services).expect("a fleet");
    let mut yaml = "defaults: { timeout: 1s, connect_timeout: 1s, retry: { attempts: 1 }, tls: { ca: ca.pem } }\nchannels:\n  c:\n    max_per_host: 200\n    endpoints:\n".to_owned();
    for number in 0..500 {
        writeln!(yaml, "      e{number}: {{ url: \"{}/{number}\" }}", fleet.url(&format!("s{}", number % 4)))
            .expect("written");
    }
    let home = Home::with_config(&yaml);
    home.write("ca.pem", &ca.pem);
    let args = ["check", "--json", "--no-history", "--deadline", "30s"];
    let ran = start(home.command_after(&group.enter(), args)).end().0;
    let mut said: std::collections::BTreeMap<String, (usize, String)> = std::collections::BTreeMap::new();
    for result in ran.results() {
        let entry = said.entry(verdict_of(&result)).or_default();
        entry.0 += 1;
        entry.1 = result["message"].as_str().unwrap_or_default().to_owned();
    }
    assert!(
        said.keys().all(|verdict| ["up", "unknown/local", "unknown/deadline"].contains(&verdict.as_str())),
        "{said:#?}"
    );
}
