//! Finding, making and locking the directory.

use super::salvage::Salvage;
use super::state::{Decoded, decode};
use super::{Damage, Locked, Read, State, StoreError};
use crate::disk::{self, Hold, LockError};
use jiff::Timestamp;
use std::ffi::OsString;
use std::fmt;
use std::fs::{DirBuilder, File, Metadata, Permissions};
use std::io::{self, Read as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// A state file larger than this is damaged: it is not read into memory.
const LARGEST_STATE: u64 = 256 << 20;

/// The files that canary itself makes here; a directory with others in it isn't its own.
const OUR_FILES: [&str; 7] = ["lock", "state.json", "tokens.json", "rollup.", "history.", "alive-", "sending."];

/// The state directory, there and usable.
#[derive(Clone, Debug)]
pub struct StateDir {
    path: PathBuf,
    /// How long the lock was waited for in vain.
    gave_up: Arc<OnceLock<Duration>>,
    hurry: Option<Hurry>,
}

/// Says whether somebody wants the end.
#[derive(Clone)]
struct Hurry(Arc<dyn Fn() -> bool + Send + Sync>);

impl fmt::Debug for Hurry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hurry({})", (self.0)())
    }
}

impl StateDir {
    /// Finds the directory, or makes it with its parents, 0700 whatever the umask. It may be a symbolic link itself.
    /// One that was there and holds nothing foreign is closed to group and others too.
    ///
    /// # Errors
    /// [`StoreError::Dir`] when it is not there and can't be made, or is no directory.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let wrong = |error| StoreError::Dir { path: path.to_owned(), error };
        match std::fs::metadata(path) {
            Ok(found) if found.is_dir() => tighten(path, &found),
            Ok(_) => return Err(wrong(io::Error::from(io::ErrorKind::NotADirectory))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => make(path).map_err(wrong)?,
            Err(error) => return Err(wrong(error)),
        }
        Ok(Self::at(path))
    }

    /// The directory as it is, for commands that only look; none when it isn't there. Nothing is made or changed.
    ///
    /// # Errors
    /// [`StoreError::Dir`] when it can't be looked at or is no directory.
    pub fn existing(path: &Path) -> Result<Option<Self>, StoreError> {
        let wrong = |error| StoreError::Dir { path: path.to_owned(), error };
        match std::fs::metadata(path) {
            Ok(found) if found.is_dir() => Ok(Some(Self::at(path))),
            Ok(_) => Err(wrong(io::Error::from(io::ErrorKind::NotADirectory))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(wrong(error)),
        }
    }

    fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), gave_up: Arc::default(), hurry: None }
    }

    /// The same directory, whose lock is waited for only a moment longer once `hurries` says so.
    #[must_use]
    pub fn hurried_by(self, hurries: impl Fn() -> bool + Send + Sync + 'static) -> Self {
        Self { hurry: Some(Hurry(Arc::new(hurries))), ..self }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Takes the lock, waiting at most so long; the thread sleeps meanwhile. Who has waited in vain once does not do so again.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when somebody held it all the time, [`StoreError::CannotLock`] when nobody can have it.
    pub fn lock(&self, wait: Duration) -> Result<Locked, StoreError> {
        let path = || self.path.clone();
        let began = Instant::now();
        let patience = if self.gave_up.get().is_some() { Duration::ZERO } else { wait };
        let hurries = || self.hurry.as_ref().is_some_and(|hurry| (hurry.0)());
        match disk::acquire_hurried(&self.path.join("lock"), Hold::Alone, patience, &hurries) {
            Ok(file) => Ok(Locked::new(self.clone(), file)),
            Err(LockError::Busy) => {
                let waited = *self.gave_up.get_or_init(|| began.elapsed().min(wait));
                Err(StoreError::Busy { path: path(), waited })
            }
            Err(LockError::Open(error) | LockError::Unsupported(error)) => {
                Err(StoreError::CannotLock { path: path(), error })
            }
        }
    }

    /// The right to send to this receiver, as long as the file is held; none while another process has it. It ends with its
    /// holder, so what a killed run was sending need not wait for anything.
    ///
    /// # Errors
    /// [`StoreError::CannotLock`] when nobody can have it.
    pub fn sending(&self, receiver: &str) -> Result<Option<File>, StoreError> {
        match disk::acquire(&self.path.join(format!("sending.{receiver}.lock")), Hold::Alone, Duration::ZERO) {
            Ok(file) => Ok(Some(file)),
            Err(LockError::Busy) => Ok(None),
            Err(LockError::Open(error) | LockError::Unsupported(error)) => {
                Err(StoreError::CannotLock { path: self.path.clone(), error })
            }
        }
    }

    /// Reads the state without the lock: always one whole state, perhaps replaced a moment later.
    /// A damaged one is left where it is; what could be read of it is there, and [`Read::damaged`] says what is not.
    ///
    /// # Errors
    /// [`StoreError::NotRead`] and [`StoreError::NewerVersion`].
    pub fn peek(&self, now: Timestamp) -> Result<Read, StoreError> {
        let bytes = self.state_bytes()?;
        Ok(match self.decode_state(&bytes, now)? {
            Decoded::Absent => Read::default(),
            Decoded::Whole { state, bounded } => {
                Read { state: *state, found: true, damaged: None, bytes: bytes.whole().filter(|_| !bounded) }
            }
            Decoded::Damaged(salvage) => {
                let damage = Damage { path: self.state_file(), lost: salvage.lost };
                Read { state: salvage.state, damaged: Some(damage), ..Read::default() }
            }
        })
    }

    pub(super) fn state_bytes(&self) -> Result<Bytes, StoreError> {
        let path = self.state_file();
        match read_at_most(&path, LARGEST_STATE) {
            Ok(Some(bytes)) => Ok(Bytes::Whole(bytes)),
            Ok(None) => Ok(Bytes::TooMany),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Bytes::Absent),
            Err(error) => Err(StoreError::NotRead { path, error }),
        }
    }

    pub(super) fn decode_state(&self, bytes: &Bytes, now: Timestamp) -> Result<Decoded, StoreError> {
        match bytes {
            Bytes::Absent => Ok(Decoded::Absent),
            Bytes::TooMany => Ok(Decoded::Damaged(Box::new(Salvage { state: State::default(), lost: None }))),
            Bytes::Whole(bytes) => {
                decode(bytes, now).map_err(|version| StoreError::NewerVersion { path: self.state_file(), version })
            }
        }
    }

    pub(super) fn state_file(&self) -> PathBuf {
        self.path.join("state.json")
    }
}

/// What is in the state's file.
pub(super) enum Bytes {
    Absent,
    /// More than any state has.
    TooMany,
    Whole(Vec<u8>),
}

impl Bytes {
    fn whole(self) -> Option<Vec<u8>> {
        match self {
            Self::Absent | Self::TooMany => None,
            Self::Whole(bytes) => Some(bytes),
        }
    }
}

/// The file's bytes; none when it has more than `limit`.
pub(super) fn read_at_most(path: &Path, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let file = disk::read(path)?;
    let length = file.metadata()?.len().min(limit);
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default() + 1);
    file.take(limit + 1).read_to_end(&mut bytes)?;
    Ok((bytes.len() as u64 <= limit).then_some(bytes))
}

fn make(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    std::fs::set_permissions(path, Permissions::from_mode(0o700))
}

/// `--state-dir /tmp` must not close /tmp, so only a directory of our own is changed. That it can't be is no error:
/// the files in it are 0600 all the same.
fn tighten(path: &Path, found: &Metadata) {
    let mode = found.permissions().mode();
    if mode & 0o700 == mode & 0o777 {
        return;
    }
    let is_ours = |name: &OsString| OUR_FILES.iter().any(|ours| name.as_encoded_bytes().starts_with(ours.as_bytes()));
    if disk::names(path).is_ok_and(|names| names.iter().all(is_ours)) {
        let _ = std::fs::set_permissions(path, Permissions::from_mode(mode & 0o700));
    }
}
