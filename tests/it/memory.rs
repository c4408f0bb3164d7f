//! Hostile bodies must not fill the memory.

use crate::support::Home;
use crate::support::configs::DEFAULTS;
use crate::support::process::start;
use canary::demo::fleet::{Behaviour, Ending, Fleet, Reply, Service};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fmt::Write as _;
use std::io::Write as _;

const MIB: u64 = 1 << 20;

/// 64 endpoints at once of a server that does this; the peak of resident memory.
fn sixty_four(behaviour: impl Into<Behaviour>, reason: &str) -> u64 {
    so_many(64, behaviour, reason)
}

fn so_many(count: usize, behaviour: impl Into<Behaviour>, reason: &str) -> u64 {
    let fleet = Fleet::start([Service::new("s").on("*", behaviour)]).expect("a fleet");
    let mut yaml =
        format!("{DEFAULTS}channels:\n  c:\n    base_url: {}\n    max_per_host: 64\n    endpoints:\n", fleet.url("s"));
    for number in 0..count {
        writeln!(yaml, "      e{number}: {{ path: /{number}, timeout: 30s }}").expect("written");
    }
    let home = Home::with_config(&yaml);
    let (ran, peak) = start(home.command(["check", "--json", "--concurrency", "64"])).end_with_peak();
    let ran = ran.code(1);
    for result in ran.results() {
        assert_eq!(result["reason"], reason, "{result}");
    }
    peak
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).expect("written");
    encoder.finish().expect("finished")
}

#[test]
fn sixty_four_gzip_bombs_at_once() {
    let bomb = gzip(&vec![0; 64 << 20]);
    let peak = sixty_four(Reply::new(200, bomb).header("content-encoding", "gzip"), "body_too_large");
    assert!(peak <= 150 * MIB, "{} MiB", peak / MIB);
    assert!(peak > 4 * MIB, "nothing was measured");
}

#[test]
fn sixty_four_bombs_in_bombs() {
    let bomb = gzip(&gzip(&vec![0; 64 << 20]));
    let peak = sixty_four(Reply::new(200, bomb).header("content-encoding", "gzip, gzip"), "body_too_large");
    assert!(peak <= 150 * MIB, "{} MiB", peak / MIB);
}

#[test]
fn sixty_four_endless_bodies() {
    let peak = sixty_four(Behaviour::Endless, "body_too_large");
    assert!(peak <= 150 * MIB, "{} MiB", peak / MIB);
}

#[test]
fn sixty_four_headers_of_a_mebibyte() {
    let peak = sixty_four(Reply::new(200, "").header("x", &"v".repeat(1 << 20)), "protocol");
    assert!(peak <= 150 * MIB, "{} MiB", peak / MIB);
}

fn raw(bytes: Vec<u8>) -> Behaviour {
    Behaviour::Raw { bytes: bytes.into(), then: Ending::Close }
}

/// Just below the limit of 300 KiB, in few lines and in many.
#[test]
fn sixty_four_headers_that_are_just_allowed() {
    let lines = |count: usize, length: usize| {
        (0..count).fold(Reply::new(500, ""), |reply, at| reply.header(&format!("x-{at}"), &"v".repeat(length)))
    };
    for reply in [lines(2, 140 << 10), lines(990, 250)] {
        let peak = sixty_four(reply, "status");
        assert!(peak <= 150 * MIB, "{} MiB", peak / MIB);
    }
}

#[test]
fn early_answers_without_end() {
    let hints = b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>; rel=preload\r\n\r\n".repeat(100_000);
    let peak = so_many(16, raw(hints), "protocol");
    assert!(peak <= 50 * MIB, "{} MiB", peak / MIB);
}

#[test]
fn sixty_four_trailers_and_chunk_extensions_of_a_mebibyte() {
    let head = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let trailer = format!("{head}2\r\nok\r\n0\r\nx-trailer: {}\r\n\r\n", "v".repeat(1 << 20));
    let extension = format!("{head}2;x={}\r\nok\r\n0\r\n\r\n", "v".repeat(1 << 20));
    for text in [trailer, extension] {
        let peak = sixty_four(raw(text.into_bytes()), "protocol");
        assert!(peak <= 150 * MIB, "{} MiB", peak / MIB);
    }
}
