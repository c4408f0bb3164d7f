//! Opening all files of a history for reading, whatever is rotated meanwhile.

use super::rotate::{numbered, numbers};
use super::{History, HistoryError};
use crate::disk::{self, Hold};
use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Readers go on without the lock after this: they only miss the guarantee that a rotation at the same moment hides
/// no file from them.
const LOCK_WAIT: Duration = Duration::from_secs(1);

impl History {
    /// All files as they are now, oldest first, opened while no rotation can hide one.
    pub(super) fn open_all(&self) -> Result<Vec<Opened>, HistoryError> {
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
        let mut opened = Vec::new();
        for path in names {
            match disk::read(&path) {
                Ok(file) => {
                    let length = file.metadata().map_err(not_read(path.clone()))?.len();
                    opened.push(Opened { path, file, length });
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(not_read(path)(error)),
            }
        }
        Ok(opened)
    }
}

/// A file of the history and how long it was when it was opened.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) path: PathBuf,
    pub(super) file: File,
    pub(super) length: u64,
}
