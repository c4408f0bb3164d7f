//! The machine's own limits are never a target's fault.

use crate::support::configs::DEFAULTS;
use crate::support::process::start;
use crate::support::{Home, Ran};
use canary::demo::fleet::{Behaviour, Fleet, Reply, Service};
use std::fmt::Write;
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
