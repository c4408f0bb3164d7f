//! Reading every record through all files, oldest first, whatever state the lines are in.

use super::rotate::{numbered, numbers};
use super::{History, HistoryError, LONGEST_LINE};
use crate::disk::{self, Hold};
use serde::de::DeserializeOwned;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read as _, Take};
use std::marker::PhantomData;
use std::path::PathBuf;
use std::time::Duration;

/// Readers go on without the lock after this: they only miss the guarantee that a rotation at the same moment hides
/// no file from them.
const LOCK_WAIT: Duration = Duration::from_secs(1);

impl History {
    /// Opens all files as they are now and reads their records as `T`, oldest first. Lines that are none are told as
    /// [`Bad`] between them and never end the reading. At most one line is in memory.
    ///
    /// # Errors
    /// [`HistoryError::NotRead`] when the directory or a file can't be opened. No history at all is an empty one.
    pub fn read<T: DeserializeOwned>(&self) -> Result<Records<T>, HistoryError> {
        let sources = self.sources()?;
        Ok(Records { sources, open: None, line: Vec::new(), number: 0, bad: 0, of: PhantomData })
    }

    /// All files as they are now, oldest first.
    pub(super) fn sources(&self) -> Result<VecDeque<Source>, HistoryError> {
        let not_read = |path: PathBuf| move |error| HistoryError::NotRead { path, error };
        let lock_path = self.lock_path();
        // Without a lock file nothing was ever appended by canary, and a reader should make none.
        let _lock = lock_path.exists().then(|| disk::acquire(&lock_path, Hold::Shared, LOCK_WAIT));
        let mut older = match numbers(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            other => other.map_err(not_read(self.path.clone()))?,
        };
        older.reverse();
        let names = older.into_iter().map(|number| numbered(&self.path, number)).chain([self.path.clone()]);
        let mut sources = VecDeque::new();
        for path in names {
            match disk::read(&path) {
                Ok(file) => {
                    // What is appended from now on is the next reader's.
                    let length = file.metadata().map_err(not_read(path.clone()))?.len();
                    sources.push_back(Source { path, file, length });
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(not_read(path)(error)),
            }
        }
        Ok(sources)
    }
}

/// A line that holds no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bad {
    /// In which file.
    pub path: PathBuf,
    /// Its line, from 1.
    pub line: u64,
    /// What is wrong.
    pub why: Why,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is not JSON, or not such a record.
    Unreadable,
    /// It is longer than [`LONGEST_LINE`].
    TooLong,
    /// The file could not be read further; the rest of it is missing.
    Io(io::ErrorKind),
}

/// The records of all files, oldest first.
#[derive(Debug)]
pub struct Records<T> {
    sources: VecDeque<Source>,
    open: Option<(PathBuf, BufReader<Take<File>>)>,
    line: Vec<u8>,
    number: u64,
    bad: u64,
    of: PhantomData<fn() -> T>,
}

#[derive(Debug)]
pub(super) struct Source {
    pub(super) path: PathBuf,
    pub(super) file: File,
    pub(super) length: u64,
}

enum Line {
    End,
    Here,
    TooLong,
}

impl<T> Records<T> {
    /// How many lines held no record so far.
    pub fn bad(&self) -> u64 {
        self.bad
    }
}

impl<T: DeserializeOwned> Iterator for Records<T> {
    type Item = Result<T, Bad>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.open.is_none() {
                let Source { path, file, length } = self.sources.pop_front()?;
                self.open = Some((path, BufReader::with_capacity(128 << 10, file.take(length))));
                self.number = 0;
            }
            let (path, reader) = self.open.as_mut()?;
            self.number += 1;
            let why = match next_line(reader, &mut self.line) {
                Ok(Line::End) => {
                    self.open = None;
                    continue;
                }
                Ok(Line::Here) if self.line.trim_ascii().is_empty() => continue,
                Ok(Line::Here) => match serde_json::from_slice(&self.line) {
                    Ok(record) => return Some(Ok(record)),
                    Err(_) => Why::Unreadable,
                },
                Ok(Line::TooLong) => Why::TooLong,
                Err(error) => Why::Io(error.kind()),
            };
            self.bad += 1;
            let bad = Bad { path: path.clone(), line: self.number, why };
            if let Why::Io(_) = why {
                self.open = None;
            }
            return Some(Err(bad));
        }
    }
}

/// Reads up to the newline into `line`, and of a line that is too long no more than that.
fn next_line(reader: &mut BufReader<Take<File>>, line: &mut Vec<u8>) -> io::Result<Line> {
    line.clear();
    let limit = LONGEST_LINE + 1;
    reader.by_ref().take(limit as u64).read_until(b'\n', line)?;
    if line.is_empty() {
        return Ok(Line::End);
    }
    if line.len() < limit || line.ends_with(b"\n") {
        return Ok(Line::Here);
    }
    reader.skip_until(b'\n')?;
    Ok(Line::TooLong)
}
