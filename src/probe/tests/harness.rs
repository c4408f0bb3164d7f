//! Rows of a table: what is asked, and what must be observed.

use crate::config::settings::{Auth, Request, RequestBody, Transport};
use crate::model::{Failure, FailureKind, Fault, Observation, Redactor, Response, Stage};
use crate::probe::{Engine, Options, Via};
use http::Method;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;
use url::Url;

/// Short enough for tests, long enough for a busy machine.
pub(super) const SHORT: Duration = Duration::from_millis(400);

pub(super) fn engine() -> Engine {
    engine_at(jiff::Timestamp::from_second(REAL_NOW).expect("a time"))
}

/// The moment that test certificates are made around: 2026-06-01T00:00:00Z.
pub(super) const REAL_NOW: i64 = 1_780_272_000;

pub(super) fn engine_at(now: jiff::Timestamp) -> Engine {
    Engine::new(Options {
        tokens: Vec::new(),
        redactor: Redactor::new(["s3cret-token"]),
        now: Arc::new(move || now),
        trust_store_is_named: false,
    })
}

pub(super) fn get(url: &str) -> Request {
    Request {
        method: Method::GET,
        url: Url::parse(url).expect(url),
        shown_url: url.to_owned(),
        headers: Vec::new(),
        body: None,
        auth: Auth::None,
    }
}

pub(super) fn post(url: &str, body: &'static str) -> Request {
    let body = RequestBody { content_type: Some("application/json"), bytes: body.into() };
    Request { method: Method::POST, body: Some(body), ..get(url) }
}

pub(super) fn transport() -> Transport {
    Transport { timeout: Duration::from_secs(10), ..Transport::default() }
}

/// All of an attempt in [`SHORT`].
pub(super) fn hasty() -> Transport {
    Transport { timeout: SHORT, ..Transport::default() }
}

pub(super) fn far() -> Instant {
    Instant::now() + Duration::from_mins(1)
}

pub(super) async fn observe(request: &Request, transport: &Transport) -> Observation {
    engine().attempt(request, transport, &Via::Direct, far()).await
}

pub(super) async fn answered(request: &Request, transport: &Transport) -> Response {
    match observe(request, transport).await {
        Observation::Response(response) => *response,
        Observation::Failure(failure) => panic!("failed: {failure:?}"),
    }
}

pub(super) async fn failed(request: &Request, transport: &Transport) -> Failure {
    match observe(request, transport).await {
        Observation::Failure(failure) => *failure,
        Observation::Response(response) => panic!("answered: {response:?}"),
    }
}

/// What a row wants to see.
#[derive(Clone, Debug)]
pub(super) enum Want {
    /// This status and body.
    Answer(u16, &'static str),
    /// This failure of the target, with these words in its detail.
    Failure(Stage, FailureKind, &'static str),
}

/// One row: its name, what is asked, what must be seen.
pub(super) struct Row(pub(super) &'static str, pub(super) Request, pub(super) Transport, pub(super) Want);

/// How late a timer may be where every test runs at the same time, unoptimised; alone it is below 100 ms.
pub(super) const LATE: Duration = Duration::from_millis(300);

/// All rows at the same time; every one that differs is told, and every attempt that ends too late.
pub(super) async fn check(rows: Vec<Row>) {
    let engine = engine();
    let mut running = JoinSet::new();
    for Row(id, request, transport, want) in rows {
        let engine = engine.clone();
        running.spawn(async move {
            let start = Instant::now();
            let seen = engine.attempt(&request, &transport, &Via::Direct, far()).await;
            let late = start.elapsed().saturating_sub(transport.timeout);
            let mut wrong = difference(&seen, &want);
            if late > LATE {
                wrong = Some(format!("ended {late:?} late"));
            }
            wrong.map(|wrong| format!("{id}: {wrong}\n    wanted {want:?}\n    saw    {seen:?}"))
        });
    }
    let wrong = running.join_all().await.into_iter().flatten().collect::<Vec<_>>();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn difference(seen: &Observation, want: &Want) -> Option<String> {
    match (seen, want) {
        (Observation::Response(response), Want::Answer(status, body)) => {
            let same = response.status == *status && response.body == body.as_bytes();
            (!same).then(|| "another answer".to_owned())
        }
        (Observation::Failure(failure), Want::Failure(stage, kind, words)) => differs(failure, *stage, *kind, words),
        _ => Some("another end".to_owned()),
    }
}

fn differs(failure: &Failure, stage: Stage, kind: FailureKind, words: &str) -> Option<String> {
    let seen = match failure.kind {
        FailureKind::Untimely { .. } => FailureKind::Broken,
        other => other,
    };
    let same = (failure.fault, failure.stage, seen) == (Fault::Target, stage, kind);
    if !same {
        return Some("another failure".to_owned());
    }
    (!failure.detail.contains(words)).then(|| "other words".to_owned())
}
