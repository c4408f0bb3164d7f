//! HTTP/1 that is not as it should be.

use super::faultd::{Conn, Faultd, response};
use super::harness::{Row, Want, answered, check, engine, failed, far, get, post, transport};
use crate::config::settings::Transport;
use crate::model::FailureKind::{Broken, TooLarge};
use crate::model::Observation;
use crate::model::Stage::{Body, Head};
use crate::probe::Via;
use http::{HeaderName, HeaderValue, Method};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

const OK: &str = "HTTP/1.1 200 OK\r\n";

fn says(tail: &str) -> (Faultd, crate::config::settings::Request) {
    let server = Faultd::says(format!("{OK}{tail}"));
    let request = get(&server.url("/"));
    (server, request)
}

fn raw(bytes: &str) -> crate::config::settings::Request {
    get(&Faultd::says(bytes.as_bytes().to_vec()).url("/"))
}

#[tokio::test]
async fn what_is_no_http_is_told_apart() {
    let tls_alert = Faultd::says(b"\x15\x03\x01\x00\x02\x02\x16".to_vec());
    let (_a, both) = says("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    let (_b, unlike) = says("Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!");
    let (_c, unlike_list) = says("Content-Length: 5, 6\r\n\r\nhello!");
    let (_d, alike) = says("Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello");
    let (_e, fold) = says("X-A: b\r\n  c\r\nContent-Length: 2\r\n\r\nok");
    let (_f, space) = says("X-A : b\r\nContent-Length: 2\r\n\r\nok");
    let (_g, colon) = says("no colon here\r\nContent-Length: 2\r\n\r\nok");
    check(vec![
        Row("more than announced", raw(&format!("{OK}Content-Length: 10\r\n\r\n{}", "0123456789".repeat(5))), transport(), Want::Answer(200, "0123456789")),
        Row("no last chunk", raw(&format!("{OK}Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")), transport(), Want::Failure(Body, Broken, "closed after 5 bytes of the body")),
        Row("chunk size zz", raw(&format!("{OK}Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n")), transport(), Want::Failure(Body, Broken, "malformed body")),
        Row("chunk size -1", raw(&format!("{OK}Transfer-Encoding: chunked\r\n\r\n-1\r\nhello\r\n")), transport(), Want::Failure(Body, Broken, "malformed body")),
        Row("chunk size F…", raw(&format!("{OK}Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n")), transport(), Want::Failure(Body, Broken, "malformed body")),
        Row("largest chunk", raw(&format!("{OK}Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFF\r\nx")), transport(), Want::Failure(Body, Broken, "closed after")),
        Row("lengths, both", both, transport(), Want::Failure(Head, Broken, "both Content-Length and Transfer-Encoding")),
        Row("lengths, unlike", unlike, transport(), Want::Failure(Head, Broken, "two unlike Content-Lengths")),
        Row("lengths, list", unlike_list, transport(), Want::Failure(Head, Broken, "two unlike Content-Lengths")),
        Row("lengths, 204", raw("HTTP/1.1 204 No\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"), transport(), Want::Failure(Head, Broken, "two unlike")),
        Row("lengths, alike", alike, transport(), Want::Answer(200, "hello")),
        Row("closed at the end", raw("HTTP/1.0 200 OK\r\n\r\nhello"), transport(), Want::Answer(200, "hello")),
        Row("TLS", get(&tls_alert.url("/")), transport(), Want::Failure(Head, Broken, "answers in TLS; https?")),
        Row("status abc", raw("HTTP/1.1 abc\r\n\r\n"), transport(), Want::Failure(Head, Broken, "bad status line \"HTTP/1.1 abc\"")),
        Row("status 99999", raw("HTTP/1.1 99999 X\r\n\r\n"), transport(), Want::Failure(Head, Broken, "bad status line")),
        Row("status 099", raw("HTTP/1.1 099 X\r\n\r\n"), transport(), Want::Failure(Head, Broken, "bad status line")),
        Row("status empty", raw("HTTP/1.1 \r\n\r\n"), transport(), Want::Failure(Head, Broken, "bad status line")),
        Row("ssh", raw("SSH-2.0-OpenSSH_9.9\r\n"), transport(), Want::Failure(Head, Broken, "not HTTP: starts with \"SSH-2.0-OpenSSH")),
        Row("lines, bare LF", raw("HTTP/1.1 200 OK\nContent-Length: 2\n\nok"), transport(), Want::Answer(200, "ok")),
        Row("lines, obs-fold", fold, transport(), Want::Failure(Head, Broken, "malformed response head")),
        Row("lines, space", space, transport(), Want::Failure(Head, Broken, "malformed response head")),
        Row("lines, no colon", colon, transport(), Want::Failure(Head, Broken, "malformed response head")),
        Row("hints, then a response", raw(&format!("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n{OK}Content-Length: 2\r\n\r\nok")), transport(), Want::Answer(200, "ok")),
        Row("unasked 101", raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nxx"), transport(), Want::Answer(101, "")),
        Row("204", raw("HTTP/1.1 204 No Content\r\n\r\n"), transport(), Want::Answer(204, "")),
        Row("421", raw("HTTP/1.1 421 Misdirected\r\nContent-Length: 0\r\n\r\n"), transport(), Want::Answer(421, "")),
        Row("pipelined", raw(&format!("{OK}Content-Length: 2\r\n\r\nok{OK}Content-Length: 3\r\n\r\nbad")), transport(), Want::Answer(200, "ok")),
    ])
    .await;
}

#[tokio::test]
async fn who_speaks_first_is_heard() {
    let first = |bytes: &'static [u8]| {
        Faultd::start(move |conn| {
            conn.send(bytes);
            conn.request();
            conn.close();
        })
    };
    let busy = first(b"HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy");
    let mail = first(b"220 mail.example ESMTP\r\n");
    check(vec![
        Row("busy", get(&busy.url("/")), transport(), Want::Answer(503, "busy")),
        Row("mail", get(&mail.url("/")), transport(), Want::Failure(Head, Broken, "starts with \"220 mail.example")),
    ])
    .await;
}

#[tokio::test]
async fn heads_are_bounded() {
    let header = "X-Filler: ".to_owned() + &"y".repeat(1 << 20) + "\r\n";
    let lines = |count: usize| (0..count).map(|n| format!("X-{n}: y\r\n")).collect::<Vec<_>>().concat();
    let (_a, one_large) = says(&format!("{header}\r\n"));
    let (_b, many) = says(&format!("{}\r\n", lines(10_000)));
    let (_c, several) = says(&format!("{}Content-Length: 2\r\n\r\nok", lines(900)));
    let (_d, large) = says(&format!("X: {}\r\nContent-Length: 2\r\n\r\nok", "z".repeat(290 << 10)));
    let hints = Faultd::start(|conn| {
        conn.request();
        while std::io::Write::write_all(&mut conn.tcp, b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n").is_ok() {}
    });
    check(vec![
        Row("one large header", one_large, transport(), Want::Failure(Head, Broken, "response headers over 300 KiB")),
        Row("a large header that fits", large, transport(), Want::Answer(200, "ok")),
        Row("10,000 headers", many, transport(), Want::Failure(Head, Broken, "too many headers")),
        Row("900 headers", several, transport(), Want::Answer(200, "ok")),
        Row(
            "endless hints",
            get(&hints.url("/")),
            transport(),
            Want::Failure(Head, Broken, "early answers included, have no end within 300 KiB"),
        ),
    ])
    .await;
}

#[tokio::test]
async fn bytes_may_come_one_by_one() {
    let server = Faultd::start(|conn| {
        conn.request();
        let _ = conn.tcp.set_nodelay(true);
        for byte in response("200 OK", "X-A: b\r\n", b"hello") {
            conn.send(&[byte]);
        }
        conn.close();
    });
    check(vec![Row("byte by byte", get(&server.url("/")), transport(), Want::Answer(200, "hello"))]).await;
}

#[tokio::test]
async fn bodies_are_bounded() {
    let written = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&written);
    let endless = Faultd::start(move |conn| {
        conn.request();
        conn.send(b"HTTP/1.1 200 OK\r\n\r\n");
        while std::io::Write::write_all(&mut conn.tcp, &[b'x'; 4096]).is_ok() {
            count.fetch_add(4096, SeqCst);
        }
    });
    let exact = Faultd::responds("200 OK", "", b"0123456789");
    let over = Faultd::says("HTTP/1.1 200 OK\r\n\r\n0123456789A");
    let said = Faultd::says("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n");
    let small = Transport { max_body: 10, ..transport() };
    check(vec![
        Row(
            "endless body",
            get(&endless.url("/")),
            transport(),
            Want::Failure(Body, TooLarge, "body over max_body, 1MiB"),
        ),
        Row("exactly max_body", get(&exact.url("/")), small.clone(), Want::Answer(200, "0123456789")),
        Row(
            "one byte over",
            get(&over.url("/")),
            small.clone(),
            Want::Failure(Body, TooLarge, "body over max_body, 10B"),
        ),
        Row("announced over", get(&said.url("/")), small, Want::Failure(Body, TooLarge, "Content-Length is 11")),
    ])
    .await;
    // What the kernels of both sides buffer comes on top of what was read.
    assert!(written.load(SeqCst) < 16 << 20, "{}", written.load(SeqCst));
}

#[tokio::test]
async fn each_attempt_has_a_connection_of_its_own() {
    let server = Faultd::start(|conn| {
        conn.request();
        conn.send(&response("200 OK", "Connection: keep-alive\r\n", b"ok"));
        conn.hold();
    });
    let (engine, request) = (engine(), post(&server.url("/"), "{\"a\":1}"));
    for _ in 0..2 {
        engine.attempt(&request, &transport(), &Via::Direct, far()).await;
    }
    assert_eq!((server.connections(), server.requests().len()), (2, 2));
}

#[tokio::test]
async fn a_dropped_attempt_leaves_no_connection() {
    let (tell, told) = std::sync::mpsc::channel();
    let tell = std::sync::Mutex::new(tell);
    let server = Faultd::start(move |conn: &mut Conn| {
        conn.request();
        conn.hold();
        let _ = tell.lock().expect("no panic").send(());
    });
    let (engine, request) = (engine(), get(&server.url("/")));
    let transport = transport();
    let attempt = engine.attempt(&request, &transport, &Via::Direct, far());
    assert!(tokio::time::timeout(Duration::from_millis(100), attempt).await.is_err());
    assert_eq!(told.recv_timeout(Duration::from_secs(5)), Ok(()));
}

#[tokio::test]
async fn the_request_has_defaults_that_the_settings_override() {
    let server = Faultd::responds("200 OK", "", b"ok");
    let mut request = post(&server.url("/a%20b?q=1|2#f"), "{\"a\":1}");
    request.method = Method::PUT;
    answered(&request, &transport()).await;
    let header =
        |name: &'static str, value: &'static str| (HeaderName::from_static(name), HeaderValue::from_static(value));
    request.headers = vec![
        header("user-agent", "mine"),
        header("host", "other.example"),
        header("content-type", "text/x"),
        header("x-many", "1"),
        header("x-many", "2"),
    ];
    answered(&request, &transport()).await;
    let sent = server.requests();
    assert!(sent[0].starts_with("PUT /a%20b?q=1|2 HTTP/1.1\r\n"), "{}", sent[0]);
    let version = concat!("user-agent: canary/", env!("CARGO_PKG_VERSION"), "\r\n");
    let host = format!("host: {}\r\n", server.address);
    for line in
        [version, "accept: */*\r\n", "accept-encoding: gzip, deflate\r\n", "content-type: application/json\r\n", &host]
    {
        assert!(sent[0].contains(line), "{line} in {}", sent[0]);
    }
    for line in
        ["user-agent: mine\r\n", "host: other.example\r\n", "content-type: text/x\r\n", "x-many: 1\r\nx-many: 2\r\n"]
    {
        assert!(sent[1].contains(line), "{line} in {}", sent[1]);
    }
    assert_eq!(sent[1].matches("host:").count(), 1, "{}", sent[1]);
    assert!(sent[1].ends_with("\r\n\r\n{\"a\":1}"));
}

#[tokio::test]
async fn a_response_carries_its_facts() {
    let server = Faultd::responds("200 OK", "X-A: b\r\n", b"hello");
    let response = answered(&get(&server.url("/")), &transport()).await;
    let trace = &response.trace;
    assert_eq!((trace.http_version, trace.bytes, trace.redirects), (Some("1.1"), 5, 0));
    assert_eq!((trace.final_url.clone(), trace.cert.clone(), trace.proxy.clone()), (None, None, None));
    assert_eq!(response.headers["x-a"], "b");
    let phases = trace.phases;
    let sum = [phases.dns, phases.connect, phases.ttfb, phases.download].map(|phase| phase.expect("a phase"));
    assert!(sum.iter().sum::<Duration>() <= trace.elapsed, "{phases:?} in {:?}", trace.elapsed);
    let old = raw("HTTP/1.0 200 OK\r\n\r\nx");
    assert_eq!(answered(&old, &transport()).await.trace.http_version, Some("1.0"));
}

#[tokio::test]
async fn an_attempt_can_move_between_threads() {
    fn movable<T: Send>(it: T) -> T {
        it
    }
    let (engine, request, transport) = (engine(), raw(&format!("{OK}Content-Length: 0\r\n\r\n")), transport());
    let seen = movable(engine.attempt(&request, &transport, &Via::Direct, far())).await;
    assert!(matches!(seen, Observation::Response(_)));
}

#[tokio::test]
async fn of_a_secret_at_a_cut_no_half_is_shown() {
    for pad in [24, 30, 39, 64, 70, 79] {
        for head in ["GARBAGE", "HTTP/1.1 "] {
            let echoed = format!("{head}{}s3cret-token and more\r\n\r\n", "x".repeat(pad - head.len()));
            let failure = failed(&raw(&echoed), &transport()).await;
            assert!(!failure.detail.contains("s3"), "{pad}: {}", failure.detail);
        }
    }
}
