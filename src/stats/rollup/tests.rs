use super::{Intervals, Rollup};
use crate::model::{EndpointId, Name, Record, Verdict};
use crate::stats::{Class, DAY, Streak};
use jiff::Timestamp;
use proptest::prelude::*;
use std::time::Duration;

const MINUTE: i64 = 60_000;
const START: i64 = 1_763_892_000_000;

fn at(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).expect("in range")
}

fn id() -> EndpointId {
    EndpointId::new(Name::parse("vk").expect("a name"), "health")
}

fn line(ms: i64, verdict: &str, latency: Option<f64>) -> String {
    let latency = latency.map_or("null".to_owned(), |ms| ms.to_string());
    let failing = verdict != "up";
    format!(
        r#"{{"v":1,"ts":"{:.3}","run":"R","channel":"vk","endpoint":"health","verdict":"{}","reason":{},"message":{},"status":200,"latency_ms":{latency},"metrics":{{"health_score":90}},"evidence":null,"maintenance":{}}}"#,
        at(ms),
        if verdict == "maintenance" { "down" } else { verdict },
        if failing { "\"status\"" } else { "null" },
        if failing { "\"503 is not 2xx\"" } else { "null" },
        verdict == "maintenance",
    ) + "\n"
}

fn rollup(interval: i64) -> Rollup {
    let interval = Duration::from_millis(interval.unsigned_abs());
    Rollup::new(Intervals::from([("vk/health".to_owned(), interval)]))
}

/// The contract's definition, written down as it stands there.
fn scanned(results: &[(i64, &str)], interval: i64, from: i64, now: i64) -> [i64; 5] {
    let mut sorted: Vec<_> = results.iter().filter(|(at, _)| *at <= now).collect();
    sorted.sort_by_key(|(at, _)| *at);
    let mut held = [0; 5];
    for (index, (at, word)) in sorted.iter().enumerate() {
        let next = sorted.get(index + 1).map_or(now, |next| next.0);
        let end = next.min(at + 3 * interval);
        let weight = (end.min(now) - (*at).max(from)).max(0);
        let place = ["maintenance", "up", "degraded", "unknown", "down"].iter().position(|one| one == word);
        held[place.expect("a word")] += weight;
    }
    held
}

#[test]
fn weighs_by_the_gap_to_the_next_and_at_most_three_intervals() {
    let mut rollup = rollup(MINUTE);
    let now = START + 60 * MINUTE;
    // Up for one minute, down for three (the next is far), unknown for one, up until now but at most three.
    for (minute, verdict) in [(0, "up"), (1, "down"), (30, "unknown"), (31, "degraded")] {
        let text = line(START + minute * MINUTE, verdict, Some(10.0));
        rollup.feed_line(Some(text.as_bytes()), at(now));
    }
    let endpoint = rollup.endpoint(&id()).expect("known");
    let totals = endpoint.timeline(now).totals(now - DAY, now);
    assert_eq!(totals.up(), 4 * MINUTE);
    assert_eq!(totals.of(Class::Down), 3 * MINUTE);
    assert_eq!(totals.of(Class::Unknown), MINUTE);
    let ten_past = START + 32 * MINUTE;
    assert_eq!(endpoint.timeline(ten_past).totals(0, ten_past).of(Class::Degraded), MINUTE);
    assert_eq!(endpoint.recent().between(now - DAY, now).count(), 4);
    assert_eq!(endpoint.reported_health(), Some(90.0));
    let since = START + 31 * MINUTE;
    assert_eq!(endpoint.streak(), Some(Streak { verdict: Verdict::Degraded, since, last: since }));
    let errors: Vec<_> = endpoint.errors().iter().map(|one| (one.verdict, one.from, one.count)).collect();
    assert_eq!(
        errors,
        [(Verdict::Down, START + MINUTE, 1), (Verdict::Unknown, START + 30 * MINUTE, 1), (Verdict::Degraded, since, 1)]
    );
}

#[test]
fn counts_lines_that_hold_no_record() {
    let mut rollup = rollup(MINUTE);
    let (first, last) = (line(START, "up", None), line(START + MINUTE, "down", None));
    for line in [Some(first.as_str()), Some("garbage"), Some(""), Some("\r"), None, Some(&last)] {
        rollup.feed_line(line.map(str::as_bytes), at(START + DAY));
    }
    assert_eq!(rollup.bad_lines(), 2, "garbage, and one that is too long");
    assert_eq!(rollup.endpoint(&id()).and_then(super::EndpointRollup::newest), Some(START + MINUTE));
}

#[test]
fn a_clock_that_was_ahead_does_no_lasting_harm() {
    let mut rollup = rollup(MINUTE);
    let wrong = START + 365 * DAY;
    rollup.feed_line(Some(line(wrong, "down", None).as_bytes()), at(START));
    assert!(rollup.endpoint(&id()).is_none(), "results of the future count for nothing");
    rollup.feed_line(Some(line(wrong, "down", None).as_bytes()), at(wrong));
    let bytes = rollup.encode(at(wrong));
    assert!(Rollup::decode(&bytes, Intervals::new(), at(wrong)).is_some());
    assert!(Rollup::decode(&bytes, Intervals::new(), at(START)).is_none(), "made again once the clock is right");
}

#[test]
fn anything_but_its_own_file_is_refused() {
    let mut rollup = rollup(MINUTE);
    rollup.feed_line(Some(line(START, "down", Some(1.0)).as_bytes()), at(START));
    let bytes = rollup.encode(at(START));
    for end in 0..bytes.len() {
        assert!(Rollup::decode(&bytes[..end], Intervals::new(), at(START)).is_none());
    }
    let newer = String::from_utf8(bytes).expect("text").replace("\"version\":1", "\"version\":2");
    assert!(Rollup::decode(newer.as_bytes(), Intervals::new(), at(START)).is_none());
}

#[test]
fn stays_small_however_long_it_goes_on() {
    let mut rollup = rollup(MINUTE);
    let mut now = at(START);
    for minute in 0..40 * 1_440 {
        now = at(START + minute * MINUTE);
        // Flapping every minute: the worst case for spans.
        let verdict = if minute % 2 == 0 { "up" } else { "down" };
        rollup.feed(
            &Record::parse(line(START + minute * MINUTE, verdict, Some(12.0)).as_bytes()).expect("a record"),
            now,
        );
    }
    let bytes = rollup.encode(now).len();
    assert!(bytes < 100_000, "{bytes}");
}

fn story() -> impl Strategy<Value = Vec<(i64, &'static str)>> {
    let words = prop_oneof![4 => Just("up"), 1 => Just("degraded"), 2 => Just("down"), 1 => Just("unknown"), 1 => Just("maintenance")];
    proptest::collection::vec((1_i64..40 * MINUTE, words, -20 * MINUTE..MINUTE), 1..150).prop_map(|steps| {
        let mut clock = START;
        steps
            .into_iter()
            .map(|(step, word, late)| {
                clock += step;
                // Most results come in order, some were begun before those that came first.
                (if late < -10 * MINUTE { clock + late } else { clock }, word)
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn equals_a_full_scan_however_it_is_fed(
        story in story(),
        interval in prop_oneof![Just(MINUTE), Just(5 * MINUTE), Just(2 * 3_600_000)],
        cut in 0_usize..150,
        after in 0..30 * MINUTE,
        window in prop_oneof![Just(DAY), Just(7 * DAY), 1..DAY],
    ) {
        let now = story.iter().map(|(at, _)| *at).max().unwrap_or(START) + after;
        let mut rollup = rollup(interval);
        for (index, (ms, word)) in story.iter().enumerate() {
            // Kept, and read again by another process.
            if index == cut {
                let bytes = rollup.encode(at(now));
                rollup = Rollup::decode(&bytes, rollup.intervals.clone(), at(now)).expect("its own file");
            }
            rollup.feed_line(Some(line(*ms, word, Some(5.0)).as_bytes()), at(now));
        }
        let endpoint = rollup.endpoint(&id()).expect("known");
        let totals = endpoint.timeline(now).totals(now - window, now);
        let held = Class::ALL.map(|class| totals.of(class));
        prop_assert_eq!(held, scanned(&story, interval, now - window, now));
    }
}
