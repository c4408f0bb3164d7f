//! `canary init`: the shipped probes.yaml and its schemas, as files to edit.

use super::args::Init;
use super::session::Session;
use super::{EXIT_DONE, Stop};
use crate::demo::shipped;
use crate::text::plural::count;
use crate::text::suggest::nearest;
use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

pub(super) fn run(session: Session<'_>, args: &Init) -> Result<u8, Stop> {
    let stderr = session.stderr;
    if let Some(file) = &session.global.config {
        let words = "init writes probes.yaml and schemas/ into a directory: name that instead of --config";
        return Err(Stop::Usage(format!("{words} {}: canary init DIR", file.display())));
    }
    let files = chosen(&args.channel)?;
    write_all(&args.dir, &files, "canary init DIR")?;
    let probes = args.dir.join(files[0].0);
    stderr.note(&format!("wrote {} and {} beside it", probes.display(), count(files.len() - 1, "schema")));
    stderr.note("next: edit it, `canary config check`, `canary check`");
    Ok(EXIT_DONE)
}

/// Writes these files below the directory: all of them, or none when one of them is there. `other` is the command that
/// writes somewhere else.
pub(super) fn write_all(dir: &Path, files: &[(&str, String)], other: &str) -> Result<(), Stop> {
    let files: Vec<(PathBuf, &String)> = files.iter().map(|(name, text)| (dir.join(name), text)).collect();
    if let Some((path, _)) = files.iter().find(|(path, _)| path.symlink_metadata().is_ok()) {
        return Err(Stop::Usage(format!(
            "{} exists and is left as it is, nothing was written; name another directory: {other}",
            path.display()
        )));
    }
    let mut written = Vec::new();
    for (path, text) in &files {
        if let Err(error) = write_new(path, text) {
            // Half a starter is worse than none.
            for path in &written {
                let _ = fs::remove_file(path);
            }
            return Err(Stop::Own(format!("{}: {error}; nothing was kept", path.display())));
        }
        written.push(path.clone());
    }
    Ok(())
}

/// All of it, or what these channels need.
fn chosen(wanted: &[String]) -> Result<Vec<(&'static str, String)>, Stop> {
    if wanted.is_empty() {
        return Ok(shipped::files().map(|(name, text)| (name, text.to_owned())).collect());
    }
    let known = shipped::channels();
    let wrong: Vec<String> = wanted
        .iter()
        .filter(|name| !known.contains(&name.as_str()))
        .map(|name| match nearest(name, known.iter().copied()) {
            Some(near) => format!("--channel: the starter has no channel `{name}`; did you mean `{near}`?"),
            None => format!("--channel: the starter has no channel `{name}`; it has {}", known.join(", ")),
        })
        .collect();
    if !wrong.is_empty() {
        return Err(Stop::Usage(wrong.join("\n")));
    }
    let wanted: Vec<&str> = known.into_iter().filter(|known| wanted.iter().any(|name| name == known)).collect();
    Ok(shipped::files_for(&wanted))
}

fn write_new(path: &Path, text: &str) -> io::Result<()> {
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir)?;
    }
    // An env file is there for secrets.
    let mode = if path.ends_with(".env") { 0o600 } else { 0o666 };
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path)?;
    let whole = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    if whole.is_err() {
        let _ = fs::remove_file(path);
    }
    whole
}
