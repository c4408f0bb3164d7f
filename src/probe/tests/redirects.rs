//! Redirects: where they lead, what goes along.

use super::faultd::{Faultd, read_request, response};
use super::harness::{Row, Want, answered, check, failed, get, hasty, post, transport};
use super::pki::{Authority, Hand, LONG, server, trusting};
use crate::config::settings::{Auth, ClientIdentity, Request, Transport};
use crate::model::FailureKind::{Broken, Timeout};
use crate::model::Secret;
use crate::model::Stage::{Dns, Head, Redirect};
use http::{HeaderName, HeaderValue};
use std::io::Write as _;
use std::sync::Arc;

fn to(status: &'static str, location: &str) -> Faultd {
    Faultd::responds(status, &format!("Location: {location}\r\n"), b"moved")
}

/// Answers `/` with a redirect to `/next`, and everything else with `ok`.
fn home(status: &'static str) -> Faultd {
    Faultd::start(move |conn| {
        let request = conn.request();
        let first = request.split(' ').nth(1) == Some("/");
        let answer =
            if first { response(status, "Location: /next?q=1#f\r\n", b"") } else { response("200 OK", "", b"ok") };
        conn.send(&answer);
        conn.close();
    })
}

fn dressed(url: &str) -> Request {
    let header =
        |name: &'static str, value: &'static str| (HeaderName::from_static(name), HeaderValue::from_static(value));
    let headers =
        vec![header("x-api-key", "key-value"), header("cookie", "c=cookie-value"), header("host", "home.example")];
    Request { headers, auth: Auth::Bearer(Secret::new("bearer-value")), ..post(url, "body-value") }
}

#[tokio::test]
async fn followed_or_refused() {
    let ok = Faultd::responds("200 OK", "", b"ok");
    let loops = Faultd::start(|conn| {
        conn.request();
        conn.send(&response("302 Found", "Location: /again\r\n", b""));
        conn.close();
    });
    let nowhere = Faultd::responds("302 Found", "", b"");
    let slow = Faultd::start(|conn| {
        conn.request();
        std::thread::sleep(std::time::Duration::from_millis(150));
        conn.send(&response("302 Found", "Location: /again\r\n", b""));
        conn.close();
    });
    let other = to("302 Found", &ok.url("/"));
    let gone = to("302 Found", "http://gone.invalid/");
    let refuse = |words| Want::Failure(Redirect, Broken, words);
    let none = Transport { max_redirects: 0, ..transport() };
    let strict = Transport { max_redirects: 1, ..transport() };
    check(vec![
        Row("other port", get(&other.url("/")), transport(), Want::Answer(200, "ok")),
        Row("loop", get(&loops.url("/")), transport(), refuse("6 redirects, limit 5")),
        Row("loop, limit", get(&loops.url("/")), strict, refuse("2 redirects, limit 1")),
        Row("not followed", get(&other.url("/")), none, Want::Answer(302, "moved")),
        Row("to file", get(&to("302 Found", "file:///etc/passwd").url("/")), transport(), refuse("redirect to file:")),
        Row("Location, none", get(&nowhere.url("/")), transport(), refuse("without a Location")),
        Row("Location, bad", get(&to("301 Moved", "http://[").url("/")), transport(), refuse("invalid Location")),
        Row(
            "Location, long",
            get(&to("301 Moved", &format!("/{}", "x".repeat(20_000))).url("/")),
            transport(),
            refuse("20001 bytes"),
        ),
        Row("slow hops", get(&slow.url("/")), hasty(), Want::Failure(Head, Timeout, "no response header in 400ms")),
        Row("dead end", get(&gone.url("/")), transport(), Want::Failure(Dns, Broken, "no such host gone.invalid")),
        Row(
            "304",
            get(&Faultd::responds("304 Not Modified", "Location: /x\r\n", b"").url("/")),
            transport(),
            Want::Answer(304, ""),
        ),
        Row(
            "300",
            get(&Faultd::responds("300 Choices", "Location: /x\r\n", b"x").url("/")),
            transport(),
            Want::Answer(300, "x"),
        ),
    ])
    .await;
}

#[tokio::test]
async fn at_home_everything_goes_along() {
    let server = home("307 Temporary Redirect");
    let response = answered(&dressed(&server.url("/")), &transport()).await;
    assert_eq!(response.trace.redirects, 1);
    assert_eq!(response.trace.final_url, Some(server.url("/next?q=1")));
    let sent = server.requests();
    assert!(sent[1].starts_with("POST /next?q=1 HTTP/1.1\r\n"), "{}", sent[1]);
    for word in ["key-value", "cookie-value", "bearer-value", "body-value", "home.example"] {
        assert!(sent[1].contains(word), "{word} in {}", sent[1]);
    }
    let server = home("303 See Other");
    answered(&dressed(&server.url("/")), &transport()).await;
    let sent = server.requests();
    assert!(sent[1].starts_with("GET /next?q=1 HTTP/1.1\r\n") && !sent[1].contains("body-value"), "{}", sent[1]);
    assert!(sent[1].contains("bearer-value") && !sent[1].contains("content-type"), "{}", sent[1]);
}

#[tokio::test]
async fn nothing_of_it_goes_to_another_origin() {
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let far = Faultd::responds("200 OK", "", b"ok");
        // Another port of the same host is another origin, and so is another name of the same address.
        let by_name = format!("http://localhost:{}/", far.port());
        for location in [far.url("/"), by_name] {
            let near = to(status, &location);
            let mut request = dressed(&near.url("/"));
            answered(&request, &transport()).await;
            request.auth = Auth::Basic { username: Secret::new("user"), password: Secret::new("pass-value") };
            answered(&request, &transport()).await;
            assert!(
                near.requests()[0].contains("bearer-value")
                    && near.requests()[1].contains("Basic dXNlcjpwYXNzLXZhbHVl")
            );
        }
        assert_eq!(far.requests().len(), 4);
        for sent in far.requests() {
            for word in [
                "key-value",
                "cookie-value",
                "bearer-value",
                "body-value",
                "home.example",
                "authorization",
                "content-type",
            ] {
                assert!(!sent.contains(word), "{status}: {word} in {sent}");
            }
            assert!(sent.contains("user-agent: canary/"), "{sent}");
        }
    }
}

#[tokio::test]
async fn once_away_nothing_comes_back() {
    let back = Arc::new(std::sync::Mutex::new(String::new()));
    let target = Arc::clone(&back);
    let far = Faultd::start(move |conn| {
        conn.request();
        let location = format!("Location: {}\r\n", target.lock().expect("no panic"));
        conn.send(&response("302 Found", &location, b""));
        conn.close();
    });
    let location = far.url("/");
    let near = Faultd::start(move |conn| {
        let request = conn.request();
        let first = request.split(' ').nth(1) == Some("/");
        let away = response("302 Found", &format!("Location: {location}\r\n"), b"");
        conn.send(&if first { away } else { response("200 OK", "", b"ok") });
        conn.close();
    });
    *back.lock().expect("no panic") = near.url("/home");
    answered(&dressed(&near.url("/")), &transport()).await;
    assert!(!near.requests()[1].contains("bearer-value"), "{:?}", near.requests());
}

#[tokio::test]
async fn a_client_certificate_stays_at_home() {
    let root = Authority::root("Test Root");
    let start = |location: Option<String>| {
        let hand = Hand { client_ca: location.is_some().then(|| root.der()), ..Hand::default() };
        server(root.issue("x", &["localhost"], LONG, &[]), hand, move |stream, conn| {
            read_request(stream);
            conn.note(if stream.conn.peer_certificates().is_some() { "shown" } else { "hidden" });
            let moved = location.as_ref().map(|to| response("302 Found", &format!("Location: {to}\r\n"), b""));
            let _ = stream.write_all(&moved.unwrap_or_else(|| response("200 OK", "", b"ok")));
            conn.hold();
        })
    };
    let far = start(None);
    let near = start(Some(format!("https://localhost:{}/", far.port())));
    let mut transport = trusting(&[root.der()]);
    let shown = root.issue("me", &["me"], LONG, &[]);
    transport.tls.client = Some(Arc::new(ClientIdentity { chain: shown.chain, key: shown.key }));
    answered(&get(&format!("https://localhost:{}/", near.port())), &transport).await;
    assert_eq!((near.requests(), far.requests()), (vec!["shown".to_owned()], vec!["hidden".to_owned()]));
}

#[tokio::test]
async fn https_is_not_left() {
    let root = Authority::root("Test Root");
    let plain = Faultd::responds("200 OK", "", b"ok");
    let location = plain.url("/");
    let secure = server(root.issue("x", &["localhost"], LONG, &[]), Hand::default(), move |stream, conn| {
        read_request(stream);
        let _ = stream.write_all(&response("302 Found", &format!("Location: {location}\r\n"), b""));
        conn.hold();
    });
    let failure = failed(&get(&format!("https://localhost:{}/", secure.port())), &trusting(&[root.der()])).await;
    assert_eq!((failure.stage, failure.status), (Redirect, Some(302)));
    assert!(failure.detail.starts_with("redirect from https to http://127.0.0.1"), "{}", failure.detail);
    assert_eq!(plain.connections(), 0);
}

#[tokio::test]
async fn secrets_in_a_location_are_masked() {
    let ok = Faultd::responds("200 OK", "", b"ok");
    let location = format!("http://user:pw@{}/?token=s3cret-token", ok.address);
    let response = answered(&get(&to("302 Found", &location).url("/")), &transport()).await;
    assert_eq!(response.trace.final_url, Some(format!("http://{}/?token=***", ok.address)));
    assert!(!ok.requests()[0].contains("authorization"), "{:?}", ok.requests());
}

#[tokio::test]
async fn the_times_of_all_hops_add_up() {
    let slow = |answer: Vec<u8>| {
        Faultd::start(move |conn| {
            conn.request();
            std::thread::sleep(std::time::Duration::from_millis(50));
            conn.send(&answer);
            conn.close();
        })
    };
    let last = slow(response("200 OK", "", b"ok"));
    let first = slow(response("302 Found", &format!("Location: {}\r\n", last.url("/")), b""));
    let trace = answered(&get(&first.url("/")), &transport()).await.trace;
    assert!(trace.phases.ttfb.expect("a phase").as_millis() >= 100, "{:?}", trace.phases);
    assert!(trace.elapsed >= trace.phases.ttfb.expect("a phase"));
}
