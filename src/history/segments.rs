//! Reading the bytes of single files from a place on, for those who remember how far they have come.

use super::open::Opened;
use super::split::{Backward, CHUNK, Forward, Line, fill, first_line};
use super::{History, HistoryError};
use crate::stats::{Checkpoint, Segment, SegmentId, TailId};
use std::fs::File;
use std::io;
use std::path::PathBuf;

impl History {
    /// Opens all files that hold a whole line, oldest first, as they are now.
    ///
    /// # Errors
    /// [`HistoryError::NotRead`] when the directory or a file can't be read. No history at all is an empty list.
    pub fn segments(&self) -> Result<Vec<SegmentFile>, HistoryError> {
        let mut segments = Vec::new();
        for Opened { path, file, length } in self.open_all()? {
            match first_line(&file, length) {
                Ok(Some(line)) => {
                    let segment = Segment { id: SegmentId::of(&line), length };
                    segments.push(SegmentFile { path, file, segment });
                }
                Ok(None) => {}
                Err(error) => return Err(HistoryError::NotRead { path, error }),
            }
        }
        Ok(segments)
    }
}

/// One open file. What is appended to it later is not seen.
#[derive(Debug)]
pub struct SegmentFile {
    path: PathBuf,
    file: File,
    segment: Segment,
}

impl SegmentFile {
    /// Its first line's mark, and its length.
    pub fn segment(&self) -> Segment {
        self.segment
    }

    /// Whether what stands before the checkpoint is what was read then.
    ///
    /// # Errors
    /// [`HistoryError::NotRead`].
    pub fn agrees(&self, checkpoint: &Checkpoint) -> Result<bool, HistoryError> {
        Ok(checkpoint.segment == self.segment.id
            && checkpoint.offset <= self.segment.length
            && self.tail(checkpoint.offset)? == checkpoint.tail)
    }

    /// The checkpoint of a reader that has come to `offset`.
    ///
    /// # Errors
    /// [`HistoryError::NotRead`].
    pub fn checkpoint(&self, offset: u64) -> Result<Checkpoint, HistoryError> {
        Ok(Checkpoint { segment: self.segment.id, offset, tail: self.tail(offset)? })
    }

    /// Hands out every line from `offset` on, until one ends at or behind `enough`. Returns the first byte that was not
    /// handed out: just behind a newline. A last line without one is left for the next time.
    ///
    /// # Errors
    /// [`HistoryError::NotRead`]; what was handed out before stays read.
    pub fn read(&self, offset: u64, enough: u64, mut take: impl FnMut(Line<'_>)) -> Result<u64, HistoryError> {
        let mut lines = Forward::new(&self.file, offset, self.segment.length, CHUNK);
        let mut done = offset;
        while done < enough
            && let Some(found) = lines.next().map_err(|error| self.not_read(error))?.filter(|found| found.is_ended)
        {
            take(found.line);
            done = lines.place();
        }
        Ok(done)
    }

    /// The last whole lines, the oldest first: no more than `most` of them, from no more than the last `bytes` bytes.
    ///
    /// # Errors
    /// [`HistoryError::NotRead`].
    pub fn newest_lines(&self, most: usize, bytes: u64) -> Result<Vec<Vec<u8>>, HistoryError> {
        let start = self.segment.length.saturating_sub(bytes);
        let mut back = Backward::new(start, self.segment.length);
        let mut lines = Vec::new();
        while lines.len() < most
            && let Some(found) = back.next(&self.file).map_err(|error| self.not_read(error))?
        {
            // Within a line: its beginning is missing.
            let is_rest = found.from == start && start > 0;
            lines.extend(found.line.filter(|_| found.is_ended && !is_rest).map(<[u8]>::to_vec));
        }
        lines.reverse();
        Ok(lines)
    }

    fn tail(&self, offset: u64) -> Result<TailId, HistoryError> {
        let mut bytes = [0; 512];
        let want = usize::try_from(offset.min(TailId::BYTES)).unwrap_or_default();
        let held = fill(&self.file, &mut bytes[..want], offset - want as u64).map_err(|error| self.not_read(error))?;
        Ok(TailId::of(&bytes[..held]))
    }

    fn not_read(&self, error: io::Error) -> HistoryError {
        HistoryError::NotRead { path: self.path.clone(), error }
    }
}

#[cfg(test)]
mod tests;
