//! The cache of access tokens: a file that may be lost, and may be seen by nobody else.

use super::dir::read_at_most;
use super::{StateDir, StoreError};
use crate::disk::{self, Readers};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::time::Duration;

/// Tokens are small; anything larger than this is not a cache of ours.
const LARGEST: u64 = 1 << 20;

/// A cache is not worth a longer wait.
const WAIT: Duration = Duration::from_secs(1);

impl StateDir {
    /// The cache's bytes; none when it is absent, unreadable or too large. One that others could read is closed first.
    pub fn read_tokens(&self) -> Option<Vec<u8>> {
        let path = self.path().join("tokens.json");
        let file = disk::read(&path).ok()?;
        let mode = file.metadata().ok()?.permissions().mode();
        if mode & 0o777 != 0o600 {
            file.set_permissions(Permissions::from_mode(0o600)).ok()?;
        }
        read_at_most(&path, LARGEST).ok().flatten()
    }

    /// Replaces the cache (0600) under the state lock, which the caller must not hold itself.
    ///
    /// # Errors
    /// As [`StateDir::lock`] after a second, or [`StoreError::NotWritten`]. The run goes on: the next one fetches anew.
    pub fn write_tokens(&self, bytes: &[u8]) -> Result<(), StoreError> {
        let _lock = self.lock(WAIT)?;
        let path = self.path().join("tokens.json");
        disk::replace(&path, bytes, Readers::Owner).map_err(|error| StoreError::NotWritten { path, error })
    }
}
