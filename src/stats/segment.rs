//! How far the history was read, and where reading goes on although its files are renamed as they fill up.

use crate::text::fnv::fnv1a;
use serde::{Deserialize, Serialize};

/// Which file of the history: known by its first line, which neither a rotation nor a copy changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SegmentId(u64);

impl SegmentId {
    /// From the first line, with or without its newline.
    pub fn of(first_line: &[u8]) -> Self {
        Self(fnv1a(first_line.strip_suffix(b"\n").unwrap_or(first_line)))
    }
}

/// Everything before this place is in the rollups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The file.
    pub segment: SegmentId,
    /// The first byte of it that was not read yet; always just behind a newline.
    pub offset: u64,
    /// Of the bytes before that: whether what was read is still what stands there.
    pub tail: TailId,
}

/// Known by the last bytes before a place, newline included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TailId(u64);

impl TailId {
    /// So many bytes are looked at, or all that there are.
    pub const BYTES: u64 = 512;

    /// From those bytes.
    pub fn of(tail: &[u8]) -> Self {
        Self(fnv1a(tail))
    }
}

/// A file of the history as it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// From its first line; an empty file has none and is left out.
    pub id: SegmentId,
    /// Bytes.
    pub length: u64,
}

/// Where reading begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Within this file (an index) at this byte, then every newer file from its beginning.
    GoOn {
        /// Which of the files that were given.
        index: usize,
        /// The first byte to read; what stands before it must be what the checkpoint's `tail` says, else start anew.
        offset: u64,
    },
    /// The rollups don't belong to this history: everything is read again, into empty ones.
    Anew,
}

/// Compares a checkpoint with the files, which are given oldest first.
pub fn start(checkpoint: Option<Checkpoint>, segments: &[Segment]) -> Start {
    let Some(checkpoint) = checkpoint else { return Start::Anew };
    match segments.iter().position(|segment| segment.id == checkpoint.segment) {
        Some(index) if checkpoint.offset <= segments[index].length => Start::GoOn { index, offset: checkpoint.offset },
        Some(_) | None => Start::Anew,
    }
}

#[cfg(test)]
mod tests {
    use super::{Checkpoint, Segment, SegmentId, Start, TailId, start};

    #[test]
    fn goes_on_through_renames_and_starts_anew_on_strangers() {
        let [a, b, c] = [b"a".as_slice(), b"b\n", b"c"].map(SegmentId::of);
        assert_eq!(b, SegmentId::of(b"b"));
        let files = [a, b, c].map(|id| Segment { id, length: 100 });
        let at = |segment, offset| Some(Checkpoint { segment, offset, tail: TailId::of(b"") });
        let cases = [
            (None, Start::Anew),
            (at(b, 40), Start::GoOn { index: 1, offset: 40 }),
            (at(c, 100), Start::GoOn { index: 2, offset: 100 }),
            (at(c, 101), Start::Anew),
            (at(SegmentId::of(b"gone"), 1), Start::Anew),
        ];
        for (checkpoint, expected) in cases {
            assert_eq!(start(checkpoint, &files), expected, "{checkpoint:?}");
        }
        assert_eq!(start(at(a, 0), &[]), Start::Anew);
    }
}
