//! A lock that a run holds while it probes what it has claimed, and while it heals, so that others see whether it lives.
//! In the locked file stands which commands it has started: they live on when the run is killed.

use super::{StateDir, StoreError};
use crate::disk::{self, Hold, LockError};
use crate::process::{Mark, Sight, Witness};
use std::fs::{File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::PathBuf;
use std::time::Duration;

/// Somebody who only looks holds it for a moment.
const WAIT: Duration = Duration::from_secs(1);
/// More than the commands of one run ever need.
const LARGEST: u64 = 1 << 20;

/// The lines of the file: a command is about to be started …
const ABOUT_TO_START: &str = "+";
/// … and was not, or …
const NOT_STARTED: &str = "-";
/// … was, on a system that doesn't tell processes apart. Otherwise its [`Mark`] stands there.
const UNMARKED: &str = "?";

/// Kept by a run until its claims are committed and its attempts settled. It ends with the process, however that ends.
#[derive(Debug)]
pub struct Vigil {
    path: PathBuf,
    lock: File,
}

/// What is left of a run that keeps no vigil any more.
enum Left {
    /// Its file isn't there, or tells of nothing that may still run.
    Nothing,
    /// A command of it runs, or may: these are known.
    Commands(PathBuf, Vec<Mark>),
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
            Ok(lock) => Ok(Vigil { path, lock }),
            Err(LockError::Busy) => Err(cannot(io::Error::from(io::ErrorKind::WouldBlock))),
            Err(LockError::Open(error) | LockError::Unsupported(error)) => Err(cannot(error)),
        }
    }

    /// Whether this run keeps its vigil. Where that can't be told it is taken to: its attempts have a time limit besides.
    pub fn is_alive(&self, run: &str) -> bool {
        self.left(run).is_none()
    }

    /// Whether this run keeps its vigil, or was killed and a command that it had started runs on. Where that can't be told,
    /// it is taken to.
    pub fn is_at_work(&self, run: &str) -> bool {
        match self.left(run) {
            None | Some(Left::Commands(..)) => true,
            Some(Left::Nothing) => false,
        }
    }

    /// Ends what a run has left behind, when nobody keeps its vigil: it had the time that it was given.
    pub fn end_left_behind(&self, run: &str) {
        if let Some(Left::Commands(path, marks)) = self.left(run) {
            marks.iter().for_each(Mark::end);
            let _ = std::fs::remove_file(&path);
        }
    }

    /// None while the vigil is kept, or when that can't be told.
    fn left(&self, run: &str) -> Option<Left> {
        let Some(path) = self.vigil(run) else { return Some(Left::Nothing) };
        let file = match disk::read(&path) {
            Ok(file) => file,
            Err(error) => return (error.kind() == io::ErrorKind::NotFound).then_some(Left::Nothing),
        };
        match file.try_lock_shared() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock | TryLockError::Error(_)) => return None,
        }
        let mut words = String::new();
        let read = (&file).take(LARGEST).read_to_string(&mut words);
        if read.is_ok() && !may_run(&words) {
            // That it stays is no harm.
            let _ = std::fs::remove_file(&path);
            return Some(Left::Nothing);
        }
        Some(Left::Commands(path, words.lines().filter_map(Mark::parse).collect()))
    }

    /// A run's name comes from a file: it must not lead out of the directory.
    fn vigil(&self, run: &str) -> Option<PathBuf> {
        let plain = !run.is_empty() && run.bytes().all(|byte| byte.is_ascii_alphanumeric());
        plain.then(|| self.path().join(format!("alive-{run}.lock")))
    }
}

/// Whether a command runs on of which the vigil's lines tell: one before each start, one with its mark after it.
fn may_run(words: &str) -> bool {
    let (starts, told): (Vec<&str>, Vec<&str>) = words.lines().partition(|line| *line == ABOUT_TO_START);
    let runs = |line: &&str| *line != NOT_STARTED && Mark::parse(line).is_none_or(|mark| mark.sight() != Sight::Gone);
    starts.len() > told.len() || told.iter().any(runs)
}

impl Vigil {
    fn note(&self, line: &str) -> io::Result<()> {
        (&self.lock).write_all(format!("{line}\n").as_bytes())
    }
}

impl Witness for Vigil {
    fn about_to_start(&self) -> Result<(), String> {
        self.note(ABOUT_TO_START).map_err(|error| {
            format!("not started: that it would be cannot be noted in {}: {error}", self.path.display())
        })
    }

    fn started(&self, pid: Option<u32>) {
        let line = match pid {
            Some(pid) => Mark::of(pid).map_or_else(|| UNMARKED.to_owned(), |mark| mark.to_string()),
            None => NOT_STARTED.to_owned(),
        };
        // Unsaid, it is taken to run until its time is over.
        let _ = self.note(&line);
    }
}

impl Drop for Vigil {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::{StateDir, Vigil};
    use crate::process::Witness as _;
    use std::os::unix::process::CommandExt as _;
    use std::process::Command;

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
        assert!(!dir.is_at_work("01A") && !dir.is_at_work("01B"));
        assert!(!dir.is_alive("../lock") && dir.keep_vigil("../x").is_err());
    }
    #[test]
    fn tells_whose_command_outlives_it() {
        let home = tempfile::tempdir().expect("a directory");
        let dir = StateDir::open(&home.path().join("state")).expect("made");
        let file = dir.path().join("alive-01A.lock");
        let mut child = Command::new("sleep").arg("60").process_group(0).spawn().expect("started");
        let killed = |words: &dyn Fn(&Vigil)| {
            let vigil = dir.keep_vigil("01A").expect("free");
            words(&vigil);
            dir.end_left_behind("01A");
            assert!(dir.is_alive("01A") && dir.is_at_work("01A"), "its vigil is kept");
            let left = std::fs::read(&file).expect("there");
            drop(vigil);
            std::fs::write(&file, left).expect("as a killed run leaves it");
        };
        killed(&|vigil| {
            vigil.about_to_start().expect("noted");
            vigil.started(None);
        });
        assert!(!dir.is_at_work("01A") && !file.exists(), "nothing was started");
        killed(&|vigil| vigil.about_to_start().expect("noted"));
        assert!(!dir.is_alive("01A") && dir.is_at_work("01A"), "killed between the start and the word of it");
        dir.end_left_behind("01A");
        assert!(!dir.is_at_work("01A"));
        killed(&|vigil| {
            vigil.about_to_start().expect("noted");
            vigil.started(Some(child.id()));
        });
        assert!(!dir.is_alive("01A") && dir.is_at_work("01A") && file.exists(), "it runs");
        dir.end_left_behind("01A");
        assert!(!child.wait().expect("awaitable").success() && !dir.is_at_work("01A"));
    }
}
