//! Where redirects lead, and what does not go along.

use crate::support::certs::Authority;
use crate::support::configs::{channel, probe, probe_in};
use crate::support::{Home, verdict_of};
use canary::demo::fleet::{Behaviour, Fleet, Recorded, Reply, Service};
use std::time::Duration;

/// Service `s` sends `/` to `other` with this status; `other` answers 200.
fn across(status: u16) -> Fleet {
    let fleet =
        Fleet::start([Service::new("s"), Service::new("other").on("*", Behaviour::json(200, "{}"))]).expect("a fleet");
    fleet.set("s", "*", Behaviour::redirect(status, &format!("{}/landed", fleet.url("other"))));
    fleet
}

/// Everything of a request in one text.
fn whole(request: &Recorded) -> String {
    format!("{request:?}")
}

const SECRETS: &str = "headers: { X-Api-Key: key-5ecret, X-Custom: custom-5ecret, Cookie: sid=cookie-5ecret }";

#[test]
fn nothing_private_goes_to_another_origin() {
    for auth in ["bearer: bearer-5ecret", "basic: { username: user-5ecret, password: pass-5ecret }"] {
        for status in [301, 302, 303, 307, 308] {
            let fleet = across(status);
            let home = Home::new();
            let settings = format!("auth: {{ {auth} }}, {SECRETS}");
            let probed = probe_in(&home, &fleet.url("s"), &settings).up();
            assert_eq!(probed.result["redirects"], 1);
            assert_eq!(probed.result["final_url"], format!("{}/landed", fleet.url("other")));
            let sent = whole(&fleet.requests("s")[0]);
            for secret in ["key-5ecret", "custom-5ecret", "cookie-5ecret", "authorization"] {
                assert!(sent.to_lowercase().contains(secret), "{secret} was not sent at all: {sent}");
            }
            let leaked = whole(&fleet.requests("other")[0]);
            assert!(!leaked.contains("5ecret"), "{status}: {leaked}");
            let authorization = fleet.requests("other")[0].header("authorization").map(str::to_owned);
            assert_eq!(authorization, None, "{status}");
        }
    }
}

#[test]
fn bodies_stay_at_their_origin() {
    for status in [307, 308, 302, 303] {
        let fleet = across(status);
        let probed = probe_in(&Home::new(), &fleet.url("s"), "method: POST, json: { p: body-5ecret }");
        assert_eq!(fleet.requests("s")[0].body, r#"{"p":"body-5ecret"}"#);
        let leaked: String = fleet.requests("other").iter().map(whole).collect();
        assert!(!leaked.contains("5ecret"), "{status}: {leaked}: {}", probed.result);
    }
}

#[test]
fn within_the_origin_everything_goes_along() {
    let service =
        Service::new("s").on("/", Behaviour::redirect(307, "/landed")).on("/landed", Behaviour::json(200, "{}"));
    let fleet = Fleet::start([service]).expect("a fleet");
    let settings = format!("method: POST, json: {{ p: 1 }}, auth: {{ bearer: bearer-5ecret }}, {SECRETS}");
    probe_in(&Home::new(), &fleet.url("s"), &settings).up();
    let landed = fleet.requests("s")[1].clone();
    assert_eq!((landed.method.as_str(), &landed.body[..]), ("POST", &br#"{"p":1}"#[..]));
    assert_eq!(landed.header("authorization"), Some("Bearer bearer-5ecret"));
    assert_eq!(landed.header("x-api-key"), Some("key-5ecret"));
}

#[test]
fn a_post_becomes_a_get_where_browsers_do_so() {
    for (status, method) in [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")] {
        let service =
            Service::new("s").on("/", Behaviour::redirect(status, "/landed")).on("/landed", Behaviour::json(200, "{}"));
        let fleet = Fleet::start([service]).expect("a fleet");
        probe_in(&Home::new(), &fleet.url("s"), "method: POST, json: {}").up();
        assert_eq!(fleet.requests("s")[1].method, method, "{status}");
    }
}

#[test]
fn loops_end_at_the_limit() {
    let a = Behaviour::redirect(302, "/");
    let down = probe(a.clone(), "").down("redirect", &["limit", "5"]);
    assert_eq!(down.result["status"].as_i64().unwrap_or(302), 302);
    let fleet = crate::support::configs::serve(a);
    probe_in(&Home::new(), &fleet.url("s"), "follow_redirects: 2").down("redirect", &["limit", "2"]);
    assert_eq!(fleet.count("s"), 3);
}

#[test]
fn not_following_judges_the_redirect_itself() {
    let probed = probe(Behaviour::redirect(302, "/x"), "follow_redirects: false").down("status", &["302"]);
    assert_eq!((&probed.result["redirects"], &probed.result["final_url"]), (&0.into(), &serde_json::Value::Null));
}

#[test]
fn bad_targets_are_refused_and_nothing_is_opened() {
    let long = format!("/{}", "x".repeat(250 << 10));
    for location in [
        "file:///etc/passwd",
        "gopher://127.0.0.1:1/x",
        "data:text/html,hello",
        "javascript:alert(1)",
        "ftp://127.0.0.1/",
        "http://[",
        "http://",
        "http:///x",
        "https://127.0.0.1:99999/",
        "mailto:a@b",
    ] {
        let probed = probe(Behaviour::redirect(302, location), "timeout: 3s");
        assert_eq!(verdict_of(&probed.result), "down/redirect", "{location}: {}", probed.result);
        assert!(!probed.result.to_string().contains("root:"), "{}", probed.result);
    }
    probe(Reply::new(302, ""), "").down("redirect", &["Location"]);
    let probed = probe(Behaviour::redirect(302, &long), "timeout: 3s");
    assert_eq!(probed.code, 1, "{}", probed.stderr);
    assert!(probed.message().chars().count() <= 300, "{} characters", probed.message().chars().count());
}

#[test]
fn from_https_to_http_is_refused() {
    let ca = Authority::new();
    let plain = Service::new("plain").on("*", Behaviour::json(200, "{}"));
    let fleet = Fleet::start([Service::new("s").tls(ca.serves(80).server()), plain]).expect("a fleet");
    fleet.set("s", "*", Behaviour::redirect(302, &format!("{}/x", fleet.url("plain"))));
    let home = Home::new();
    home.write("ca.pem", &ca.pem);
    probe_in(&home, &fleet.url("s"), "tls: { ca: ca.pem }").down("redirect", &["https", "http"]);
    assert_eq!(fleet.connections("plain"), 0, "it went there");
}

#[test]
fn relative_targets_are_resolved() {
    for (path, location, landed) in [
        ("/a/b/c", "d", "/a/b/d"),
        ("/a/b/c", "../d", "/a/d"),
        ("/a/b", "?q=1", "/a/b?q=1"),
        ("/a/b", "/d#fragment", "/d"),
        ("/a/b", "./", "/a/"),
    ] {
        let service = Service::new("s")
            .on("*", Behaviour::Sequence(vec![Behaviour::redirect(302, location), Behaviour::json(200, "{}")]));
        let fleet = Fleet::start([service]).expect("a fleet");
        let home = Home::with_config(&channel(&fleet.url("s"), &[("e", &format!("{{ path: {path} }}"))]));
        let result = home.check(&[]).code(0).result("c/e");
        assert_eq!(fleet.requests("s")[1].target, landed, "{location}: {result}");
    }
    let fleet = across(302);
    fleet.set("s", "*", Behaviour::redirect(302, fleet.url("other").trim_start_matches("http:")));
    probe_in(&Home::new(), &fleet.url("s"), "").up();
    assert_eq!(fleet.count("other"), 1);
}

#[test]
fn one_timeout_covers_all_hops() {
    let hop = |to: &str| Reply::new(302, "").header("location", to).after(Duration::from_millis(300));
    let service = Service::new("s").on("/", hop("/1")).on("/1", hop("/2")).on("/2", hop("/3")).on("/3", hop("/4"));
    let fleet = Fleet::start([service]).expect("a fleet");
    let start = std::time::Instant::now();
    probe_in(&Home::new(), &fleet.url("s"), "timeout: 700ms").down("timeout", &[]);
    assert!(start.elapsed() < Duration::from_secs(3));
    assert_eq!(fleet.count("s"), 3, "/, /1, and /2 cut short");
}

#[test]
fn secrets_in_a_location_are_masked() {
    for location in [
        "http://127.0.0.1:1/?token=l0cation5ecret",
        "http://user:l0cation5ecret@127.0.0.1:1/",
        "file:///x?token=l0cation5ecret",
    ] {
        let home = Home::new();
        let fleet = crate::support::configs::serve(Behaviour::redirect(302, location));
        let probed = probe_in(&home, &fleet.url("s"), "");
        assert!(!probed.result.to_string().contains("l0cation5ecret"), "{}", probed.result);
        assert!(!home.read("state/history.jsonl").contains("l0cation5ecret"));
    }
}
