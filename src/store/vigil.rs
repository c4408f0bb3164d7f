//! A lock that a run holds while it probes what it has claimed, and while it heals, so that others see whether it lives.

use super::{StateDir, StoreError};
use crate::disk::{self, Hold, LockError};
use std::fs::{File, TryLockError};
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Somebody who only looks holds it for a moment.
const WAIT: Duration = Duration::from_secs(1);

/// Kept by a run until its claims are committed and its attempts settled. It ends with the process, however that ends.
#[derive(Debug)]
pub struct Vigil {
    path: PathBuf,
    _lock: File,
}

impl StateDir {
    /// Begins this run's vigil.
    ///
    /// # Errors
    /// [`StoreError::CannotLock`] when its file can't be made or locked.
    pub fn keep_vigil(&self, run: &str) -> Result<Vigil, StoreError> {
        let cannot = |error| StoreError::CannotLock { path: self.path().to_owned(), error };
        let path = self.vigil(run).ok_or_else(|| cannot(io::Error::from(io::ErrorKind::InvalidInput)))?;
        match disk::acquire(&path, Hold::Alone, WAIT) {
            Ok(lock) => Ok(Vigil { path, _lock: lock }),
            Err(LockError::Busy) => Err(cannot(io::Error::from(io::ErrorKind::WouldBlock))),
            Err(LockError::Open(error) | LockError::Unsupported(error)) => Err(cannot(error)),
        }
    }

    /// Whether this run keeps its vigil. Where that can't be told it is taken to: its attempts have a time limit besides.
    pub fn is_alive(&self, run: &str) -> bool {
        let Some(path) = self.vigil(run) else { return false };
        match disk::read(&path) {
            Ok(file) => match file.try_lock_shared() {
                Ok(()) => {
                    // That it stays is no harm.
                    let _ = std::fs::remove_file(&path);
                    false
                }
                Err(TryLockError::WouldBlock | TryLockError::Error(_)) => true,
            },
            Err(error) => error.kind() != io::ErrorKind::NotFound,
        }
    }

    /// A run's name comes from a file: it must not lead out of the directory.
    fn vigil(&self, run: &str) -> Option<PathBuf> {
        let plain = !run.is_empty() && run.bytes().all(|byte| byte.is_ascii_alphanumeric());
        plain.then(|| self.path().join(format!("alive-{run}.lock")))
    }
}

impl Drop for Vigil {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::StateDir;

    #[test]
    fn tells_who_lives() {
        let home = tempfile::tempdir().expect("a directory");
        let dir = StateDir::open(&home.path().join("state")).expect("made");
        assert!(!dir.is_alive("01A"), "nobody ever came");
        let vigil = dir.keep_vigil("01A").expect("free");
        assert!(dir.is_alive("01A") && dir.keep_vigil("01A").is_err());
        drop(vigil);
        assert!(!dir.is_alive("01A"));
        std::fs::write(dir.path().join("alive-01B.lock"), "").expect("left by a run that was killed");
        assert!(!dir.is_alive("01B") && !dir.path().join("alive-01B.lock").exists());
        assert!(!dir.is_alive("../lock") && dir.keep_vigil("../x").is_err());
    }
}
