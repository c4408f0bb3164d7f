//! Reading files that a configuration names, without ever hanging on what isn't a file.

use rustix::fs::OFlags;
use std::fs::File;
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Reads a regular file of at most `most` bytes. FIFOs, devices and directories are refused instead of waited for.
///
/// # Errors
/// The system's error, or one that says what kind of thing it is or how large.
pub fn read_regular(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let nonblock = i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file: File = std::fs::OpenOptions::new().read(true).custom_flags(nonblock).open(path)?;
    let meta = file.metadata()?;
    if meta.is_dir() {
        return Err(io::Error::other("is a directory, not a file"));
    }
    if !meta.is_file() {
        return Err(io::Error::other("is not a regular file"));
    }
    up_to(file, most)
}

/// Reads at most `most` bytes of whatever can be read, waiting for it: a file, a pipe, a device. For what a person named
/// by hand.
///
/// # Errors
/// The system's error, or one that says that it is a directory or how large it is.
pub fn read_any(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::Error::other("is a directory, not a file"));
    }
    up_to(file, most)
}

fn up_to(file: File, most: u64) -> io::Result<Vec<u8>> {
    let length = file.metadata()?.len();
    let mut bytes = Vec::with_capacity(usize::try_from(length.min(most)).unwrap_or_default() + 1);
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::other(format!("is larger than {}", crate::text::size::format(most))));
    }
    Ok(bytes)
}

/// Who owns a file, and whether group or others may write it.
///
/// # Errors
/// The system's error.
pub fn ownership(path: &Path) -> io::Result<Ownership> {
    use std::os::unix::fs::MetadataExt as _;
    let meta = std::fs::metadata(path)?;
    Ok(Ownership { uid: meta.uid(), writable_by_others: meta.mode() & 0o022 != 0 })
}

/// Whether every user of this machine can read the file: it and all directories above it are open to others.
///
/// # Errors
/// The system's error.
pub fn is_readable_by_all(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt as _;
    let path = path.canonicalize()?;
    for (place, wanted) in path.ancestors().zip(std::iter::once(0o004).chain(std::iter::repeat(0o001))) {
        if std::fs::metadata(place)?.permissions().mode() & wanted == 0 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What [`ownership`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ownership {
    /// The owner's user id.
    pub uid: u32,
    /// Whether group or others may write.
    pub writable_by_others: bool,
}

#[cfg(test)]
mod tests {
    use super::read_regular;
    use std::path::Path;

    #[test]
    fn refuses_what_is_no_file_at_once() {
        let dir = tempfile::tempdir().expect("temp dir");
        let fifo = dir.path().join("fifo");
        rustix::fs::mkfifoat(rustix::fs::CWD, &fifo, rustix::fs::Mode::RWXU).expect("fifo");
        for path in [fifo.as_path(), dir.path(), Path::new("/dev/zero"), Path::new("/nonexistent")] {
            assert!(read_regular(path, 16).is_err(), "{}", path.display());
        }
    }

    #[test]
    fn holds_the_limit() {
        let file = tempfile::NamedTempFile::new().expect("temp file");
        std::fs::write(file.path(), [b'x'; 17]).expect("written");
        assert!(read_regular(file.path(), 16).is_err_and(|error| error.to_string().contains("16B")));
        assert_eq!(read_regular(file.path(), 17).expect("read").len(), 17);
    }
}
