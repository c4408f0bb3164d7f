//! Tokens: fetched once, kept, replaced when refused.

use super::faultd::{Faultd, response};
use super::harness::{LATE, REAL_NOW, engine, far, get, hasty, transport};
use crate::config::settings::{Auth, OAuth2, Request, Transport};
use crate::model::{Failure, FailureKind, Fault, Observation, Redactor, Secret, Stage};
use crate::probe::{CachedToken, Engine, Options, Via};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use tokio::task::JoinSet;
use url::Url;

fn oauth2(token_url: &str) -> Auth {
    Auth::OAuth2(Arc::new(OAuth2 {
        token_url: Url::parse(token_url).expect(token_url),
        shown_url: token_url.to_owned(),
        client_id: Secret::new("me"),
        client_secret: Secret::new("p&ss"),
        scope: Some("read".to_owned()),
    }))
}

fn asking(api: &Faultd, token_url: &str) -> Request {
    Request { auth: oauth2(token_url), ..get(&api.url("/")) }
}

/// Gives out `token-1`, `token-2`, …
fn token_server(tail: &'static str) -> Faultd {
    let count = AtomicUsize::new(0);
    Faultd::start(move |conn| {
        conn.request();
        let number = count.fetch_add(1, SeqCst) + 1;
        conn.send(&response("200 OK", "", format!("{{\"access_token\":\"token-{number}\"{tail}}}").as_bytes()));
        conn.close();
    })
}

/// Accepts only this token.
fn api(token: &'static str) -> Faultd {
    Faultd::start(move |conn| {
        let good = conn.request().contains(&format!("authorization: Bearer {token}\r\n"));
        conn.send(&if good { response("200 OK", "", b"ok") } else { response("401 Unauthorized", "", b"no") });
        conn.close();
    })
}

fn kept(engine: &Engine) -> Vec<(String, i64)> {
    engine.tokens().into_iter().map(|one| (one.token, one.expires_at - REAL_NOW)).collect()
}

async fn status(engine: &Engine, request: &Request) -> u16 {
    match engine.attempt(request, &transport(), &Via::Direct, far()).await {
        Observation::Response(response) => response.status,
        Observation::Failure(failure) => panic!("failed: {failure:?}"),
    }
}

async fn failure(request: &Request, transport: &Transport) -> Failure {
    match engine().attempt(request, transport, &Via::Direct, far()).await {
        Observation::Failure(failure) => *failure,
        Observation::Response(response) => panic!("answered: {response:?}"),
    }
}

#[tokio::test]
async fn one_token_serves_all_and_is_kept() {
    let (tokens, api, engine) = (token_server(",\"expires_in\":3600"), api("token-1"), engine());
    let mut all = JoinSet::new();
    for _ in 0..5 {
        let (engine, request) = (engine.clone(), asking(&api, &tokens.url("/token")));
        all.spawn(async move { status(&engine, &request).await });
    }
    assert_eq!(all.join_all().await, [200; 5]);
    assert_eq!(status(&engine, &asking(&api, &tokens.url("/token"))).await, 200);
    assert_eq!(tokens.requests().len(), 1);
    let sent = &tokens.requests()[0];
    assert!(sent.starts_with("POST /token HTTP/1.1\r\n"), "{sent}");
    assert!(sent.ends_with("grant_type=client_credentials&client_id=me&client_secret=p%26ss&scope=read"), "{sent}");
    assert!(sent.contains("content-type: application/x-www-form-urlencoded\r\n"), "{sent}");
    assert_eq!(kept(&engine), [("token-1".to_owned(), 3600)]);
    let written = serde_json::to_string(&engine.tokens()).expect("JSON");
    assert!(serde_json::from_str::<Vec<CachedToken>>(&written).expect("JSON") == engine.tokens());
    assert!(!format!("{:?} {engine:?}", engine.tokens()).contains("token-1"));
    assert_eq!(engine.redactor().redact("it said token-1"), "it said ***");
}

/// An engine that begins with what another kept, its expiry moved to so many seconds from now.
async fn heir(api: &Faultd, token_url: &str, lasts: i64) -> Engine {
    let first = engine();
    status(&first, &asking(api, token_url)).await;
    let tokens = first.tokens().into_iter().map(|one| CachedToken { expires_at: REAL_NOW + lasts, ..one }).collect();
    let now = jiff::Timestamp::from_second(REAL_NOW).expect("a time");
    Engine::new(Options {
        tokens,
        redactor: Redactor::default(),
        now: Arc::new(move || now),
        trust_store_is_named: false,
    })
}

#[tokio::test]
async fn a_kept_token_is_used_until_shortly_before_it_expires() {
    // Neither one about to expire nor one that a wrong clock dated years ahead is believed.
    for (lasts, fetched) in [(3600, 1), (31, 1), (29, 2), (-1, 2), (90_000, 2)] {
        let (tokens, api) = (token_server(",\"expires_in\":\"3600\""), Faultd::responds("200 OK", "", b"ok"));
        let engine = heir(&api, &tokens.url("/"), lasts).await;
        status(&engine, &asking(&api, &tokens.url("/"))).await;
        assert_eq!(tokens.requests().len(), fetched, "{lasts}");
    }
}

#[tokio::test]
async fn a_refused_kept_token_is_replaced_once() {
    let (tokens, api) = (token_server(""), api("token-2"));
    let engine = heir(&api, &tokens.url("/"), 3600).await;
    assert_eq!(status(&engine, &asking(&api, &tokens.url("/"))).await, 200);
    assert_eq!((tokens.requests().len(), api.requests().len()), (2, 3));
    assert_eq!(kept(&engine), [("token-2".to_owned(), 300)]);
}

#[tokio::test]
async fn a_refused_fresh_token_is_the_answer() {
    let (tokens, api) = (token_server(""), api("no-such-token"));
    assert_eq!(status(&engine(), &asking(&api, &tokens.url("/"))).await, 401);
    assert_eq!((tokens.requests().len(), api.requests().len()), (1, 1));
}

#[tokio::test]
async fn no_token_is_a_failure_of_its_own() {
    let api = api("x");
    let responds = |status: &str, body: &str| Faultd::responds(status, "", body.as_bytes()).url("/");
    for (url, fault, words) in [
        (responds("400 Bad Request", "{\"error\":\"invalid_client\"}"), Fault::Target, "answered 400: invalid_client"),
        (responds("401 Unauthorized", ""), Fault::Target, "answered 401"),
        (responds("200 OK", "{\"error\":\"invalid_scope\"}"), Fault::Target, "answered 200: invalid_scope"),
        (responds("200 OK", "<html>"), Fault::Target, "answered 200 without an access_token"),
        (responds("302 Found", ""), Fault::Target, "answered 302"),
        (responds("503 Unavailable", "{\"error\":\"busy\"}"), Fault::Network, "answered 503: busy"),
        ("http://127.0.0.1:1/".to_owned(), Fault::Network, "connection refused 127.0.0.1:1"),
        ("http://x.invalid/".to_owned(), Fault::Network, "no such host x.invalid"),
    ] {
        let failure = failure(&asking(&api, &url), &transport()).await;
        assert_eq!((failure.stage, failure.fault, failure.sent), (Stage::Auth, fault, false), "{failure:?}");
        assert!(failure.detail.contains(words), "{words}: {}", failure.detail);
    }
    assert_eq!(api.connections(), 0);
}

#[tokio::test]
async fn the_timeout_covers_the_token_too() {
    let silent = Faultd::start(super::faultd::Conn::hold);
    let api = api("x");
    let start = tokio::time::Instant::now();
    let failure = failure(&asking(&api, &silent.url("/")), &hasty()).await;
    assert_eq!((failure.stage, failure.kind, failure.fault), (Stage::Auth, FailureKind::Timeout, Fault::Network));
    assert!(start.elapsed() < hasty().timeout + LATE);
}
