//! HTTP/2, spoken frame by frame (RFC 9113).

use super::faultd::{Conn, Faultd};
use super::harness::{Row, Want, answered, check, get, hasty, post, transport};
use super::pki::{Authority, Hand, LONG, https, server, trusting};
use crate::config::settings::{HttpVersion, Transport};
use crate::model::FailureKind::{Broken, Timeout};
use crate::model::Stage::{Body, Head};
use std::io::{Read, Write};

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;
/// `:status: 200` in HPACK's static table (RFC 7541, appendix A).
const STATUS_200: u8 = 0x88;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len()).expect("a length").to_be_bytes();
    let mut bytes = vec![length[1], length[2], length[3], kind, flags];
    bytes.extend(stream.to_be_bytes());
    bytes.extend_from_slice(payload);
    bytes
}

/// Reads the preface and frames until the request's stream has ended; returns the header blocks and data seen.
fn read_request(stream: &mut impl Read) -> Vec<u8> {
    let mut seen = Vec::new();
    if stream.read_exact(&mut [0; 24]).is_err() {
        return seen;
    }
    loop {
        let mut head = [0; 9];
        if stream.read_exact(&mut head).is_err() {
            return seen;
        }
        let mut payload = vec![0; usize::from(head[1]) << 8 | usize::from(head[2])];
        let _ = stream.read_exact(&mut payload);
        if matches!(head[3], DATA | HEADERS) {
            seen.extend(payload);
            if head[4] & END_STREAM != 0 {
                return seen;
            }
        }
    }
}

fn answer(frames: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = [frame(SETTINGS, 0, 0, &[]), frame(SETTINGS, 1, 0, &[])].concat();
    bytes.extend(frames.concat());
    bytes
}

fn ok_frames() -> Vec<Vec<u8>> {
    vec![frame(HEADERS, END_HEADERS, 1, &[STATUS_200]), frame(DATA, END_STREAM, 1, b"ok")]
}

fn says(frames: Vec<Vec<u8>>, hold: bool) -> Faultd {
    Faultd::start(move |conn: &mut Conn| {
        let request = read_request(&mut conn.tcp);
        conn.note(&String::from_utf8_lossy(&request));
        conn.send(&answer(&frames));
        if hold { conn.hold() } else { conn.close() }
    })
}

fn v2(transport: Transport) -> Transport {
    Transport { http_version: HttpVersion::V2, ..transport }
}

#[tokio::test]
async fn spoken_by_prior_knowledge_and_by_alpn() {
    let plain = says(ok_frames(), true);
    let response = answered(&post(&plain.url("/x"), "{\"a\":1}"), &v2(transport())).await;
    assert_eq!((response.status, &response.body[..], response.trace.http_version), (200, &b"ok"[..], Some("2")));
    assert!(plain.requests()[0].ends_with("{\"a\":1}"), "{:?}", plain.requests());
    let root = Authority::root("Test Root");
    let hand = Hand { alpn: vec!["h2", "http/1.1"], ..Hand::default() };
    let secure = server(root.issue("x", &["localhost"], LONG, &[]), hand, |stream, conn| {
        read_request(stream);
        let _ = stream.write_all(&answer(&ok_frames()));
        conn.hold();
    });
    let response = answered(&get(&https(&secure, "localhost")), &trusting(&[root.der()])).await;
    assert_eq!((response.status, response.trace.http_version), (200, Some("2")));
}

#[tokio::test]
async fn broken_in_every_place() {
    let speaks_one = Faultd::start(|conn| {
        let _ = conn.tcp.peek(&mut [0]);
        conn.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        conn.hold();
    });
    let fin = Faultd::start(|conn| {
        read_request(&mut conn.tcp);
        conn.close();
    });
    let silent = says(Vec::new(), true);
    let head = || frame(HEADERS, END_HEADERS, 1, &[STATUS_200]);
    let reset = says(vec![frame(RST_STREAM, 0, 1, &[0, 0, 0, 2])], true);
    let goaway = says(vec![frame(GOAWAY, 0, 0, &[0, 0, 0, 0, 0, 0, 0, 13])], false);
    let half = says(vec![head(), frame(DATA, 0, 1, b"half")], true);
    let half_reset = says(vec![head(), frame(DATA, 0, 1, b"half"), frame(RST_STREAM, 0, 1, &[0, 0, 0, 2])], true);
    let half_fin = says(vec![head(), frame(DATA, 0, 1, b"half")], false);
    check(vec![
        Row(
            "1.1",
            get(&speaks_one.url("/")),
            v2(transport()),
            Want::Failure(Head, Broken, "speaks HTTP/1, not HTTP/2"),
        ),
        Row("fin", get(&fin.url("/")), v2(transport()), Want::Failure(Head, Broken, "closed")),
        Row("silent", get(&silent.url("/")), v2(hasty()), Want::Failure(Head, Timeout, "no whole response header")),
        Row("reset", get(&reset.url("/")), v2(transport()), Want::Failure(Head, Broken, "")),
        Row("goaway", get(&goaway.url("/")), v2(transport()), Want::Failure(Head, Broken, "")),
        Row("half", get(&half.url("/")), v2(hasty()), Want::Failure(Body, Timeout, "body: 4 bytes and no end")),
        Row("half reset", get(&half_reset.url("/")), v2(transport()), Want::Failure(Body, Broken, "after 4 bytes")),
        Row("half fin", get(&half_fin.url("/")), v2(transport()), Want::Failure(Body, Broken, "closed after 4 bytes")),
    ])
    .await;
}

#[tokio::test]
async fn a_finished_attempt_leaves_no_connection() {
    let (tell, told) = std::sync::mpsc::channel();
    let tell = std::sync::Mutex::new(tell);
    let server = Faultd::start(move |conn: &mut Conn| {
        read_request(&mut conn.tcp);
        conn.send(&answer(&ok_frames()));
        conn.hold();
        let _ = tell.lock().expect("no panic").send(());
    });
    answered(&get(&server.url("/")), &v2(transport())).await;
    let gone = tokio::task::spawn_blocking(move || told.recv_timeout(std::time::Duration::from_secs(5)));
    assert_eq!(gone.await.expect("no panic"), Ok(()));
}
