//! Name servers that fail, lie or never answer, played on port 53 of a namespace of their own.

use crate::support::configs::channel;
use crate::support::names::{HERE, Names, Said, ips};
use crate::support::netns::{Net, OWN_V4, OWN_V6, WELL, alone, web};
use crate::support::process::start;
use crate::support::{Home, Ran, verdict_of};
use canary::demo::fleet::{Behaviour, Fleet, Service};
use serde_json::Value;
use std::fmt::Write as _;
use std::time::Duration;

/// Probes `/` at `http://HOST:PORT` once, with these settings besides.
fn ask(net: &Net, home: &Home, base: &str, settings: &str) -> (Ran, Value) {
    let ran = net.check(home, HERE, &channel(base, &[("e", &format!("{{ path: /{settings} }}"))]));
    let result = ran.result("c/e");
    (ran, result)
}

#[track_caller]
fn says(result: &Value, verdict: &str, blame: &str, words: &str) {
    assert_eq!((verdict_of(result).as_str(), result["blame"].as_str()), (verdict, Some(blame)), "{result:#}");
    assert!(result["message"].as_str().is_some_and(|message| message.contains(words)), "{words:?}: {result:#}");
}

#[test]
fn a_name_that_does_not_exist_or_has_no_address_is_the_targets() {
    alone(|net| {
        let _names = Names::serve(|name| if name.starts_with("empty") { Said::Nothing } else { Said::Code(3) });
        says(&ask(net, &Home::new(), "http://gone.example", "").1, "down/dns", "target", "no such host gone.example");
        says(
            &ask(net, &Home::new(), "http://empty.example", "").1,
            "down/dns",
            "target",
            "no address for empty.example",
        );
    });
}

#[test]
fn a_server_failure_is_tried_again_and_is_the_resolvers() {
    alone(|net| {
        let well = web("127.0.0.1:0", WELL).port();
        let _names = Names::serve(|name| match name {
            "late.example" => Said::First(4, 2, ips(&["127.0.0.1"])),
            "shy.example" => Said::First(4, 5, ips(&["127.0.0.1"])),
            _ => Said::Code(2),
        });
        for name in ["late", "shy"] {
            let retry = ", retry: { attempts: 5, backoff: { initial: 20ms } }";
            let (_, result) = ask(net, &Home::new(), &format!("http://{name}.example:{well}"), retry);
            assert_eq!(verdict_of(&result), "up", "{result:#}");
            assert!(result["attempts"].as_i64() > Some(1), "{result:#}");
        }
        let (ran, result) = ask(net, &Home::new(), "http://broken.example", "");
        says(&result, "unknown/dns", "resolver", "broken.example");
        assert_eq!(ran.code, Some(3));
    });
}

#[test]
fn five_hundred_addresses_cost_bounded_tries() {
    alone(|net| {
        net.own_addresses();
        let _names = Names::serve(|_| {
            Said::Addresses((0..500).map(|n| format!("{OWN_V6}:{n:x}").parse().expect("an address")).collect())
        });
        let (_, result) = ask(net, &Home::new(), "http://many.example:9", "");
        says(&result, "down/connect", "target", "connection refused");
        let message = result["message"].as_str().expect("a message");
        assert!(message.matches("refused").count() <= 32, "{message}");
        assert!(message.len() <= 2000, "{}: {message}", message.len());
    });
}

/// A resolver that never answers, or that is not there, while an address is alive.
#[test]
fn a_dead_resolver_is_told_as_such_and_opens_nothing() {
    for silent in [false, true] {
        alone(|net| {
            net.own_addresses();
            let alive = web(&format!("{OWN_V4}.1:0"), WELL);
            let _names = silent.then(|| Names::serve(|_| Said::Silence));
            let home = Home::new();
            let yaml = format!(
                "connectivity: {{ targets: [\"tcp://{alive}\"] }}\nalerting: {{ after: 1 }}\n{}",
                channel("http://vk.example", &[("e", "{ path: / }"), ("f", "{ url: \"http://max.example/\" }")])
            );
            for _ in 0..2 {
                let ran = net.check(&home, HERE, &yaml).code(3);
                for name in ["c/e", "c/f"] {
                    says(&ran.result(name), "unknown/offline", "resolver", "local DNS");
                }
                let report = ran.json();
                assert_eq!(report["incidents"].as_array().map(Vec::len), Some(0), "{report:#}");
                let said = report["warnings"].as_array().expect("warnings").iter();
                let said = said.filter(|warning| warning.to_string().contains("local DNS")).count();
                assert_eq!(said, 1, "{report:#}");
            }
        });
    }
}

/// Where the resolver answers for others, one name that it fails for is no sign of its death.
#[test]
fn a_resolver_that_answers_for_others_is_not_dead() {
    alone(|net| {
        net.own_addresses();
        let alive = web(&format!("{OWN_V4}.1:0"), WELL);
        let _names = Names::serve(|name| match name {
            "good.example" => Said::Addresses(ips(&[&format!("{OWN_V4}.1")])),
            _ => Said::Code(2),
        });
        let yaml = format!(
            "connectivity: {{ targets: [\"tcp://{alive}\"] }}\n{}",
            channel(
                &format!("http://good.example:{}", alive.port()),
                &[("good", "{ path: / }"), ("bad", "{ url: \"http://bad.example/\", retry: { attempts: 3 } }")]
            )
        );
        let ran = net.check(&Home::new(), HERE, &yaml).code(3);
        assert_eq!(verdict_of(&ran.result("c/good")), "up");
        says(&ran.result("c/bad"), "unknown/dns", "resolver", "bad.example");
    });
}

#[test]
fn socks5h_asks_no_name_server_and_socks5_asks_once() {
    alone(|net| {
        let target = Service::new("s").on("*", Behaviour::json(200, "{}"));
        let fleet = Fleet::start([target, Service::proxy("exit")]).expect("a fleet");
        let names = Names::serve(|_| Said::Addresses(ips(&["127.0.0.1"])));
        let base = format!("http://vk.example:{}", fleet.addr("s").port());
        for (scheme, questions) in [("socks5h", 0), ("http", 0), ("socks5", 2)] {
            let proxy = format!(", proxy: \"{scheme}://{}\"", fleet.addr("exit"));
            let (ran, result) = ask(net, &Home::new(), &base, &proxy);
            assert_eq!((ran.code, verdict_of(&result).as_str()), (Some(0), "up"), "{scheme}: {result:#}");
            assert_eq!(names.count("vk.example"), questions, "{scheme}: one lookup is an A and an AAAA question");
        }
    });
}

/// `hungN` never resolve, `goodN` do.
fn hung_and_good(net: &Net, hung: usize, concurrency: &str) {
    let well = web("127.0.0.1:0", WELL).port();
    let _names =
        Names::serve(
            |name| {
                if name.starts_with("good") { Said::Addresses(ips(&["127.0.0.1"])) } else { Said::Silence }
            },
        );
    let mut yaml =
        "defaults: { timeout: 20s, connect_timeout: 20s, retry: { attempts: 1 } }\nchannels:\n  c:\n    endpoints:\n"
            .to_owned();
    for number in 0..hung {
        writeln!(yaml, "      hung{number}: {{ url: \"http://hung{number}.example/\" }}").expect("written");
    }
    for number in 0..10 {
        writeln!(yaml, "      good{number}: {{ url: \"http://good{number}.example:{well}/\" }}").expect("written");
    }
    let home = Home::with_config(&yaml);
    let resolv = "nameserver 127.0.0.1\noptions timeout:30 attempts:5\n";
    let args = ["check", "--json", "--deadline", "12s", "--concurrency", concurrency];
    let (ran, took) = start(net.command(&home, resolv, &args)).end();
    let ran = ran.code(3);
    assert!(took <= Duration::from_millis(12_500), "{took:?}");
    for result in ran.results() {
        let wanted = if result["endpoint"].as_str().is_some_and(|name| name.starts_with("good")) {
            "up"
        } else {
            "unknown/deadline"
        };
        assert_eq!(verdict_of(&result), wanted, "{result:#}");
    }
}

#[test]
fn lookups_that_hang_neither_starve_others_nor_delay_the_end() {
    alone(|net| hung_and_good(net, 64, "80"));
}

#[test]
fn six_hundred_lookups_that_hang_starve_nobody() {
    alone(|net| hung_and_good(net, 600, "700"));
}

/// As many lookups hang as may be under way at once: each gives way after its connect timeout.
#[test]
fn lookups_that_hang_give_their_turn_back() {
    alone(|net| {
        let well = web("127.0.0.1:0", WELL).port();
        let _names =
            Names::serve(
                |name| {
                    if name.starts_with("good") { Said::Addresses(ips(&["127.0.0.1"])) } else { Said::Silence }
                },
            );
        let mut yaml =
            "defaults: { connect_timeout: 1s, retry: { attempts: 1 } }\nchannels:\n  c:\n    endpoints:\n".to_owned();
        for number in 0..64 {
            writeln!(yaml, "      hung{number}: {{ url: \"http://hung{number}.example/\" }}").expect("written");
        }
        for number in 0..10 {
            writeln!(yaml, "      good{number}: {{ url: \"http://good{number}.example:{well}/\" }}").expect("written");
        }
        let home = Home::with_config(&yaml);
        let resolv = "nameserver 127.0.0.1\noptions timeout:30 attempts:5\n";
        let (ran, took) = start(net.command(&home, resolv, &["check", "--json"])).end();
        let ran = ran.code(3);
        assert!(took < Duration::from_secs(6), "{took:?}");
        for result in ran.results() {
            if result["endpoint"].as_str().is_some_and(|name| name.starts_with("good")) {
                assert_eq!(verdict_of(&result), "up", "{result:#}");
            } else {
                says(&result, "unknown/dns", "resolver", "no answer from the resolver");
            }
        }
    });
}
