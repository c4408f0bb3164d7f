//! Fifty ill endpoints in one configuration: each gets its verdict, reason and blame, the same in every run, and the
//! table in `docs/faults.md` says so. `CANARY_SOAK=1000 cargo test --test it fault_table` makes it a soak;
//! `CANARY_WRITE_DOCS=1` writes the table anew.

use crate::fault_rows::{Ill, JSON, Row, rows};
use crate::support::Home;
use crate::support::certs::Authority;
use crate::support::process::is_bounded;
use canary::demo::fleet::{Behaviour, Fleet, Relay, Reply, Service};
use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

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
            Ill::Does(behaviour, _) | Ill::Https(behaviour) => {
                services.push(Service::new(&name).on("*", behaviour.clone()));
            }
            Ill::Mute => services.push(Service::new(&name).mute()),
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
            Ill::Https(_) | Ill::Mute => (fleet.url(&format!("s{number}")).replace("http:", "https:"), String::new()),
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
        let mut report = serde_json::Value::Null;
        // A round of which canary itself says that the machine was too busy proves nothing.
        for _ in 0..20 {
            let ran = home.run(["check", "--json", "--no-history"]).code(1);
            report = ran.json();
            if !ran.stdout.contains("this machine is too slow") {
                break;
            }
        }
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

/// Each row alone, so that the run's length is the attempts': none lasts longer than its timeout and a tenth of a second.
#[test]
fn no_attempt_of_any_fault_outlives_its_timeout() {
    let home = Home::new();
    let ca = Authority::new();
    home.write("ca.pem", &ca.pem);
    let (_fleet, wanted) = stage(rows(&ca), &home);
    for (number, (fault, _)) in wanted.iter().enumerate() {
        is_bounded(fault, Duration::from_millis(100), || {
            let report = home.run(["check", "--json", "--no-history", &format!("c/e{number}")]).json();
            let took = Duration::from_secs_f64(report["duration_ms"].as_f64().expect("a duration") / 1000.0);
            // Through exits each attempt, and each question to control, has a timeout of its own; a pool has two at most.
            let attempts = if report["results"][0]["proxy"].is_null() { 1 } else { 5 };
            took.saturating_sub(Duration::from_secs(1) * attempts) / attempts
        });
    }
}
