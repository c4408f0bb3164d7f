//! Which verdict held when: what uptime, coverage, the sparkline and the bars of the page are read from.
//!
//! A result holds from its start to the next one's, at most three intervals. Neighbours of one class are one span, so a
//! service that is just up takes one span however long it is watched.

use super::pack::{Reader, Writer};
use crate::model::Verdict;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// What a stretch of time counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// A maintenance window was open: counts for nothing.
    Maintenance,
    /// Up.
    Up,
    /// Degraded: counts as up.
    Degraded,
    /// Nobody could tell: counts for nothing.
    Unknown,
    /// Down.
    Down,
}

impl Class {
    /// From the best to the worst.
    pub const ALL: [Self; 5] = [Self::Maintenance, Self::Up, Self::Degraded, Self::Unknown, Self::Down];

    /// Of a result; none for a skipped one, which holds no time.
    pub fn of(verdict: Verdict, maintenance: bool) -> Option<Self> {
        match (verdict, maintenance) {
            (Verdict::Skipped, _) => None,
            (Verdict::Up | Verdict::Degraded | Verdict::Unknown | Verdict::Down, true) => Some(Self::Maintenance),
            (Verdict::Up, false) => Some(Self::Up),
            (Verdict::Degraded, false) => Some(Self::Degraded),
            (Verdict::Unknown, false) => Some(Self::Unknown),
            (Verdict::Down, false) => Some(Self::Down),
        }
    }
}

/// A stretch of time, Unix milliseconds, the end excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first millisecond.
    pub from: i64,
    /// The first one after it.
    pub to: i64,
    /// What it counts as.
    pub class: Class,
}

/// How long what held within a window, milliseconds, in the order of [`Class::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals([i64; 5]);

impl Totals {
    /// The time of one class.
    pub fn of(&self, class: Class) -> i64 {
        self.0[class as usize]
    }

    /// Time that counts as up.
    pub fn up(&self) -> i64 {
        self.of(Class::Up) + self.of(Class::Degraded)
    }

    /// Time that counts at all.
    pub fn known(&self) -> i64 {
        self.up() + self.of(Class::Down)
    }

    /// (up + degraded) ÷ (up + degraded + down); none when nothing is known.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of years stay far below 2^52")]
    pub fn uptime(&self) -> Option<f64> {
        (self.known() > 0).then(|| self.up() as f64 / self.known() as f64)
    }

    /// The known share of a window of this many milliseconds.
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of years stay far below 2^52")]
    pub fn coverage(&self, window: i64) -> f64 {
        if window > 0 { (self.known() as f64 / window as f64).min(1.0) } else { 0.0 }
    }

    /// The worst that held for any time; none when nothing did.
    pub fn worst(&self) -> Option<Class> {
        Class::ALL.into_iter().rev().find(|class| self.of(*class) > 0)
    }

    fn add(&mut self, class: Class, ms: i64) {
        self.0[class as usize] += ms;
    }
}

/// Spans in order, none over another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    spans: Vec<Span>,
}

impl Timeline {
    /// All spans, the oldest first.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Adds a span behind all others; what of it lies before their end is left out.
    pub(super) fn push(&mut self, mut span: Span) {
        if let Some(last) = self.spans.last_mut() {
            span.from = span.from.max(last.to);
            if span.from < span.to && span.from == last.to && span.class == last.class {
                last.to = span.to;
                return;
            }
        }
        if span.from < span.to {
            self.spans.push(span);
        }
    }

    /// Puts a late span where nothing is known yet; what is known stays.
    pub(super) fn fill(&mut self, span: Span) {
        let first = self.spans.partition_point(|one| one.to < span.from);
        if first == self.spans.len() {
            return self.push(span);
        }
        let rest = self.spans.split_off(first);
        let mut at = span.from;
        for known in rest {
            self.push(Span { from: at, to: known.from.min(span.to), class: span.class });
            at = at.max(known.to);
            self.push(known);
        }
        self.push(Span { from: at, ..span });
    }

    /// What held between two times.
    pub fn totals(&self, from: i64, to: i64) -> Totals {
        let mut totals = Totals::default();
        let first = self.spans.partition_point(|span| span.to <= from);
        for span in self.spans[first..].iter().take_while(|span| span.from < to) {
            totals.add(span.class, span.to.min(to) - span.from.max(from));
        }
        totals
    }

    /// Forgets what ended before.
    pub(super) fn forget(&mut self, before: i64) {
        let first = self.spans.partition_point(|span| span.to <= before);
        self.spans.drain(..first);
    }

    /// Keeps, for every cell of `unit` milliseconds that ended before, how long each class held, and not in which order.
    pub(super) fn coarsen(&mut self, before: i64, unit: i64) {
        let end = before.div_euclid(unit) * unit;
        let split = self.spans.partition_point(|span| span.from < end);
        // A cell of up to five spans can't become smaller; most are.
        if split <= 5 {
            return;
        }
        let newer = self.spans.split_off(split);
        let mut cell = Cell::default();
        for span in std::mem::take(&mut self.spans) {
            let old = Span { to: span.to.min(end), ..span };
            let whole = (old.from + unit - 1).div_euclid(unit) * unit;
            let last = old.to.div_euclid(unit) * unit;
            if whole > last {
                cell.add(self, old, unit);
            } else {
                cell.add(self, Span { to: whole, ..old }, unit);
                cell.flush(self);
                self.push(Span { from: whole, to: last, ..old });
                cell.add(self, Span { from: last, ..old }, unit);
            }
            if span.to > end {
                cell.flush(self);
                self.push(Span { from: end, ..span });
            }
        }
        cell.flush(self);
        for span in newer {
            self.push(span);
        }
    }
}

/// What was found within one cell so far, while a timeline is made coarser.
#[derive(Default)]
struct Cell {
    from: i64,
    totals: Totals,
}

impl Cell {
    fn add(&mut self, into: &mut Timeline, piece: Span, unit: i64) {
        if piece.from >= piece.to {
            return;
        }
        if self.totals == Totals::default() || self.from.div_euclid(unit) != piece.from.div_euclid(unit) {
            self.flush(into);
            self.from = piece.from;
        }
        self.totals.add(piece.class, piece.to - piece.from);
    }

    fn flush(&mut self, into: &mut Timeline) {
        let mut at = self.from;
        for class in Class::ALL {
            let to = at + self.totals.of(class);
            into.push(Span { from: at, to, class });
            at = to;
        }
        self.totals = Totals::default();
    }
}

impl Serialize for Timeline {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = Writer::default();
        out.number(self.spans.len() as u64);
        let mut before = 0;
        for span in &self.spans {
            out.signed(span.from - before);
            out.number((span.to - span.from).cast_unsigned());
            out.number(span.class as u64);
            before = span.to;
        }
        serializer.serialize_str(&out.finish())
    }
}

impl<'de> Deserialize<'de> for Timeline {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <&str>::deserialize(deserializer)?;
        let spans = Reader::of(text, |from| {
            let length = from.length()?;
            let mut spans = Vec::with_capacity(length);
            let mut before = 0_i64;
            for at in 0..length {
                let start = before.checked_add(from.signed()?).filter(|start| at == 0 || *start >= before)?;
                let end = start.checked_add(i64::try_from(from.number()?).ok()?)?;
                let class = *Class::ALL.get(usize::try_from(from.number()?).ok()?)?;
                spans.push(Span { from: start, to: end, class });
                before = end;
            }
            Some(spans)
        });
        spans.map(|spans| Self { spans }).ok_or_else(|| D::Error::custom("no timeline"))
    }
}

#[cfg(test)]
mod tests;
