//! Networks that lose packets, are down, or lie: namespaces of their own. Skipped aloud where they are not to be had.

use crate::support::configs::channel;
use crate::support::names::{HERE, Names, Said, ips};
use crate::support::netns::{HOLE_V4, HOLE_V6, Net, OWN_V4, WELL, alone, web};
use crate::support::{Home, verdict_of};
use canary::demo::fleet::{Behaviour, Fleet, Service};
use serde_json::Value;
use std::fmt::Write as _;

/// Nobody answers for names.
const NO_NAMES: &str = "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n";

/// Probes `/` at this base URL once, with these settings besides.
fn ask(net: &Net, base: &str, settings: &str) -> Value {
    net.check(&Home::new(), HERE, &channel(base, &[("e", &format!("{{ path: /{settings} }}"))])).result("c/e")
}

#[track_caller]
fn is(result: &Value, verdict: &str, blame: &str, words: &[&str]) {
    assert_eq!((verdict_of(result).as_str(), result["blame"].as_str()), (verdict, Some(blame)), "{result:#}");
    let message = result["message"].as_str().expect("a message");
    for word in words {
        assert!(message.contains(word), "no {word:?}: {result:#}");
    }
    assert!(!message.contains('\n'), "one line: {message:?}");
}

#[track_caller]
fn millis(result: &Value, phase: &str) -> f64 {
    result["phases"][phase].as_f64().unwrap_or_else(|| panic!("no {phase}: {result:#}"))
}

#[test]
fn a_machine_without_a_network_calls_nobody_down() {
    alone(|net| {
        let yaml = "defaults: { timeout: 2s, connect_timeout: 2s, retry: { attempts: 1 } }
connectivity: { targets: [\"tcp://198.51.100.1:443\", \"https://connectivity.example/\"] }
channels:
  far: { endpoints: { named: { url: \"http://far.example/\" }, numbered: { url: \"http://198.51.100.7/\" } } }
  near: { endpoints: { dead: { url: \"http://127.0.0.1:9/\" } } }
";
        let ran = net.check(&Home::new(), NO_NAMES, yaml).code(1);
        is(&ran.result("far/named"), "unknown/offline", "network", &["offline"]);
        is(&ran.result("far/numbered"), "unknown/offline", "network", &["offline"]);
        is(&ran.result("near/dead"), "down/connect", "target", &["refused"]);
    });
}

#[test]
fn packets_that_vanish_cost_one_connect_timeout() {
    alone(|net| {
        if !net.black_hole() {
            return;
        }
        for address in [format!("{HOLE_V4}.7"), format!("[{HOLE_V6}:7]")] {
            let result = ask(net, &format!("http://{address}:8080"), ", connect_timeout: 500ms");
            is(&result, "down/timeout", "target", &["no TCP connection in 500ms"]);
            assert!((500.0..1000.0).contains(&millis(&result, "connect_ms")), "{result:#}");
        }
    });
}

#[test]
fn a_black_hole_in_ipv6_costs_a_moment() {
    alone(|net| {
        if !net.black_hole() {
            return;
        }
        net.own_addresses();
        let own = web(&format!("{OWN_V4}.9:0"), WELL);
        let _names = Names::serve(move |_| Said::Addresses(ips(&[&format!("{HOLE_V6}:7"), &own.ip().to_string()])));
        let result = ask(net, &format!("http://both.example:{}", own.port()), "");
        assert_eq!(
            (verdict_of(&result).as_str(), &result["remote_addr"]),
            ("up", &own.to_string().into()),
            "{result:#}"
        );
        let lost = millis(&result, "connect_ms");
        assert!((200.0..500.0).contains(&lost), "the hole comes first and costs 250 ms (RFC 8305): {result:#}");
    });
}

#[test]
fn a_family_without_a_route_costs_nothing() {
    alone(|net| {
        net.own_addresses();
        let own = web(&format!("{OWN_V4}.9:0"), WELL);
        let names = [format!("{HOLE_V6}:7"), own.ip().to_string()];
        let _names = Names::serve(move |name| match name {
            "both.example" => Said::Addresses(ips(&names.each_ref().map(String::as_str))),
            _ => Said::Addresses(ips(&[&names[0]])),
        });
        let result = ask(net, &format!("http://both.example:{}", own.port()), "");
        assert_eq!(verdict_of(&result), "up", "{result:#}");
        assert!(millis(&result, "connect_ms") < 200.0, "{result:#}");
        let result = ask(net, &format!("http://six.example:{}", own.port()), "");
        is(&result, "unknown/offline", "network", &["network unreachable", HOLE_V6]);
        let result = ask(net, &format!("http://both.example:{}", own.port() ^ 1), "");
        is(&result, "down/connect", "target", &["network unreachable", HOLE_V6, "connection refused", OWN_V4]);
    });
}

#[test]
fn seven_black_holes_of_eight_addresses_do_not_hide_the_eighth() {
    alone(|net| {
        if !net.black_hole() {
            return;
        }
        net.own_addresses();
        let own = web(&format!("{OWN_V4}.9:0"), WELL);
        let _names = Names::serve(move |_| {
            let holes = (1..=7).map(|n| format!("{HOLE_V4}.{n}").parse().expect("an address"));
            Said::Addresses(holes.chain([own.ip()]).collect())
        });
        let result = ask(net, &format!("http://eight.example:{}", own.port()), ", connect_timeout: 3s");
        assert_eq!((verdict_of(&result).as_str(), &result["attempts"]), ("up", &1.into()), "{result:#}");
        assert!(millis(&result, "connect_ms") < 2500.0, "{result:#}");
    });
}

#[test]
fn addresses_that_fail_differently_are_all_named_in_one_line() {
    alone(|net| {
        if !net.black_hole() {
            return;
        }
        net.own_addresses();
        net.must("route add unreachable 192.0.2.0/24");
        let answers = |list: &'static [&'static str]| Said::Addresses(ips(list));
        let _names = Names::serve(move |name| match name {
            "three.example" => answers(&["203.0.113.9", "192.0.2.1", "198.51.100.7"]),
            _ => answers(&["203.0.113.9", "192.0.2.1"]),
        });
        let refused = "connection refused 203.0.113.9:9";
        let result = ask(net, "http://two.example:9", "");
        is(&result, "down/connect", "target", &[refused, "no route to host 192.0.2.1:9"]);
        let result = ask(net, "http://three.example:9", ", connect_timeout: 900ms");
        let silent = "no answer from 198.51.100.7:9";
        is(&result, "down/timeout", "target", &[refused, "no route to host 192.0.2.1:9", silent]);
    });
}

/// A firewall on this machine is not the target: EPERM, EACCES, and EINVAL of a blackhole route.
#[test]
fn what_this_machine_forbids_is_local() {
    alone(|net| {
        for (kind, words) in [("prohibit", "not permitted"), ("blackhole", "this machine's routes")] {
            net.must(&format!("route add {kind} 192.0.2.0/24"));
            let ran = net.check(&Home::new(), HERE, &channel("http://192.0.2.1", &[("e", "{ path: / }")])).code(3);
            is(&ran.result("c/e"), "unknown/local", "local", &[words, "192.0.2.1:80"]);
            net.must(&format!("route del {kind} 192.0.2.0/24"));
        }
    });
}

/// Twenty services far away, two on this machine of which one is dead, and a receiver on this machine.
#[test]
fn a_link_that_is_down_excuses_the_far_and_not_the_near() {
    alone(|net| {
        if !net.black_hole() {
            return;
        }
        let fleet = Fleet::start([
            Service::new("well").on("*", Behaviour::json(200, "{}")),
            Service::new("telegram").on("*", Behaviour::json(200, r#"{"ok":true,"result":{"message_id":1}}"#)),
        ])
        .expect("a fleet");
        let mut yaml = format!(
            "defaults: {{ timeout: 2s, connect_timeout: 500ms, retry: {{ attempts: 1 }} }}
connectivity: {{ targets: [\"tcp://{HOLE_V4}.1:443\", \"http://{HOLE_V4}.2/generate_204\"] }}
alerting: {{ after: 2, unknown_after: 3, receivers: [ops] }}
receivers: {{ ops: {{ type: telegram, bot_token: \"123:abcdef\", chat_id: \"1\", api_url: \"{}\" }} }}
channels:
  near:
    endpoints:
      well: {{ url: \"{}/\" }}
      dead: {{ url: \"http://127.0.0.1:9/\" }}
  far:
    max_per_host: 100
    endpoints:
",
            fleet.url("telegram"),
            fleet.url("well")
        );
        for number in 0..20 {
            writeln!(yaml, "      e{number}: {{ url: \"http://{HOLE_V4}.{}/\" }}", number + 10).expect("written");
        }
        let home = Home::new();
        for (round, link) in ["down", "up", "down"].into_iter().enumerate() {
            net.must(&format!("link set hole {link}"));
            let ran = net.check(&home, NO_NAMES, &yaml).code(1);
            for number in 0..20 {
                is(&ran.result(&format!("far/e{number}")), "unknown/offline", "network", &["offline"]);
            }
            assert_eq!(verdict_of(&ran.result("near/well")), "up");
            is(&ran.result("near/dead"), "down/connect", "target", &["refused"]);
            let report = ran.json();
            let warnings = report["warnings"].as_array().expect("warnings").iter();
            assert_eq!(warnings.filter(|warning| warning.to_string().contains("offline")).count(), 1, "{report:#}");
            let incidents = report["incidents"].as_array().map_or(0, Vec::len);
            assert_eq!(incidents, [0, 1, 2][round], "the dead one, then one for all that can't be told: {report:#}");
        }
        let told = fleet.requests("telegram");
        assert_eq!(told.len(), 2, "one message an opening");
        let first = String::from_utf8_lossy(&told[0].body).into_owned();
        assert!(first.contains("dead") && !first.contains("e7"), "{first}");
    });
}

/// Every name leads to the portal, every port is open, every answer is the portal's.
#[test]
fn a_captive_portal_is_nobodys_fault() {
    const PAGE: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 17\r\nconnection: close\r\n\r\n<html>pay</html>\n";
    const MOVED: &str = "HTTP/1.1 302 Found\r\nlocation: http://203.0.113.1:8000/login\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    for answer in [PAGE, MOVED] {
        alone(|net| {
            net.own_addresses();
            let _portal = ["203.0.113.1:80", "203.0.113.1:443"].map(|address| web(address, answer));
            web("203.0.113.1:8000", PAGE);
            let _names = Names::serve(|_| Said::Addresses(ips(&["203.0.113.1"])));
            let yaml = "defaults: { timeout: 3s, retry: { attempts: 1 } }
connectivity: { targets: [\"http://check.example/generate_204\", \"tcp://203.0.113.1:443\"] }
alerting: { after: 1 }
channels:
  far:
    endpoints:
      json: { url: \"http://vk.example/health\", expect: { json: { $.status: healthy } } }
      tls: { url: \"https://max.example/health\" }
  near: { endpoints: { dead: { url: \"http://127.0.0.1:9/\" } } }
";
            let ran = net.check(&Home::new(), HERE, yaml).code(1);
            for name in ["far/json", "far/tls"] {
                is(&ran.result(name), "unknown/offline", "network", &["captive portal"]);
            }
            is(&ran.result("near/dead"), "down/connect", "target", &["refused"]);
            let report = ran.json();
            assert_eq!(report["incidents"].as_array().map(Vec::len), Some(1), "only what is near: {report:#}");
        });
    }
}
