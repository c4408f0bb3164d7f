//! Putting the report into its directory.

use super::files::ReportFile;
use crate::disk::{self, Readers};
use serde_json::Value;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};

/// A file or directory that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("can't write {}: {}", path.display(), disk::cause(error))]
pub struct WriteError {
    /// Which.
    pub path: PathBuf,
    /// What the system says.
    #[source]
    pub error: io::Error,
}

/// Makes the directory where it isn't there, and replaces each file atomically: a reader sees the old one or the new
/// one. Files are readable for all (0644), whatever the umask: a web server shall show them. A symbolic link of a
/// file's name is replaced, not followed.
///
/// # Errors
/// The first file that could not be written; those before it are the new ones.
pub fn write(dir: &Path, files: &[ReportFile]) -> Result<(), WriteError> {
    for file in files {
        let path = dir.join(&file.path);
        let parent = path.parent().unwrap_or(dir);
        if parent != dir && std::fs::symlink_metadata(parent).is_ok_and(|found| found.is_symlink()) {
            std::fs::remove_file(parent).map_err(|error| WriteError { path: parent.to_owned(), error })?;
        }
        std::fs::create_dir_all(parent).map_err(|error| WriteError { path: parent.to_owned(), error })?;
        disk::replace(&path, &file.bytes, Readers::All).map_err(|error| WriteError { path: path.clone(), error })?;
    }
    let status = dir.join("status");
    clear(&status, dir, files).map_err(|error| WriteError { path: status.clone(), error })
}

/// A channel that has left the configuration would stay as it last was for ever: its file goes. Others are left alone.
fn clear(status: &Path, dir: &Path, files: &[ReportFile]) -> io::Result<()> {
    for entry in std::fs::read_dir(status).into_iter().flatten() {
        let path = entry?.path();
        let is_written = files.iter().any(|file| dir.join(&file.path) == path);
        if !is_written && path.extension().is_some_and(|ext| ext == "json") && is_ours(&path) {
            std::fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// Whether it is what [`files`](super::files()) makes of the one channel that it is named after.
fn is_ours(path: &Path) -> bool {
    let Some(found) = std::fs::read(path).ok().and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok()) else {
        return false;
    };
    let channel = found["channels"].as_array().and_then(|channels| match channels.as_slice() {
        [one] => one["channel"].as_str(),
        _ => None,
    });
    let named = path.file_stem().and_then(OsStr::to_str);
    found["v"] == 1 && found["generated_at"].is_string() && channel.is_some() && channel == named
}

#[cfg(test)]
mod tests {
    use super::{ReportFile, write};
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    use std::path::PathBuf;

    fn file(path: &str, bytes: &str) -> ReportFile {
        ReportFile { path: PathBuf::from(path), bytes: bytes.as_bytes().to_vec() }
    }

    #[test]
    fn replaces_links_and_leaves_nothing_else() {
        let dir = tempfile::tempdir().expect("directory");
        let out = dir.path().join("a/b");
        write(&out, &[file("index.html", "one"), file("status/vk.json", "{}")]).expect("written");
        let precious = dir.path().join("precious");
        std::fs::write(&precious, "kept").expect("written");
        std::fs::remove_file(out.join("index.html")).expect("removed");
        symlink(&precious, out.join("index.html")).expect("linked");
        write(&out, &[file("index.html", "two")]).expect("written");
        assert_eq!(std::fs::read_to_string(&precious).expect("read"), "kept");
        assert_eq!(std::fs::read_to_string(out.join("index.html")).expect("read"), "two");
        std::fs::remove_dir_all(out.join("status")).expect("removed");
        symlink(dir.path(), out.join("status")).expect("linked");
        write(&out, &[file("status/vk.json", "{}")]).expect("written");
        assert!(!dir.path().join("vk.json").exists() && out.join("status/vk.json").exists());
        let mode = std::fs::symlink_metadata(out.join("index.html")).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o644);
        assert_eq!(std::fs::read_dir(&out).expect("listed").count(), 2);
    }

    #[test]
    fn says_what_is_in_the_way() {
        let dir = tempfile::tempdir().expect("directory");
        let blocked = dir.path().join("file");
        std::fs::write(&blocked, "").expect("written");
        let error = write(&blocked, &[file("index.html", "x")]).expect_err("a file is no directory");
        assert!(error.to_string().starts_with(&format!("can't write {}: ", blocked.display())), "{error}");
    }
}
