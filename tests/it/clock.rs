//! This machine's clock against those of the hosts that it asks.

use crate::support::certs::Authority;
use crate::support::configs::DEFAULTS;
use crate::support::{Home, Ran, verdict_of};
use canary::demo::fleet::{Behaviour, Fleet, Reply, Service};
use canary::world::clock;
use jiff::SignedDuration;
use std::fmt::Write as _;

/// Answers with a time in header and body, each so many seconds ahead.
fn dated(header: i64, body: i64) -> Behaviour {
    Behaviour::made(move |_| {
        let at = |ahead| clock::now() + SignedDuration::from_secs(ahead);
        let date = at(header).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        Reply::json(200, format!("{{\"t\":\"{}\"}}", at(body))).header("Date", &date).into()
    })
}

/// Checks one endpoint a service, each under a host name of its own.
fn check(behaviours: impl IntoIterator<Item = Behaviour>) -> (Home, Ran) {
    let behaviours: Vec<Behaviour> = behaviours.into_iter().collect();
    let count = behaviours.len();
    let name = |number: usize| format!("h{number}");
    let fleet =
        Fleet::start(behaviours.into_iter().enumerate().map(|(number, one)| Service::new(&name(number)).on("*", one)))
            .expect("a fleet");
    let mut yaml = format!("{DEFAULTS}alerting: {{ after: 1 }}\nchannels:\n  c:\n    endpoints:\n");
    for number in 0..count {
        let port = fleet.addr(&name(number)).port();
        writeln!(
            yaml,
            "      h{number}: {{ url: \"http://h{number}.test:{port}/\", resolve: {{ h{number}.test: 127.0.0.1 }}, \
             expect: {{ json: {{ $.t: {{ max_age: 5m }} }} }} }}"
        )
        .expect("written");
    }
    let home = Home::with_config(&yaml);
    let ran = home.check(&[]);
    (home, ran)
}

/// Checks a certificate that expired two days ago beside plain hosts that are so far ahead.
fn beside_expired(hosts: usize, ahead: i64) -> Ran {
    let ca = Authority::new();
    let plain = (0..hosts).map(|number| Service::new(&format!("h{number}")).on("*", dated(ahead, 0)));
    let secure = Service::new("s").on("*", Behaviour::json(200, "{}")).tls(ca.serves(-2).server());
    let fleet = Fleet::start(plain.chain([secure])).expect("a fleet");
    let mut yaml = format!("{DEFAULTS}channels:\n  c:\n    endpoints:\n");
    writeln!(yaml, "      s: {{ url: \"{}\", tls: {{ ca: ca.pem }} }}", fleet.url("s")).expect("written");
    for number in 0..hosts {
        let (name, port) = (format!("h{number}"), fleet.addr(&format!("h{number}")).port());
        let resolve = format!("resolve: {{ {name}.test: 127.0.0.1 }}");
        writeln!(yaml, "      {name}: {{ url: \"http://{name}.test:{port}/\", {resolve} }}").expect("written");
    }
    let home = Home::with_config(&yaml);
    home.write("ca.pem", &ca.pem);
    home.check(&[])
}

#[test]
fn a_certificate_that_only_a_wrong_clock_calls_expired_is_nobodys_fault() {
    const DAY: i64 = 86_400;
    let ran = beside_expired(3, -5 * DAY);
    let result = ran.code(3).result("c/s");
    assert_eq!(verdict_of(&result), "unknown/local", "{result:#}");
    let message = result["message"].as_str().expect("a message");
    assert!(message.starts_with("this machine's clock is 5d ahead"), "{message}");
    assert!(message.contains("(seen here: certificate expired 1 day ago"), "{message}");
    for (hosts, ahead) in [(2, -5 * DAY), (3, 0), (3, -DAY), (3, -300 * DAY)] {
        let result = beside_expired(hosts, ahead).code(1).result("c/s");
        assert_eq!(verdict_of(&result), "down/tls", "{hosts} hosts {ahead} s ahead: {result:#}");
    }
}

fn warnings(ran: &Ran) -> String {
    ran.json()["warnings"].to_string()
}

#[test]
fn a_clock_that_all_hosts_find_wrong_is_no_incident() {
    for (ahead, side) in [(300, "5 min behind"), (-600, "10 min ahead")] {
        let (_home, ran) = check((0..4).map(|_| dated(ahead, ahead)));
        let ran = ran.code(3);
        for number in 0..4 {
            let result = ran.result(&format!("c/h{number}"));
            assert_eq!(verdict_of(&result), "unknown/local", "{result:#}");
            assert_eq!(result["blame"], "local");
        }
        assert_eq!(warnings(&ran).matches(&format!("this machine's clock is {side}")).count(), 1, "{}", warnings(&ran));
        assert_eq!(ran.json()["incidents"].as_array().map(Vec::len), Some(0));
    }
}

#[test]
fn what_is_stale_by_the_right_clock_too_stays_down() {
    let (_home, ran) = check([dated(300, 300), dated(300, 300), dated(300, 300), dated(300, -3_600)]);
    let ran = ran.code(1);
    assert_eq!(verdict_of(&ran.result("c/h0")), "unknown/local");
    assert_eq!(verdict_of(&ran.result("c/h3")), "down/stale");
}

#[test]
fn one_host_with_a_wrong_clock_is_its_own_fault() {
    let (_home, ran) = check([dated(0, 0), dated(0, 0), dated(0, 0), dated(300, 300)]);
    let ran = ran.code(1);
    assert_eq!(verdict_of(&ran.result("c/h3")), "down/stale");
    assert!(!warnings(&ran).contains("clock"), "{}", warnings(&ran));
    let (_home, ran) = check([dated(300, 300), dated(300, 300)]);
    assert_eq!(verdict_of(&ran.code(1).result("c/h0")), "down/stale", "two may be one machine");
}
