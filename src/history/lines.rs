//! The raw lines of all files: forwards, backwards, and only the part that can hold a span of time.

use super::open::Opened;
use super::split::{Backward, CHUNK, Forward, Line};
use super::{History, HistoryError};
use crate::model::Record;
use crate::model::time::{earlier, later};
use jiff::Timestamp;
use std::io;
use std::ops::ControlFlow;
use std::time::Duration;

/// How much later than its probe began a record may stand in the files: behind records of probes that began up to so much
/// after it.
pub const LATEST: Duration = Duration::from_hours(1);

/// A history no larger than this is read whole: there even records in no order at all are found.
const SMALL: u64 = 16 << 20;

/// The search for a time stops when no more than this is left to look through.
const FINE: u64 = 1 << 20;

/// Whether the reading of a file goes on.
type Reading = io::Result<ControlFlow<()>>;

/// All files as they were when they were opened, oldest first.
#[derive(Debug)]
pub struct Lines {
    parts: Vec<Part>,
}

/// The bytes of one file that are to be read; they begin with a line.
#[derive(Debug)]
struct Part {
    opened: Opened,
    from: u64,
    to: u64,
}

impl History {
    /// Opens all files as they are now.
    ///
    /// # Errors
    /// [`HistoryError::NotRead`] when the directory or a file can't be opened. No history at all is an empty one.
    pub fn lines(&self) -> Result<Lines, HistoryError> {
        let opened = self.open_all()?;
        let parts = opened.into_iter().map(|opened| Part { from: 0, to: opened.length, opened });
        Ok(Lines { parts: parts.collect() })
    }
}

impl Lines {
    /// Whether there is no history.
    pub fn is_none(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether there is so little of it that it should be read whole.
    pub fn is_small(&self) -> bool {
        self.parts.iter().map(|part| part.to - part.from).sum::<u64>() <= SMALL
    }

    /// Leaves out what surely began before or after these times, as long as no record is later than [`LATEST`].
    ///
    /// # Errors
    /// [`HistoryError::NotRead`].
    pub fn narrow(&mut self, since: Option<Timestamp>, until: Option<Timestamp>) -> Result<(), HistoryError> {
        if self.is_small() {
            return Ok(());
        }
        if let Some(before) = since.map(|since| earlier(since, LATEST)) {
            // Whatever stands before a record that began an hour too early began too early, too.
            for at in (0..self.parts.len()).rev() {
                let is_early = |time| time < before;
                if self.parts[at].first()?.is_some_and(|(_, time)| is_early(time)) {
                    self.parts[at].from = self.parts[at].boundary(is_early, true)?;
                    self.parts.drain(..at);
                    break;
                }
            }
        }
        if let Some(after) = until.map(|until| later(until, LATEST)) {
            let is_late = |time| time > after;
            for at in 0..self.parts.len() {
                if self.parts[at].first()?.is_some_and(|(_, time)| is_late(time)) {
                    self.parts.truncate(at);
                    break;
                }
            }
            if let Some(last) = self.parts.last_mut() {
                last.to = last.boundary(is_late, false)?;
            }
        }
        Ok(())
    }

    /// Every line that is not blank, the first one first, until `each` breaks.
    ///
    /// # Errors
    /// [`HistoryError::NotRead`] for the first file that could not be read to its end; the others are read all the same.
    pub fn forward(&self, each: &mut dyn FnMut(Line<'_>) -> ControlFlow<()>) -> Result<(), HistoryError> {
        through(self.parts.iter(), &mut |part| part.whole().lines(each), |part| part)
    }

    /// The same from the last line to the first.
    ///
    /// # Errors
    /// As [`Lines::forward`].
    pub fn backward(&self, each: &mut dyn FnMut(Line<'_>) -> ControlFlow<()>) -> Result<(), HistoryError> {
        through(self.parts.iter().rev(), &mut |part| part.whole().lines_back(each), |part| part)
    }
}

/// A share of all lines.
pub struct Share<'a> {
    views: Vec<View<'a>>,
}

impl Lines {
    /// All lines in so many shares of about the same size, the oldest first; fewer when there is little to share.
    ///
    /// # Errors
    /// [`HistoryError::NotRead`].
    pub fn shares(&self, number: usize) -> Result<Vec<Share<'_>>, HistoryError> {
        let all: u64 = self.parts.iter().map(|part| part.to - part.from).sum();
        let size = (all / number.max(1) as u64).max(SMALL / 4);
        let mut shares = vec![Share { views: Vec::new() }];
        let mut room = size;
        for part in &self.parts {
            let mut from = part.from;
            while from < part.to {
                let next = from.saturating_add(room);
                let found = if next < part.to { part.record_after(next)? } else { None };
                let to = found.map_or(part.to, |(place, _)| place);
                if let Some(share) = shares.last_mut() {
                    share.views.push(View { part, from, to });
                }
                room = room.saturating_sub(to - from);
                if room == 0 {
                    shares.push(Share { views: Vec::new() });
                    room = size;
                }
                from = to;
            }
        }
        Ok(shares)
    }
}

impl Share<'_> {
    /// As [`Lines::forward`].
    ///
    /// # Errors
    /// As there.
    pub fn forward(&self, each: &mut dyn FnMut(Line<'_>) -> ControlFlow<()>) -> Result<(), HistoryError> {
        through(self.views.iter(), &mut |view| view.lines(each), |view| view.part)
    }
}

/// Reads one file after the other; what fails is told at the end.
fn through<T>(
    parts: impl Iterator<Item = T>,
    read: &mut dyn FnMut(&T) -> Reading,
    part: impl Fn(&T) -> &Part,
) -> Result<(), HistoryError> {
    let mut failed = None;
    for one in parts {
        match read(&one) {
            Ok(ControlFlow::Continue(())) => {}
            Ok(ControlFlow::Break(())) => break,
            Err(error) => {
                failed.get_or_insert(part(&one).not_read(error));
            }
        }
    }
    failed.map_or(Ok(()), Err)
}

impl Part {
    fn not_read(&self, error: io::Error) -> HistoryError {
        HistoryError::NotRead { path: self.opened.path.clone(), error }
    }

    /// The place and time of the first record.
    fn first(&self) -> Result<Option<(u64, Timestamp)>, HistoryError> {
        self.record_after(self.from)
    }

    /// The place and time of the first record that begins at this byte or behind it.
    fn record_after(&self, at: u64) -> Result<Option<(u64, Timestamp)>, HistoryError> {
        let mut lines = Forward::new(&self.opened.file, at, self.to, 64 << 10);
        while let Some(found) = lines.next().map_err(|error| self.not_read(error))? {
            // In the middle of a line its rest is no record, or only by chance a whole one.
            let is_rest = at > self.from && found.from == at;
            if let Some(record) = found.line.filter(|_| !is_rest).and_then(Record::parse) {
                return Ok(Some((found.from, record.at)));
            }
        }
        Ok(None)
    }

    /// The place of a record for which `holds`: the last one found when what holds comes first, else the first one. Only
    /// records that were seen to hold are trusted, so that a few in the wrong order make the part larger and hide nothing.
    fn boundary(&self, holds: impl Fn(Timestamp) -> bool, first: bool) -> Result<u64, HistoryError> {
        let (mut low, mut high) = (self.from, self.to);
        let mut best = if first { self.from } else { self.to };
        while high - low > FINE {
            let middle = low + (high - low) / 2;
            let found = self.record_after(middle)?.filter(|(place, _)| *place < high);
            match found {
                Some((place, time)) if holds(time) => {
                    best = place;
                    if first {
                        low = place;
                    } else {
                        high = middle;
                    }
                }
                Some((place, _)) if !first => low = place,
                Some(_) | None => high = middle,
            }
        }
        Ok(best)
    }

    fn whole(&self) -> View<'_> {
        View { part: self, from: self.from, to: self.to }
    }
}

/// Some bytes of a file.
struct View<'a> {
    part: &'a Part,
    from: u64,
    to: u64,
}

impl View<'_> {
    /// Every line that is not blank.
    fn lines(&self, each: &mut dyn FnMut(Line<'_>) -> ControlFlow<()>) -> Reading {
        let mut lines = Forward::new(&self.part.opened.file, self.from, self.to, CHUNK);
        while let Some(found) = lines.next()? {
            if !found.is_blank() && each(found.line).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }

    /// The same, the last one first.
    fn lines_back(&self, each: &mut dyn FnMut(Line<'_>) -> ControlFlow<()>) -> Reading {
        let mut lines = Backward::new(self.from, self.to);
        while let Some(found) = lines.next(&self.part.opened.file)? {
            if !found.is_blank() && each(found.line).is_break() {
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}
