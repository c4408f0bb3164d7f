//! `connectivity`: whether a failure is this machine's network, and whom that excuses.

use crate::support::configs::channel;
use crate::support::{Home, Ran, verdict_of};
use canary::demo::fleet::{Behaviour, Fleet, Reply, Service};

/// A service `online` that says 204, and a port `closed`.
fn world() -> Fleet {
    let online = Service::new("online").on("/generate_204", Reply::new(204, ""));
    let target = Service::new("s").on("*", Behaviour::json(200, "{}"));
    Fleet::start([online, target, Service::new("closed").refusing()]).expect("a fleet")
}

fn connectivity(targets: &[String]) -> String {
    let targets: Vec<String> = targets.iter().map(|target| format!("{target:?}")).collect();
    format!("connectivity: {{ targets: [{}] }}\n", targets.join(", "))
}

/// Two targets that fail at the same layer.
fn dead(fleet: &Fleet) -> String {
    let address = fleet.addr("closed");
    connectivity(&[format!("tcp://{address}"), format!("http://{address}/")])
}

fn online(fleet: &Fleet) -> String {
    connectivity(&[format!("{}/generate_204", fleet.url("online"))])
}

/// Endpoints of a name that nobody has.
const NOWHERE: &[(&str, &str)] = &[("a", "{ path: /a }"), ("b", "{ path: /b }")];

fn check(yaml: &str) -> Ran {
    let ran = Home::with_config(yaml).check(&[]);
    assert!(ran.code != Some(2), "{}\n{yaml}", ran.stderr);
    ran
}

/// What an unknown name comes to when the network is fine; a machine without a resolver blames that.
#[track_caller]
fn is_dns(ran: &Ran, name: &str) {
    let result = ran.result(name);
    let wanted = [("down/dns", "target", 1), ("unknown/dns", "resolver", 3)];
    let verdict = verdict_of(&result);
    let found = wanted
        .iter()
        .any(|(wanted, blame, code)| *wanted == verdict && result["blame"] == *blame && ran.code == Some(*code));
    assert!(found, "exit {:?}: {result:#}", ran.code);
}

#[test]
fn loopback_is_never_excused() {
    let fleet = world();
    for base in [fleet.url("closed"), format!("http://localhost:{}", fleet.addr("closed").port())] {
        let ran = check(&(dead(&fleet) + &channel(&base, &[("e", "{ path: / }")]))).code(1);
        let result = ran.result("c/e");
        assert_eq!(
            (verdict_of(&result).as_str(), result["blame"].as_str()),
            ("down/connect", Some("target")),
            "{result}"
        );
    }
}

#[test]
fn nothing_is_asked_while_nothing_fails() {
    let fleet = world();
    check(&(online(&fleet) + &channel(&fleet.url("s"), &[("e", "{ path: / }")]))).code(0);
    assert_eq!((fleet.count("s"), fleet.connections("online")), (1, 0));
}

#[test]
fn a_local_failure_is_no_reason_to_ask() {
    let fleet = world();
    check(&(online(&fleet) + &channel(&fleet.url("closed"), &[("e", "{ path: / }")]))).code(1);
    assert_eq!(fleet.connections("online"), 0);
}

#[test]
fn a_dead_network_excuses_every_failure_and_is_said_once() {
    let fleet = world();
    let ran = check(&(dead(&fleet) + &channel("http://x.invalid", NOWHERE))).code(3);
    for name in ["c/a", "c/b"] {
        let result = ran.result(name);
        assert_eq!(verdict_of(&result), "unknown/offline", "{result:#}");
        assert!(matches!(result["blame"].as_str(), Some("network" | "resolver")), "{result:#}");
    }
    let warnings = ran.json()["warnings"].as_array().expect("warnings").clone();
    let said = warnings.iter().filter(|warning| warning.to_string().to_lowercase().contains("offline")).count();
    assert_eq!(said, 1, "{warnings:#?}");
}

#[test]
fn only_failures_are_excused() {
    let fleet = world();
    let endpoints = [("a", "{ path: /a }".to_owned()), ("s", format!("{{ url: \"{}/\" }}", fleet.url("s")))];
    let endpoints = endpoints.each_ref().map(|(name, settings)| (*name, settings.as_str()));
    let ran = check(&(dead(&fleet) + &channel("http://x.invalid", &endpoints))).code(3);
    assert_eq!(verdict_of(&ran.result("c/a")), "unknown/offline");
    assert_eq!(verdict_of(&ran.result("c/s")), "up");
}

#[test]
fn a_working_network_excuses_nothing() {
    let fleet = world();
    let ran = check(&(online(&fleet) + &channel("http://x.invalid", NOWHERE)));
    is_dns(&ran, "c/a");
    is_dns(&ran, "c/b");
    assert_eq!(fleet.count("online"), 1, "asked once in a run");
}

#[test]
fn one_working_target_is_enough() {
    let fleet = world();
    let targets = [format!("tcp://{}", fleet.addr("closed")), format!("tcp://{}", fleet.addr("online"))];
    is_dns(&check(&(connectivity(&targets) + &channel("http://x.invalid", NOWHERE))), "c/a");
}

#[track_caller]
fn is_captive(answer: impl Into<Behaviour>) {
    let fleet = world();
    fleet.set("online", "/generate_204", answer);
    let ran = check(&(online(&fleet) + &channel("http://x.invalid", NOWHERE))).code(3);
    let result = ran.result("c/a");
    assert_eq!(verdict_of(&result), "unknown/offline", "{result:#}");
    let message = result["message"].as_str().unwrap_or_default().to_lowercase();
    assert!(message.contains("captive portal"), "{message}");
}

#[test]
fn a_page_in_place_of_a_204_is_a_captive_portal() {
    is_captive(Reply::new(200, "<html>Accept our terms</html>").header("content-type", "text/html"));
}

#[test]
fn a_redirect_in_place_of_a_204_is_a_captive_portal() {
    is_captive(Behaviour::redirect(302, "http://portal.invalid/login"));
}

#[test]
fn one_wrong_answer_among_right_ones_excuses_nothing() {
    let fleet = world();
    let targets = ["online", "s"].map(|service| format!("{}/generate_204", fleet.url(service)));
    is_dns(&check(&(connectivity(&targets) + &channel("http://x.invalid", NOWHERE))), "c/a");
}

#[test]
fn an_endpoint_may_refuse_the_excuse() {
    let fleet = world();
    let endpoints = [("a", "{ path: /a, connectivity: false }")];
    is_dns(&check(&(dead(&fleet) + &channel("http://x.invalid", &endpoints))), "c/a");
}

#[test]
fn without_targets_there_is_no_excuse() {
    is_dns(&check(&channel("http://x.invalid", NOWHERE)), "c/a");
}
