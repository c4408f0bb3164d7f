//! Why a history could not be written or read.

use crate::disk::{LockError, cause};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// One line each: what, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The records are not in the file; it ends in a whole line as before.
    #[error("history {}: not written: {}", path.display(), cause(error))]
    NotWritten {
        /// The live file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Part of a record is in the file and could not be taken back. The next append moves it aside.
    #[error("history {}: not written: {}; and its torn end stays: {}", path.display(), cause(error), cause(undo))]
    Torn {
        /// The live file.
        path: PathBuf,
        /// Why the records could not be written.
        error: io::Error,
        /// Why the file could not be cut back.
        undo: io::Error,
    },
    /// Another run held the lock all the time.
    #[error("history {}: not written: another run has held {} for {}", path.display(), lock.display(), crate::text::duration::human(*waited))]
    Busy {
        /// The live file.
        path: PathBuf,
        /// The lock file.
        lock: PathBuf,
        /// How long this run waited.
        waited: Duration,
    },
    /// The lock file can't be opened, or its file system has no locks.
    #[error("history {}: not written: {} cannot be locked: {}; set history.path to a local file", path.display(), lock.display(), cause(error))]
    CannotLock {
        /// The live file.
        path: PathBuf,
        /// The lock file.
        lock: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The files can't be listed or opened.
    #[error("history {}: not read: {}", path.display(), cause(error))]
    NotRead {
        /// The file or its directory.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl HistoryError {
    /// The path that this user may not use.
    pub fn denied(&self) -> Option<&Path> {
        match self {
            Self::NotWritten { path, error }
            | Self::Torn { path, error, .. }
            | Self::CannotLock { path, error, .. }
            | Self::NotRead { path, error } => {
                (error.kind() == io::ErrorKind::PermissionDenied).then_some(path.as_path())
            }
            Self::Busy { .. } => None,
        }
    }

    pub(super) fn lock(path: &Path, lock: PathBuf, waited: Duration, error: LockError) -> Self {
        let path = path.to_owned();
        match error {
            LockError::Busy => Self::Busy { path, lock, waited },
            LockError::Open(error) | LockError::Unsupported(error) => Self::CannotLock { path, lock, error },
        }
    }
}
