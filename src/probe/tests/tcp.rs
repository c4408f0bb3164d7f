//! Connections: refused, silent, reset, raced.

use super::faultd::Faultd;
use super::harness::{LATE, Row, SHORT, Want, answered, check, engine, failed, get, hasty, post, transport};
use crate::config::settings::{IpFamily, Transport};
use crate::model::{FailureKind, Fault, Observation, Stage};
use crate::probe::Via;
use FailureKind::{Broken, Timeout};
use Stage::{Body, Connect, Head};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::time::Duration;
use tokio::time::Instant;

/// A port that nobody listens on.
fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address").port()
}

#[tokio::test]
async fn every_way_to_break_a_connection_is_told() {
    let refused = format!("http://127.0.0.1:{}/", closed_port());
    let fin = Faultd::start(|conn| {
        conn.request();
        conn.close();
    });
    let silent = Faultd::start(super::faultd::Conn::hold);
    let slow = Faultd::start(|conn| {
        conn.request();
        conn.send(b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n123456789");
        conn.hold();
    });
    let endless = Faultd::start(|conn| {
        conn.request();
        conn.send(b"HTTP/1.1 200 OK\r\n\r\n123456789");
        conn.hold();
    });
    let half_head = Faultd::start(|conn| {
        conn.request();
        conn.send(b"HTTP/1.1 200 OK\r\nContent-Le");
        conn.hold();
    });
    let half_head_fin = Faultd::says("HTTP/1.1 200 OK\r\nContent-Le");
    let reset_body = Faultd::start(|conn| {
        let mut bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n".to_vec();
        bytes.extend([b'x'; 50]);
        conn.reset_after(&bytes);
    });
    let reset_close_delimited = Faultd::start(|conn| conn.reset_after(b"HTTP/1.0 200 OK\r\n\r\nhello"));
    let reset_first = Faultd::start(|conn| conn.reset_after(b""));
    let cut_body = Faultd::says("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n12345");
    check(vec![
        Row("refused", get(&refused), transport(), Want::Failure(Connect, Broken, "connection refused 127.0.0.1:")),
        Row("fin, no bytes", get(&fin.url("/")), transport(), Want::Failure(Head, Broken, "closed without a response")),
        Row("silence", get(&silent.url("/")), hasty(), Want::Failure(Head, Timeout, "no response header in 400ms")),
        Row(
            "silence after a POST",
            post(&silent.url("/"), "{}"),
            hasty(),
            Want::Failure(Head, Timeout, "no response header in 400ms"),
        ),
        Row("slow body", get(&slow.url("/")), hasty(), Want::Failure(Body, Timeout, "body: 9 of 200 bytes in 400ms")),
        Row(
            "no length, no end",
            get(&endless.url("/")),
            hasty(),
            Want::Failure(Body, Timeout, "body: 9 bytes and no end in 400ms"),
        ),
        Row("half a head", get(&half_head.url("/")), hasty(), Want::Failure(Head, Timeout, "after 27 bytes")),
        Row("a cut head", get(&half_head_fin.url("/")), transport(), Want::Failure(Head, Broken, "after 27 bytes")),
        Row(
            "reset in the body",
            get(&reset_body.url("/")),
            transport(),
            Want::Failure(Body, Broken, "reset after 50 of 100 bytes"),
        ),
        Row(
            "reset at the end",
            get(&reset_close_delimited.url("/")),
            transport(),
            Want::Failure(Body, Broken, "reset after 5"),
        ),
        Row("reset", get(&reset_first.url("/")), transport(), Want::Failure(Head, Broken, "reset without a response")),
        Row(
            "cut body",
            get(&cut_body.url("/")),
            transport(),
            Want::Failure(Body, Broken, "closed after 5 of 100 bytes"),
        ),
    ])
    .await;
}

#[tokio::test]
async fn what_was_sent_is_known() {
    let silent = Faultd::start(super::faultd::Conn::hold);
    assert!(failed(&post(&silent.url("/"), "{}"), &hasty()).await.sent);
    let refused = format!("http://127.0.0.1:{}/", closed_port());
    assert!(!failed(&post(&refused, "{}"), &hasty()).await.sent);
}

#[tokio::test]
async fn a_slow_body_leaves_its_phases() {
    let slow = Faultd::start(|conn| {
        conn.request();
        conn.send(b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n123456789");
        conn.hold();
    });
    let failure = failed(&get(&slow.url("/")), &hasty()).await;
    let phases = failure.trace.phases;
    assert!(phases.ttfb.is_some() && phases.connect.is_some() && phases.tls.is_none(), "{phases:?}");
    assert!(phases.download.expect("a download") > SHORT / 2, "{phases:?}");
    assert_eq!((failure.status, failure.trace.bytes), (Some(200), 9));
    assert_eq!(failure.trace.remote_addr, Some(slow.address));
}

/// A listener that never accepts, its backlog full: nothing answers a connection there.
struct BlackHole {
    address: SocketAddr,
    _held: (TcpListener, Vec<TcpStream>),
}

impl BlackHole {
    fn at(bind: impl ToSocketAddrs) -> Self {
        let listener = TcpListener::bind(bind).expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut held = Vec::new();
        while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(100)) {
            held.push(stream);
        }
        Self { address, _held: (listener, held) }
    }
}

#[tokio::test]
async fn a_black_hole_costs_a_quarter_of_a_second() {
    let server = Faultd::responds("200 OK", "", b"ok");
    let port = server.port();
    let holes = ["127.0.0.2", "127.0.0.3"].map(|ip| BlackHole::at((ip, port)));
    let resolve = holes.iter().map(|hole| hole.address).chain([server.address]);
    let resolve = resolve.map(|address| ("a.example".to_owned(), address.ip(), None)).collect();
    let transport = Transport { resolve, connect_timeout: Duration::from_millis(1_500), ..transport() };
    let trace = answered(&get(&format!("http://a.example:{port}/")), &transport).await.trace;
    let connect = trace.phases.connect.expect("a phase");
    assert_eq!(trace.remote_addr, Some(server.address));
    assert!((Duration::from_millis(490)..Duration::from_millis(500) + LATE).contains(&connect), "{connect:?}");
    let refused = Transport { connect_timeout: SHORT, resolve: transport.resolve[..2].to_vec(), ..transport };
    let failure = failed(&get(&format!("http://a.example:{port}/")), &refused).await;
    let wanted =
        format!("no TCP connection in 400ms: no answer from 127.0.0.2:{port}; no answer from 127.0.0.3:{port}");
    assert_eq!((failure.kind, failure.detail), (Timeout, wanted));
}

#[tokio::test]
async fn a_listener_that_never_accepts_is_a_timeout() {
    let hole = BlackHole::at("127.0.0.1:0");
    let address = hole.address;
    let transport = Transport { connect_timeout: SHORT, ..transport() };
    let start = Instant::now();
    let failure = failed(&get(&format!("http://{address}/")), &transport).await;
    assert_eq!((failure.stage, failure.kind, failure.fault), (Connect, Timeout, Fault::Target));
    assert_eq!(failure.detail, "no TCP connection in 400ms");
    assert!(start.elapsed() < SHORT + LATE);
}

#[tokio::test]
async fn the_run_end_cuts_at_every_stage() {
    let silent = Faultd::start(super::faultd::Conn::hold);
    let start = Instant::now();
    let cut = start + Duration::from_millis(200);
    let (engine, request) = (engine(), get(&silent.url("/")));
    let seen = engine.attempt(&request, &transport(), &Via::Direct, cut).await;
    let Observation::Failure(failure) = seen else { panic!("answered") };
    assert_eq!((failure.fault, failure.stage), (Fault::Cut, Head), "{failure:?}");
    assert!(failure.detail.starts_with("cut by the end of the run"), "{}", failure.detail);
    assert!(start.elapsed() < Duration::from_millis(200) + LATE);
}

#[tokio::test]
async fn every_address_is_tried_and_named() {
    let server = Faultd::responds("200 OK", "", b"ok");
    let port = server.port();
    let local = |resolve: &[&str]| Transport {
        resolve: resolve.iter().map(|ip| ("a.example".to_owned(), ip.parse().expect(ip), None)).collect(),
        ..transport()
    };
    let request = get(&format!("http://a.example:{port}/"));
    let second = answered(&request, &local(&["127.0.0.2", "127.0.0.1"])).await;
    assert_eq!(second.trace.remote_addr, Some(server.address));
    let failure = failed(&request, &local(&["127.0.0.2", "127.0.0.3"])).await;
    let wanted = format!("connection refused 127.0.0.2:{port}; connection refused 127.0.0.3:{port}");
    assert_eq!((failure.stage, failure.fault, failure.detail), (Connect, Fault::Target, wanted));
}

#[tokio::test]
async fn an_override_may_have_a_port() {
    let server = Faultd::responds("200 OK", "", b"ok");
    let resolve = vec![("a.example".to_owned(), server.address.ip(), Some(server.port()))];
    let transport = Transport { resolve, ..transport() };
    assert_eq!(answered(&get("http://a.example/"), &transport).await.body, "ok");
    assert!(server.requests()[0].contains("\r\nhost: a.example\r\n"), "{:?}", server.requests());
}

#[tokio::test]
async fn one_family_only_when_asked() {
    let server = Faultd::responds("200 OK", "", b"ok");
    let url = format!("http://localhost:{}/", server.port());
    assert_eq!(answered(&get(&url), &transport()).await.status, 200);
    let v6 = Transport { ip_family: IpFamily::V6, ..transport() };
    assert_eq!(failed(&get(&url), &v6).await.stage, Connect);
}
