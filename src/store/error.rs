//! Why the state directory could not be used.

use crate::disk::cause;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// One line each: what, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The directory can't be made or looked into.
    #[error("state directory {}: {}; set --state-dir to a directory that canary may write", path.display(), cause(error))]
    Dir {
        /// The directory.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// Somebody else held the lock all the time.
    #[error(
        "state directory {}: another run has held the lock for {}; nothing of this run is kept in the state",
        path.display(), crate::text::duration::human(*waited)
    )]
    Busy {
        /// The directory.
        path: PathBuf,
        /// How long this run waited.
        waited: Duration,
    },
    /// The lock file can't be opened, or its file system has no locks.
    #[error("state directory {} cannot be locked: {}; set --state-dir to a local directory that canary may write", path.display(), cause(error))]
    CannotLock {
        /// The directory.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file is there but can't be read.
    #[error("state file {}: not read: {}", path.display(), cause(error))]
    NotRead {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A file could not be written; the old one stays.
    #[error("state file {}: not written: {}", path.display(), cause(error))]
    NotWritten {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// It is damaged, and was not when the run began.
    #[error("state file {}: damaged, so nothing is written over it; the next `canary check` keeps it aside and rebuilds it from the history", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// A newer canary wrote it. It is left as it is.
    #[error(
        "state file {}: written by a newer canary (version {version}, this one knows {}); \
         use that canary, or another --state-dir", path.display(), super::state::VERSION
    )]
    NewerVersion {
        /// The file.
        path: PathBuf,
        /// The version it has.
        version: u64,
    },
}

impl StoreError {
    /// The path that this user may not use.
    pub fn denied(&self) -> Option<&Path> {
        match self {
            Self::Dir { path, error }
            | Self::CannotLock { path, error }
            | Self::NotRead { path, error }
            | Self::NotWritten { path, error } => {
                (error.kind() == io::ErrorKind::PermissionDenied).then_some(path.as_path())
            }
            Self::Busy { .. } | Self::Damaged { .. } | Self::NewerVersion { .. } => None,
        }
    }
}
