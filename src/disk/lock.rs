//! A lock file, waited for at most so long.

use std::fs::{File, TryLockError};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

/// Whether others may hold the lock at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Nobody else, for writing.
    Alone,
    /// Others who ask for the same, for reading.
    Shared,
}

/// Why the lock isn't ours.
#[derive(Debug)]
pub enum LockError {
    /// The lock file can't be opened.
    Open(io::Error),
    /// The file system knows no locks, or has none left.
    Unsupported(io::Error),
    /// Somebody held it all the time.
    Busy,
}

/// What is left of the waiting once somebody wants the end: whoever holds a lock properly is done with it by then.
const HURRY: Duration = Duration::from_secs(1);

/// Locks the file of this name, which is created when it isn't there. The lock ends when the file is dropped.
///
/// The thread sleeps while it waits. The descriptor is not inherited by commands that canary starts.
///
/// # Errors
/// [`LockError::Busy`] after `wait`.
pub fn acquire(path: &Path, hold: Hold, wait: Duration) -> Result<File, LockError> {
    acquire_hurried(path, hold, wait, &|| false)
}

/// The same, but from the moment that `hurries` it waits no longer than a second.
///
/// # Errors
/// [`LockError::Busy`] after that, or after `wait`.
pub fn acquire_hurried(path: &Path, hold: Hold, wait: Duration, hurries: &dyn Fn() -> bool) -> Result<File, LockError> {
    let began = Instant::now();
    let mut wait = wait;
    let mut in_a_hurry = false;
    let mut pause = Duration::from_millis(1);
    loop {
        let (file, _) = super::append(path).map_err(LockError::Open)?;
        let outcome = match hold {
            Hold::Alone => file.try_lock(),
            Hold::Shared => file.try_lock_shared(),
        };
        match outcome {
            Ok(()) if still_of_this_name(&file, path) => return Ok(file),
            Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Interrupted => {
                return Err(LockError::Unsupported(error));
            }
            // Locked, but removed meanwhile: others lock the new one. Or held, or interrupted.
            Ok(()) | Err(TryLockError::WouldBlock | TryLockError::Error(_)) => {}
        }
        if !in_a_hurry && hurries() {
            in_a_hurry = true;
            wait = wait.min(began.elapsed() + HURRY);
        }
        let left = wait.saturating_sub(began.elapsed());
        if left.is_zero() {
            return Err(LockError::Busy);
        }
        std::thread::sleep(pause.min(left));
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

fn still_of_this_name(file: &File, path: &Path) -> bool {
    let (Ok(ours), Ok(named)) = (file.metadata(), std::fs::symlink_metadata(path)) else { return false };
    (ours.dev(), ours.ino()) == (named.dev(), named.ino())
}

#[cfg(test)]
mod tests {
    use super::{HURRY, Hold, LockError, acquire, acquire_hurried};
    use std::time::{Duration, Instant};

    const SHORT: Duration = Duration::from_millis(60);

    #[test]
    fn waits_no_longer_than_asked_and_gets_it_when_free() {
        let dir = tempfile::tempdir().expect("directory");
        let path = dir.path().join("lock");
        let held = acquire(&path, Hold::Alone, Duration::ZERO).expect("free");
        let began = Instant::now();
        assert!(matches!(acquire(&path, Hold::Alone, SHORT), Err(LockError::Busy)));
        assert!(began.elapsed() >= SHORT && began.elapsed() < SHORT * 20, "{:?}", began.elapsed());
        let waiting = std::thread::spawn({
            let path = path.clone();
            move || acquire(&path, Hold::Alone, Duration::from_secs(20)).is_ok()
        });
        drop(held);
        assert!(waiting.join().expect("no panic"));
    }

    #[test]
    fn who_is_in_a_hurry_waits_no_longer_than_that() {
        let dir = tempfile::tempdir().expect("directory");
        let path = dir.path().join("lock");
        let held = acquire(&path, Hold::Alone, Duration::ZERO).expect("free");
        let began = Instant::now();
        let got = acquire_hurried(&path, Hold::Alone, Duration::from_hours(1), &|| began.elapsed() > SHORT);
        assert!(matches!(got, Err(LockError::Busy)));
        assert!(began.elapsed() >= HURRY + SHORT, "{:?}", began.elapsed());
        drop(held);
        assert!(acquire_hurried(&path, Hold::Alone, Duration::ZERO, &|| true).is_ok());
    }

    #[test]
    fn a_lock_on_a_removed_file_is_none() {
        let dir = tempfile::tempdir().expect("directory");
        let path = dir.path().join("lock");
        let stale = acquire(&path, Hold::Alone, Duration::ZERO).expect("free");
        std::fs::remove_file(&path).expect("removed");
        let fresh = acquire(&path, Hold::Alone, Duration::ZERO).expect("a new file");
        assert!(matches!(acquire(&path, Hold::Shared, Duration::ZERO), Err(LockError::Busy)));
        drop((stale, fresh));
    }

    #[test]
    fn readers_share() {
        let dir = tempfile::tempdir().expect("directory");
        let path = dir.path().join("lock");
        let one = acquire(&path, Hold::Shared, Duration::ZERO).expect("free");
        let two = acquire(&path, Hold::Shared, Duration::ZERO).expect("shared");
        assert!(matches!(acquire(&path, Hold::Alone, Duration::ZERO), Err(LockError::Busy)));
        drop((one, two));
    }
}
