//! The faults of `fault_table`, as data.

use crate::support::certs::{Authority, Made};
use canary::demo::fleet::{Behaviour, Ending, Relay, Reply};
use std::time::Duration;

pub(crate) enum Ill {
    /// A behaviour of a service of its own, with settings besides.
    Does(Behaviour, &'static str),
    /// The same, asked with https although it speaks plain HTTP.
    Https(Behaviour),
    /// Connections stand, asked with https, and nothing ever comes.
    Mute,
    /// A service that refuses connections.
    Refuses,
    /// This URL, with settings besides.
    Url(&'static str, &'static str),
    /// TLS with this certificate, with settings besides.
    Tls(Box<Made>, &'static str),
    /// A healthy target through exits that do this, with a control that works through the first so many.
    Through(Vec<Relay>, bool),
}

/// The fault, how it is played, and what is said: `verdict/reason/blame`.
pub(crate) type Row = (&'static str, Ill, &'static str);

pub(crate) const JSON: &str = r#"{"status":"healthy","score":80,"at":1000000000,"list":[1,2]}"#;

fn raw(bytes: &'static str, then: Ending) -> Behaviour {
    Behaviour::Raw { bytes: bytes.as_bytes().into(), then }
}

pub(crate) fn rows(ca: &Authority) -> Vec<Row> {
    use Ill::{Does, Https, Mute, Refuses, Through, Tls, Url};
    let ok = || Behaviour::json(200, JSON);
    let expect = |settings| Does(ok(), settings);
    vec![
        ("nothing listens", Refuses, "down/connect/target"),
        ("a name that does not exist", Url("http://nowhere.invalid/", ""), "down/dns/target"),
        ("the answer never comes", Does(Behaviour::silent(), ""), "down/timeout/target"),
        ("the body stops half-way", Does(Behaviour::stall_after(&Reply::new(200, JSON), 9), ""), "down/timeout/target"),
        (
            "the body drips",
            Does(Behaviour::Drip { reply: Reply::new(200, JSON), piece: 1, pause: Duration::from_millis(90) }, ""),
            "down/timeout/target",
        ),
        (
            "early hints without end",
            Does(
                Behaviour::Drip {
                    reply: Reply::new(103, "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(500)),
                    piece: 28,
                    pause: Duration::from_millis(20),
                },
                "",
            ),
            "down/timeout/target",
        ),
        ("the TLS handshake never begins", Mute, "down/timeout/target"),
        ("plain HTTP behind https", Https(ok()), "down/tls/target"),
        ("TLS behind http", Does(Behaviour::garbage(&b"\x15\x03\x01\x00\x02\x02\x46"[..]), ""), "down/protocol/target"),
        (
            "a header of a mebibyte",
            Does(Reply::new(200, "").header("x", &"v".repeat(1 << 20)).into(), ""),
            "down/protocol/target",
        ),
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
            Does(Reply::json(200, JSON).after(Duration::from_millis(60)).into(), "expect: { latency: 20ms }"),
            "down/latency/target",
        ),
        ("a warning that is violated", expect("warn: { json: { $.score: { gte: 90 } } }"), "degraded/json/target"),
        (
            "an expired certificate",
            Tls(Box::new(ca.expired_as("canary-test")), "tls: { ca: ca.pem }"),
            "down/tls/target",
        ),
        (
            "a certificate that begins tomorrow",
            Tls(Box::new(ca.serves_tomorrow()), "tls: { ca: ca.pem }"),
            "down/tls/target",
        ),
        (
            "an intermediate certificate with three days left",
            Tls(Box::new(ca.serves_below(3)), "tls: { ca: ca.pem }"),
            "degraded/cert/target",
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
        ("the only exit never answers CONNECT", Through(vec![Relay::Silent], true), "unknown/proxy/exit"),
        (
            "one exit answers with a page of its own",
            Through(vec![Relay::accept_then_html(), Relay::Works], true),
            "up/-/-",
        ),
        ("one exit dies, the other works", Through(vec![Relay::accept_then_reset(), Relay::Works], false), "up/-/-"),
        (
            "control fails through every exit",
            Through(vec![Relay::accept_then_silence(), Relay::accept_then_silence()], false),
            "unknown/proxy/exit",
        ),
    ]
}
