//! Latencies of the last day: one sketch per ten minutes, so that the window of 24 hours moves in ten-minute steps.

use super::pack::{Reader, Writer};
use super::sketch::Sketch;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::collections::VecDeque;

/// The length of a slot, milliseconds.
pub const SLOT: i64 = 600_000;

const DAY: i64 = 86_400_000;

/// Slots that are kept: a day, the unfinished one, and an hour for a clock that is set back.
const KEPT: i64 = DAY / SLOT + 1 + 6;

/// The sketches, rising by slot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recent {
    slots: VecDeque<(i64, Sketch)>,
}

impl Recent {
    /// Counts one latency of a result that began at `at` (Unix milliseconds).
    pub(super) fn add(&mut self, at: i64, ms: f64) {
        let slot = at.div_euclid(SLOT);
        let newest = self.slots.back().map_or(slot, |(newest, _)| *newest);
        if slot <= newest - KEPT {
            return;
        }
        if slot > newest {
            while self.slots.front().is_some_and(|(oldest, _)| *oldest <= slot - KEPT) {
                self.slots.pop_front();
            }
        }
        match self.slots.iter_mut().rev().find(|(one, _)| *one <= slot) {
            Some((one, sketch)) if *one == slot => sketch.add(ms),
            Some(_) | None => {
                let mut sketch = Sketch::default();
                sketch.add(ms);
                let place = self.slots.partition_point(|(one, _)| *one < slot);
                self.slots.insert(place, (slot, sketch));
            }
        }
    }

    /// All latencies of the slots that lie, at least in part, between the two times.
    pub fn between(&self, from: i64, to: i64) -> Sketch {
        let mut all = Sketch::default();
        for (slot, sketch) in &self.slots {
            // The slot that the window's start cuts is left out: better too few than older ones among them.
            if slot * SLOT >= from && slot * SLOT < to {
                all.merge(sketch);
            }
        }
        all
    }
}

impl Serialize for Recent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = Writer::default();
        out.number(self.slots.len() as u64);
        let mut before = 0;
        for (slot, sketch) in &self.slots {
            out.signed(slot - before);
            sketch.write(&mut out);
            before = *slot;
        }
        serializer.serialize_str(&out.finish())
    }
}

impl<'de> Deserialize<'de> for Recent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        let slots = Reader::of(text, |from| {
            let length = from.length()?;
            let mut before = 0_i64;
            (0..length)
                .map(|at| {
                    let step = from.signed().filter(|step| at == 0 || *step > 0)?;
                    before = before.checked_add(step).filter(|slot| slot.checked_mul(SLOT).is_some())?;
                    Some((before, Sketch::read(from)?))
                })
                .collect()
        });
        slots.map(|slots| Self { slots }).ok_or_else(|| D::Error::custom("no latencies"))
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY, Recent, SLOT};

    #[test]
    fn keeps_a_day_and_takes_late_ones() {
        let mut recent = Recent::default();
        for minute in 0..3 * 1_440 {
            recent.add(minute * 60_000, 10.0);
        }
        let now = 3 * DAY;
        assert_eq!(recent.between(now - DAY, now).count(), 1_440);
        assert_eq!(recent.between(now - 3 * DAY, now).count(), 1_510, "older ones are forgotten");
        recent.add(now - 5 * SLOT, 99.0);
        recent.add(0, 99.0);
        assert_eq!(recent.between(now - DAY, now).count(), 1_441);
        let text = serde_json::to_string(&recent).expect("packed");
        assert!(text.len() < 3_000, "{}", text.len());
        assert_eq!(serde_json::from_str::<Recent>(&text).expect("read"), recent);
        assert!(serde_json::from_str::<Recent>("\"AA\"").expect("empty").slots.is_empty());
        assert!(serde_json::from_str::<Recent>("\"/////w\"").is_err());
    }

    #[test]
    fn a_window_has_no_older_ones() {
        let mut recent = Recent::default();
        recent.add(SLOT - 1, 1.0);
        recent.add(SLOT, 1.0);
        recent.add(2 * SLOT, 1.0);
        assert_eq!(recent.between(SLOT / 2, 3 * SLOT).count(), 2);
        assert_eq!(recent.between(SLOT, 2 * SLOT).count(), 1);
    }
}
