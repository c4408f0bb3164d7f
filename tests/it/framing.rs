//! Responses that are broken, odd or hostile on the wire.

use crate::support::configs::{probe, serve};
use crate::support::{Home, verdict_of};
use canary::demo::fleet::{Behaviour, Ending, Reply};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use std::io::Write;
use std::time::Duration;

fn raw(text: impl AsRef<[u8]>, then: Ending) -> Behaviour {
    Behaviour::Raw { bytes: text.as_ref().to_vec().into(), then }
}

fn closing(text: impl AsRef<[u8]>) -> Behaviour {
    raw(text, Ending::Close)
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).expect("written");
    encoder.finish().expect("finished")
}

fn encoded(coding: &str, body: Vec<u8>) -> Behaviour {
    Reply::new(200, body).header("content-encoding", coding).into()
}

#[test]
fn what_ends_early_is_protocol() {
    let reply = Reply::new(200, "x".repeat(100));
    probe(Behaviour::close_early(), "").down("protocol", &["closed"]);
    probe(Behaviour::cut_after(&reply, 50), "").down("protocol", &["50", "100"]);
    probe(Behaviour::reset_after(&reply, 50), "").down("protocol", &["50", "100"]);
    probe(raw("", Ending::Reset), "").down("protocol", &["reset"]);
    probe(closing("HTTP/1.1 200 OK\r\nContent-"), "").down("protocol", &[]);
    probe(closing("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"), "").down("protocol", &[]);
    probe(raw("HTTP/1.0 200 OK\r\n\r\nhalf of it", Ending::Reset), "").down("protocol", &["reset"]);
}

#[test]
fn what_is_not_http_is_protocol() {
    for text in [
        "SSH-2.0-OpenSSH_9.6\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 99999 OK\r\n\r\n",
        "HTTP/1.1 099 OK\r\ncontent-length: 0\r\n\r\n",
        "HTTP/1.1\r\n\r\n",
        "\r\n\r\n\r\n",
        "HTTP/9.9 200 OK\r\ncontent-length: 0\r\n\r\n",
        "220 smtp.example ESMTP\r\n",
        "\0\0\0\0\0\0\0\0",
        "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\ncontent-length: -2\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\ncontent-length: 99999999999999999999999\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-1\r\nhello\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n",
    ] {
        let probed = probe(closing(text), "");
        assert_eq!(
            (probed.code, verdict_of(&probed.result).as_str()),
            (1, "down/protocol"),
            "{text:?}: {}",
            probed.result
        );
    }
}

#[test]
fn odd_lines_get_an_answer_and_no_crash() {
    for text in [
        "HTTP/1.1 200 OK\ncontent-length: 2\n\nok",
        "HTTP/1.1 200 OK\r\nx: a\r\n b\r\ncontent-length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\nx : a\r\ncontent-length: 2\r\n\r\nok",
        "HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok",
        "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
        "HTTP/1.1 200 OK\r\nx: \x07bell\r\ncontent-length: 2\r\n\r\nok",
    ] {
        let probed = probe(closing(text), "timeout: 2s");
        let verdict = verdict_of(&probed.result);
        assert!(["up", "down/protocol", "down/status"].contains(&verdict.as_str()), "{text:?}: {}", probed.result);
    }
}

#[test]
fn what_is_odd_but_whole_is_up() {
    let body = "expect: { body: { matches: '^hello$' } }";
    probe(closing("HTTP/1.0 200 OK\r\n\r\nhello"), body).up();
    probe(closing("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhello"), body).up();
    probe(raw("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello and forty-five more", Ending::Hang), body).up();
    let pipelined = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhelloHTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n";
    probe(raw(pipelined, Ending::Hang), body).up();
    let early = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n\
                 HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
    probe(closing(early), body).up();
    let chunked =
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;ext=1\r\nhe\r\n3\r\nllo\r\n0\r\nx-trailer: 1\r\n\r\n";
    probe(closing(chunked), body).up();
    let reply = Reply::new(200, "hello");
    probe(Behaviour::Drip { reply, piece: 1, pause: Duration::from_millis(5) }, body).up();
    probe(closing("HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 5\r\n\r\nhello"), "timeout: 2s");
}

#[test]
fn many_headers_pass_and_too_much_does_not() {
    let mut reply = Reply::new(200, "ok");
    for number in 0..150 {
        reply = reply.header(&format!("x-{number}"), "value");
    }
    probe(reply.clone(), "").up();
    for number in 0..40_000 {
        reply = reply.header(&format!("x-more-{number}"), "value");
    }
    probe(reply, "").down("protocol", &["header"]);
    probe(Reply::new(200, "ok").header("x-long", &"v".repeat(1 << 20)), "").down("protocol", &["300 KiB"]);
    probe(Reply::new(200, "ok").header("x-long", &"v".repeat(100 << 10)), "").up();
}

#[test]
fn bodies_that_must_be_empty_are_not_decoded() {
    probe(Reply::new(204, "").header("content-encoding", "gzip"), "").up();
    probe(Reply::new(200, "").header("content-encoding", "gzip").header("content-length", "100"), "method: HEAD").up();
    probe(Reply::new(304, "").header("content-encoding", "gzip"), "").down("status", &["304"]);
}

#[test]
fn codings_are_undone() {
    let text = b"hello hello hello";
    let rule = "expect: { body: { matches: '^hello hello hello$' } }";
    probe(encoded("gzip", gzip(text)), rule).up();
    probe(encoded("x-gzip", gzip(text)), rule);
    probe(encoded("identity", text.to_vec()), rule).up();
    probe(encoded("gzip, gzip", gzip(&gzip(text))), rule).up();
    let mut deflate = DeflateEncoder::new(Vec::new(), Compression::fast());
    deflate.write_all(text).expect("written");
    let deflated = deflate.finish().expect("finished");
    let probed = probe(encoded("deflate", deflated), rule);
    assert!(["up", "down/decode"].contains(&verdict_of(&probed.result).as_str()), "{}", probed.result);
}

#[test]
fn broken_codings_are_decode_with_their_name() {
    let whole = gzip(&b"hello ".repeat(1000));
    let mut bad_sum = whole.clone();
    let sum = bad_sum.len() - 6;
    bad_sum[sum] ^= 0xff;
    let mut junk = whole.clone();
    junk.extend_from_slice(b"junk behind it");
    for (what, body) in [
        ("cut", whole[..whole.len() / 2].to_vec()),
        ("bad checksum", bad_sum),
        ("junk", junk),
        ("plain text", b"plain text".to_vec()),
    ] {
        let probed = probe(encoded("gzip", body), "");
        assert_eq!(verdict_of(&probed.result), "down/decode", "{what}: {}", probed.result);
        assert!(probed.message().contains("gzip"), "{what}: {}", probed.message());
    }
    let mut ten = b"hello".to_vec();
    for _ in 0..10 {
        ten = gzip(&ten);
    }
    probe(encoded(&["gzip"; 10].join(", "), ten), "").down("decode", &["gzip"]);
    probe(encoded("martian", b"hello".to_vec()), "").down("decode", &["martian"]);
}

#[test]
fn bodies_are_bounded_to_the_byte() {
    probe(Reply::new(200, "x".repeat(1 << 20)), "").up();
    probe(Reply::new(200, "x".repeat((1 << 20) + 1)), "").down("body_too_large", &["1MiB"]);
    probe(Behaviour::Endless, "").down("body_too_large", &[]);
    let bomb = gzip(&vec![b'0'; 20 << 20]);
    probe(encoded("gzip", bomb), "").down("body_too_large", &[]);
}

#[test]
fn endless_bodies_are_left_soon() {
    let fleet = serve(Behaviour::Endless);
    let started = std::time::Instant::now();
    let url = fleet.url("s");
    let ran = Home::new().check(&[&url]).code(1);
    assert_eq!(ran.results()[0]["reason"], "body_too_large");
    assert!(started.elapsed() < Duration::from_secs(5));
}

#[test]
fn a_method_that_brings_content_says_when_it_brings_none() {
    let fleet = crate::support::configs::healthy();
    for (method, length) in [("POST", Some("0")), ("PUT", Some("0")), ("GET", None), ("DELETE", None)] {
        fleet.clear("s");
        let settings = format!("{{ path: /, method: {method} }}");
        let home = Home::with_config(&crate::support::configs::channel(&fleet.url("s"), &[("e", &settings)]));
        home.check(&[]).code(0);
        assert_eq!(fleet.requests("s")[0].header("content-length"), length, "{method}");
    }
}

#[test]
fn a_response_may_be_asked_for_the_headers_that_frame_it() {
    let fleet = crate::support::configs::healthy();
    let ask = |name: &str, there: bool| {
        let settings = format!("{{ path: /, expect: {{ headers: {{ {name}: {{ exists: {there} }} }} }} }}");
        let home = Home::with_config(&crate::support::configs::channel(&fleet.url("s"), &[("e", &settings)]));
        home.check(&[])
    };
    ask("Content-Length", true).code(0);
    for name in ["Transfer-Encoding", "Upgrade", "TE", "Trailer"] {
        ask(name, false).code(0);
    }
    let home = Home::with_config(&crate::support::configs::channel(
        &fleet.url("s"),
        &[("e", "{ path: /, headers: { Content-Length: 5 } }")],
    ));
    home.run(["check"]).refused().stderr_has("Content-Length");
}
