//! `--due`: slots of the endpoint's interval, counted from the Unix epoch.

use super::hash;
use crate::model::{EndpointId, Verdict};
use jiff::Timestamp;
use std::time::Duration;

/// Milliseconds in a minute.
const MINUTE: i128 = 60_000;

/// How often an endpoint is probed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// `interval`, while the last verdict is up.
    pub interval: Duration,
    /// `interval_failing`, while it is not.
    pub interval_failing: Duration,
    /// `defaults.spread`: whether slots are shifted by a hash of the name, so that not all begin in one minute.
    pub spread: bool,
}

/// The last recorded probe of an endpoint. Its run's start is kept rather than a slot number, which would mean
/// nothing once the interval changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Last {
    /// When the run that probed it started.
    pub started: Timestamp,
    /// What came of it.
    pub verdict: Verdict,
}

/// Whether an endpoint is due, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// It was never probed.
    NeverProbed,
    /// Its slot differs from the last one probed.
    NewSlot,
    /// The same by the shorter interval that counts while it fails.
    NewFailingSlot,
    /// Its slot has been probed.
    SameSlot,
}

impl Due {
    /// Whether it is to be probed.
    pub fn is_due(self) -> bool {
        match self {
            Self::NeverProbed | Self::NewSlot | Self::NewFailingSlot => true,
            Self::SameSlot => false,
        }
    }
}

/// Decides for a run that started at `start`. A slot that merely differs is due: a clock that was set back must not
/// silence an endpoint until it has caught up.
pub fn due(last: Option<Last>, start: Timestamp, id: &EndpointId, timing: Timing) -> Due {
    let Some(last) = last else { return Due::NeverProbed };
    let (interval, due) = counting(last.verdict, timing);
    let slot = |at| slot(at, interval, id, timing.spread);
    if slot(last.started) == slot(start) { Due::SameSlot } else { due }
}

/// The interval that counts, and what a new slot of it is.
fn counting(last: Verdict, timing: Timing) -> (Duration, Due) {
    match last {
        Verdict::Up => (timing.interval, Due::NewSlot),
        Verdict::Skipped | Verdict::Degraded | Verdict::Unknown | Verdict::Down => {
            (timing.interval_failing, Due::NewFailingSlot)
        }
    }
}

/// When the slot after the one that `start` falls in begins, for an endpoint of this last verdict: no earlier run finds it
/// due.
pub fn next_due(last: Verdict, start: Timestamp, id: &EndpointId, timing: Timing) -> Timestamp {
    let (interval, _) = counting(last, timing);
    let milliseconds = i128::try_from(interval.as_millis()).unwrap_or(i128::MAX).max(1);
    let number = i128::from(slot(start, interval, id, timing.spread));
    let mut begins = (number + 1).saturating_mul(milliseconds) + shift(milliseconds, id, timing.spread);
    if milliseconds >= MINUTE {
        begins = (begins + MINUTE - 1).div_euclid(MINUTE) * MINUTE - MINUTE / 2;
    }
    i64::try_from(begins).ok().and_then(|at| Timestamp::from_millisecond(at).ok()).unwrap_or(Timestamp::MAX)
}

/// How many milliseconds the endpoint's slots begin late.
fn shift(interval: i128, id: &EndpointId, spread: bool) -> i128 {
    let minutes = interval / MINUTE;
    if spread && minutes > 1 { i128::from(hash::of(id)) % minutes * MINUTE } else { 0 }
}

/// The number of the slot that a run starting at `start` falls in. From 1m on the start is rounded to the nearest
/// minute first, so that a timer's jitter below ±30 s neither skips a slot nor takes one twice.
pub fn slot(start: Timestamp, interval: Duration, id: &EndpointId, spread: bool) -> i64 {
    let interval = i128::try_from(interval.as_millis()).unwrap_or(i128::MAX).max(1);
    let mut at = i128::from(start.as_millisecond());
    if interval >= MINUTE {
        at = (at + MINUTE / 2).div_euclid(MINUTE) * MINUTE;
    }
    at -= shift(interval, id, spread);
    i64::try_from(at.div_euclid(interval)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Due, Last, Timing, due, next_due, slot};
    use crate::model::{EndpointId, Name, Verdict};
    use jiff::{SignedDuration, Timestamp};
    use proptest::prelude::*;
    use std::time::Duration;

    fn id(endpoint: &str) -> EndpointId {
        EndpointId::new(Name::parse("vk").expect("a name"), endpoint)
    }

    fn at(text: &str) -> Timestamp {
        format!("2026-11-23T{text}Z").parse().expect("a time")
    }

    fn every(minutes: u64, spread: bool) -> Timing {
        let interval = Duration::from_mins(minutes);
        Timing { interval, interval_failing: crate::model::defaults::interval_failing(interval), spread }
    }

    fn after(last: &str, verdict: Verdict, now: &str, timing: Timing) -> Due {
        due(Some(Last { started: at(last), verdict }), at(now), &id("health"), timing)
    }

    #[test]
    fn probes_once_a_minute_although_the_timer_jitters() {
        for spread in [false, true] {
            let starts = ["10:00:59.9", "10:02:00.1", "10:03:01", "10:03:59.9", "10:05:29.9", "10:05:30.1"];
            for pair in starts.windows(2) {
                let due = after(pair[0], Verdict::Up, pair[1], every(1, spread));
                assert_eq!(due, Due::NewSlot, "{pair:?} {spread}");
            }
            assert_eq!(after("10:00:59.9", Verdict::Up, "10:01:00.1", every(1, spread)), Due::SameSlot);
            assert_eq!(after("10:01:01", Verdict::Up, "10:01:29.9", every(1, spread)), Due::SameSlot);
        }
    }

    #[test]
    fn cuts_time_from_the_epoch() {
        assert_eq!(after("10:04:00", Verdict::Up, "10:05:00", every(5, false)), Due::NewSlot);
        assert_eq!(after("10:05:00", Verdict::Up, "10:09:00", every(5, false)), Due::SameSlot);
        assert_eq!(slot(Timestamp::UNIX_EPOCH, Duration::from_mins(5), &id("a"), false), 0);
        assert_eq!(slot(Timestamp::from_second(-31).expect("a time"), Duration::from_mins(5), &id("a"), false), -1);
        let ten = Timing { interval: Duration::from_secs(10), ..every(1, false) };
        assert_eq!(after("10:00:09", Verdict::Up, "10:00:10", ten), Due::NewSlot);
        assert_eq!(after("10:00:10", Verdict::Up, "10:00:19.9", ten), Due::SameSlot);
    }

    #[test]
    fn looks_closer_while_it_fails() {
        for verdict in [Verdict::Degraded, Verdict::Unknown, Verdict::Down] {
            assert_eq!(after("10:05:00", verdict, "10:06:00", every(60, true)), Due::NewFailingSlot);
            assert_eq!(after("10:05:00", verdict, "10:05:20", every(60, true)), Due::SameSlot);
        }
        assert_eq!(due(None, at("10:00:00"), &id("health"), every(60, true)), Due::NeverProbed);
        assert!(Due::NeverProbed.is_due() && !Due::SameSlot.is_due());
    }

    #[test]
    fn survives_a_clock_that_was_wrong() {
        assert_eq!(after("11:00:00", Verdict::Up, "10:00:00", every(5, false)), Due::NewSlot);
        let next_year = Last { started: "2027-11-23T10:00:00Z".parse().expect("a time"), verdict: Verdict::Up };
        assert!(due(Some(next_year), at("10:00:00"), &id("health"), every(5, true)).is_due());
        assert_eq!(after("10:00:00", Verdict::Up, "10:01:00", every(5, false)), Due::SameSlot);
    }

    #[test]
    fn spreads_over_the_interval() {
        let hour = Duration::from_hours(1);
        let turns = |name: &str| {
            (0..60).find(|minute| {
                let at = |minute: i64| at("10:00:00") + SignedDuration::from_mins(minute);
                slot(at(*minute - 1), hour, &id(name), true) != slot(at(*minute), hour, &id(name), true)
            })
        };
        let minutes: std::collections::BTreeSet<_> = (0..200).map(|n| turns(&format!("e{n}"))).collect();
        assert!(minutes.len() > 50 && !minutes.contains(&None), "{minutes:?}");
    }

    proptest! {
        #[test]
        fn a_steady_timer_meets_every_slot_once(
            minutes in 1..600_u64,
            spread in any::<bool>(),
            jitter in proptest::collection::vec(-29_999..30_000_i64, 50),
            name in "[a-z]{1,8}",
        ) {
            let interval = Duration::from_mins(minutes);
            let step = i64::try_from(minutes).expect("small");
            let slots: Vec<i64> = (0..).zip(&jitter)
                .map(|(n, off)| at("10:00:00") + SignedDuration::from_mins(n * step) + SignedDuration::from_millis(*off))
                .map(|start| slot(start, interval, &id(&name), spread))
                .collect();
            for pair in slots.windows(2) {
                prop_assert_eq!(pair[1], pair[0] + 1);
            }
        }

        #[test]
        fn the_next_slot_begins_where_it_is_said(
            second in 0..2_000_000_000_i64,
            millis in 1..20_000_000_u64,
            up in any::<bool>(),
            spread in any::<bool>(),
            name in "[a-z]{1,8}",
        ) {
            let (id, start) = (id(&name), Timestamp::from_second(second).expect("in range"));
            let interval = Duration::from_millis(millis);
            let timing = Timing { interval, interval_failing: interval / 2, spread };
            let verdict = if up { Verdict::Up } else { Verdict::Down };
            let next = next_due(verdict, start, &id, timing);
            let last = Some(Last { started: start, verdict });
            prop_assert!(next > start);
            prop_assert!(due(last, next, &id, timing).is_due());
            prop_assert!(!due(last, next - SignedDuration::from_millis(1), &id, timing).is_due());
        }

        #[test]
        fn never_panics(second in -377_705_023_201..253_402_207_200_i64, millis in 0..u64::MAX, spread in any::<bool>()) {
            let start = Timestamp::from_second(second).expect("in range");
            let interval = Duration::from_millis(millis);
            slot(start, interval, &id("a"), spread);
            next_due(Verdict::Up, start, &id("a"), Timing { interval, interval_failing: interval, spread });
        }
    }
}
