//! The end of the live file: whole, whole but for its newline, or torn.

use super::LONGEST_LINE;
use crate::disk;
use std::fs::File;
use std::io::{self, Write as _};
use std::ops::Range;
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
    keep_torn(live, start..length, torn)?;
    live.set_len(start)?;
    live.sync_all()?;
    Ok(Tail::Torn { bytes })
}

/// Appends the range and a newline to `torn`, or leaves it as it was.
fn keep_torn(live: &File, range: Range<u64>, torn: &Path) -> io::Result<()> {
    let (mut kept, created) = disk::append(torn)?;
    let before = kept.metadata()?.len();
    let copied = copy_range(live, range, &mut kept).and_then(|()| kept.write_all(b"\n")).and_then(|()| kept.sync_all());
    if let Err(error) = copied {
        // What stays there if this fails too is only there twice.
        let _ = kept.set_len(before);
        return Err(error);
    }
    if created { disk::sync_dir(torn) } else { Ok(()) }
}

fn copy_range(live: &File, range: Range<u64>, to: &mut File) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK];
    let mut at = range.start;
    while at < range.end {
        let want = usize::try_from(range.end - at).map_or(CHUNK, |left| left.min(CHUNK));
        live.read_exact_at(&mut chunk[..want], at)?;
        to.write_all(&chunk[..want])?;
        at += want as u64;
    }
    Ok(())
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
    let mut tail = vec![0; size];
    live.read_exact_at(&mut tail, start)?;
    Ok(tail.first() == Some(&b'{') && serde_json::from_slice::<serde::de::IgnoredAny>(&tail).is_ok())
}
