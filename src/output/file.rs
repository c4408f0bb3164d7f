//! Putting an output into its file.

use crate::disk::{self, Readers};
use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl};
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::{FileTypeExt as _, OpenOptionsExt as _};
use std::path::Path;

/// Replaces the file atomically: readers see the old content or the new one. Its mode follows the umask; a symbolic
/// link of that name is replaced, not followed. What can't be replaced, a pipe, a device, `/dev/stdout` or
/// `/dev/fd/N`, is opened and written instead.
///
/// # Errors
/// What the system says; a pipe that nobody reads is an error, not a wait.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if is_written_through(path) {
        return write_through(path, bytes);
    }
    disk::replace(path, bytes, Readers::ByUmask)
}

/// A link to a regular file is replaced, unless it is the kernel's name for an open descriptor.
fn is_written_through(path: &Path) -> bool {
    let device_name = (path.starts_with("/dev") && !path.starts_with("/dev/shm")) || path.starts_with("/proc/self/fd");
    device_name
        || std::fs::metadata(path).is_ok_and(|found| {
            let kind = found.file_type();
            kind.is_fifo() || kind.is_char_device() || kind.is_block_device() || kind.is_socket()
        })
}

fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Appending: stdout may be a file that something was written to already.
    let mut file = OpenOptions::new()
        .append(true)
        .custom_flags((OFlags::NONBLOCK | OFlags::NOCTTY).bits().cast_signed())
        .open(path)
        .map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => error,
            _ if is_fifo(path) => io::Error::new(error.kind(), "no process reads this pipe"),
            _ => error,
        })?;
    // Not blocking was for the opening; a slow reader is waited for.
    let flags = fcntl_getfl(&file)?;
    fcntl_setfl(&file, flags - OFlags::NONBLOCK)?;
    file.write_all(bytes)
}

fn is_fifo(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|found| found.file_type().is_fifo())
}

#[cfg(test)]
mod tests {
    use super::replace;
    use rustix::fs::{CWD, FileType, Mode, mknodat};
    use std::io::Read as _;
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::path::Path;

    #[test]
    fn replaces_by_umask_and_leaves_nothing_else() {
        let dir = tempfile::tempdir().expect("directory");
        let path = dir.path().join("out.json");
        let plain = dir.path().join("plain");
        std::fs::write(&plain, "").expect("written");
        replace(&path, b"one").expect("created");
        replace(&path, b"two").expect("replaced");
        assert_eq!(std::fs::read(&path).expect("read"), b"two");
        let mode = |path: &Path| std::fs::metadata(path).expect("there").permissions().mode();
        assert_eq!(mode(&path), mode(&plain), "the umask decides");
        assert_eq!(std::fs::read_dir(dir.path()).expect("listed").count(), 2);
    }

    #[test]
    fn replaces_a_link_and_not_its_target() {
        let dir = tempfile::tempdir().expect("directory");
        let (target, link) = (dir.path().join("target"), dir.path().join("link"));
        std::fs::write(&target, "precious").expect("written");
        symlink(&target, &link).expect("linked");
        replace(&link, b"new").expect("replaced");
        assert_eq!(std::fs::read(&target).expect("read"), b"precious");
        assert!(std::fs::symlink_metadata(&link).expect("there").is_file());
    }

    #[test]
    fn writes_through_devices_and_pipes() {
        replace(Path::new("/dev/null"), b"x").expect("a device takes it");
        let full = replace(Path::new("/dev/full"), b"x").expect_err("full");
        assert_eq!(full.kind(), std::io::ErrorKind::StorageFull);
        let dir = tempfile::tempdir().expect("directory");
        let pipe = dir.path().join("pipe");
        mknodat(CWD, &pipe, FileType::Fifo, Mode::from_raw_mode(0o600), 0).expect("made");
        assert_eq!(replace(&pipe, b"x").expect_err("no reader").to_string(), "no process reads this pipe");
        let mut reader = std::fs::OpenOptions::new().read(true).write(true).open(&pipe).expect("opened");
        replace(&pipe, b"through").expect("written");
        let mut seen = [0; 7];
        reader.read_exact(&mut seen).expect("read");
        assert_eq!(&seen, b"through");
    }

    #[test]
    fn says_what_is_in_the_way() {
        let dir = tempfile::tempdir().expect("directory");
        assert!(replace(&dir.path().join("missing/out"), b"x").is_err());
        assert!(replace(dir.path(), b"x").is_err());
        assert_eq!(std::fs::read_dir(dir.path()).expect("listed").count(), 0);
    }
}
