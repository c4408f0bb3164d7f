//! One line a day (UTC): how many results had which verdict, and three percentiles. 400 days are kept.

use super::pack::{Reader, Writer};
use super::sketch::{Percentiles, Sketch, bucket, value};
use crate::model::Verdict;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::borrow::Cow;

/// A day, milliseconds.
pub const DAY: i64 = 86_400_000;

/// How many days are kept.
pub const KEPT_DAYS: i64 = 400;

/// So many of the newest days still take latencies; those of older ones are percentiles for good.
const OPEN: usize = 2;

/// What is known of one day.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Day {
    /// Days since 1970-01-01.
    pub number: i64,
    /// Results by verdict, in the order of [`Verdict::ALL`].
    pub counts: [u32; 5],
    /// Over the answered ones.
    pub latency: Percentiles,
}

#[derive(Clone, Debug, PartialEq)]
struct Open {
    number: i64,
    counts: [u32; 5],
    latency: Sketch,
}

/// All days that are kept, rising.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Days {
    closed: Vec<Day>,
    open: Vec<Open>,
}

impl Days {
    /// Counts one result that began at `at` (Unix milliseconds).
    pub(super) fn add(&mut self, at: i64, verdict: Verdict, latency: Option<f64>) {
        let number = at.div_euclid(DAY);
        if let Some(open) = self.open_day(number) {
            count(&mut open.counts, verdict);
            if let Some(ms) = latency {
                open.latency.add(ms);
            }
        } else {
            let place = self.closed.partition_point(|day| day.number < number);
            if self.closed.get(place).is_none_or(|day| day.number != number) {
                self.closed.insert(place, Day { number, ..Day::default() });
            }
            count(&mut self.closed[place].counts, verdict);
        }
    }

    /// The open day of this number, made when it is a new one; none when it is closed already.
    fn open_day(&mut self, number: i64) -> Option<&mut Open> {
        let place = self.open.partition_point(|day| day.number < number);
        if self.open.get(place).is_none_or(|day| day.number != number) {
            if self.closed.last().is_some_and(|day| day.number >= number) || (place == 0 && self.open.len() == OPEN) {
                return None;
            }
            self.open.insert(place, Open { number, counts: [0; 5], latency: Sketch::default() });
        }
        while self.open.len() > OPEN {
            let old = self.open.remove(0);
            self.closed.push(old.day());
        }
        self.open.iter_mut().find(|day| day.number == number)
    }

    /// Forgets what is older than [`KEPT_DAYS`] before `now`.
    pub(super) fn forget(&mut self, now: i64) {
        let oldest = now.div_euclid(DAY) - KEPT_DAYS;
        self.closed.retain(|day| day.number > oldest);
        self.open.retain(|day| day.number > oldest);
    }

    /// Every day that has results, the oldest first.
    pub fn all(&self) -> impl Iterator<Item = Cow<'_, Day>> {
        self.closed.iter().map(Cow::Borrowed).chain(self.open.iter().map(|open| Cow::Owned(open.day())))
    }
}

fn count(counts: &mut [u32; 5], verdict: Verdict) {
    counts[verdict as usize] = counts[verdict as usize].saturating_add(1);
}

impl Open {
    fn day(&self) -> Day {
        Day { number: self.number, counts: self.counts, latency: self.latency.percentiles() }
    }
}

impl Serialize for Days {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = Writer::default();
        out.number(self.closed.len() as u64);
        let mut before = 0;
        for day in &self.closed {
            head(&mut out, day.number - before, day.counts);
            for ms in [day.latency.p50, day.latency.p95, day.latency.p99] {
                out.number(ms.map_or(0, |ms| u64::from(bucket(ms)) + 1));
            }
            before = day.number;
        }
        out.number(self.open.len() as u64);
        for day in &self.open {
            head(&mut out, day.number - before, day.counts);
            day.latency.write(&mut out);
            before = day.number;
        }
        serializer.serialize_str(&out.finish())
    }
}

fn head(out: &mut Writer, step: i64, counts: [u32; 5]) {
    out.signed(step);
    for count in counts {
        out.number(u64::from(count));
    }
}

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        Reader::of(text, |from| {
            let mut before = None;
            let closed = from.length()?;
            let closed = (0..closed)
                .map(|_| {
                    let (number, counts) = read_head(from, &mut before)?;
                    let mut ms =
                        || Some(from.number()?.checked_sub(1).and_then(|one| u16::try_from(one).ok()).map(value));
                    Some(Day { number, counts, latency: Percentiles { p50: ms()?, p95: ms()?, p99: ms()? } })
                })
                .collect::<Option<Vec<_>>>()?;
            let open = from.length()?;
            let open = (0..open)
                .map(|_| {
                    let (number, counts) = read_head(from, &mut before)?;
                    Some(Open { number, counts, latency: Sketch::read(from)? })
                })
                .collect::<Option<Vec<_>>>()?;
            Some(Self { closed, open })
        })
        .ok_or_else(|| D::Error::custom("no days"))
    }
}

fn read_head(from: &mut Reader<'_>, before: &mut Option<i64>) -> Option<(i64, [u32; 5])> {
    let step = from.signed()?;
    let number = match *before {
        None => step,
        Some(before) if step > 0 => before.checked_add(step)?,
        Some(_) => return None,
    };
    number.checked_mul(DAY)?;
    *before = Some(number);
    let mut counts = [0; 5];
    for count in &mut counts {
        *count = u32::try_from(from.number()?).ok()?;
    }
    Some((number, counts))
}

#[cfg(test)]
mod tests {
    use super::{DAY, Days, KEPT_DAYS};
    use crate::model::Verdict;

    #[test]
    fn closes_days_and_keeps_their_percentiles() {
        let mut days = Days::default();
        for day in 0..500 {
            for hour in 0..24 {
                let verdict = if hour == 3 { Verdict::Down } else { Verdict::Up };
                days.add(day * DAY + hour * 3_600_000, verdict, (hour != 3).then_some(20.0));
            }
        }
        // Late by two hours, and by a year: the first is counted whole, of the second only the verdict.
        days.add(498 * DAY, Verdict::Degraded, Some(900.0));
        days.add(300 * DAY, Verdict::Unknown, Some(900.0));
        days.forget(499 * DAY);
        let all: Vec<_> = days.all().map(std::borrow::Cow::into_owned).collect();
        assert_eq!(all.len(), usize::try_from(KEPT_DAYS).expect("small"));
        assert_eq!((all[399].number, all[399].counts), (499, [0, 23, 0, 0, 1]));
        assert_eq!(all[398].counts, [0, 23, 1, 0, 1]);
        assert!(all[398].latency.p99.expect("some") > 800.0);
        assert_eq!(all[200].counts, [0, 23, 0, 1, 1]);
        assert!((all[200].latency.p99.expect("some") - 20.0).abs() < 0.3);
        assert!(all.windows(2).all(|two| two[0].number < two[1].number));
        let text = serde_json::to_string(&days).expect("packed");
        assert!(text.len() < 8_000, "{}", text.len());
        let back: Days = serde_json::from_str(&text).expect("read");
        assert_eq!(back, days);
    }
}
