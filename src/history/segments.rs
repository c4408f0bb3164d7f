//! Reading the bytes of single files from a place on, for those who remember how far they have come.

use super::read::Opened;
use super::{History, HistoryError, LONGEST_LINE};
use crate::stats::{Checkpoint, Segment, SegmentId, TailId};
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;

/// So much is read at once; a line that is longer makes the buffer grow up to [`LONGEST_LINE`].
const CHUNK: usize = 1 << 20;

/// First lines are usually shorter than this.
const FIRST: usize = 4 << 10;

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

/// A piece of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chunk<'a> {
    /// Whole lines with their newlines.
    Lines(&'a [u8]),
    /// A line that is longer than [`LONGEST_LINE`] and was passed over.
    TooLong,
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

    /// Hands out every whole line from `offset` on, in large pieces, until a piece ends at or behind `enough`. Returns the
    /// first byte that was not handed out: just behind a newline. A last line without one is left for the next time.
    ///
    /// # Errors
    /// [`HistoryError::NotRead`]; what was handed out before stays read.
    pub fn read(&self, offset: u64, enough: u64, mut take: impl FnMut(Chunk<'_>)) -> Result<u64, HistoryError> {
        let mut reader = Reader { segment: self, buffer: vec![0; CHUNK], held: 0, at: offset };
        let mut done = offset;
        let mut in_long_line = false;
        loop {
            if in_long_line {
                let end = memchr::memchr(b'\n', reader.held());
                reader.drop_first(end.map_or(reader.held, |end| end + 1));
                if end.is_some() {
                    in_long_line = false;
                    done = reader.place();
                    take(Chunk::TooLong);
                }
            }
            if !in_long_line {
                if let Some(end) = memchr::memrchr(b'\n', reader.held()) {
                    take(Chunk::Lines(&reader.held()[..=end]));
                    reader.drop_first(end + 1);
                    done = reader.place();
                } else if reader.held > LONGEST_LINE {
                    in_long_line = true;
                    reader.drop_first(reader.held);
                }
            }
            if done >= enough || !reader.more().map_err(|error| self.not_read(error))? {
                break;
            }
        }
        Ok(done)
    }

    /// The last whole lines, the oldest first: no more than `most` of them, from no more than the last `bytes` bytes.
    ///
    /// # Errors
    /// [`HistoryError::NotRead`].
    pub fn newest_lines(&self, most: usize, bytes: u64) -> Result<Vec<Vec<u8>>, HistoryError> {
        let start = self.segment.length.saturating_sub(bytes);
        let mut buffer = vec![0; usize::try_from(self.segment.length - start).unwrap_or_default()];
        let held = fill(&self.file, &mut buffer, start).map_err(|error| self.not_read(error))?;
        let end = memchr::memrchr(b'\n', &buffer[..held]).map_or(0, |at| at + 1);
        // Within a line: its beginning is missing.
        let first = if start == 0 { 0 } else { memchr::memchr(b'\n', &buffer[..end]).map_or(end, |at| at + 1) };
        let mut lines: Vec<Vec<u8>> =
            buffer[first..end].rsplit(|byte| *byte == b'\n').skip(1).take(most).map(<[u8]>::to_vec).collect();
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

/// Bytes that were read and not yet handed out: `held` of them stand at the buffer's beginning, `at` is behind them.
struct Reader<'a> {
    segment: &'a SegmentFile,
    buffer: Vec<u8>,
    held: usize,
    at: u64,
}

impl Reader<'_> {
    /// Reads more behind what is held; false at the end.
    fn more(&mut self) -> io::Result<bool> {
        if self.held == self.buffer.len() {
            self.buffer.resize((self.buffer.len() * 2).min(LONGEST_LINE + 1), 0);
        }
        let left = usize::try_from(self.segment.segment.length.saturating_sub(self.at)).unwrap_or(usize::MAX);
        let end = self.buffer.len().min(self.held.saturating_add(left));
        let read = fill(&self.segment.file, &mut self.buffer[self.held..end], self.at)?;
        self.held += read;
        self.at += read as u64;
        Ok(read > 0)
    }

    fn held(&self) -> &[u8] {
        &self.buffer[..self.held]
    }

    /// Where in the file the first byte stands that is held.
    fn place(&self) -> u64 {
        self.at - self.held as u64
    }

    fn drop_first(&mut self, count: usize) {
        self.buffer.copy_within(count..self.held, 0);
        self.held -= count;
    }
}

/// Fills the buffer as far as the file goes: it may have been cut meanwhile.
fn fill(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
    let mut held = 0;
    while held < buffer.len() {
        match file.read_at(&mut buffer[held..], at + held as u64) {
            Ok(0) => break,
            Ok(read) => held += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(held)
}

/// The first line without its newline, or as much of it as a line may have; none while it has no end.
fn first_line(file: &File, length: u64) -> io::Result<Option<Vec<u8>>> {
    let mut size = FIRST;
    loop {
        let want = usize::try_from(length).unwrap_or(usize::MAX).min(size);
        let mut line = vec![0; want];
        let held = fill(file, &mut line, 0)?;
        line.truncate(held);
        if let Some(end) = memchr::memchr(b'\n', &line) {
            line.truncate(end);
            return Ok(Some(line));
        }
        if held < size {
            return Ok(None);
        }
        if size > LONGEST_LINE {
            return Ok(Some(line));
        }
        size *= 4;
    }
}

#[cfg(test)]
mod tests;
