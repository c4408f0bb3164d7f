//! `canary history`: which records are wanted, in which order, and what they add up to.

use super::sketch::{Percentiles, Sketch, nearest_rank};
use crate::model::{Record, Verdict};
use indexmap::IndexMap;
use jiff::Timestamp;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Decides by channel and endpoint.
pub type Targets<'a> = Box<dyn Fn(&str, &str) -> bool + 'a>;

/// Which records are wanted; what is none or empty admits all.
#[derive(Default)]
pub struct Filter<'a> {
    /// Not before this.
    pub since: Option<Timestamp>,
    /// Not after this.
    pub until: Option<Timestamp>,
    /// Only these verdicts.
    pub verdicts: Vec<Verdict>,
    /// Only these endpoints.
    pub targets: Option<Targets<'a>>,
}

impl Filter<'_> {
    /// Whether this one is wanted.
    pub fn admits(&self, record: &Record<'_>) -> bool {
        self.since.is_none_or(|since| record.at >= since)
            && self.until.is_none_or(|until| record.at <= until)
            && (self.verdicts.is_empty() || self.verdicts.contains(&record.verdict))
            && self.targets.as_ref().is_none_or(|targets| targets(&record.channel, &record.endpoint))
    }
}

/// How far out of order records may stand in the files and still come out in order, in records.
const LATE: usize = 4_096;

/// Puts records in the order of their time. Of a history of any length it holds a few thousand lines.
#[derive(Debug, Default)]
pub struct Selection {
    held: BinaryHeap<Reverse<(i64, u64, Vec<u8>)>>,
    seen: u64,
}

impl Selection {
    /// Takes one record's line. From time to time an older one comes back: the next to print.
    pub fn push(&mut self, at: Timestamp, line: &[u8]) -> Option<Vec<u8>> {
        let at = at.as_millisecond();
        self.seen += 1;
        if self.held.len() < LATE {
            self.held.push(Reverse((at, self.seen, line.to_vec())));
            return None;
        }
        if self.held.peek().is_none_or(|Reverse(oldest)| at < oldest.0) {
            return Some(line.to_vec());
        }
        let Reverse((_, _, oldest)) = self.held.pop()?;
        self.held.push(Reverse((at, self.seen, line.to_vec())));
        Some(oldest)
    }

    /// The lines that are left, the oldest first.
    pub fn finish(self) -> Vec<Vec<u8>> {
        let mut held = self.held.into_vec();
        held.sort_unstable_by(|Reverse(one), Reverse(other)| one.cmp(other));
        held.into_iter().map(|Reverse((_, _, line))| line).collect()
    }
}

/// Percentiles of more latencies than this are known to within 1 %, of fewer exactly.
const EXACT: usize = 16_384;

/// `--stats`: counts and percentiles per endpoint and verdict.
#[derive(Debug, Default)]
pub struct Tally {
    endpoints: IndexMap<(String, String), [Group; 5]>,
}

#[derive(Clone, Debug, Default)]
struct Group {
    count: u64,
    span: Option<(Timestamp, Timestamp)>,
    exact: Vec<f64>,
    sketch: Option<Sketch>,
}

/// One line of the tally.
#[derive(Clone, Debug, PartialEq)]
pub struct TallyRow {
    /// The channel's name.
    pub channel: String,
    /// The endpoint's name.
    pub endpoint: String,
    /// The verdict that was counted.
    pub verdict: Verdict,
    /// How many results.
    pub count: u64,
    /// When the first and the last of them began.
    pub span: (Timestamp, Timestamp),
    /// Of those that were answered.
    pub latency: Percentiles,
}

impl Tally {
    /// Counts one record.
    pub fn add(&mut self, record: &Record<'_>) {
        let key: (&str, &str) = (&record.channel, &record.endpoint);
        let groups = match self.endpoints.get_mut(&Key(key)) {
            Some(groups) => groups,
            None => self.endpoints.entry((key.0.to_owned(), key.1.to_owned())).or_default(),
        };
        groups[record.verdict as usize].add(record);
    }

    /// Counts everything that the other one has counted.
    pub fn merge(&mut self, other: Self) {
        for (key, groups) in other.endpoints {
            let kept = self.endpoints.entry(key).or_default();
            for (kept, group) in kept.iter_mut().zip(groups) {
                kept.merge(group);
            }
        }
    }

    /// All that was counted, by channel, endpoint, and verdict from best to worst.
    pub fn rows(&self) -> Vec<TallyRow> {
        let rows = self.endpoints.iter().flat_map(|((channel, endpoint), groups)| {
            Verdict::ALL.into_iter().zip(groups).filter_map(move |(verdict, group)| {
                let (channel, endpoint) = (channel.clone(), endpoint.clone());
                Some(TallyRow {
                    channel,
                    endpoint,
                    verdict,
                    count: group.count,
                    span: group.span?,
                    latency: group.percentiles(),
                })
            })
        });
        let mut rows: Vec<_> = rows.collect();
        rows.sort_by(|one, other| {
            (&one.channel, &one.endpoint, one.verdict).cmp(&(&other.channel, &other.endpoint, other.verdict))
        });
        rows
    }
}

/// Looks a pair up without owning it.
#[derive(Hash)]
struct Key<'a>((&'a str, &'a str));

impl indexmap::Equivalent<(String, String)> for Key<'_> {
    fn equivalent(&self, key: &(String, String)) -> bool {
        self.0.0 == key.0 && self.0.1 == key.1
    }
}

impl Group {
    fn add(&mut self, record: &Record<'_>) {
        self.count += 1;
        let (first, last) = self.span.unwrap_or((record.at, record.at));
        self.span = Some((first.min(record.at), last.max(record.at)));
        let Some(ms) = record.latency_ms else { return };
        if let Some(sketch) = &mut self.sketch {
            return sketch.add(ms);
        }
        self.exact.push(ms);
        if self.exact.len() > EXACT {
            let sketch = self.sketch.get_or_insert_default();
            for ms in std::mem::take(&mut self.exact) {
                sketch.add(ms);
            }
        }
    }

    fn merge(&mut self, other: Self) {
        self.count += other.count;
        let widest = |one: (Timestamp, Timestamp), two: (Timestamp, Timestamp)| (one.0.min(two.0), one.1.max(two.1));
        self.span = match (self.span, other.span) {
            (Some(one), Some(two)) => Some(widest(one, two)),
            (one, two) => one.or(two),
        };
        self.exact.extend(other.exact);
        if let Some(sketch) = &other.sketch {
            self.sketch.get_or_insert_default().merge(sketch);
        }
        if self.sketch.is_some() || self.exact.len() > EXACT {
            let sketch = self.sketch.get_or_insert_default();
            for ms in std::mem::take(&mut self.exact) {
                sketch.add(ms);
            }
        }
    }

    fn percentiles(&self) -> Percentiles {
        if let Some(sketch) = &self.sketch {
            return sketch.percentiles();
        }
        let mut sorted = self.exact.clone();
        sorted.sort_by(f64::total_cmp);
        let at = |share| {
            let rank = nearest_rank(share, sorted.len() as u64)?;
            sorted.get(usize::try_from(rank).ok()? - 1).copied()
        };
        Percentiles { p50: at(0.50), p95: at(0.95), p99: at(0.99) }
    }
}

#[cfg(test)]
mod tests {
    use super::{EXACT, Filter, LATE, Selection, Tally};
    use crate::model::{Record, Verdict};
    use jiff::Timestamp;
    use proptest::prelude::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(ms).expect("in range")
    }

    fn line(ms: i64, endpoint: &str, verdict: &str, latency: f64) -> String {
        format!(
            r#"{{"ts":"{:.3}","channel":"vk","endpoint":"{endpoint}","verdict":"{verdict}","latency_ms":{latency}}}"#,
            at(ms)
        )
    }

    #[test]
    fn admits_what_was_asked_for() {
        let text = line(5_000, "health", "down", 1.0);
        let record = Record::parse(text.as_bytes()).expect("a record");
        let with = |change: fn(&mut Filter)| {
            let mut filter = Filter::default();
            change(&mut filter);
            filter.admits(&record)
        };
        assert!(with(|_| {}));
        assert!(with(|filter| filter.since = Some(at(5_000))) && !with(|filter| filter.since = Some(at(5_001))));
        assert!(with(|filter| filter.until = Some(at(5_000))) && !with(|filter| filter.until = Some(at(4_999))));
        assert!(with(|filter| filter.verdicts = vec![Verdict::Up, Verdict::Down]));
        assert!(!with(|filter| filter.verdicts = vec![Verdict::Up]));
        assert!(with(
            |filter| filter.targets = Some(Box::new(|channel, endpoint| channel == "vk" && endpoint == "health"))
        ));
        assert!(!with(|filter| filter.targets = Some(Box::new(|channel, _| channel == "max"))));
    }

    #[test]
    fn percentiles_are_exact_for_few_and_close_for_many() {
        let mut tally = Tally::default();
        let add = |tally: &mut Tally, endpoint: &str, ms: u32| {
            let text =
                line(i64::from(ms) * 1_000, endpoint, if ms.is_multiple_of(10) { "down" } else { "up" }, f64::from(ms));
            tally.add(&Record::parse(text.as_bytes()).expect("a record"));
        };
        for ms in 1..=100 {
            add(&mut tally, "b", ms);
        }
        for ms in 1..=2 * u32::try_from(EXACT).expect("small") {
            add(&mut tally, "a", ms);
        }
        let rows = tally.rows();
        let shape: Vec<_> = rows.iter().map(|row| (row.endpoint.as_str(), row.verdict, row.count)).collect();
        assert_eq!(
            shape,
            [("a", Verdict::Up, 29_492), ("a", Verdict::Down, 3_276), ("b", Verdict::Up, 90), ("b", Verdict::Down, 10)]
        );
        assert_eq!((rows[2].latency.p50, rows[2].latency.p99), (Some(49.0), Some(99.0)));
        assert_eq!(rows[3].span, (at(10_000), at(100_000)));
        assert!((rows[0].latency.p50.expect("some") / 16_384.0 - 1.0).abs() < 0.02);
    }

    #[test]
    fn parts_add_up_to_the_whole() {
        let text = |ms: u32| {
            let verdict = if ms.is_multiple_of(3) { "down" } else { "up" };
            line(i64::from(ms), if ms < 30_000 { "a" } else { "b" }, verdict, f64::from(ms % 977))
        };
        let tally = |range: std::ops::Range<u32>| {
            let mut tally = Tally::default();
            for ms in range {
                tally.add(&Record::parse(text(ms).as_bytes()).expect("a record"));
            }
            tally
        };
        let mut parts = tally(0..9_000);
        parts.merge(tally(9_000..40_000));
        parts.merge(tally(40_000..40_010));
        assert_eq!(parts.rows(), tally(0..40_010).rows());
    }

    proptest! {
        #[test]
        fn comes_out_in_order(times in proptest::collection::vec(0_i64..500, 0..200)) {
            let mut selection = Selection::default();
            let mut seen: Vec<Vec<u8>> = Vec::new();
            for (index, ms) in times.iter().enumerate() {
                seen.extend(selection.push(at(*ms), format!("{ms}.{index}").as_bytes()));
            }
            seen.extend(selection.finish());
            let mut expected: Vec<_> = times.iter().enumerate().map(|(index, ms)| (*ms, index)).collect();
            expected.sort_unstable();
            let expected: Vec<_> = expected.iter().map(|(ms, index)| format!("{ms}.{index}").into_bytes()).collect();
            prop_assert_eq!(seen, expected);
        }
    }

    #[test]
    fn a_long_history_is_not_held() {
        let mut selection = Selection::default();
        let mut printed = 0_i64;
        for n in 0..20_000_i64 {
            // Two runs whose records interleave.
            let ms = if n % 2 == 0 { n } else { n - 1_000 };
            printed += i64::from(selection.push(at(ms + 1_000), b"x").is_some());
        }
        assert_eq!(selection.finish().len(), LATE);
        assert_eq!(printed, 20_000 - i64::try_from(LATE).expect("small"));
    }
}
