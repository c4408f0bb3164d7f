//! Opening by name without following a link, blocking on a pipe, or touching a device.

use rustix::fs::{Gid, OFlags, Uid, fchown};
use std::fs::{File, FileType, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

/// Opens a regular file to read it.
///
/// # Errors
/// What the system says; a link, directory, pipe or device is refused in words.
pub fn read(path: &Path) -> io::Result<File> {
    open(path, OpenOptions::new().read(true))
}

/// Opens a regular file to read it and to write at its end, and creates it (mode 0600) when it isn't there.
/// The flag tells whether it was created.
///
/// # Errors
/// What the system says; a link, directory, pipe or device is refused in words.
pub fn append(path: &Path) -> io::Result<(File, bool)> {
    loop {
        match open(path, OpenOptions::new().read(true).append(true)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            other => return other.map(|file| (file, false)),
        }
        match create(path, OpenOptions::new().read(true).append(true)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            other => return other.map(|file| (file, true)),
        }
    }
}

/// Creates a file (mode 0600) that must not be there yet.
///
/// # Errors
/// What the system says.
pub fn fresh(path: &Path) -> io::Result<File> {
    create(path, OpenOptions::new().write(true))
}

fn open(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    // Looked at before it is opened: opening alone makes some devices act.
    refuse_irregular(std::fs::symlink_metadata(path)?.file_type())?;
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = options.custom_flags(flags.bits().cast_signed()).open(path)?;
    refuse_irregular(file.metadata()?.file_type())?;
    Ok(file)
}

fn create(path: &Path, options: &mut OpenOptions) -> io::Result<File> {
    let file = options.create_new(true).mode(0o600).open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    hand_to_owner(&file, path)?;
    Ok(file)
}

fn refuse_irregular(kind: FileType) -> io::Result<()> {
    let what = if kind.is_file() {
        return Ok(());
    } else if kind.is_symlink() {
        "is a symbolic link, and none is followed here"
    } else if kind.is_dir() {
        "is a directory"
    } else if kind.is_fifo() {
        "is a named pipe, not a regular file"
    } else {
        "is a device or socket, not a regular file"
    };
    Err(io::Error::other(what))
}

/// A run as root must leave files that the directory's owner can use in the next run.
fn hand_to_owner(file: &File, path: &Path) -> io::Result<()> {
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    let owner = std::fs::metadata(super::parent(path))?;
    if owner.uid() != 0 {
        fchown(file, Some(Uid::from_raw(owner.uid())), Some(Gid::from_raw(owner.gid())))?;
    }
    Ok(())
}
