//! Percentiles of latencies in little room: a histogram with buckets that grow by 2 %.
//!
//! A value is known to within 1 % of itself (documented bound: 2 %). Two sketches are merged by adding their counts,
//! so percentiles of a day come from those of its parts without another error.

use super::pack::{Reader, Writer};

/// From one bucket's end to the next one's.
const GROWTH: f64 = 1.02;

/// Where the first bucket ends, milliseconds; all below is taken for this.
const SMALLEST: f64 = 0.001;

/// Where the last one begins, about 46 days.
const LAST: u16 = 1_600;

/// How many values fell into which bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sketch {
    /// Rising by bucket; only those that are not empty.
    counts: Vec<(u16, u32)>,
}

/// The three percentiles that canary shows, in milliseconds; none without a single value.
#[derive(Clone, Copy, Debug, Default, PartialEq, serde::Serialize)]
pub struct Percentiles {
    /// The median.
    pub p50: Option<f64>,
    /// 95 of 100 are no slower.
    pub p95: Option<f64>,
    /// 99 of 100 are no slower.
    pub p99: Option<f64>,
}

impl Sketch {
    /// Counts one value in milliseconds.
    pub fn add(&mut self, ms: f64) {
        self.add_many(bucket(ms), 1);
    }

    /// Counts everything that the other one has counted.
    pub fn merge(&mut self, other: &Self) {
        for (bucket, count) in &other.counts {
            self.add_many(*bucket, *count);
        }
    }

    /// How many values were counted.
    pub fn count(&self) -> u64 {
        self.counts.iter().map(|(_, count)| u64::from(*count)).sum()
    }

    /// The value that `share` (0–1) of all values don't pass: the nearest rank, rounded up.
    pub fn percentile(&self, share: f64) -> Option<f64> {
        let rank = nearest_rank(share, self.count())?;
        let mut seen = 0;
        let reached = self.counts.iter().find(|(_, count)| {
            seen += u64::from(*count);
            seen >= rank
        })?;
        Some(value(reached.0))
    }

    /// The three that are shown.
    pub fn percentiles(&self) -> Percentiles {
        Percentiles { p50: self.percentile(0.50), p95: self.percentile(0.95), p99: self.percentile(0.99) }
    }

    fn add_many(&mut self, bucket: u16, count: u32) {
        match self.counts.binary_search_by_key(&bucket, |(bucket, _)| *bucket) {
            Ok(at) => self.counts[at].1 = self.counts[at].1.saturating_add(count),
            Err(at) => self.counts.insert(at, (bucket, count)),
        }
    }

    pub(super) fn write(&self, out: &mut Writer) {
        out.number(self.counts.len() as u64);
        let mut before = 0;
        for (bucket, count) in &self.counts {
            out.number(u64::from(bucket - before));
            out.number(u64::from(*count));
            before = *bucket;
        }
    }

    pub(super) fn read(from: &mut Reader<'_>) -> Option<Self> {
        let length = from.length()?;
        let mut counts = Vec::with_capacity(length);
        let mut before = 0_u16;
        for at in 0..length {
            let step = u16::try_from(from.number()?).ok()?;
            let bucket = before.checked_add(step).filter(|bucket| *bucket <= LAST && (at == 0 || step > 0))?;
            counts.push((bucket, u32::try_from(from.number()?).ok()?));
            before = bucket;
        }
        Some(Self { counts })
    }
}

/// The rank, from 1, of the value that `share` of `count` values don't pass.
pub(super) fn nearest_rank(share: f64, count: u64) -> Option<u64> {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts stay far below 2^52, the share below 1"
    )]
    (count > 0).then(|| ((share * count as f64).ceil() as u64).clamp(1, count))
}

/// The bucket of a value.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0..=LAST")]
pub(super) fn bucket(ms: f64) -> u16 {
    ((ms.max(SMALLEST) / SMALLEST).ln() / GROWTH.ln()).ceil().clamp(0.0, f64::from(LAST)) as u16
}

/// The middle of a bucket, so that the error is the same on both sides; two decimals from 1 ms on.
pub(super) fn value(bucket: u16) -> f64 {
    let ms = SMALLEST * GROWTH.powi(i32::from(bucket)) * 2.0 / (1.0 + GROWTH);
    let decimals = if ms < 1.0 { 1e4 } else { 1e2 };
    (ms * decimals).round() / decimals
}

#[cfg(test)]
mod tests {
    use super::{Sketch, bucket, value};
    use crate::stats::pack::{Reader, Writer};
    use proptest::prelude::*;

    fn sketch(values: &[f64]) -> Sketch {
        let mut sketch = Sketch::default();
        for ms in values {
            sketch.add(*ms);
        }
        sketch
    }

    #[test]
    fn knows_small_sets() {
        assert_eq!(Sketch::default().percentiles(), super::Percentiles::default());
        let sketch = sketch(&[10.0, 20.0, 30.0, 1_000.0]);
        let near = |share: f64, ms: f64| (sketch.percentile(share).expect("some") / ms - 1.0).abs() < 0.0102;
        assert!(near(0.5, 20.0) && near(0.75, 30.0) && near(0.95, 1_000.0) && near(0.0, 10.0));
        assert!(value(bucket(f64::MAX)) > 1e9 && bucket(0.0) == 0);
    }

    proptest! {
        #[test]
        fn the_error_keeps_its_bound(mut values in proptest::collection::vec(0.01_f64..1e7, 1..300), share in 0.0..1.0) {
            let known = sketch(&values).percentile(share).expect("some");
            values.sort_by(f64::total_cmp);
            let rank = super::nearest_rank(share, values.len() as u64).expect("some");
            let exact = values[usize::try_from(rank - 1).expect("small")];
            prop_assert!((known / exact - 1.0).abs() <= 0.02, "{} for {}", known, exact);
        }

        #[test]
        fn merging_is_counting_all(a in proptest::collection::vec(0.0_f64..1e9, 0..50), b in proptest::collection::vec(0.0_f64..1e9, 0..50)) {
            let mut merged = sketch(&a);
            merged.merge(&sketch(&b));
            prop_assert_eq!(&merged, &sketch(&[a, b].concat()));
            let mut out = Writer::default();
            merged.write(&mut out);
            let text = out.finish();
            prop_assert_eq!(Reader::of(&text, Sketch::read), Some(merged));
        }
    }
}
