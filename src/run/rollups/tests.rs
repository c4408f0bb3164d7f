use super::{Place, keep_near, look};
use crate::history::History;
use crate::stats::{Intervals, Rollup};
use crate::store::StateDir;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;
use tempfile::TempDir;

const START: i64 = 1_795_000_000;

struct Watched {
    temp: TempDir,
    dir: StateDir,
    history: History,
    /// Seconds since the start.
    clock: i64,
}

impl Watched {
    fn new(max_size: u64, keep: u32) -> Self {
        let temp = tempfile::tempdir().expect("directory");
        let dir = StateDir::open(temp.path()).expect("opened");
        let history = History::new(temp.path().join("history.jsonl"), max_size, keep);
        Self { temp, dir, history, clock: 0 }
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_second(START + self.clock).expect("in range")
    }

    fn cache(&self) -> PathBuf {
        self.temp.path().join("rollup.json")
    }

    /// A line of `late` seconds ago.
    fn line(&self, late: i64, verdict: &str) -> Vec<u8> {
        let at = Timestamp::from_second(START + self.clock - late).expect("in range");
        let endpoint = format!("e{}", self.clock % 3);
        json!({"v": 1, "ts": format!("{at:.3}"), "run": format!("R{}", self.clock), "channel": "vk", "endpoint": endpoint,
            "verdict": verdict, "reason": (verdict != "up").then_some("status"), "message": "x".repeat(200),
            "latency_ms": 10 + self.clock % 40, "metrics": {"health_score": 90}, "maintenance": false})
        .to_string()
        .into_bytes()
    }

    /// A run: appends, and keeps the cache near.
    fn run(&mut self, lines: usize, late: i64, verdict: &str) {
        let mut text = Vec::new();
        for _ in 0..lines {
            self.clock += 61;
            text.extend(self.line(late, verdict));
            text.push(b'\n');
        }
        let appended = self.history.append(&text).expect("appended");
        assert_eq!(keep_near(&self.dir, &self.history, &appended, &intervals(), self.now()), None);
    }

    fn look(&self) -> Rollup {
        let place = Place { dir: Some(&self.dir), history: &self.history, keeps: true };
        look(place, &intervals(), self.now()).expect("looked").rollup
    }

    /// The same without any cache.
    fn scan(&self) -> Rollup {
        let place = Place { dir: None, history: &self.history, keeps: false };
        look(place, &intervals(), self.now()).expect("looked").rollup
    }

    /// Where the cache on the disk has come to, in bytes of its file.
    fn kept(&self) -> Option<u64> {
        let cache: Value = serde_json::from_slice(&std::fs::read(self.cache()).ok()?).expect("JSON");
        cache["checkpoint"]["offset"].as_u64()
    }
}

fn intervals() -> Intervals {
    (0..3).map(|n| (format!("vk/e{n}"), Duration::from_mins(3))).collect()
}

/// Everything but the place that was read to.
fn known(mut rollup: Rollup, now: Timestamp) -> Value {
    let mut value: Value = serde_json::from_slice(&rollup.encode(now)).expect("JSON");
    value["checkpoint"] = Value::Null;
    value
}

#[test]
fn a_reader_keeps_what_it_read_and_reads_only_what_is_new() {
    let mut place = Watched::new(1 << 30, 8);
    place.run(100, 0, "up");
    assert_eq!(place.kept(), None, "a run has other things to do until it is worth it");
    let all = place.look();
    assert_eq!(place.kept(), all.checkpoint.map(|checkpoint| checkpoint.offset));
    let cache = std::fs::read(place.cache()).expect("kept");
    place.run(100, 0, "down");
    assert_eq!(known(place.look(), place.now()), known(place.scan(), place.now()));
    assert_eq!(std::fs::read(place.cache()).expect("kept"), cache, "so little isn't worth a write");
}

#[test]
fn a_run_keeps_the_cache_near_at_every_step_and_rotation() {
    let mut place = Watched::new(12 << 20, 8);
    let mut furthest = 0;
    for _ in 0..60 {
        place.run(1_000, 0, "up");
        let length = std::fs::metadata(place.history.path()).expect("there").len();
        let unread = length - place.kept().unwrap_or(0).min(length);
        furthest = furthest.max(unread);
    }
    assert!(std::fs::exists(place.temp.path().join("history.jsonl.1")).expect("looked"));
    assert!(furthest <= super::STEP, "{furthest} bytes were left");
    assert_eq!(known(place.look(), place.now()), known(place.scan(), place.now()));
}

#[test]
fn of_large_runs_one_in_four_brings_the_cache_up_to_date() {
    let mut place = Watched::new(1 << 30, 8);
    let lines = 16_000;
    let mut kept = Vec::new();
    for _ in 0..12 {
        place.run(lines, 0, "up");
        kept.extend(place.kept());
        kept.dedup();
    }
    assert!(
        std::fs::metadata(place.history.path()).expect("there").len() > 12 * super::STEP,
        "runs of more than a step"
    );
    assert!((2..=3).contains(&kept.len()), "{kept:?}");
}

#[test]
fn rotated_files_may_go_and_what_they_held_stays_known() {
    let mut place = Watched::new(64 << 10, 2);
    let mut whole = Watched::new(1 << 30, 8);
    for _ in 0..40 {
        place.run(30, 0, "down");
        whole.run(30, 0, "down");
    }
    assert!(!std::fs::exists(place.temp.path().join("history.jsonl.3")).expect("looked"));
    assert_eq!(known(place.look(), place.now()), known(whole.scan(), whole.now()));
}

#[test]
fn another_history_or_a_damaged_cache_is_read_from_the_beginning() {
    let mut place = Watched::new(1 << 30, 8);
    place.run(50, 0, "up");
    place.look();
    for damage in [&b"{\"version\":1"[..], b"", b"[]", b"{\"version\":99,\"endpoints\":{}}"] {
        std::fs::write(place.cache(), damage).expect("written");
        assert_eq!(place.look(), place.scan());
        assert!(place.kept().is_some(), "made again");
    }
    let mut other = Watched::new(1 << 30, 8);
    other.run(80, 0, "down");
    std::fs::copy(other.history.path(), place.history.path()).expect("replaced");
    assert_eq!(place.look(), place.scan());
    // Truncated, and grown beyond where it was: the first line and the length would agree.
    place.look();
    let text = std::fs::read(place.history.path()).expect("read");
    let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    std::fs::write(place.history.path(), lines[..20].concat()).expect("truncated");
    place.run(90, 0, "up");
    assert_eq!(place.look(), place.scan());
}

#[test]
fn a_cache_that_cant_be_kept_is_a_remark() {
    let mut place = Watched::new(1 << 30, 8);
    place.run(5, 0, "up");
    std::fs::create_dir_all(place.cache().join("in the way")).expect("made");
    let looked = look(Place { dir: Some(&place.dir), history: &place.history, keeps: true }, &intervals(), place.now());
    let remarks = looked.expect("looked").remarks;
    assert!(remarks.len() == 1 && remarks[0].contains("is not kept: state file"), "{remarks:?}");
}

#[derive(Clone, Copy, Debug)]
enum Act {
    Run { lines: usize, late: i64, verdict: &'static str },
    Look,
    LoseCache,
    OldCache,
    TornTail,
}

fn act() -> impl Strategy<Value = Act> {
    let verdict = prop::sample::select(vec!["up", "up", "up", "down", "degraded", "unknown"]);
    let late = prop_oneof![4 => Just(0_i64), 2 => 0..1_800_i64, 1 => 0..40_000_i64];
    prop_oneof![
        8 => (1..80_usize, late, verdict).prop_map(|(lines, late, verdict)| Act::Run { lines, late, verdict }),
        3 => Just(Act::Look),
        1 => Just(Act::LoseCache),
        1 => Just(Act::OldCache),
        1 => Just(Act::TornTail),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn equals_a_full_scan_whatever_happens(acts in proptest::collection::vec(act(), 1..40)) {
        let mut place = Watched::new(64 << 10, 200);
        let mut old = None;
        for act in acts {
            match act {
                Act::Run { lines, late, verdict } => place.run(lines, late, verdict),
                Act::Look => {
                    let _ = old.get_or_insert_with(|| std::fs::read(place.cache()).unwrap_or_default());
                    prop_assert_eq!(known(place.look(), place.now()), known(place.scan(), place.now()));
                }
                Act::LoseCache => drop(std::fs::remove_file(place.cache())),
                // A slower reader wins with what it knew.
                Act::OldCache => drop(old.as_ref().map(|bytes| std::fs::write(place.cache(), bytes))),
                Act::TornTail => {
                    use std::io::Write as _;
                    let mut live = std::fs::OpenOptions::new().append(true).create(true).open(place.history.path()).expect("opened");
                    live.write_all(b"{\"v\":1,\"ts\":").expect("torn");
                }
            }
        }
        prop_assert_eq!(known(place.look(), place.now()), known(place.scan(), place.now()));
    }
}
