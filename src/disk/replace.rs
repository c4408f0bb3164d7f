//! Replacing a private file so that a crash leaves the old one or the new one.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Replaces the file (mode 0600) by way of `NAME.tmp` beside it: written, fsynced, renamed, the directory fsynced.
/// The caller holds the lock that makes it the only writer; a `NAME.tmp` left by a crash is removed first.
///
/// # Errors
/// The first step that failed. The old file is whole then, unless it was the last step: then the new one is in place
/// but may be lost with the power. A failed fsync is final: the temporary file is thrown away, never tried again.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let temp = temp_name(path);
    match std::fs::remove_file(&temp) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    let written = write_whole(&temp, bytes).and_then(|()| std::fs::rename(&temp, path));
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

fn write_whole(temp: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = super::fresh(temp)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn temp_name(path: &Path) -> PathBuf {
    let mut name = OsString::from(path.as_os_str());
    name.push(".tmp");
    PathBuf::from(name)
}

#[cfg(test)]
mod tests {
    use super::replace;
    use crate::disk::{append, cause, fresh, names};
    use std::io::Write as _;

    #[test]
    fn a_reader_of_the_old_file_keeps_it() {
        let dir = tempfile::tempdir().expect("directory");
        let path = dir.path().join("file");
        replace(&path, b"old").expect("created");
        let old = crate::disk::read(&path).expect("opened");
        replace(&path, b"new").expect("replaced");
        assert_eq!(std::io::read_to_string(old).expect("read"), "old");
        assert_eq!(std::fs::read(&path).expect("read"), b"new");
        assert_eq!(names(dir.path()).expect("listed"), ["file"]);
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
