//! Replacing a file so that a crash, and whoever reads it meanwhile, finds the old one or the new one.

use std::ffi::OsString;
use std::fs::{File, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Who may read a file, and with that who else may be writing it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readers {
    /// Its owner (0600). The caller holds the lock that makes it the only writer: what it writes goes to `NAME.tmp`, and one
    /// left by a crash is removed first.
    Owner,
    /// Those whom the umask lets. Several may write it at once, each to a temporary file of its own.
    ByUmask,
    /// Everybody (0644), whatever the umask says. Several may write it, too.
    All,
}

/// Replaces the file by way of a temporary one beside it: written, fsynced, renamed, the directory fsynced. A symbolic link
/// of that name is replaced, not followed.
///
/// # Errors
/// The first step that failed. The old file is whole then, unless it was the last step: then the new one is in place
/// but may be lost with the power. A failed fsync is final: the temporary file is thrown away, never tried again.
pub fn replace(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    let (mut file, temp) = match readers {
        Readers::Owner => only_one(path)?,
        Readers::ByUmask | Readers::All => one_of_many(path)?,
    };
    let written = file
        .write_all(bytes)
        .and_then(|()| match readers {
            Readers::All => file.set_permissions(Permissions::from_mode(0o644)),
            Readers::Owner | Readers::ByUmask => Ok(()),
        })
        .and_then(|()| file.sync_all())
        .and_then(|()| std::fs::rename(&temp, path));
    if let Err(error) = written {
        // The error that is told is the first one, whether or not this works.
        let _ = std::fs::remove_file(&temp);
        return Err(error);
    }
    sync_dir(path)
}

/// Makes the directory's entry of this file last.
///
/// # Errors
/// What the system says; a file system that can't fsync a directory is no error.
pub fn sync_dir(path: &Path) -> io::Result<()> {
    match File::open(super::parent(path))?.sync_all() {
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
        other => other,
    }
}

fn only_one(path: &Path) -> io::Result<(File, PathBuf)> {
    let mut name = OsString::from(path.as_os_str());
    name.push(".tmp");
    let temp = PathBuf::from(name);
    match std::fs::remove_file(&temp) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    Ok((super::fresh(&temp)?, temp))
}

fn one_of_many(path: &Path) -> io::Result<(File, PathBuf)> {
    let temp = tempfile::Builder::new()
        .prefix(".canary-")
        .suffix(".tmp")
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(super::parent(path))
        // Its text names the temporary file, which tells nobody anything.
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => io::Error::new(error.kind(), "there is no such directory"),
            kind => io::Error::from(kind),
        })?;
    temp.keep().map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use super::{Readers, replace};
    use crate::disk::{append, cause, fresh, names};
    use std::io::Write as _;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    #[test]
    fn a_reader_of_the_old_file_keeps_it() {
        let dir = tempfile::tempdir().expect("directory");
        let path = dir.path().join("file");
        replace(&path, b"old", Readers::Owner).expect("created");
        let old = crate::disk::read(&path).expect("opened");
        replace(&path, b"new", Readers::Owner).expect("replaced");
        assert_eq!(std::io::read_to_string(old).expect("read"), "old");
        assert_eq!(std::fs::read(&path).expect("read"), b"new");
        assert_eq!(names(dir.path()).expect("listed"), ["file"]);
    }

    #[test]
    fn readers_decide_the_mode_and_a_failure_leaves_nothing() {
        let dir = tempfile::tempdir().expect("directory");
        let path = dir.path().join("file");
        let plain = dir.path().join("plain");
        std::fs::write(&plain, "").expect("written");
        let mode = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
        for (readers, expected) in [(Readers::Owner, 0o600), (Readers::ByUmask, mode(&plain)), (Readers::All, 0o644)] {
            replace(&path, b"x", readers).expect("replaced");
            assert_eq!(mode(&path), expected, "{readers:?}");
            let directory = dir.path().join("directory");
            std::fs::create_dir_all(&directory).expect("made");
            replace(&directory, b"x", readers).expect_err("a directory is in the way");
        }
        let mut found = names(dir.path()).expect("listed");
        found.sort();
        assert_eq!(found, ["directory", "file", "plain"]);
    }

    #[test]
    fn appending_creates_once_and_fresh_never_takes_an_old_one() {
        let dir = tempfile::tempdir().expect("directory");
        let path = dir.path().join("file");
        for expected in [true, false] {
            let (mut file, created) = append(&path).expect("opened");
            assert_eq!(created, expected);
            file.write_all(b"x").expect("written");
        }
        assert_eq!(std::fs::read(&path).expect("read"), b"xx");
        assert_eq!(fresh(&path).expect_err("it is there").kind(), std::io::ErrorKind::AlreadyExists);
    }

    #[test]
    fn causes_are_words() {
        let dir = tempfile::tempdir().expect("directory");
        let error = crate::disk::read(&dir.path().join("nothing")).expect_err("missing");
        assert_eq!(cause(&error), "No such file or directory");
        assert_eq!(cause(&std::io::Error::other("said so (by us)")), "said so (by us)");
    }
}
