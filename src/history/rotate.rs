//! Moving the live file aside when it is full.

use super::History;
use crate::disk;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

impl History {
    /// Makes room at number 1 and moves the live file there. The caller holds the lock, and fsyncs the directory once the
    /// new live file is in it.
    ///
    /// The files move up only as far as the first free number, from the top down, each onto a free name. A crash between
    /// two renames leaves a free number in the row; the next rotation moves only what is below it, so nothing is
    /// overwritten and no order changes.
    pub(super) fn rotate(&self) -> io::Result<()> {
        let mut taken = numbers(&self.path)?;
        for surplus in taken.extract_if(.., |number| *number > self.keep) {
            std::fs::remove_file(numbered(&self.path, surplus))?;
        }
        if self.keep == 0 {
            return std::fs::remove_file(&self.path);
        }
        let free = (1..=self.keep).find(|number| !taken.contains(number));
        if free.is_none() {
            std::fs::remove_file(numbered(&self.path, self.keep))?;
        }
        let free = free.unwrap_or(self.keep);
        for number in (1..free).rev() {
            std::fs::rename(numbered(&self.path, number), numbered(&self.path, number + 1))?;
        }
        std::fs::rename(&self.path, numbered(&self.path, 1))
    }
}

/// The numbers of the older files that are there, rising: the newest first.
pub(super) fn numbers(live: &Path) -> io::Result<Vec<u32>> {
    let mut found: Vec<u32> =
        disk::names(disk::parent(live))?.iter().filter_map(|name| number_of(name, live)).collect();
    found.sort_unstable();
    Ok(found)
}

/// `history.jsonl.7`.
pub(super) fn numbered(live: &Path, number: u32) -> PathBuf {
    live.with_added_extension(number.to_string())
}

fn number_of(name: &OsStr, live: &Path) -> Option<u32> {
    let number = name.to_str()?.strip_prefix(live.file_name()?.to_str()?)?.strip_prefix('.')?;
    let plain = number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
    if plain { number.parse().ok() } else { None }
}
