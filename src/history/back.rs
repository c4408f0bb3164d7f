//! Reading the newest records first, as far as they are wanted.

use super::read::Opened;
use super::{History, HistoryError, LONGEST_LINE};
use serde::de::DeserializeOwned;
use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::marker::PhantomData;
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;

const CHUNK: u64 = 128 << 10;

impl History {
    /// Opens all files as they are now and reads their records as `T`, newest first, no further back than the caller
    /// goes on asking. Lines that hold none are passed over and counted. At most one line and one chunk are in memory.
    ///
    /// # Errors
    /// [`HistoryError::NotRead`] when the directory or a file can't be opened. No history at all is an empty one.
    pub fn read_back<T: DeserializeOwned>(&self) -> Result<Back<T>, HistoryError> {
        Ok(Back { sources: self.open_all()?.into(), open: None, bad: 0, bytes: 0, failed: None, of: PhantomData })
    }
}

/// The records of all files, newest first.
#[derive(Debug)]
pub struct Back<T> {
    sources: VecDeque<Opened>,
    open: Option<Backwards>,
    bad: u64,
    bytes: u64,
    failed: Option<HistoryError>,
    of: PhantomData<fn() -> T>,
}

impl<T> Back<T> {
    /// Leaves out the newest bytes of the live file: the caller's own lines.
    #[must_use]
    pub fn before(mut self, newest: u64) -> Self {
        if let Some(live) = self.sources.back_mut() {
            live.length = live.length.saturating_sub(newest);
        }
        self
    }

    /// How many lines held no record so far.
    pub fn bad(&self) -> u64 {
        self.bad
    }

    /// Why a file could not be read to its beginning, if one could not: its older lines are missing.
    pub fn failed(&mut self) -> Option<HistoryError> {
        self.failed.take()
    }

    /// How many bytes of lines were passed so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl<T: DeserializeOwned> Iterator for Back<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        loop {
            if self.open.is_none() {
                let Opened { path, file, length } = self.sources.pop_back()?;
                self.open = Some(Backwards { path, file, start: length, held: Vec::new(), skipping: false });
            }
            let line = match self.open.as_mut()?.line() {
                Ok(Some(line)) => line,
                Ok(None) => {
                    self.open = None;
                    continue;
                }
                Err(error) => {
                    self.bad += 1;
                    let path = self.open.take()?.path;
                    self.failed = Some(HistoryError::NotRead { path, error });
                    continue;
                }
            };
            let Line::Whole(line) = line else {
                self.bad += 1;
                continue;
            };
            self.bytes += line.len() as u64 + 1;
            if line.trim_ascii().is_empty() {
                continue;
            }
            match serde_json::from_slice(&line) {
                Ok(record) => return Some(record),
                Err(_) => self.bad += 1,
            }
        }
    }
}

enum Line {
    Whole(Vec<u8>),
    TooLong,
}

/// One file from its end: `held` is what was read and not handed out yet, beginning at `start`.
#[derive(Debug)]
struct Backwards {
    path: PathBuf,
    file: File,
    start: u64,
    held: Vec<u8>,
    skipping: bool,
}

impl Backwards {
    /// The line before the last one; none at the beginning of the file.
    fn line(&mut self) -> io::Result<Option<Line>> {
        loop {
            if let Some(newline) = self.held.iter().rposition(|byte| *byte == b'\n') {
                let line = self.held.split_off(newline + 1);
                self.held.truncate(newline);
                return Ok(Some(self.finished(line)));
            }
            if self.held.len() > LONGEST_LINE {
                self.skipping = true;
            }
            if self.skipping {
                self.held.clear();
            }
            if self.start == 0 {
                if self.held.is_empty() && !self.skipping {
                    return Ok(None);
                }
                let line = std::mem::take(&mut self.held);
                return Ok(Some(self.finished(line)));
            }
            let want = self.start.min(CHUNK);
            let mut chunk = vec![0; usize::try_from(want).unwrap_or_default()];
            // Once more: a moment's trouble must not pass for the end of the history.
            let at = self.start - want;
            self.file.read_exact_at(&mut chunk, at).or_else(|_| self.file.read_exact_at(&mut chunk, at))?;
            chunk.append(&mut self.held);
            self.held = chunk;
            self.start -= want;
        }
    }

    fn finished(&mut self, line: Vec<u8>) -> Line {
        if std::mem::take(&mut self.skipping) || line.len() > LONGEST_LINE { Line::TooLong } else { Line::Whole(line) }
    }
}
