//! The shipped `probes.yaml` as it is: with nothing set, with everything set, and against every answer in
//! `tests/cases/channels/index.json`.

use bytes::Bytes;
use canary::config::{self, Config, Environment};
use canary::demo::fixtures::WRITTEN_AT;
use canary::demo::scene::Scene;
use canary::demo::shipped::{PROBES_YAML, SCHEMAS};
use canary::judge::{Judgement, judge};
use canary::model::{Observation, Response, Trace};
use canary::probe::{Engine, Options, Via};
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// The moment at which the fixtures were written.
fn now() -> Timestamp {
    Timestamp::from_second(WRITTEN_AT).expect("a time of this age")
}

/// The shipped files, and these variables.
struct Shipped(BTreeMap<String, String>);

impl Environment for Shipped {
    fn var(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }

    fn read_file(&self, path: &Path, _max: u64) -> Result<Vec<u8>, String> {
        let known = SCHEMAS.iter().find(|(known, _)| Path::new(known) == path);
        known.map(|(_, text)| text.as_bytes().to_vec()).ok_or_else(|| "no such file".to_owned())
    }

    fn credential(&self, _name: &str) -> Result<String, String> {
        Err("no such credential".to_owned())
    }
}

fn load(variables: BTreeMap<String, String>) -> Config {
    let loaded = config::load(Path::new("probes.yaml"), PROBES_YAML.as_bytes(), &Shipped(variables));
    let loaded = loaded.unwrap_or_else(|wrong| panic!("{}", wrong.render(false)));
    let unset = loaded.unset_everywhere();
    assert!(unset.is_empty(), "{}", unset.render(false));
    loaded.config
}

fn everything_set() -> Config {
    let scene = Scene::start_well(now()).expect("the fleet starts");
    load(scene.environment.clone())
}

#[test]
fn with_nothing_set_only_the_bridges_are_probed() {
    let config = load(BTreeMap::new());
    let (skipped, probed): (Vec<_>, Vec<_>) = config.endpoints.iter().partition(|one| one.not_configured.is_some());
    let mut ids: Vec<String> = probed.iter().map(|one| one.id.to_string()).collect();
    ids.sort();
    let bridges = ["avito", "max", "telegram", "vk", "whatsapp"];
    let wanted: Vec<String> =
        bridges.iter().flat_map(|one| [format!("{one}/extended"), format!("{one}/health")]).collect();
    assert_eq!(ids, wanted);
    assert_eq!(skipped.len(), 16);
    for endpoint in probed {
        assert_eq!(endpoint.request.url.host_str(), Some("127.0.0.1"), "{}", endpoint.id);
    }
    assert!(config.receivers.values().all(|receiver| !receiver.configured));
    assert_eq!(config.warnings, Vec::<String>::new());
}

#[test]
fn with_everything_set_nothing_is_skipped_and_hosts_are_shown() {
    let config = everything_set();
    for endpoint in &config.endpoints {
        assert_eq!(endpoint.not_configured, None, "{}", endpoint.id);
        assert!(endpoint.request.shown_url.starts_with("http://127.0.0.1:"), "{}", endpoint.request.shown_url);
        assert!(!endpoint.request.shown_url.contains("demo-"), "{}", endpoint.request.shown_url);
    }
    assert_eq!(config.warnings, Vec::<String>::new());
}

#[derive(Deserialize)]
struct Index {
    fixtures: Vec<Fixture>,
}

#[derive(Deserialize)]
struct Fixture {
    file: String,
    endpoint: Option<String>,
    status: u16,
    headers: BTreeMap<String, String>,
    verdict: String,
    reason: Option<String>,
}

fn judged(config: &Config, fixture: &Fixture, id: &str) -> Judgement {
    let endpoint = config.endpoints.iter().find(|one| one.id.to_string() == id);
    let endpoint = endpoint.unwrap_or_else(|| panic!("no endpoint {id}"));
    let body = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(&fixture.file)).expect("the file is there");
    let headers = fixture
        .headers
        .iter()
        .map(|(name, value)| (name.parse().expect("a name"), value.parse().expect("a value")))
        .collect();
    let slow = fixture.reason.as_deref() == Some("latency");
    let trace = Trace {
        elapsed: Duration::from_millis(if slow { 1300 } else { 40 }),
        bytes: body.len() as u64,
        ..Trace::default()
    };
    let response = Response { trace, status: fixture.status, headers, body: Bytes::from(body) };
    judge(&Observation::Response(Box::new(response)), &endpoint.rules, &config.redactor, now())
}

#[test]
fn every_answer_gets_the_verdict_that_the_index_says() {
    let config = everything_set();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/channels/index.json");
    let index: Index = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let mut wrong = Vec::new();
    let mut answered = BTreeSet::new();
    for fixture in &index.fixtures {
        let Some(id) = &fixture.endpoint else { continue };
        answered.insert(id.clone());
        let judgement = judged(&config, fixture, id);
        let reason = judgement.reason.map(|reason| reason.to_string());
        if judgement.verdict.to_string() != fixture.verdict || reason != fixture.reason {
            wrong.push(format!("{} at {id}: {} {reason:?}: {:?}", fixture.file, judgement.verdict, judgement.message));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let silent: Vec<String> =
        config.endpoints.iter().map(|one| one.id.to_string()).filter(|id| !answered.contains(id)).collect();
    assert!(silent.is_empty(), "no fixture answers {silent:?}");
}

/// Asks every endpoint of a scene once, in the file's order; says who is not up, with the reason.
fn not_up(scene: &Scene) -> Vec<String> {
    let config = load(scene.environment.clone());
    let redactor = config.redactor.clone();
    let clock = Arc::new(now);
    let engine = Engine::new(Options { tokens: Vec::new(), redactor, now: clock, trust_store_is_named: false });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut out = Vec::new();
    for endpoint in &config.endpoints {
        let cut = tokio::time::Instant::now() + Duration::from_secs(20);
        let attempt = engine.attempt(&endpoint.request, &endpoint.transport, &Via::Direct, cut);
        let judgement = judge(&runtime.block_on(attempt), &endpoint.rules, &config.redactor, now());
        if let Some(reason) = judgement.reason {
            let message = judgement.message.unwrap_or_default();
            out.push(format!("{} {}/{reason}: {message}", endpoint.id, judgement.verdict));
        }
    }
    out
}

#[test]
fn a_healthy_fleet_is_up_and_is_asked_as_each_service_wants() {
    let scene = Scene::start_well(now()).unwrap();
    assert_eq!(not_up(&scene), Vec::<String>::new());
    assert_eq!(scene.fleet.count("avito-api"), 5, "one token for the four endpoints");
    let token = &scene.fleet.requests("avito-api")[0];
    assert_eq!((token.method.as_str(), token.target.as_str()), ("POST", "/token"));
}

#[test]
fn the_demo_shows_its_ailments() {
    let scene = Scene::start(now()).unwrap();
    let found = not_up(&scene);
    let short: Vec<&str> = found.iter().filter_map(|line| line.split(':').next()).collect();
    let wanted = [
        "whatsapp/extended down/json",
        "telegram/health down/status",
        "telegram/webhook degraded/json",
        "vk/health degraded/latency",
        "vk/server-time down/schema",
        "vk/permissions down/schema",
        "vk/callback-servers down/schema",
        "vk/group down/schema",
        "vk/unanswered down/schema",
        "max/health degraded/stale",
        "avito/health down/connect",
        "avito/extended down/connect",
    ];
    assert_eq!(short, wanted, "{}", found.join("\n"));
}
