//! Reading the newest records first, as far as they are wanted.

use super::open::Opened;
use super::split::Backward;
use super::{History, HistoryError};
use serde::de::DeserializeOwned;
use std::collections::VecDeque;
use std::marker::PhantomData;

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
    open: Option<Reading>,
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

/// A file, and how far it was read from its end.
#[derive(Debug)]
struct Reading {
    opened: Opened,
    lines: Backward,
}

impl<T: DeserializeOwned> Iterator for Back<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        loop {
            if self.open.is_none() {
                let opened = self.sources.pop_back()?;
                self.open = Some(Reading { lines: Backward::new(0, opened.length), opened });
            }
            let Reading { opened, lines } = self.open.as_mut()?;
            let line = match lines.next(&opened.file) {
                Ok(Some(found)) => found.line,
                Ok(None) => {
                    self.open = None;
                    continue;
                }
                Err(error) => {
                    self.bad += 1;
                    let path = self.open.take()?.opened.path;
                    self.failed = Some(HistoryError::NotRead { path, error });
                    continue;
                }
            };
            let Some(line) = line else {
                self.bad += 1;
                continue;
            };
            self.bytes += line.len() as u64 + 1;
            if line.trim_ascii().is_empty() {
                continue;
            }
            match serde_json::from_slice(line) {
                Ok(record) => return Some(record),
                Err(_) => self.bad += 1,
            }
        }
    }
}
