//! Hostile bodies must not fill the memory.

use crate::support::Home;
use crate::support::configs::DEFAULTS;
use crate::support::process::start;
use canary::demo::fleet::{Behaviour, Fleet, Reply, Service};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fmt::Write as _;
use std::io::Write as _;

const MIB: u64 = 1 << 20;

/// 64 endpoints at once of a server that does this; the peak of resident memory.
fn sixty_four(behaviour: impl Into<Behaviour>, reason: &str) -> u64 {
    let fleet = Fleet::start([Service::new("s").on("*", behaviour)]).expect("a fleet");
    let mut yaml =
        format!("{DEFAULTS}channels:\n  c:\n    base_url: {}\n    max_per_host: 64\n    endpoints:\n", fleet.url("s"));
    for number in 0..64 {
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
