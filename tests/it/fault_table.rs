//! Forty ill endpoints in one configuration: each gets its verdict, reason and blame, the same in every run, and the
//! table in `docs/faults.md` says so. `CANARY_SOAK=1000 cargo test --test it fault_table` makes it a soak;
//! `CANARY_WRITE_DOCS=1` writes the table anew.

use crate::support::Home;
use crate::support::certs::Authority;
use canary::demo::fleet::{Behaviour, Ending, Fleet, Relay, Reply, Service};
use std::fmt::Write;
use std::path::Path;

enum Ill {
    /// A behaviour of a service of its own, with settings besides.
    Does(Behaviour, &'static str),
    /// A service that refuses connections.
    Refuses,
    /// This URL, with settings besides.
    Url(&'static str, &'static str),
    /// TLS with this certificate, with settings besides.
    Tls(Box<crate::support::certs::Made>, &'static str),
    /// A healthy target through exits that do this, with a control that works through the first so many.
    Through(Vec<Relay>, bool),
}

/// The fault, how it is played, and what is said: `verdict/reason/blame`.
type Row = (&'static str, Ill, &'static str);

const JSON: &str = r#"{"status":"healthy","score":80,"at":1000000000,"list":[1,2]}"#;

fn raw(bytes: &'static str, then: Ending) -> Behaviour {
    Behaviour::Raw { bytes: bytes.as_bytes().into(), then }
}

fn rows(ca: &Authority) -> Vec<Row> {
    use Ill::{Does, Refuses, Through, Tls, Url};
    let ok = || Behaviour::json(200, JSON);
    let expect = |settings| Does(ok(), settings);
    vec![
        ("nothing listens", Refuses, "down/connect/target"),
        ("a name that does not exist", Url("http://nowhere.invalid/", ""), "down/dns/target"),
        ("the answer never comes", Does(Behaviour::silent(), ""), "down/timeout/target"),
        ("the body stops half-way", Does(Behaviour::stall_after(&Reply::new(200, JSON), 9), ""), "down/timeout/target"),
        ("closed without an answer", Does(Behaviour::close_early(), ""), "down/protocol/target"),
        ("reset in the body", Does(Behaviour::reset_after(&Reply::new(200, JSON), 9), ""), "down/protocol/target"),
        ("closed in the body", Does(Behaviour::cut_after(&Reply::new(200, JSON), 9), ""), "down/protocol/target"),
        ("not HTTP", Does(Behaviour::garbage("220 mail ready\r\n"), ""), "down/protocol/target"),
        ("a status line that is none", Does(raw("HTTP/1.1 abc\r\n\r\n", Ending::Close), ""), "down/protocol/target"),
        (
            "both Content-Length and chunked",
            Does(
                raw(
                    "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
                    Ending::Close,
                ),
                "",
            ),
            "down/protocol/target",
        ),
        (
            "a chunk size that is none",
            Does(raw("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", Ending::Close), ""),
            "down/protocol/target",
        ),
        ("an endless body", Does(Behaviour::Endless, ""), "down/body_too_large/target"),
        (
            "text that claims to be gzip",
            Does(Reply::new(200, "plain").header("content-encoding", "gzip").into(), ""),
            "down/decode/target",
        ),
        (
            "a coding never offered",
            Does(Reply::new(200, "x").header("content-encoding", "br").into(), ""),
            "down/decode/target",
        ),
        ("status 500", Does(Behaviour::text(500, "broken"), ""), "down/status/target"),
        ("status 304 that nobody asked for", Does(Reply::new(304, "").into(), ""), "down/status/target"),
        ("status 429", Does(Reply::new(429, "").header("retry-after", "1").into(), ""), "down/status/target"),
        ("a redirect in a circle", Does(Behaviour::redirect(302, "/again"), ""), "down/redirect/target"),
        ("a redirect to a file", Does(Behaviour::redirect(302, "file:///etc/passwd"), ""), "down/redirect/target"),
        ("a redirect to nowhere", Does(Behaviour::redirect(302, ""), ""), "down/redirect/target"),
        (
            "HTML where JSON is due",
            Does(
                Reply::new(200, "<html></html>").header("content-type", "text/html").into(),
                "expect: { json: { $.status: healthy } }",
            ),
            "down/json/target",
        ),
        (
            "JSON that is cut",
            Does(Behaviour::json(200, r#"{"status":"#), "expect: { json: { $.status: healthy } }"),
            "down/json/target",
        ),
        (
            "no body for a schema",
            Does(Reply::new(204, "").into(), "expect: { schema: { type: object } }"),
            "down/json/target",
        ),
        ("a body that breaks its schema", expect("expect: { schema: { required: [nothing] } }"), "down/schema/target"),
        ("a value that is another", expect("expect: { json: { $.status: sick } }"), "down/json/target"),
        ("a string where a number is due", expect("expect: { json: { $.status: { gte: 1 } } }"), "down/json/target"),
        ("a timestamp of long ago", expect("expect: { json: { $.at: { max_age: 5m } } }"), "down/stale/target"),
        ("a header that is missing", expect("expect: { headers: { x-served-by: a } }"), "down/header/target"),
        ("a text that is missing", expect("expect: { body: { contains: unicorn } }"), "down/body/target"),
        (
            "slower than expected",
            Does(
                Reply::json(200, JSON).after(std::time::Duration::from_millis(60)).into(),
                "expect: { latency: 20ms }",
            ),
            "down/latency/target",
        ),
        ("a warning that is violated", expect("warn: { json: { $.score: { gte: 90 } } }"), "degraded/json/target"),
        (
            "an expired certificate",
            Tls(Box::new(ca.expired_as("canary-test")), "tls: { ca: ca.pem }"),
            "down/tls/target",
        ),
        (
            "a certificate for another name",
            Tls(Box::new(ca.serves_name("elsewhere.example")), "tls: { ca: ca.pem }"),
            "down/tls/target",
        ),
        ("an unknown issuer", Tls(Box::new(ca.serves(80)), ""), "down/tls/target"),
        (
            "a certificate with five days left",
            Tls(Box::new(ca.serves(5)), "tls: { ca: ca.pem }"),
            "degraded/cert/target",
        ),
        (
            "a token URL that refuses",
            Does(
                Behaviour::json(401, r#"{"error":"invalid_client"}"#),
                "auth: { oauth2: { token_url: \"{base}/t\", client_id: demo-id, client_secret: demo-secret } }",
            ),
            "down/auth/target",
        ),
        ("the only exit is gone", Through(vec![Relay::status(407)], true), "unknown/proxy/exit"),
        (
            "two exits can't reach it, control works",
            Through(vec![Relay::status(502), Relay::status(502)], true),
            "down/connect/target",
        ),
        ("one exit dies, the other works", Through(vec![Relay::accept_then_reset(), Relay::Works], false), "up/-/-"),
        (
            "control fails through every exit",
            Through(vec![Relay::accept_then_silence(), Relay::accept_then_silence()], false),
            "unknown/proxy/exit",
        ),
    ]
}

/// Starts a fleet for all rows and writes the configuration that asks it.
fn stage(rows: Vec<Row>, home: &Home) -> (Fleet, Vec<(&'static str, &'static str)>) {
    let mut services = vec![
        Service::new("target").on("*", Behaviour::json(200, JSON)),
        Service::new("control").on("*", Reply::new(204, "")),
    ];
    let mut wanted = Vec::new();
    let mut kinds = Vec::new();
    for (number, (fault, ill, said)) in rows.into_iter().enumerate() {
        let name = format!("s{number}");
        match &ill {
            Ill::Does(behaviour, _) => services.push(Service::new(&name).on("*", behaviour.clone())),
            Ill::Refuses => services.push(Service::new(&name).refusing()),
            Ill::Url(..) => {}
            Ill::Tls(made, _) => {
                services.push(Service::new(&name).on("*", Behaviour::json(200, JSON)).tls(made.server()));
            }
            Ill::Through(exits, _) => {
                for (at, relay) in exits.iter().enumerate() {
                    services.push(Service::proxy(&format!("{name}e{at}")).relaying(relay.clone()));
                }
            }
        }
        wanted.push((fault, said));
        kinds.push(ill);
    }
    let fleet = Fleet::start(services).expect("a fleet");
    let mut pools = String::from("proxies:\n");
    let mut text = String::new();
    for (number, ill) in kinds.iter().enumerate() {
        let (url, settings) = match ill {
            Ill::Does(_, settings) | Ill::Tls(_, settings) => {
                let base = fleet.url(&format!("s{number}"));
                (base.clone(), settings.replace("{base}", &base))
            }
            Ill::Refuses => (fleet.url(&format!("s{number}")), String::new()),
            Ill::Url(url, settings) => ((*url).to_owned(), (*settings).to_owned()),
            Ill::Through(exits, control_works) => {
                let urls: Vec<String> =
                    (0..exits.len()).map(|at| format!("{:?}", fleet.url(&format!("s{number}e{at}")))).collect();
                if *control_works {
                    for (at, exit) in exits.iter().enumerate() {
                        let control = fleet.addr("control").to_string();
                        fleet.relay(&format!("s{number}e{at}"), exit.clone().but(&control, Relay::Works));
                    }
                }
                writeln!(
                    pools,
                    "  p{number}: {{ urls: [{}], control: \"{}/204\", quarantine: 1ms }}",
                    urls.join(", "),
                    fleet.url("control")
                )
                .expect("written");
                (fleet.url("target"), format!("proxy: p{number}, expect: {{ json: {{ $.status: healthy }} }}"))
            }
        };
        let comma = if settings.is_empty() { "" } else { ", " };
        writeln!(text, "      e{number}: {{ url: \"{url}\"{comma}{settings} }}").expect("written");
    }
    let head = "defaults: { timeout: 1s, connect_timeout: 1s, retry: { attempts: 1 } }\n";
    let yaml = format!("{head}{pools}channels:\n  c:\n    endpoints:\n{text}");
    home.write("probes.yaml", &yaml);
    (fleet, wanted)
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how long it runs, and whether it writes, is asked of the environment")]
fn every_fault_has_its_verdict_in_every_run() {
    let home = Home::new();
    let ca = Authority::new();
    home.write("ca.pem", &ca.pem);
    let (_fleet, wanted) = stage(rows(&ca), &home);
    let rounds = std::env::var("CANARY_SOAK").ok().and_then(|text| text.parse().ok()).unwrap_or(3);
    for round in 0..rounds {
        let report = home.run(["check", "--json", "--no-history"]).code(1).json();
        let results = report["results"].as_array().expect("results");
        let word = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
        for (result, (fault, said)) in results.iter().zip(&wanted) {
            let seen = format!("{}/{}/{}", word(&result["verdict"]), word(&result["reason"]), word(&result["blame"]));
            assert_eq!(&seen, said, "round {round}: {fault}: {}", result["message"]);
        }
        assert_eq!(results.len(), wanted.len());
    }
    let mut table = String::from(
        "# What canary says of a broken world\n\nEach row is played by a test in every run (`tests/it/fault_table.rs`, which \
         writes this page).\n\n| fault | verdict | reason | blame |\n|---|---|---|---|\n",
    );
    for (fault, said) in &wanted {
        writeln!(table, "| {fault} | {} |", said.replace('/', " | ")).expect("written");
    }
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/faults.md");
    if std::env::var("CANARY_WRITE_DOCS").is_ok() {
        std::fs::write(&page, &table).expect("written");
    }
    assert_eq!(
        std::fs::read_to_string(&page).unwrap_or_default(),
        table,
        "CANARY_WRITE_DOCS=1 writes docs/faults.md anew"
    );
}
