//! The append-only JSONL record of every result.
//!
//! ```text
//! history.jsonl      the live file: whole lines, opened by this name for every append
//! history.jsonl.1    the newest of at most `keep` older ones
//! history.torn       tails that a power cut tore, one after the other
//! history.lock       held while appending, rotating, and while readers open the files
//! ```
//! With another `history.path` the names follow it. The last component of the path is never followed when it is a
//! symbolic link (name the target instead); the directories above it may be links, and another file system is fine.

mod append;
mod back;
mod error;
mod lines;
mod open;
mod rotate;
mod segments;
mod split;
mod tail;

pub use append::Appended;
pub use back::Back;
pub use error::HistoryError;
pub use lines::{LATEST, Lines, Share};
pub use segments::SegmentFile;
pub use split::Line;

use std::path::{Path, PathBuf};
use std::time::Duration;

/// No line may be longer: an append refuses it, and readers skip it without holding it in memory.
pub const LONGEST_LINE: usize = 4 << 20;

/// How long an append waits for the run that holds the lock.
const LOCK_WAIT: Duration = Duration::from_secs(10);

/// One history: where it is and how large it may get.
#[derive(Clone, Debug)]
pub struct History {
    path: PathBuf,
    max_size: u64,
    keep: u32,
    lock_wait: Duration,
}

impl History {
    /// Touches nothing yet. `path` is absolute; `max_size` is in bytes; `keep` counts the older files.
    pub fn new(path: PathBuf, max_size: u64, keep: u32) -> Self {
        Self { path, max_size, keep, lock_wait: LOCK_WAIT }
    }

    /// The live file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn lock_path(&self) -> PathBuf {
        self.sibling("lock")
    }

    fn torn_path(&self) -> PathBuf {
        self.sibling("torn")
    }

    /// `history.EXT` beside `history.jsonl`.
    fn sibling(&self, extension: &str) -> PathBuf {
        let named = self.path.with_extension(extension);
        if named == self.path { self.path.with_added_extension(extension) } else { named }
    }
}

#[cfg(test)]
mod tests;
