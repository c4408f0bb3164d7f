//! What is kept of one endpoint's history.

use super::days::{DAY, Days, KEPT_DAYS};
use super::latest::Latest;
use super::pack::{Reader, Writer};
use super::recent::Recent;
use super::timeline::{Class, Span, Timeline};
use crate::model::{Reason, Record, Verdict};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::collections::VecDeque;
use std::time::Duration;

const HOUR: i64 = 3_600_000;

/// A result this much older than the newest may still come (a long run that ends after a short one); what is older is
/// settled.
const LATE: i64 = HOUR;

/// No more than this many wait, however short the interval is.
const MOST_WAITING: usize = 600;

/// Until here the timeline is exact; before, cells of an hour are, and before [`DAILY_BEFORE`] those of a day.
const HOURLY_BEFORE: i64 = 8 * DAY;
const DAILY_BEFORE: i64 = 32 * DAY;

/// Failing stretches that are remembered.
const KEPT_ERRORS: usize = 5;

/// One endpoint's results in little room: bounded, however many there were.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct EndpointRollup {
    #[serde(skip)]
    longest: i64,
    #[serde(rename = "t")]
    settled: Timeline,
    #[serde(rename = "w")]
    waiting: Waiting,
    /// Where the last settled one began, and since when its verdict held then.
    #[serde(rename = "l")]
    last: Option<Streak>,
    #[serde(rename = "r")]
    recent: Recent,
    #[serde(rename = "d")]
    days: Days,
    #[serde(rename = "e")]
    errors: Vec<Stretch>,
    #[serde(rename = "f")]
    failing: bool,
    #[serde(rename = "h")]
    health: Option<f64>,
    #[serde(rename = "n")]
    latest: Latest,
}

/// The same verdict one time after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Streak {
    /// The verdict.
    pub verdict: Verdict,
    /// When its first result began, Unix milliseconds.
    pub since: i64,
    /// When its last result began.
    pub last: i64,
}

/// Failing results one after the other, of one verdict and reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stretch {
    /// When the first one began, Unix milliseconds.
    pub from: i64,
    /// When the last one began.
    pub last: i64,
    /// How many there were.
    pub count: u32,
    /// Degraded, unknown or down.
    pub verdict: Verdict,
    /// The first thing that was wrong.
    pub reason: Option<Reason>,
    /// HTTP status of the last one.
    pub status: Option<u16>,
    /// What the last one said.
    pub message: Option<String>,
    /// The kept part of the last one's body.
    pub evidence: Option<String>,
}

/// What uptime needs of one result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Probed {
    at: i64,
    longest: i64,
    verdict: Verdict,
    maintenance: bool,
}

/// Those that an older one may still come before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Waiting(VecDeque<Probed>);

impl EndpointRollup {
    /// How often it is probed: a result holds for three intervals at the most.
    pub(super) fn set_interval(&mut self, interval: Duration) {
        self.longest = i64::try_from(interval.as_millis()).unwrap_or(DAY).saturating_mul(3);
    }

    /// Adds one result.
    pub(super) fn feed(&mut self, record: &Record<'_>) {
        if record.verdict == Verdict::Skipped {
            return;
        }
        let (at, longest) = (record.at.as_millisecond(), self.longest);
        let result = Probed { at, longest, verdict: record.verdict, maintenance: record.maintenance };
        self.days.add(at, record.verdict, record.latency_ms);
        if let Some(ms) = record.latency_ms {
            self.recent.add(at, ms);
        }
        let is_newest = self.waiting.0.back().is_none_or(|newest| newest.at <= at);
        if is_newest {
            self.health = record.metric("health_score").or(self.health);
            self.latest.take(record);
        }
        self.note(record, at, is_newest);
        if self.last.is_some_and(|last| at < last.last) {
            if let Some(class) = Class::of(result.verdict, result.maintenance) {
                let first = self.waiting.0.front().map_or(i64::MAX, |first| first.at);
                self.settled.fill(Span { from: at, to: at.saturating_add(longest).min(first), class });
            }
            return;
        }
        if is_newest {
            self.waiting.0.push_back(result);
        } else {
            let place = self.waiting.0.partition_point(|one| one.at <= at);
            self.waiting.0.insert(place, result);
        }
        self.settle();
    }

    fn settle(&mut self) {
        while let (Some(first), Some(next), Some(newest)) =
            (self.waiting.0.front(), self.waiting.0.get(1), self.waiting.0.back())
        {
            if next.at >= newest.at - LATE && self.waiting.0.len() <= MOST_WAITING {
                return;
            }
            first.hold(&mut self.settled, next.at);
            self.last = Some(first.after(self.last));
            self.waiting.0.pop_front();
        }
    }

    fn note(&mut self, record: &Record<'_>, at: i64, is_newest: bool) {
        match record.verdict {
            Verdict::Up | Verdict::Skipped => {
                self.failing &= !is_newest;
                return;
            }
            Verdict::Degraded | Verdict::Unknown | Verdict::Down => {}
        }
        if !is_newest {
            return;
        }
        let goes_on = self.failing
            && self.errors.last().is_some_and(|one| one.verdict == record.verdict && one.reason == record.reason);
        self.failing = true;
        let (from, count) = match self.errors.last() {
            Some(one) if goes_on => (one.from, one.count.saturating_add(1)),
            Some(_) | None => (at, 1),
        };
        if goes_on {
            self.errors.pop();
        } else if self.errors.len() == KEPT_ERRORS {
            self.errors.remove(0);
        }
        self.errors.push(Stretch {
            from,
            last: at,
            count,
            verdict: record.verdict,
            reason: record.reason,
            status: record.status,
            message: record.message(),
            evidence: record.evidence(),
        });
    }

    /// Which verdict held when, until `now` (Unix milliseconds).
    pub fn timeline(&self, now: i64) -> Timeline {
        let mut timeline = self.settled.clone();
        let nexts = self.waiting.0.iter().skip(1).map(|next| next.at.min(now)).chain([now]);
        for (result, next) in self.waiting.0.iter().zip(nexts) {
            result.hold(&mut timeline, next);
        }
        timeline
    }

    /// The newest verdict and since when it holds.
    pub fn streak(&self) -> Option<Streak> {
        self.waiting.0.iter().fold(self.last, |last, result| Some(result.after(last)))
    }

    /// When the newest result began, Unix milliseconds.
    pub fn newest(&self) -> Option<i64> {
        self.waiting.0.back().map(|newest| newest.at)
    }

    /// Latencies of the last day.
    pub fn recent(&self) -> &Recent {
        &self.recent
    }

    /// The days, the oldest first.
    pub fn days(&self) -> &Days {
        &self.days
    }

    /// Failing stretches, the oldest first, five at the most.
    pub fn errors(&self) -> &[Stretch] {
        &self.errors
    }

    /// The newest result in more detail.
    pub fn latest(&self) -> &Latest {
        &self.latest
    }

    /// The last number that the service gave itself as `health_score`.
    pub fn reported_health(&self) -> Option<f64> {
        self.health
    }

    /// Forgets and coarsens what is old by now.
    pub(super) fn compact(&mut self, now: i64) {
        self.settled.forget(now - KEPT_DAYS * DAY);
        self.settled.coarsen(now - HOURLY_BEFORE, HOUR);
        self.settled.coarsen(now - DAILY_BEFORE, DAY);
        self.days.forget(now);
    }
}

impl Probed {
    /// Writes the time that it holds, when the next one begins at `next`.
    fn hold(self, timeline: &mut Timeline, next: i64) {
        if let Some(class) = Class::of(self.verdict, self.maintenance) {
            timeline.push(Span { from: self.at, to: next.min(self.at.saturating_add(self.longest)), class });
        }
    }

    fn after(self, last: Option<Streak>) -> Streak {
        match last {
            Some(last) if last.verdict == self.verdict => Streak { last: self.at, ..last },
            Some(_) | None => Streak { verdict: self.verdict, since: self.at, last: self.at },
        }
    }
}

impl Serialize for Waiting {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = Writer::default();
        out.number(self.0.len() as u64);
        let mut before = 0;
        for result in &self.0 {
            out.signed(result.at - before);
            out.number(result.longest.cast_unsigned());
            out.number(result.verdict as u64 * 2 + u64::from(result.maintenance));
            before = result.at;
        }
        serializer.serialize_str(&out.finish())
    }
}

impl<'de> Deserialize<'de> for Waiting {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        let results = Reader::of(text, |from| {
            let length = from.length()?;
            let mut before = 0_i64;
            (0..length)
                .map(|first| {
                    let at = before.checked_add(from.signed()?).filter(|at| first == 0 || *at >= before)?;
                    before = at;
                    let longest = i64::try_from(from.number()?).ok()?;
                    let word = usize::try_from(from.number()?).ok()?;
                    let verdict = *Verdict::ALL.get(word / 2)?;
                    Some(Probed { at, longest, verdict, maintenance: word % 2 == 1 })
                })
                .collect()
        });
        results.map(Self).ok_or_else(|| D::Error::custom("no results"))
    }
}
