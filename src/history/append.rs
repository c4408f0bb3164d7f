//! Appending whole lines, or none.

use super::tail::{Tail, mend};
use super::{History, HistoryError, LONGEST_LINE};
use crate::disk::{self, Hold};
use std::fs::{DirBuilder, File, Permissions};
use std::io::{self, BufRead as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::Path;

/// What an append did beside appending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appended {
    /// Bytes written, newlines included.
    pub bytes: u64,
    /// Length of the live file with them.
    pub length: u64,
    /// Whether the live file was rotated first.
    pub rotated: bool,
    /// Bytes of a torn line that were moved to `history.torn`.
    pub torn: Option<u64>,
    /// What a person should know: a torn line, a rotation that failed.
    pub warnings: Vec<String>,
}

impl Appended {
    /// Adds a later append of the same run.
    pub fn add(&mut self, later: Self) {
        let Self { bytes, length, rotated, torn, warnings } = later;
        self.bytes += bytes;
        if bytes > 0 {
            self.length = length;
        }
        self.rotated |= rotated;
        self.torn = self.torn.or(torn);
        self.warnings.extend(warnings);
    }
}

impl History {
    /// Appends these records, each one line of JSON with its newline, and returns once they last.
    /// Nothing is held in memory between two appends, so the cost does not grow with the file.
    ///
    /// # Errors
    /// [`HistoryError`]; the file ends in a whole line all the same. After a failed fsync the records count as not
    /// written, although readers may see them.
    pub fn append(&self, text: &[u8]) -> Result<Appended, HistoryError> {
        let mut report = Appended::default();
        if text.is_empty() {
            return Ok(report);
        }
        let not_written = |error| HistoryError::NotWritten { path: self.path.clone(), error };
        whole_lines(text).map_err(not_written)?;
        make_parent(&self.path).map_err(not_written)?;
        // Before a lock is made beside it: beside a device there is no place for one.
        match disk::read(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(not_written(error)),
            Ok(_) | Err(_) => {}
        }
        let lock_path = self.lock_path();
        let _lock = disk::acquire(&lock_path, Hold::Alone, self.lock_wait)
            .map_err(|error| HistoryError::lock(&self.path, lock_path, self.lock_wait, error))?;

        let (mut live, mut created) = disk::append(&self.path).map_err(not_written)?;
        tighten(&live);
        match mend(&live, &self.torn_path()).map_err(not_written)? {
            Tail::Whole | Tail::Completed => {}
            Tail::Torn { bytes } => {
                report.torn = Some(bytes);
                report.warnings.push(format!(
                    "history {}: its last line was torn; {bytes} bytes moved to {}",
                    self.path.display(),
                    self.torn_path().display()
                ));
            }
        }
        let length = live.metadata().map_err(not_written)?.len();
        if length > 0 && length + text.len() as u64 > self.max_size {
            // Growing beyond the limit is better than losing results.
            if let Err(error) = self.rotate() {
                report.warnings.push(format!(
                    "history {}: not rotated at its max_size: {}",
                    self.path.display(),
                    disk::cause(&error)
                ));
            }
            // Whatever it says: the lines belong into the file that has the name now.
            (live, created) = disk::append(&self.path).map_err(not_written)?;
            report.rotated = created;
        }
        write_or_undo(&mut live, text, &self.path)?;
        live.sync_data().map_err(not_written)?;
        if created {
            disk::sync_dir(&self.path).map_err(not_written)?;
        }
        report.bytes = text.len() as u64;
        report.length = if report.rotated { 0 } else { length } + report.bytes;
        Ok(report)
    }
}

/// A file restored from a backup may be open to others; that it can't be closed to them is no reason to lose results.
fn tighten(live: &File) {
    let open = |mode: u32| mode & 0o077 != 0;
    if live.metadata().is_ok_and(|found| open(found.permissions().mode())) {
        let _ = live.set_permissions(Permissions::from_mode(0o600));
    }
}

fn whole_lines(text: &[u8]) -> io::Result<()> {
    let wrong = |what: &str| Err(io::Error::new(io::ErrorKind::InvalidInput, format!("a record {what}")));
    let mut rest = text;
    while !rest.is_empty() {
        let length = rest.skip_until(b'\n')?;
        if length > LONGEST_LINE + 1 {
            return wrong(&format!("of {length} bytes is too long"));
        }
    }
    if text.ends_with(b"\n") { Ok(()) } else { wrong("is no whole line") }
}

fn make_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(dir) if !dir.exists() => DirBuilder::new().recursive(true).mode(0o700).create(dir),
        Some(_) | None => Ok(()),
    }
}

/// One write; what a full disk or a size limit let through of it is cut off again.
fn write_or_undo(live: &mut File, text: &[u8], path: &Path) -> Result<(), HistoryError> {
    let path = || path.to_owned();
    let before = live.metadata().map_err(|error| HistoryError::NotWritten { path: path(), error })?.len();
    let Err(error) = live.write_all(text) else { return Ok(()) };
    let undone = live.metadata().and_then(|now| {
        // Shorter than before: somebody truncated it meanwhile, and "cutting" would fill it with zeros.
        if now.len() > before { live.set_len(before) } else { Ok(()) }
    });
    Err(match undone {
        Ok(()) => HistoryError::NotWritten { path: path(), error },
        Err(undo) => HistoryError::Torn { path: path(), error, undo },
    })
}
