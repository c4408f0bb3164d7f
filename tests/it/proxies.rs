//! Pools and single proxies: who is asked, who is blamed, what is remembered of an exit.

use crate::support::certs;
use crate::support::configs::{Probed, channel, serve};
use crate::support::scan;
use crate::support::{Home, Ran};
use canary::demo::fleet::{Behaviour, Fleet, Relay, Reply, Service};
use serde_json::Value;
use std::fmt::Write;
use std::time::{Duration, Instant};

const HEALTHY: &str = r#"{"status":"healthy"}"#;
const NEEDS_JSON: &str = ", expect: { json: { $.status: healthy } }";

/// A healthy target `s`, a `control`, and exits `e1`, `e2`, … that work.
fn world(exits: usize) -> Fleet {
    let target = Service::new("s").on("*", Behaviour::json(200, HEALTHY));
    let control = Service::new("control").on("/generate_204", Reply::new(204, ""));
    let exits = (1..=exits).map(|number| Service::proxy(&format!("e{number}")));
    Fleet::start([target, control].into_iter().chain(exits)).expect("a fleet")
}

fn at(fleet: &Fleet, service: &str) -> String {
    fleet.addr(service).to_string()
}

/// A pool `abroad` of these exit URLs, with these settings besides (`, max_exits: 5`).
fn pool(urls: &[String], settings: &str) -> String {
    let urls: Vec<String> = urls.iter().map(|url| format!("{url:?}")).collect();
    format!("proxies:\n  abroad: {{ urls: [{}]{settings} }}\n", urls.join(", "))
}

/// `http://` URLs of the first so many exits.
fn exits(fleet: &Fleet, count: usize) -> Vec<String> {
    (1..=count).map(|number| fleet.url(&format!("e{number}"))).collect()
}

fn control(fleet: &Fleet) -> String {
    format!(", control: \"{}/generate_204\"", fleet.url("control"))
}

/// The pool of so many exits with `control`, and an endpoint `c/e` through it with these settings.
fn config(fleet: &Fleet, count: usize, settings: &str) -> String {
    let endpoint = format!("{{ path: /, proxy: abroad{settings} }}");
    pool(&exits(fleet, count), &control(fleet)) + &channel(&fleet.url("s"), &[("e", &endpoint)])
}

/// One check of this configuration from this home.
fn check_in(home: &Home, yaml: &str, args: &[&str]) -> (Probed, Ran) {
    home.write("probes.yaml", yaml);
    let ran = home.check(args);
    assert!(ran.code != Some(2), "{}\n{yaml}", ran.stderr);
    let code = ran.code.unwrap_or_else(|| panic!("killed: {ran:?}"));
    (Probed { code, result: ran.result("c/e"), stderr: ran.stderr.clone() }, ran)
}

fn check(yaml: &str) -> Probed {
    check_in(&Home::new(), yaml, &[]).0
}

/// Whether the state has this HOST:PORT in quarantine.
fn rests(home: &Home, exit: &str) -> bool {
    fn find(value: &Value, exit: &str) -> bool {
        let rests = |value: &Value| value.get("quarantined_until").is_some_and(|until| !until.is_null());
        match value {
            Value::Object(map) => {
                map.iter().any(|(key, value)| (key.contains(exit) && rests(value)) || find(value, exit))
            }
            Value::Array(list) => list.iter().any(|value| find(value, exit)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
        }
    }
    find(&serde_json::from_str(&home.read("state/state.json")).expect("JSON"), exit)
}

fn asked(fleet: &Fleet, service: &str) -> Vec<String> {
    fleet.requests(service).into_iter().map(|request| format!("{} {}", request.method, request.target)).collect()
}

impl Probed {
    #[track_caller]
    fn blames(&self, blame: &str) {
        assert_eq!(self.result["blame"], blame, "{:#}", self.result);
    }

    #[track_caller]
    fn through(&self, proxy: &str) {
        assert_eq!(self.result["proxy"], proxy, "{:#}", self.result);
    }
}

#[test]
fn an_only_exit_that_refuses_says_nothing_of_the_target() {
    let fleet = world(1);
    fleet.refuse("e1").expect("refuses");
    check(&config(&fleet, 1, "")).is(3, "unknown/proxy", &[]).blames("exit");
    assert_eq!(fleet.count("s"), 0, "nobody went around the proxy");
}

#[test]
fn a_bad_exit_is_passed_over_and_rests_over_runs() {
    let fleet = world(2);
    fleet.refuse("e1").expect("refuses");
    let home = Home::new();
    let yaml = config(&fleet, 2, "");
    check_in(&home, &yaml, &[]).0.up().through(&format!("abroad/{}", at(&fleet, "e2")));
    assert!(rests(&home, &at(&fleet, "e1")), "{}", home.read("state/state.json"));
    assert!(!rests(&home, &at(&fleet, "e2")), "{}", home.read("state/state.json"));
    fleet.listen("e1").expect("listens");
    for _ in 0..3 {
        check_in(&home, &yaml, &[]).0.up().through(&format!("abroad/{}", at(&fleet, "e2")));
    }
    assert_eq!(fleet.connections("e1"), 0);
}

#[test]
fn the_oldest_is_tried_when_all_are_in_quarantine() {
    let fleet = world(1);
    fleet.refuse("e1").expect("refuses");
    let (home, yaml) = (Home::new(), config(&fleet, 1, ""));
    check_in(&home, &yaml, &[]).0.is(3, "unknown/proxy", &[]);
    assert!(rests(&home, &at(&fleet, "e1")), "{}", home.read("state/state.json"));
    fleet.listen("e1").expect("listens");
    check_in(&home, &yaml, &[]).0.up();
}

#[test]
fn whatever_one_exit_answers_another_is_asked() {
    let fleet = world(2);
    let page = || Reply::new(200, "<html>Login</html>").header("content-type", "text/html");
    for relay in [
        Relay::status(302),
        Relay::status(403),
        Relay::status(407),
        Relay::status(500),
        Relay::status(502),
        Relay::status(503),
        Relay::status(504),
        Relay::Answer(page().into()),
        Relay::Answer(Behaviour::garbage("SSH-2.0-OpenSSH_9.6\r\n")),
        Relay::Answer(Behaviour::close_early()),
        Relay::accept_then_reset(),
        Relay::accept_then_html(),
    ] {
        fleet.relay("e1", relay.clone());
        let probed = check(&config(&fleet, 2, NEEDS_JSON));
        assert_eq!(probed.code, 0, "{relay:?}: {:#}", probed.result);
        probed.up().through(&format!("abroad/{}", at(&fleet, "e2")));
    }
}

#[test]
fn an_exit_that_hangs_is_bounded_by_the_connect_timeout() {
    let fleet = world(2);
    fleet.relay("e1", Relay::Silent);
    for scheme in ["http", "socks5h"] {
        let urls = [format!("{scheme}://{}", at(&fleet, "e1")), fleet.url("e2")];
        let endpoint = "{ path: /, proxy: abroad, connect_timeout: 400ms }";
        let yaml = pool(&urls, &control(&fleet)) + &channel(&fleet.url("s"), &[("e", endpoint)]);
        let start = Instant::now();
        check(&yaml).up().through(&format!("abroad/{}", at(&fleet, "e2")));
        assert!(start.elapsed() < Duration::from_secs(4), "{scheme}: {:?}", start.elapsed());
    }
    assert_eq!(fleet.count("e1"), 2, "asked in both protocols");
}

#[test]
fn two_exits_that_agree_and_a_working_control_blame_the_target() {
    let fleet = world(2);
    let target = at(&fleet, "s");
    for status in [502, 503, 504] {
        for exit in ["e1", "e2"] {
            fleet.relay(exit, Relay::Works.but(&target, Relay::status(status)));
        }
        let home = Home::new();
        let (probed, _) = check_in(&home, &config(&fleet, 2, ""), &[]);
        probed.down("connect", &["2 exits agree", "control"]).blames("target");
        for exit in ["e1", "e2"] {
            assert!(!rests(&home, &at(&fleet, exit)), "{status}: {exit} did nothing wrong");
        }
    }
    for reply in 3..=6 {
        for exit in ["e1", "e2"] {
            fleet.relay(exit, Relay::Works.but(&target, Relay::SocksReply(reply)));
        }
        let urls = ["e1", "e2"].map(|exit| format!("socks5h://{}", at(&fleet, exit)));
        let yaml = pool(&urls, &control(&fleet)) + &channel(&fleet.url("s"), &[("e", "{ path: /, proxy: abroad }")]);
        check(&yaml).down("connect", &["2 exits agree", "control"]).blames("target");
    }
}

#[test]
fn a_dead_target_behind_good_exits_is_down() {
    let fleet = world(2);
    fleet.refuse("s").expect("refuses");
    check(&config(&fleet, 2, "")).down("connect", &[]).blames("target");
    assert_eq!((asked(&fleet, "e1").len(), asked(&fleet, "e2").len()), (2, 2), "the target and control through each");
    check(&config(&fleet, 1, "")).down("connect", &["control"]).blames("target");
}

#[test]
fn a_target_that_dies_in_both_tunnels_is_down() {
    let fleet = world(2);
    for (behaviour, reason) in [
        (Behaviour::close_early(), "protocol"),
        (Behaviour::garbage("* OK IMAP4rev1\r\n"), "protocol"),
        (Behaviour::silent(), "timeout"),
    ] {
        fleet.set("s", "*", behaviour);
        check(&config(&fleet, 2, ", timeout: 700ms")).down(reason, &["2 exits agree"]).blames("target");
    }
}

#[test]
fn a_dying_exit_is_told_by_control() {
    let fleet = world(2);
    for relay in [Relay::accept_then_reset(), Relay::accept_then_silence(), Relay::accept_then_html()] {
        fleet.relay("e1", relay.clone());
        let home = Home::new();
        let settings = format!(", timeout: 1s{NEEDS_JSON}");
        let (probed, _) = check_in(&home, &config(&fleet, 2, &settings), &[]);
        assert_eq!(probed.result["verdict"], "up", "{relay:?}: {:#}", probed.result);
        probed.through(&format!("abroad/{}", at(&fleet, "e2")));
        assert!(rests(&home, &at(&fleet, "e1")), "{relay:?}: {}", home.read("state/state.json"));
    }
}

#[test]
fn html_where_json_is_due_needs_a_second_exit() {
    let fleet = world(2);
    fleet.relay("e1", Relay::Works.but(&at(&fleet, "s"), Relay::accept_then_html()));
    check(&config(&fleet, 2, NEEDS_JSON)).up().through(&format!("abroad/{}", at(&fleet, "e2")));
    assert!(fleet.count("control") > 0, "control was asked through the first");
    fleet.relay("e2", Relay::Works.but(&at(&fleet, "s"), Relay::accept_then_html()));
    check(&config(&fleet, 2, NEEDS_JSON)).down("json", &["exits"]).blames("target");
    fleet.clear("control");
    check(&config(&fleet, 2, "")).up();
    assert_eq!(fleet.count("control"), 0, "nothing needs JSON");
}

#[test]
fn refusals_through_every_exit_are_the_targets() {
    let fleet = world(2);
    for status in [403, 407, 429] {
        fleet.set("s", "*", Behaviour::text(status, "no"));
        check(&config(&fleet, 2, "")).down("status", &[&status.to_string(), "exit"]).blames("target");
    }
    fleet.set("s", "*", Behaviour::json(200, HEALTHY));
    fleet.relay("e1", Relay::Works.but(&at(&fleet, "s"), Relay::Accept(Behaviour::text(403, "banned"))));
    check(&config(&fleet, 2, "")).up().through(&format!("abroad/{}", at(&fleet, "e2")));
}

#[test]
fn other_answers_are_the_targets_at_once() {
    let fleet = world(2);
    fleet.set("s", "*", Behaviour::json(500, "{}"));
    check(&config(&fleet, 2, "")).down("status", &["500"]).blames("target");
    assert_eq!((fleet.count("control"), fleet.count("s")), (0, 1));
}

#[test]
fn exits_that_can_not_be_told_from_the_target_leave_it_unknown() {
    let fleet = world(2);
    for exit in ["e1", "e2"] {
        fleet.relay(exit, Relay::accept_then_reset());
    }
    check(&config(&fleet, 2, "")).is(3, "unknown/proxy", &[]).blames("exit");
}

#[test]
fn a_dead_control_blames_no_exit() {
    let fleet = world(2);
    fleet.refuse("control").expect("refuses");
    for exit in ["e1", "e2"] {
        fleet.relay(exit, Relay::Works.but(&at(&fleet, "s"), Relay::accept_then_reset()));
    }
    let home = Home::new();
    let (probed, ran) = check_in(&home, &config(&fleet, 2, ""), &[]);
    probed.is(3, "unknown/proxy", &[]);
    let warnings = ran.json()["warnings"].to_string();
    assert!(warnings.contains("control"), "{warnings}");
    for exit in ["e1", "e2"] {
        assert!(!rests(&home, &at(&fleet, exit)), "{exit}: {}", home.read("state/state.json"));
    }
}

#[test]
fn a_control_that_answers_otherwise_is_told_with_its_answer() {
    let fleet = world(1);
    fleet.relay("e1", Relay::Works.but(&at(&fleet, "s"), Relay::accept_then_reset()));
    for status in [404, 403, 500, 200] {
        fleet.set("control", "/generate_204", Behaviour::text(status, "no"));
        let (probed, ran) = check_in(&Home::new(), &config(&fleet, 1, ""), &[]);
        probed.is(3, "unknown/proxy", &[&format!("control through it: status {status}")]);
        let warnings = ran.json()["warnings"].to_string();
        let url = format!("{}/generate_204", fleet.url("control"));
        for words in [&url, "(status 204)", &format!("(status {status})")] {
            assert!(warnings.contains(words), "{words}: {warnings}");
        }
        assert!(!warnings.contains("can't be reached"), "{warnings}");
    }
}

/// A page of the exit's own in place of whatever is asked.
#[test]
fn a_captive_exit_is_told_by_its_pages() {
    let fleet = world(1);
    fleet.relay("e1", Relay::accept_then_html());
    let words = ["status 200; HTML where JSON is due; control through it: status 200"];
    check(&config(&fleet, 1, NEEDS_JSON)).is(3, "unknown/proxy", &words).blames("exit");
}

#[test]
fn an_exits_own_502_is_not_the_targets() {
    let page = |status| Reply::new(status, "<h1>Bad Gateway</h1>").header("content-type", "text/html");
    for status in [502, 503, 504] {
        let fleet = world(2);
        fleet.relay("e1", Relay::Accept(page(status).into()));
        check(&config(&fleet, 2, "")).up().through(&format!("abroad/{}", at(&fleet, "e2")));
        fleet.relay("e2", Relay::Accept(page(status).into()));
        check(&config(&fleet, 2, "")).is(3, "unknown/proxy", &[&format!("status {status}")]).blames("exit");
        for exit in ["e1", "e2"] {
            fleet.relay(exit, Relay::Works);
        }
        fleet.set("s", "*", page(status));
        check(&config(&fleet, 2, "")).down("status", &["2 exits agree", "control ok"]).blames("target");
    }
}

#[test]
fn no_more_than_max_exits_are_asked() {
    let dead = (1..=50).map(|number| Service::proxy(&format!("e{number}")).relaying(Relay::status(500)));
    let fleet = Fleet::start(dead.chain([Service::new("s").on("*", Behaviour::json(200, HEALTHY))])).expect("a fleet");
    let total = || -> usize { (1..=50).map(|number| fleet.connections(&format!("e{number}"))).sum() };
    let channel = channel(&fleet.url("s"), &[("e", "{ path: /, proxy: abroad }")]);
    check(&(pool(&exits(&fleet, 50), "") + &channel)).is(3, "unknown/proxy", &[]).blames("exit");
    assert_eq!(total(), 3, "built in");
    check(&(pool(&exits(&fleet, 50), ", max_exits: 5") + &channel)).is(3, "unknown/proxy", &[]);
    assert_eq!(total(), 3 + 5);
}

#[test]
fn names_are_resolved_by_the_exit() {
    let authority = certs::Authority::new();
    let secure =
        Service::new("tls").on("*", Behaviour::json(200, HEALTHY)).tls(authority.serves_name("y.invalid").server());
    let plain = Service::new("s").on("*", Behaviour::json(200, HEALTHY));
    let fleet = Fleet::start([secure, plain, Service::proxy("e1")]).expect("a fleet");
    let home = Home::new();
    home.write("ca.pem", &authority.pem);
    let (http, https) = (fleet.addr("s").port(), fleet.addr("tls").port());
    for (scheme, method) in [("http", "CONNECT"), ("socks5h", "SOCKS5")] {
        let urls = [format!("{scheme}://{}", at(&fleet, "e1"))];
        for (url, tls) in
            [(format!("http://x.invalid:{http}"), ""), (format!("https://y.invalid:{https}"), ", tls: { ca: ca.pem }")]
        {
            fleet.clear("e1");
            let endpoint = format!("{{ path: /, proxy: abroad{tls} }}");
            let (probed, _) = check_in(&home, &(pool(&urls, "") + &channel(&url, &[("e", &endpoint)])), &[]);
            probed.up().through(&format!("abroad/{}", at(&fleet, "e1")));
            let (_, authority) = url.split_once("://").expect("a URL");
            assert_eq!(asked(&fleet, "e1"), [format!("{method} {authority}")]);
        }
    }
    assert_eq!(fleet.requests("s")[0].header("host"), Some(format!("x.invalid:{http}").as_str()));
    assert_eq!(fleet.requests("s")[0].target, "/", "not the absolute form");
    assert!(fleet.requests("s").iter().all(|request| request.header("proxy-authorization").is_none()));
}

#[test]
fn socks5_resolves_here() {
    let fleet = world(1);
    let urls = [format!("socks5://{}", at(&fleet, "e1"))];
    let url = format!("http://localhost:{}", fleet.addr("s").port());
    let endpoint = "{ path: /, proxy: abroad, ip_family: 4 }";
    check(&(pool(&urls, "") + &channel(&url, &[("e", endpoint)]))).up();
    assert_eq!(asked(&fleet, "e1"), [format!("SOCKS5 {}", at(&fleet, "s"))]);
}

#[test]
fn via_overrides_the_way() {
    let fleet = world(2);
    let home = Home::new().env("EXIT", &fleet.url("e2"));
    let direct = pool(&exits(&fleet, 1), "") + &channel(&fleet.url("s"), &[("e", "{ path: / }")]);
    check_in(&home, &direct, &["--via", "abroad"]).0.up().through(&format!("abroad/{}", at(&fleet, "e1")));
    check_in(&home, &direct, &["--via", "env:EXIT"]).0.up().through(&at(&fleet, "e2"));
    assert_eq!((fleet.count("e1"), fleet.count("e2")), (1, 1));
    fleet.refuse("e1").expect("refuses");
    let (probed, _) = check_in(&home, &config(&fleet, 1, ""), &["--via", "direct"]);
    assert!(probed.result["proxy"].is_null(), "{:#}", probed.result);
    probed.up();
    for via in ["nowhere", "env:UNSET", "env:"] {
        home.check(&["--via", via]).refused();
    }
}

#[test]
fn via_a_pool_with_an_unset_variable_is_refused_with_its_place() {
    let fleet = world(1);
    let yaml = pool(&["http://${GATE}:1".to_owned()], "") + &channel(&fleet.url("s"), &[("e", "{ path: / }")]);
    let home = Home::with_config(&yaml);
    let url = format!("{}/x", fleet.url("s"));
    for target in ["all", url.as_str()] {
        home.check(&["--via", "abroad", target])
            .refused()
            .stderr_has("variable GATE is not set")
            .stderr_has("yaml:2:20");
    }
    home.check(&["--via", "direct"]).code(0);
    let proxied =
        pool(&["http://${GATE}:1".to_owned()], "") + &channel(&fleet.url("s"), &[("e", "{ path: /, proxy: abroad }")]);
    home.write("probes.yaml", proxied);
    home.check(&[]).refused().stderr_has("variable GATE is not set");
    home.check(&["--via", "direct"]).code(0);
}

#[test]
fn via_reaches_urls_too() {
    let fleet = world(1);
    let home = Home::with_config(&config(&fleet, 1, ""));
    let ran = home.check(&["--via", "abroad", &format!("{}/x", fleet.url("s"))]).code(0);
    assert_eq!(ran.results()[0]["proxy"], format!("abroad/{}", at(&fleet, "e1")));
    let bare = Home::new().env("EXIT", &fleet.url("e1"));
    let ran = bare.check(&["--via", "env:EXIT", &format!("{}/x", fleet.url("s"))]).code(0);
    assert_eq!(ran.results()[0]["proxy"], at(&fleet, "e1"));
}

#[test]
fn the_environments_proxies_are_ignored() {
    let fleet = world(1);
    let mut home = Home::new();
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        home = home.env(name, &fleet.url("e1"));
    }
    check_in(&home, &channel(&fleet.url("s"), &[("e", "{ path: / }")]), &[]).0.up();
    assert_eq!(fleet.connections("e1"), 0);
}

/// Looks for this secret in everything that a run left behind.
#[track_caller]
fn leaks_nowhere(home: &Home, ran: &Ran, secrets: &[&str]) {
    let mut places = vec![("stdout".to_owned(), ran.stdout.clone()), ("stderr".to_owned(), ran.stderr.clone())];
    for (path, content) in scan::files(&home.path("state")) {
        places.push((path.display().to_string(), String::from_utf8_lossy(&content).into_owned()));
    }
    for secret in secrets {
        for shape in scan::shapes(secret) {
            for (place, text) in &places {
                assert!(!text.contains(&shape), "{shape:?} is in {place}:\n{text}");
            }
        }
    }
}

#[test]
fn a_password_of_any_characters_works_and_is_shown_nowhere() {
    let (user, password) = ("some user", "p@ss:w/o%r#d?é");
    let encoded = "some%20user:p%40ss%3Aw%2Fo%25r%23d%3F%C3%A9";
    let target = Service::new("s").on("*", Behaviour::json(200, HEALTHY));
    let fleet = Fleet::start([target, Service::proxy("e1").asking(user, password)]).expect("a fleet");
    for scheme in ["http", "socks5h"] {
        for (url, verdict) in [(encoded, "up"), ("some%20user:wr%40ng-one", "unknown")] {
            let home = Home::new().env("EXIT", &format!("{scheme}://{url}@{}", at(&fleet, "e1")));
            let mut inline = channel(&fleet.url("s"), &[("e", "{ path: /, proxy: abroad }")]);
            writeln!(inline, "proxies: {{ abroad: {{ urls: [\"${{EXIT}}\"] }} }}").expect("written");
            let (probed, ran) = check_in(&home, &inline, &["-vvv", "-o", "table=table.txt"]);
            assert_eq!(probed.result["verdict"], verdict, "{scheme}: {:#}", probed.result);
            leaks_nowhere(&home, &ran, &[password, "wr@ng-one"]);
            let table = home.read("table.txt");
            assert!(!table.contains("p@ss") && !table.contains("wr@ng") && !table.contains("%40"), "{table}");
        }
    }
}

#[test]
fn a_refused_login_is_the_exits() {
    let target = Service::new("s").on("*", Behaviour::json(200, HEALTHY));
    let fleet = Fleet::start([target, Service::proxy("e1").asking("u", "secret-word")]).expect("a fleet");
    let yaml = pool(&exits(&fleet, 1), "") + &channel(&fleet.url("s"), &[("e", "{ path: /, proxy: abroad }")]);
    check(&yaml).is(3, "unknown/proxy", &["407"]).blames("exit");
}

#[test]
fn another_way_is_named_when_it_works() {
    let fleet = world(1);
    fleet.refuse("s").expect("refuses");
    fleet.relay("e1", Relay::Accept(Behaviour::json(200, HEALTHY)));
    let endpoint = "{ path: /, confirm_via: abroad }";
    let yaml = pool(&exits(&fleet, 1), "") + &channel(&fleet.url("s"), &[("e", endpoint)]);
    let probed = check(&yaml).down("connect", &["reachable", "abroad"]);
    assert_eq!((fleet.count("e1"), probed.result["blame"].as_str()), (1, Some("target")));
    assert!(probed.result["proxy"].is_null(), "the verdict is of the direct way: {:#}", probed.result);
    fleet.relay("e1", Relay::status(502));
    let probed = check(&yaml).down("connect", &[]);
    assert!(!probed.message().contains("reachable through"), "{}", probed.message());
}

#[test]
fn the_direct_way_is_named_when_it_works() {
    let fleet = world(2);
    for exit in ["e1", "e2"] {
        fleet.relay(exit, Relay::fail_for(&at(&fleet, "s")));
    }
    check(&config(&fleet, 2, ", confirm_via: direct")).down("connect", &["reachable from here"]).blames("target");
    assert_eq!(fleet.count("s"), 1);
}

#[test]
fn what_is_up_is_not_asked_a_second_time() {
    let fleet = world(1);
    let endpoint = "{ path: /, confirm_via: abroad }";
    check(&(pool(&exits(&fleet, 1), "") + &channel(&fleet.url("s"), &[("e", endpoint)]))).up();
    assert_eq!((fleet.count("s"), fleet.connections("e1")), (1, 0));
}

#[test]
fn a_proxy_may_stand_in_the_endpoint() {
    let fleet = world(1);
    let yaml = channel(&fleet.url("s"), &[("e", &format!("{{ path: /, proxy: \"{}\" }}", fleet.url("e1")))]);
    check(&yaml).up().through(&at(&fleet, "e1"));
    fleet.relay("e1", Relay::status(502));
    check(&yaml).is(3, "unknown/proxy", &[]);
    fleet.refuse("e1").expect("refuses");
    check(&yaml).is(3, "unknown/proxy", &["refused"]).blames("exit");
}

#[test]
fn a_proxy_with_a_bad_certificate_is_the_proxys_fault() {
    let proxy = Service::proxy("e1").tls(certs::self_signed(false).server());
    let target = Service::new("s").on("*", Behaviour::json(200, HEALTHY));
    let fleet = Fleet::start([target, proxy]).expect("a fleet");
    let yaml = channel(&fleet.url("s"), &[("e", &format!("{{ path: /, proxy: \"{}\" }}", fleet.url("e1")))]);
    check(&yaml).is(3, "unknown/proxy", &["certificate"]).blames("exit");
}

#[test]
fn a_direct_endpoint_ignores_the_pools() {
    let fleet = serve(Behaviour::json(200, HEALTHY));
    let urls = ["http://127.0.0.1:1".to_owned()];
    let yaml = pool(&urls, "") + &channel(&fleet.url("s"), &[("e", "{ path: /, proxy: direct }")]);
    check(&yaml).up();
}

#[test]
fn a_name_that_is_not_found_here_lifts_no_quarantine() {
    let fleet = world(1);
    fleet.refuse("e1").expect("refuses");
    let home = Home::new();
    let urls = [format!("socks5://{}", at(&fleet, "e1"))];
    let config = |base: &str| pool(&urls, "") + &channel(base, &[("e", "{ path: /, proxy: abroad }")]);
    check_in(&home, &config(&fleet.url("s")), &[]).0.is(3, "unknown/proxy", &[]);
    assert!(rests(&home, &at(&fleet, "e1")));
    fleet.listen("e1").expect("listens");
    check_in(&home, &config("http://x.invalid"), &[]).0.is(1, "down/dns", &[]);
    assert_eq!(fleet.connections("e1"), 0, "it was never contacted");
    assert!(rests(&home, &at(&fleet, "e1")), "{}", home.read("state/state.json"));
}

#[test]
fn the_state_says_what_was_wrong_with_each_exit() {
    let fleet = world(3);
    fleet.refuse("e1").expect("refuses");
    fleet.relay("e2", Relay::status(407));
    fleet.relay("e3", Relay::Accept(Behaviour::garbage("junk")));
    let home = Home::new();
    check_in(&home, &config(&fleet, 3, ""), &[]);
    let state: Value = serde_json::from_str(&home.read("state/state.json")).expect("JSON");
    for (exit, words) in [("e1", "connection refused"), ("e2", "(407)"), ("e3", "could not reach the control: ")] {
        let why = &state["exits"][format!("abroad/{}", at(&fleet, exit))]["last_error"];
        assert!(why.as_str().is_some_and(|why| why.contains(words)), "{exit}: {why}");
    }
}

#[test]
fn as_many_exits_are_asked_as_must_agree() {
    let fleet = world(2);
    let target = at(&fleet, "s");
    let split = Relay::Split { target, does: Box::new(Relay::status(502)), others: Box::new(Relay::Works) };
    fleet.relay("e1", split);
    let settings = format!("{}, strategy: sticky, confirm: 2, max_exits: 1", control(&fleet));
    let yaml = pool(&exits(&fleet, 2), &settings) + &channel(&fleet.url("s"), &[("e", "{ path: /, proxy: abroad }")]);
    for _ in 0..2 {
        let seen = check(&yaml);
        assert_eq!(seen.code, 0, "one exit's word is not enough: {:#}", seen.result);
        fleet.relay("e2", Relay::status(502));
        fleet.relay("e1", Relay::Works);
    }
}
