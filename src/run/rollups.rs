//! Keeping the rollups beside the history: read the cache, add what is new, keep it again.
//!
//! A run does so whenever the live file has grown by another step, so that whoever looks finds little left to read,
//! however long the history is. Nothing here is ever an error of a run: without the cache the history is read anew.

use crate::history::{Appended, History, HistoryError, SegmentFile};
use crate::stats::{Intervals, Rollup, Segment, Start, start};
use crate::store::StateDir;
use jiff::Timestamp;

/// A run reads what is new once the live file has grown by this, by the size of the cache, or by [`RUNS`] runs such as
/// this one, whichever is most: the cost of reading and writing the cache is then a constant share of that of appending.
const STEP: u64 = 4 << 20;

/// Of runs that write more than [`STEP`] each, only one in so many reads what they wrote.
const RUNS: u64 = 4;

/// A run reads no more than this: a history that was found without a cache is caught up by several runs, or by the first
/// reader.
const MOST_OF_A_RUN: u64 = 64 << 20;

/// A reader keeps what it has read when it was more than this, or when there was no cache.
const WORTH_KEEPING: u64 = 1 << 20;

/// The rollups as of now.
#[derive(Debug)]
pub struct CaughtUp {
    /// With everything that the history holds.
    pub rollup: Rollup,
    /// Why the cache could not be used, or kept: for `-v`.
    pub remarks: Vec<String>,
}

/// What a look at the history is made with.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Where the cache is; none when there is no state directory.
    pub dir: Option<&'a StateDir>,
    /// The history.
    pub history: &'a History,
    /// Whether the cache may be written.
    pub keeps: bool,
}

/// For readers: everything that the history holds.
///
/// # Errors
/// [`HistoryError::NotRead`].
pub fn look(place: Place<'_>, intervals: &Intervals, now: Timestamp) -> Result<CaughtUp, HistoryError> {
    let files = place.history.segments()?;
    let mut remarks = Vec::new();
    let cached = cached(place.dir, intervals, now, &mut remarks);
    let found = cached.is_some();
    let Caught { mut rollup, read } = catch_up(cached, &files, u64::MAX, intervals, now)?;
    if let Some(dir) = place.dir.filter(|_| place.keeps && (read > WORTH_KEEPING || (!found && read > 0)))
        && let Err(error) = dir.write_rollups(&rollup.encode(now))
    {
        remarks.push(format!("what was read of the history is not kept: {error}"));
    }
    Ok(CaughtUp { rollup, remarks })
}

/// For a run that has just appended: keeps the cache near the history's end. Returns why it could not, for `-v`.
pub fn keep_near(
    dir: &StateDir,
    history: &History,
    appended: &Appended,
    intervals: &Intervals,
    now: Timestamp,
) -> Option<String> {
    let step = STEP.max(dir.rollups_size()).max(appended.bytes.saturating_mul(RUNS));
    let before = appended.length.saturating_sub(appended.bytes);
    if !appended.rotated && appended.length / step == before / step {
        return None;
    }
    let failed =
        |error: &dyn std::fmt::Display| Some(format!("the cache of the history was not brought up to date: {error}"));
    let files = match history.segments() {
        Ok(files) => files,
        Err(error) => return failed(&error),
    };
    let cached = cached(Some(dir), intervals, now, &mut Vec::new());
    match catch_up(cached, &files, MOST_OF_A_RUN, intervals, now) {
        Ok(mut caught) => dir.write_rollups(&caught.rollup.encode(now)).err().and_then(|error| failed(&error)),
        Err(error) => failed(&error),
    }
}

fn cached(dir: Option<&StateDir>, intervals: &Intervals, now: Timestamp, remarks: &mut Vec<String>) -> Option<Rollup> {
    let bytes = dir?.read_rollups()?;
    let rollup = Rollup::decode(&bytes, intervals.clone(), now);
    if rollup.is_none() {
        remarks.push("the cache of the history can't be used: the history is read from its beginning".to_owned());
    }
    rollup
}

/// The rollups with what is new.
struct Caught {
    rollup: Rollup,
    /// How many bytes that were.
    read: u64,
}

/// Adds what is new, at most about so many bytes.
fn catch_up(
    cached: Option<Rollup>,
    files: &[SegmentFile],
    most: u64,
    intervals: &Intervals,
    now: Timestamp,
) -> Result<Caught, HistoryError> {
    let segments: Vec<Segment> = files.iter().map(SegmentFile::segment).collect();
    let anew = || (Rollup::new(intervals.clone()), 0, 0);
    let (mut rollup, first, mut offset) = match cached {
        None => anew(),
        Some(rollup) => match (start(rollup.checkpoint, &segments), rollup.checkpoint) {
            (Start::GoOn { index, offset }, Some(checkpoint)) if files[index].agrees(&checkpoint)? => {
                (rollup, index, offset)
            }
            (Start::GoOn { .. } | Start::Anew, _) => anew(),
        },
    };
    let mut read = 0;
    for file in &files[first..] {
        let end = file.read(offset, offset.saturating_add(most - read), |line| rollup.feed_line(line, now))?;
        read = (read + (end - offset)).min(most);
        rollup.checkpoint = Some(file.checkpoint(end)?);
        if read >= most {
            break;
        }
        offset = 0;
    }
    Ok(Caught { rollup, read })
}

#[cfg(test)]
mod tests;
