//! Reading and committing the state, which only the holder of the lock can.

use super::state::{Decoded, encode};
use super::{Read, State, StateDir, StoreError};
use crate::disk;
use jiff::Timestamp;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// The lock on the state directory; dropping it lets the next run in.
#[derive(Debug)]
pub struct Locked {
    dir: StateDir,
    _lock: File,
}

impl Locked {
    pub(super) fn new(dir: StateDir, lock: File) -> Self {
        Self { dir, _lock: lock }
    }

    /// Reads the state; `now` bounds times that a wrong clock put into the future.
    /// A damaged one is moved to `state.json.corrupt-TS`, named in [`Read::damaged`], and an empty one is returned.
    ///
    /// # Errors
    /// [`StoreError::NotRead`], [`StoreError::NewerVersion`], or [`StoreError::NotWritten`] when a damaged one can't be
    /// moved aside: then it must not be overwritten.
    pub fn read(&self, now: Timestamp) -> Result<Read, StoreError> {
        Ok(match self.dir.decode_state(now)? {
            Decoded::Absent => Read::default(),
            Decoded::Whole(state) => Read { state: *state, found: true, damaged: None },
            Decoded::Damaged => {
                let path = self.dir.state_file();
                let aside =
                    move_aside(&path, now).map_err(|error| StoreError::NotWritten { path: path.clone(), error })?;
                Read { damaged: Some(aside), ..Read::default() }
            }
        })
    }

    /// Replaces the state in one atomic step that lasts: after `Ok` a power cut changes nothing.
    ///
    /// # Errors
    /// [`StoreError::NotWritten`]: treat all of it as not written. A failed fsync is never retried as a success.
    pub fn commit(&mut self, state: &State) -> Result<(), StoreError> {
        let path = self.dir.state_file();
        encode(state)
            .and_then(|bytes| disk::replace(&path, &bytes))
            .map_err(|error| StoreError::NotWritten { path, error })
    }
}

/// Renames to the first free name; nobody else makes such names while the lock is held.
fn move_aside(path: &Path, now: Timestamp) -> io::Result<PathBuf> {
    let stem = format!("state.json.corrupt-{}", now.strftime("%Y%m%dT%H%M%SZ"));
    let mut aside = path.with_file_name(&stem);
    let mut n = 1;
    while std::fs::symlink_metadata(&aside).is_ok() {
        n += 1;
        aside = path.with_file_name(format!("{stem}-{n}"));
    }
    std::fs::rename(path, &aside)?;
    disk::sync_dir(path)?;
    Ok(aside)
}
