//! Content-encodings, right and wrong.

use super::faultd::{Faultd, response};
use super::harness::{Row, Want, check, get, transport};
use crate::config::settings::{Request, Transport};
use crate::model::FailureKind::{Decode, TooLarge};
use crate::model::Stage::Body;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use http::Method;
use std::io::Write as _;

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).expect("memory");
    encoder.finish().expect("memory")
}

fn zlib(data: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).expect("memory");
    encoder.finish().expect("memory")
}

fn raw_deflate(data: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(data).expect("memory");
    encoder.finish().expect("memory")
}

fn encoded(coding: &str, body: &[u8]) -> Request {
    get(&Faultd::responds("200 OK", &format!("Content-Encoding: {coding}\r\n"), body).url("/"))
}

#[tokio::test]
async fn codings_are_undone_or_named() {
    let good = gzip(b"hello hello hello");
    let mut bad_crc = good.clone();
    let at = bad_crc.len() - 6;
    bad_crc[at] ^= 0xff;
    let cut = &good[..good.len() - 9];
    let cut_trailer = &good[..good.len() - 3];
    let junk = [&good[..], b"junk behind"].concat();
    let zlib_junk = [&zlib(b"hello")[..], b"junk"].concat();
    let layered = (0..6).fold(b"hello".to_vec(), |data, _| gzip(&data));
    let five = (0..5).fold(b"hello".to_vec(), |data, _| gzip(&data));
    let mut stored = response("200 OK", "Content-Encoding: gzip\r\n", &gzip(b"hello"));
    stored.truncate(stored.len() - 4);
    check(vec![
        Row("gzip", encoded("gzip", &good), transport(), Want::Answer(200, "hello hello hello")),
        Row("x-gzip", encoded("X-GZIP", &gzip(b"hi")), transport(), Want::Answer(200, "hi")),
        Row("members", encoded("gzip", &[gzip(b"a"), gzip(b"b")].concat()), transport(), Want::Answer(200, "ab")),
        Row("zlib", encoded("deflate", &zlib(b"hello")), transport(), Want::Answer(200, "hello")),
        Row("raw", encoded("deflate", &raw_deflate(b"hello hello")), transport(), Want::Answer(200, "hello hello")),
        Row("identity", encoded("identity", b"plain"), transport(), Want::Answer(200, "plain")),
        Row("two", encoded("deflate, gzip", &gzip(&zlib(b"hello"))), transport(), Want::Answer(200, "hello")),
        Row("empty", encoded("gzip", b""), transport(), Want::Answer(200, "")),
        Row("five layers", encoded("gzip,gzip,gzip,gzip,gzip", &five), transport(), Want::Answer(200, "hello")),
        Row(
            "six layers",
            encoded(&["gzip"; 6].join(", "), &layered),
            transport(),
            Want::Failure(Body, Decode, "6 content-encodings"),
        ),
        Row("br", encoded("br", b"\x8b\x02garbage"), transport(), Want::Failure(Body, Decode, "content-encoding br")),
        Row("zstd", encoded("zstd", b"x"), transport(), Want::Failure(Body, Decode, "content-encoding zstd")),
        Row("gzip, crc", encoded("gzip", &bad_crc), transport(), Want::Failure(Body, Decode, "gzip: ")),
        Row("gzip, cut", encoded("gzip", cut), transport(), Want::Failure(Body, Decode, "gzip: cut short")),
        Row("gzip, trailer", encoded("gzip", cut_trailer), transport(), Want::Failure(Body, Decode, "gzip: cut short")),
        Row("gzip, junk", encoded("gzip", &junk), transport(), Want::Failure(Body, Decode, "gzip: ")),
        Row(
            "plain as gzip",
            encoded("gzip", b"plain text, no gzip at all"),
            transport(),
            Want::Failure(Body, Decode, "the body is not gzip"),
        ),
        Row("zlib, junk", encoded("deflate", &zlib_junk), transport(), Want::Failure(Body, Decode, "deflate: junk")),
        Row(
            "zlib, cut",
            encoded("deflate", &zlib(b"hello")[..9]),
            transport(),
            Want::Failure(Body, Decode, "deflate: cut short"),
        ),
        Row(
            "plain as zlib",
            encoded("deflate", b"\x78 is no zlib"),
            transport(),
            Want::Failure(Body, Decode, "deflate"),
        ),
    ])
    .await;
}

#[tokio::test]
async fn no_body_needs_no_decoding() {
    let coded = "Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n";
    let says = |status: &str| get(&Faultd::says(format!("HTTP/1.1 {status}\r\n{coded}")).url("/"));
    let head = Request { method: Method::HEAD, ..says("200 OK") };
    check(vec![
        Row("204", says("204 No Content"), transport(), Want::Answer(204, "")),
        Row("304", says("304 Not Modified"), transport(), Want::Answer(304, "")),
        Row("HEAD", head, transport(), Want::Answer(200, "")),
    ])
    .await;
}

#[tokio::test]
async fn bombs_stop_at_max_body() {
    let zeros = vec![0u8; 5 << 20];
    let bomb = gzip(&zeros);
    let double = gzip(&bomb);
    // Many empty members: encoded bytes without end, not one decoded.
    let hollow = gzip(b"").repeat(100_000);
    let small = Transport { max_body: 5, ..transport() };
    check(vec![
        Row("bomb", encoded("gzip", &bomb), transport(), Want::Failure(Body, TooLarge, "max_body")),
        Row("double", encoded("gzip, gzip", &double), transport(), Want::Failure(Body, TooLarge, "max_body")),
        Row("hollow", encoded("gzip", &hollow), transport(), Want::Failure(Body, TooLarge, "max_body")),
        Row("exact", encoded("gzip", &gzip(b"hello")), small.clone(), Want::Answer(200, "hello")),
        Row(
            "one more",
            encoded("gzip", &gzip(b"hello!")),
            small.clone(),
            Want::Failure(Body, TooLarge, "max_body, 5B"),
        ),
        Row("one more zlib", encoded("deflate", &zlib(b"hello!")), small, Want::Failure(Body, TooLarge, "max_body")),
    ])
    .await;
}
