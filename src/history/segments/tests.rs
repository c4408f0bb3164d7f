use super::{CHUNK, SegmentFile};
use crate::history::{History, LONGEST_LINE};
use crate::stats::SegmentId;
use proptest::prelude::*;
use std::path::Path;

fn history(dir: &Path) -> History {
    History::new(dir.join("history.jsonl"), 1 << 30, 8)
}

/// The only file, with this content.
fn only(dir: &Path, content: &[u8]) -> SegmentFile {
    let history = history(dir);
    std::fs::write(history.path(), content).expect("written");
    history.segments().expect("opened").pop().expect("one file")
}

/// What is handed out from `offset` on: the lines, how many were too long, and where it ended.
fn all(file: &SegmentFile, offset: u64, enough: u64) -> (Vec<u8>, usize, u64) {
    let (mut lines, mut too_long) = (Vec::new(), 0);
    let end = file.read(offset, enough, |line| match line {
        Some(line) => lines.extend([line, b"\n"].concat()),
        None => too_long += 1,
    });
    (lines, too_long, end.expect("read"))
}

#[test]
fn files_are_known_by_their_first_line_oldest_first() {
    let dir = tempfile::tempdir().expect("directory");
    let history = history(dir.path());
    assert!(history.segments().expect("nothing there").is_empty());
    for (name, content) in [(".2", "a\nb\n"), (".1", "c\n"), ("", "d\ne")] {
        std::fs::write(format!("{}{name}", history.path().display()), content).expect("written");
    }
    let segments = history.segments().expect("opened");
    let found: Vec<_> = segments.iter().map(|file| (file.segment().id, file.segment().length)).collect();
    assert_eq!(found, [(b"a", 4), (b"c", 2), (b"d", 3)].map(|(line, length)| (SegmentId::of(line), length)));
    std::fs::write(history.path(), "no end").expect("written");
    assert_eq!(history.segments().expect("opened").len(), 2, "what holds no whole line is left out");
}

#[test]
fn a_torn_end_is_left_for_the_next_time() {
    let dir = tempfile::tempdir().expect("directory");
    let file = only(dir.path(), b"one\ntwo\nthr");
    assert_eq!(all(&file, 0, u64::MAX), (b"one\ntwo\n".to_vec(), 0, 8));
    assert_eq!(all(&file, 4, u64::MAX), (b"two\n".to_vec(), 0, 8));
    assert_eq!(all(&file, 8, u64::MAX), (Vec::new(), 0, 8));
    std::fs::write(history(dir.path()).path(), "one\ntwo\nthree\n").expect("written");
    assert_eq!(all(&file, 8, u64::MAX).2, 8, "what came later is not seen");
}

#[test]
fn long_lines_are_passed_over_and_counted() {
    let dir = tempfile::tempdir().expect("directory");
    let fits = vec![b'x'; LONGEST_LINE];
    let long = vec![b'y'; LONGEST_LINE + 1];
    let longer = vec![b'z'; 3 * LONGEST_LINE];
    let content = [b"a", fits.as_slice(), b"b", &long, b"c", &longer, b"d", &long].join(&b'\n');
    let file = only(dir.path(), &content);
    let (lines, too_long, end) = all(&file, 0, u64::MAX);
    assert_eq!(lines, [b"a", fits.as_slice(), b"b", b"c", b"d", b""].join(&b'\n'));
    assert_eq!((too_long, end), (2, (content.len() - long.len()) as u64), "the last one has no end yet");
    let first = only(dir.path(), &[longer.as_slice(), b"\nnext\n"].concat());
    assert_eq!(all(&first, 0, u64::MAX).0, b"next\n");
}

#[test]
fn stops_when_it_is_enough() {
    let dir = tempfile::tempdir().expect("directory");
    let content = b"0123456789abcde\n".repeat(5 * CHUNK / 16);
    let file = only(dir.path(), &content);
    for (enough, wanted) in [(10, 16), (16, 16), (17, 32)] {
        let (lines, _, end) = all(&file, 0, enough);
        assert_eq!((lines.len() as u64, end), (wanted, wanted));
    }
    assert_eq!(all(&file, 0, u64::MAX).2, content.len() as u64);
}

#[test]
fn a_checkpoint_notices_other_bytes_before_it() {
    let dir = tempfile::tempdir().expect("directory");
    let file = only(dir.path(), b"first\nsecond\nthird\n");
    let checkpoint = file.checkpoint(13).expect("read");
    assert!(file.agrees(&checkpoint).expect("read"));
    for (content, agrees) in [
        ("first\nsecond\nelse\n", true),
        ("first\nsecond\n", true),
        ("first\nsecond", false),
        ("first\nzweite\nthird\n", false),
        ("other\nsecond\nthird\n", false),
    ] {
        assert_eq!(only(dir.path(), content.as_bytes()).agrees(&checkpoint).expect("read"), agrees, "{content:?}");
    }
}

#[test]
fn the_newest_lines() {
    let dir = tempfile::tempdir().expect("directory");
    let file = only(dir.path(), b"one\ntwo\nthree\ntorn");
    let newest = |most, bytes| {
        let lines = file.newest_lines(most, bytes).expect("read");
        lines.into_iter().map(|line| String::from_utf8(line).expect("text")).collect::<Vec<_>>()
    };
    assert_eq!(newest(9, 999), ["one", "two", "three"]);
    assert_eq!(newest(2, 999), ["two", "three"]);
    assert_eq!(newest(9, 12), ["three"]);
    assert!(newest(9, 3).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_whole_lines_whatever_their_lengths(
        lengths in proptest::collection::vec(prop_oneof![0..200_usize, 0..3 * CHUNK], 1..8),
        from in any::<prop::sample::Index>(),
    ) {
        let dir = tempfile::tempdir().expect("directory");
        let lines: Vec<Vec<u8>> = lengths.iter().map(|length| [vec![b'x'; *length], b"\n".to_vec()].concat()).collect();
        let file = only(dir.path(), &lines.concat());
        let from = from.index(lines.len());
        let offset = lines[..from].concat().len() as u64;
        prop_assert_eq!(all(&file, offset, u64::MAX).0, lines[from..].concat());
    }
}
