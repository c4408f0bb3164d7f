//! What one endpoint costs in each of a run's steps: `cargo bench`, `cargo bench judge`.
//!
//! The whole, with sockets and processes, is measured from outside by `benches/scale.py`.

use canary::alert::{self, Addressee, Outbox};
use canary::config::{self, Environment};
use canary::history::History;
use canary::judge::{self, Rules};
use canary::model::{
    EndpointId, Event, IncidentId, IncidentKind, Name, Notice, Observation, ProbeResult, Redactor, Response, RunReport,
    Summary, Trace, Verdict, result::Exchange,
};
use canary::output::{json, table};
use canary::store::{EndpointState, State, StateDir};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use jiff::Timestamp;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

fn main() {
    divan::main();
}

/// What a healthy endpoint answers.
const BODY: &str = r#"{"status":"healthy","service":"vk-community-api","version":"2.1.0","accounts_loaded":5,
"health_score":95,"timestamp":"2026-11-23T09:59:41.208113"}"#;

/// A document with one schema for all; the endpoints follow.
const HEAD: &str = r#"
schemas:
  health: {"type": "object", "required": ["status", "health_score", "timestamp"], "properties": {
    "status": {"enum": ["healthy", "degraded", "unhealthy"]}, "service": {"type": "string", "minLength": 1},
    "version": {"type": "string", "pattern": "^\\d+(\\.\\d+){1,3}$"}, "accounts_loaded": {"type": "integer", "minimum": 0},
    "health_score": {"type": "number", "minimum": 0, "maximum": 100}, "timestamp": {"type": "string"}}}
channels:
  load:
    base_url: http://127.0.0.1:8767
    endpoints:
"#;

/// No variables, no files.
struct Nothing;

impl Environment for Nothing {
    fn var(&self, _: &str) -> Option<String> {
        None
    }

    fn read_file(&self, _: &Path, _: u64) -> Result<Vec<u8>, String> {
        Err("no such file".to_owned())
    }

    fn credential(&self, _: &str) -> Result<String, String> {
        Err("no such credential".to_owned())
    }
}

fn document(endpoints: usize) -> String {
    let mut text = HEAD.to_owned();
    for number in 0..endpoints {
        let _ = writeln!(
            text,
            "      e{number}: {{ path: /health/{number}, expect: {{ schema: health, json: {{ $.status: {{ in: [healthy, \
             degraded] }} }} }}, warn: {{ json: {{ $.health_score: {{ gte: 80 }} }} }} }}"
        );
    }
    text
}

fn rules() -> Rules {
    let loaded = config::load(Path::new("probes.yaml"), document(1).as_bytes(), &Nothing);
    loaded.map(|loaded| loaded.config.endpoints[0].rules.clone()).expect("the document is right")
}

fn secrets(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("s3cr3t/{number:04}+Q\"x")).collect()
}

fn redactor(count: usize) -> Redactor {
    Redactor::new(secrets(count).iter().map(String::as_str))
}

fn now() -> Timestamp {
    "2026-11-23T10:00:00Z".parse().expect("a time")
}

fn answer(body: &str) -> Observation {
    let body = body.to_owned().into();
    let trace = Trace { elapsed: Duration::from_millis(12), ..Trace::default() };
    Observation::Response(Box::new(Response { trace, status: 200, headers: http::HeaderMap::new(), body }))
}

fn results(count: usize) -> Vec<ProbeResult> {
    let channel = Name::parse("load").expect("a name");
    let result = |number: usize| ProbeResult {
        verdict: Verdict::Up,
        message: None,
        exchange: Some(Exchange {
            method: "GET".to_owned(),
            url: format!("http://127.0.0.1:8767/health/{number}"),
            remote_addr: Some(([127, 0, 0, 1], 8767).into()),
            http_version: Some("1.1"),
            status: Some(200),
            latency: Some(Duration::from_micros(12_410)),
            attempts: 1,
            bytes: Some(212),
            ..Exchange::default()
        }),
        ..ProbeResult::skipped(EndpointId::new(channel.clone(), &format!("e{number}")), now(), "")
    };
    (0..count).map(result).collect()
}

/// All checks of one answer that satisfies them, with so many secrets to keep.
#[divan::bench(args = [0, 100])]
fn judge_up(bencher: Bencher, count: usize) {
    let (observation, rules, redactor) = (answer(BODY), rules(), redactor(count));
    bencher.bench(|| judge::judge(black_box(&observation), &rules, &redactor, now()));
}

/// The same for one that violates the schema and both paths.
#[divan::bench(args = [0, 100])]
fn judge_down(bencher: Bencher, count: usize) {
    let (observation, rules, redactor) = (answer(r#"{"status":"ill","health_score":150}"#), rules(), redactor(count));
    bencher.bench(|| judge::judge(black_box(&observation), &rules, &redactor, now()));
}

/// A whole configuration.
#[divan::bench(args = [1, 100, 1_000, 10_000], sample_count = 10)]
fn load_config(bencher: Bencher, endpoints: usize) {
    let text = document(endpoints);
    bencher
        .counter(ItemsCount::new(endpoints))
        .bench(|| config::load(Path::new("probes.yaml"), black_box(text.as_bytes()), &Nothing).is_ok());
}

/// One result's texts, none of which holds a secret.
#[divan::bench(args = [0, 10, 1_000])]
fn redact_result(bencher: Bencher, count: usize) {
    let redactor = redactor(count);
    let result = results(1).remove(0);
    bencher.with_inputs(|| result.clone()).bench_values(|result| result.redacted(&redactor));
}

/// Preparing for secrets.
#[divan::bench(args = [10, 1_000])]
fn prepare_redactor(bencher: Bencher, count: usize) {
    let secrets = secrets(count);
    bencher.bench(|| Redactor::new(black_box(&secrets).iter().map(String::as_str)));
}

fn report(count: usize) -> RunReport {
    RunReport {
        run: "01JDCZ3V5W8QK7M2N4P6R8T0XA".to_owned(),
        started_at: now(),
        duration: Duration::from_secs(1),
        exit_code: 0,
        exit_reasons: Vec::new(),
        results: results(count),
        incidents: Vec::new(),
        alerts: Vec::new(),
        given_up: Vec::new(),
        healing: Vec::new(),
        warnings: Vec::new(),
        waiting: None,
    }
}

/// `-o table`.
#[divan::bench(args = [10, 1_000])]
fn render_table(bencher: Bencher, count: usize) {
    let report = report(count);
    let style = table::Style { width: 120, colour: true };
    bencher.counter(ItemsCount::new(count)).bench(|| table::render(black_box(&report), style));
}

/// `-o json`.
#[divan::bench(args = [10, 1_000])]
fn render_json(bencher: Bencher, count: usize) {
    let report = report(count);
    bencher.counter(ItemsCount::new(count)).bench(|| json::render(black_box(&report)));
}

/// A run's lines of history, written and fsynced.
#[divan::bench(args = [1, 10_000], sample_count = 20)]
fn append_history(bencher: Bencher, count: usize) {
    let dir = tempfile::tempdir().expect("a directory");
    let history = History::new(dir.path().join("history.jsonl"), 64 << 20, 1);
    let results = results(count);
    bencher.counter(ItemsCount::new(count)).bench(|| {
        let mut text = Vec::new();
        for result in &results {
            let line = result.history_line("01JDCZ3V5W8QK7M2N4P6R8T0XA");
            serde_json::to_writer(&mut text, &line).expect("is JSON");
            text.push(b'\n');
        }
        history.append(&text).expect("is written")
    });
}

fn state(endpoints: usize) -> State {
    let known = |number| {
        let known = EndpointState {
            slot_at: Some(now()),
            claimed_by: None,
            verdict: Some(Verdict::Up),
            since: Some(now()),
            started: Some(now()),
            ended: Some(now()),
            ..EndpointState::default()
        };
        (format!("load/e{number}"), known)
    };
    State { endpoints: (0..endpoints).map(known).collect(), last_run_at: Some(now()), ..State::default() }
}

/// Replacing the state in one step that lasts.
#[divan::bench(args = [1, 10_000], sample_count = 20)]
fn commit_state(bencher: Bencher, endpoints: usize) {
    let temp = tempfile::tempdir().expect("a directory");
    let dir = StateDir::open(&temp.path().join("state")).expect("a state directory");
    let state = state(endpoints);
    let mut locked = dir.lock(Duration::from_secs(1)).expect("the lock");
    bencher.counter(ItemsCount::new(endpoints)).bench_local(|| locked.commit(black_box(&state)).expect("is written"));
}

/// Reading it.
#[divan::bench(args = [1, 10_000], sample_count = 20)]
fn read_state(bencher: Bencher, endpoints: usize) {
    let temp = tempfile::tempdir().expect("a directory");
    let dir = StateDir::open(&temp.path().join("state")).expect("a state directory");
    dir.lock(Duration::from_secs(1)).and_then(|mut locked| locked.commit(&state(endpoints))).expect("is written");
    bencher.counter(ItemsCount::new(endpoints)).bench(|| dir.peek(now()).expect("is read"));
}

/// All endpoints open an incident, for three receivers; the state's lock is held meanwhile.
#[divan::bench(args = [100, 10_000], sample_count = 20)]
fn queue_outage(bencher: Bencher, endpoints: usize) {
    let receivers = ["ops", "n8n", "mail"];
    let opening = |number: usize| {
        let id = EndpointId::new(Name::parse("load").expect("a name"), &format!("e{number}"));
        let incident = IncidentId::derive(&id.to_string(), IncidentKind::Down, now());
        Notice {
            id: Notice::id_of(&incident, Event::Open, None, 0),
            incident,
            endpoint: Some(id),
            opening: true,
            at: now(),
            to: receivers.map(str::to_owned).to_vec(),
            ..Notice::default()
        }
    };
    let notices: Vec<Notice> = (0..endpoints).map(opening).collect();
    let addressee = |name: &str| Addressee { name: name.to_owned(), configured: true, ..Addressee::default() };
    let addressees = receivers.map(addressee);
    let (id, summary) = ("01JDCZ3V5W8QK7M2N4P6R8T0XA", &Summary::default());
    bencher
        .counter(ItemsCount::new(endpoints))
        .with_inputs(Outbox::default)
        .bench_local_refs(|outbox| outbox.enqueue(black_box(&notices), &addressees, alert::Run { id, summary }, now()));
}
