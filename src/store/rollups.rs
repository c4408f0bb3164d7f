//! The cache of the rollups: what the history comes to. It may be lost, and is then made again from the history.

use super::dir::read_at_most;
use super::{StateDir, StoreError};
use crate::disk::{self, Hold, LockError, Readers};
use std::path::PathBuf;
use std::time::Duration;

/// A larger one isn't read.
const LARGEST: u64 = 1 << 30;

impl StateDir {
    /// The cache's bytes; none when it is absent, unreadable or too large.
    pub fn read_rollups(&self) -> Option<Vec<u8>> {
        read_at_most(&self.rollups_file(), LARGEST).ok().flatten()
    }

    /// The cache's size in bytes; 0 when there is none.
    pub fn rollups_size(&self) -> u64 {
        std::fs::symlink_metadata(self.rollups_file()).map_or(0, |found| found.len())
    }

    /// Replaces the cache (0600). It has a lock of its own, so that no run ever waits for a reader that keeps what it has
    /// read; who finds it held leaves the cache to the other: both wrote what is right.
    ///
    /// # Errors
    /// [`StoreError::Busy`], [`StoreError::CannotLock`], [`StoreError::NotWritten`].
    pub fn write_rollups(&self, bytes: &[u8]) -> Result<(), StoreError> {
        let path = || self.path().to_owned();
        let lock = self.path().join("rollup.lock");
        let _lock = disk::acquire(&lock, Hold::Alone, Duration::ZERO).map_err(|error| match error {
            LockError::Busy => StoreError::Busy { path: path(), waited: Duration::ZERO },
            LockError::Open(error) | LockError::Unsupported(error) => StoreError::CannotLock { path: path(), error },
        })?;
        let file = self.rollups_file();
        disk::replace(&file, bytes, Readers::Owner).map_err(|error| StoreError::NotWritten { path: file, error })
    }

    fn rollups_file(&self) -> PathBuf {
        self.path().join("rollup.json")
    }
}
