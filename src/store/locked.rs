//! Reading and committing the state, which only the holder of the lock can.

use super::dir::Bytes;
use super::state::{Decoded, encode};
use super::{Damage, Read, State, StateDir, StoreError};
use crate::disk::{self, Readers};
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
    ///
    /// # Errors
    /// [`StoreError::NotRead`], [`StoreError::NewerVersion`], or [`StoreError::Damaged`]: whoever commits a state that he
    /// had to make up would hide that there was another one.
    pub fn read(&self, now: Timestamp) -> Result<State, StoreError> {
        self.read_since(&Read::default(), now)
    }

    /// The same for who has `seen` the state before: what nobody has replaced since isn't decoded again.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_since(&self, seen: &Read, now: Timestamp) -> Result<State, StoreError> {
        let bytes = self.dir.state_bytes()?;
        if matches!((&bytes, &seen.bytes), (Bytes::Whole(now), Some(then)) if now == then) {
            return Ok(seen.state.clone());
        }
        match self.dir.decode_state(&bytes, now)? {
            Decoded::Absent => Ok(State::default()),
            Decoded::Whole { state, .. } => Ok(*state),
            Decoded::Damaged(_) => Err(StoreError::Damaged { path: self.dir.state_file() }),
        }
    }

    /// Reads the state to mend it. A damaged one is kept as `state.json.corrupt-TS` ([`Damage::path`]), and what could be
    /// read of it returned; one that is damaged only in places stays under its own name too, until the next commit.
    ///
    /// # Errors
    /// [`StoreError::NotRead`], [`StoreError::NewerVersion`], or [`StoreError::NotWritten`] when a damaged one can't be
    /// kept aside: then it must not be overwritten.
    pub fn rescue(&self, now: Timestamp) -> Result<Read, StoreError> {
        let bytes = self.dir.state_bytes()?;
        Ok(match self.dir.decode_state(&bytes, now)? {
            Decoded::Absent => Read::default(),
            Decoded::Whole { state, .. } => Read { state: *state, found: true, ..Read::default() },
            Decoded::Damaged(salvage) => {
                let path = self.dir.state_file();
                let aside = keep_aside(&path, salvage.lost.is_some(), now)
                    .map_err(|error| StoreError::NotWritten { path: path.clone(), error })?;
                let damage = Damage { path: aside, lost: salvage.lost };
                Read { state: salvage.state, damaged: Some(damage), ..Read::default() }
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
            .and_then(|bytes| disk::replace(&path, &bytes, Readers::Owner))
            .map_err(|error| StoreError::NotWritten { path, error })
    }
}

/// Takes the first free name; nobody else makes such names while the lock is held.
fn keep_aside(path: &Path, stays: bool, now: Timestamp) -> io::Result<PathBuf> {
    let stem = format!("state.json.corrupt-{}", now.strftime("%Y%m%dT%H%M%SZ"));
    let mut aside = path.with_file_name(&stem);
    let mut n = 1;
    while std::fs::symlink_metadata(&aside).is_ok() {
        n += 1;
        aside = path.with_file_name(format!("{stem}-{n}"));
    }
    if stays {
        std::fs::hard_link(path, &aside)?;
    } else {
        std::fs::rename(path, &aside)?;
    }
    disk::sync_dir(path)?;
    Ok(aside)
}
