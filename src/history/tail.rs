//! The end of the live file: whole, whole but for its newline, or torn.

use super::LONGEST_LINE;
use crate::disk;
use std::fs::File;
use std::io::{self, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

const CHUNK: usize = 64 << 10;

/// What the end of the file was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tail {
    /// The file was empty or ended in a newline.
    Whole,
    /// The last record was whole and got its newline.
    Completed,
    /// The last line was torn and is in `history.torn` now.
    Torn {
        /// Its length.
        bytes: u64,
    },
}

/// Makes the file end in a newline. A torn tail lasts in `torn` before it is cut off here, so a crash in between
/// leaves it twice, never nowhere.
pub(super) fn mend(mut live: &File, torn: &Path) -> io::Result<Tail> {
    let length = live.metadata()?.len();
    let start = start_of_last_line(live, length)?;
    if start == length {
        return Ok(Tail::Whole);
    }
    let bytes = length - start;
    if is_whole_record(live, start, bytes)? {
        live.write_all(b"\n")?;
        return Ok(Tail::Completed);
    }
    let (mut kept, created) = disk::append(torn)?;
    let mut at = start;
    let mut chunk = vec![0; CHUNK];
    while at < length {
        let want = usize::try_from(length - at).map_or(CHUNK, |left| left.min(CHUNK));
        live.read_exact_at(&mut chunk[..want], at)?;
        kept.write_all(&chunk[..want])?;
        at += want as u64;
    }
    kept.write_all(b"\n")?;
    kept.sync_all()?;
    if created {
        disk::sync_dir(torn)?;
    }
    live.set_len(start)?;
    live.sync_all()?;
    Ok(Tail::Torn { bytes })
}

/// Where the bytes after the last newline begin; reads backwards, so a healthy file costs one byte.
fn start_of_last_line(live: &File, length: u64) -> io::Result<u64> {
    let mut end = length;
    let mut chunk = vec![0; CHUNK];
    let mut want = 1;
    while end > 0 {
        let size = want.min(usize::try_from(end).unwrap_or(CHUNK));
        let start = end - size as u64;
        live.read_exact_at(&mut chunk[..size], start)?;
        if let Some(newline) = chunk[..size].iter().rposition(|byte| *byte == b'\n') {
            return Ok(start + newline as u64 + 1);
        }
        end = start;
        want = CHUNK;
    }
    Ok(0)
}

fn is_whole_record(live: &File, start: u64, bytes: u64) -> io::Result<bool> {
    let Some(size) = usize::try_from(bytes).ok().filter(|size| *size <= LONGEST_LINE) else { return Ok(false) };
    let mut line = vec![0; size];
    live.read_exact_at(&mut line, start)?;
    Ok(line.first() == Some(&b'{') && serde_json::from_slice::<serde::de::IgnoredAny>(&line).is_ok())
}
