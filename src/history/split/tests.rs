use super::{Backward, Forward, LONGEST_LINE};
use proptest::prelude::*;
use std::fs::File;
use std::io::Write as _;

fn file(content: &[u8]) -> File {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(content).expect("written");
    file
}

/// Each line with its place, and whether it has an end; none for one that is too long.
type Seen = Vec<(Option<Vec<u8>>, u64, bool)>;

fn forwards(file: &File, from: u64, to: u64, chunk: usize) -> Seen {
    let mut lines = Forward::new(file, from, to, chunk);
    let mut seen = Seen::new();
    while let Some(found) = lines.next().expect("read") {
        seen.push((found.line.map(<[u8]>::to_vec), found.from, found.is_ended));
    }
    seen
}

fn backwards(file: &File, from: u64, to: u64) -> Seen {
    let mut lines = Backward::new(from, to);
    let mut seen = Seen::new();
    while let Some(found) = lines.next(file).expect("read") {
        seen.push((found.line.map(<[u8]>::to_vec), found.from, found.is_ended));
    }
    seen
}

#[test]
fn every_line_in_its_place() {
    let file = file(b"one\n\nthree\ntorn");
    let line = |text: &str, from, is_ended| (Some(text.as_bytes().to_vec()), from, is_ended);
    let all = [line("one", 0, true), line("", 4, true), line("three", 5, true), line("torn", 11, false)];
    for chunk in [1, 3, 64] {
        assert_eq!(forwards(&file, 0, 15, chunk), all);
    }
    assert_eq!(forwards(&file, 4, 11, 64), all[1..3]);
    assert_eq!(forwards(&file, 15, 15, 64), []);
    let mut reversed = backwards(&file, 0, 15);
    reversed.reverse();
    assert_eq!(reversed, all);
    assert_eq!(backwards(&file, 7, 11), [line("", 11, false), line("ree", 7, true)], "within a line");
    assert_eq!(backwards(&file, 15, 15), [line("", 15, false)]);
}

#[test]
fn too_long_ones_keep_their_place() {
    let (fits, long) = (vec![b'x'; LONGEST_LINE], vec![b'y'; LONGEST_LINE + 1]);
    let content = [b"a", fits.as_slice(), &long, b"b", &long].join(&b'\n');
    let file = file(&content);
    let behind = |at: usize| (at + LONGEST_LINE) as u64;
    let all: Seen = vec![
        (Some(b"a".to_vec()), 0, true),
        (Some(fits), 2, true),
        (None, behind(3), true),
        (Some(b"b".to_vec()), 2 * behind(0) + 5, true),
        (None, 2 * behind(0) + 7, false),
    ];
    assert!(forwards(&file, 0, content.len() as u64, 1 << 20) == all);
    let mut reversed = backwards(&file, 0, content.len() as u64);
    reversed.reverse();
    assert!(reversed == all);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_ways_see_the_same(
        lengths in proptest::collection::vec(prop_oneof![0..9_usize, 0..600_000_usize], 0..8),
        chunk in prop_oneof![1_000..9_000_usize, Just(super::CHUNK)],
        is_torn in any::<bool>(),
    ) {
        let mut content = lengths.iter().map(|length| vec![b'x'; *length]).collect::<Vec<_>>().join(&b'\n');
        if !is_torn && !lengths.is_empty() {
            content.push(b'\n');
        }
        let (file, to) = (file(&content), content.len() as u64);
        let seen = forwards(&file, 0, to, chunk);
        let joined: Vec<u8> = seen
            .iter()
            .flat_map(|(line, _, is_ended)| [line.clone().unwrap_or_default(), vec![b'\n'; usize::from(*is_ended)]])
            .flatten()
            .collect();
        prop_assert!(joined == content);
        let mut reversed = backwards(&file, 0, to);
        reversed.reverse();
        // Nothing stands behind the last newline.
        reversed.retain(|(line, _, is_ended)| *is_ended || line.as_ref().is_none_or(|line| !line.is_empty()));
        prop_assert!(reversed == seen);
    }
}
