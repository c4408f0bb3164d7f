//! Cutting a file into lines, from its beginning or from its end. Nobody else does.

use super::LONGEST_LINE;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;

/// One line without its newline; none when it is longer than [`LONGEST_LINE`].
pub type Line<'a> = Option<&'a [u8]>;

/// Bytes read at once: few enough to be still in the cache when they are looked at.
pub(super) const CHUNK: usize = 256 << 10;

/// A first line is usually shorter than this.
const FIRST: usize = 4 << 10;

/// A line in its place.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) line: Line<'a>,
    /// Where it begins in the file.
    pub(super) from: u64,
    /// Whether a newline follows.
    pub(super) is_ended: bool,
}

impl Found<'_> {
    pub(super) fn is_blank(&self) -> bool {
        self.line.is_some_and(|line| line.trim_ascii().is_empty())
    }
}

/// The lines of a part of a file, the first one first.
#[derive(Debug)]
pub(super) struct Forward<'a> {
    file: &'a File,
    chunk: usize,
    /// What is read next, and where the part ends.
    at: u64,
    to: u64,
    /// Where the next line begins in the file.
    place: u64,
    /// What was read and not handed out stands from `start` to `filled`; of a line that is too long only its length so far.
    buffer: Vec<u8>,
    start: usize,
    filled: usize,
    dropped: u64,
}

impl<'a> Forward<'a> {
    /// `from` is where a line begins, or within one: then the rest of it comes first. `chunk` bytes are read at once.
    pub(super) fn new(file: &'a File, from: u64, to: u64, chunk: usize) -> Self {
        Self { file, chunk, at: from, to, place: from, buffer: Vec::new(), start: 0, filled: 0, dropped: 0 }
    }

    /// The first byte behind the line that was handed out last, and its newline.
    pub(super) fn place(&self) -> u64 {
        self.place
    }

    /// The next line; none at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Found<'_>>> {
        let mut searched = self.start;
        let (start, end, is_ended) = loop {
            if let Some(newline) = memchr::memchr(b'\n', &self.buffer[searched..self.filled]) {
                break (self.start, searched + newline, true);
            }
            self.keep_rest();
            searched = self.filled;
            if self.more()? == 0 {
                break (0, self.filled, false);
            }
        };
        let dropped = std::mem::take(&mut self.dropped);
        let length = dropped + (end - start) as u64 + u64::from(is_ended);
        if length == 0 {
            return Ok(None);
        }
        let from = self.place;
        self.place += length;
        self.start = end + usize::from(is_ended);
        let is_long = dropped > 0 || end - start > LONGEST_LINE;
        Ok(Some(Found { line: (!is_long).then(|| &self.buffer[start..end]), from, is_ended }))
    }

    /// Moves the unfinished line to the buffer's beginning, or counts it where it is too long.
    fn keep_rest(&mut self) {
        let held = self.filled - self.start;
        if held > LONGEST_LINE || self.dropped > 0 {
            self.dropped += held as u64;
            self.filled = 0;
        } else {
            self.buffer.copy_within(self.start..self.filled, 0);
            self.filled = held;
        }
        self.start = 0;
    }

    fn more(&mut self) -> io::Result<usize> {
        let size = usize::try_from(self.to.saturating_sub(self.at)).unwrap_or(self.chunk).min(self.chunk);
        self.buffer.resize(self.filled + size, 0);
        let read = fill(self.file, &mut self.buffer[self.filled..], self.at)?;
        self.at += read as u64;
        self.filled += read;
        Ok(read)
    }
}

/// The lines of a part of a file, the last one first. What stands behind the last newline comes before them, although it
/// mostly is nothing.
#[derive(Debug)]
pub(super) struct Backward {
    from: u64,
    /// Where what is held begins in the file.
    start: u64,
    /// What was read and not handed out stands up to `end`.
    buffer: Vec<u8>,
    end: usize,
    is_long: bool,
    is_ended: bool,
    is_over: bool,
}

impl Backward {
    /// `from` is where a line begins, or within one: then the rest of it comes last.
    pub(super) fn new(from: u64, to: u64) -> Self {
        Self { from, start: to, buffer: Vec::new(), end: 0, is_long: false, is_ended: false, is_over: false }
    }

    /// The line before the last one; none at the beginning.
    pub(super) fn next(&mut self, file: &File) -> io::Result<Option<Found<'_>>> {
        if self.is_over {
            return Ok(None);
        }
        let mut unsearched = self.end;
        let line = loop {
            if let Some(newline) = memchr::memrchr(b'\n', &self.buffer[..unsearched]) {
                break newline + 1..self.end;
            }
            self.is_long |= self.end > LONGEST_LINE;
            if self.is_long {
                self.end = 0;
            }
            if self.start <= self.from {
                self.is_over = true;
                break 0..self.end;
            }
            unsearched = self.more(file)?;
        };
        let is_long = std::mem::take(&mut self.is_long) || line.len() > LONGEST_LINE;
        let is_ended = std::mem::replace(&mut self.is_ended, true);
        // The newline before it, too.
        self.end = line.start.saturating_sub(1);
        let from = self.start + line.start as u64;
        Ok(Some(Found { line: (!is_long).then(|| &self.buffer[line]), from, is_ended }))
    }

    /// Reads what stands before what is held, and says how much that was.
    fn more(&mut self, file: &File) -> io::Result<usize> {
        let size = usize::try_from(self.start - self.from).unwrap_or(CHUNK).min(CHUNK);
        self.buffer.resize(self.end + size, 0);
        self.buffer.copy_within(..self.end, size);
        let at = self.start - size as u64;
        let before = &mut self.buffer[..size];
        // Once more: a moment's trouble must not pass for the end of the history.
        file.read_exact_at(before, at).or_else(|_| file.read_exact_at(before, at))?;
        self.start = at;
        self.end += size;
        Ok(size)
    }
}

/// The first line without its newline, or as much of it as a line may have; none while it has no end.
pub(super) fn first_line(file: &File, length: u64) -> io::Result<Option<Vec<u8>>> {
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

/// Fills the buffer as far as the file goes: it may have been cut meanwhile.
pub(super) fn fill(file: &File, buffer: &mut [u8], at: u64) -> io::Result<usize> {
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

#[cfg(test)]
mod tests;
