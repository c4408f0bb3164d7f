//! How a file is saved moves no place: line ends, a byte order mark, characters of several bytes.

use super::tests::env;
use super::{Diagnostics, load};
use std::path::Path;

/// A wrong file, with the line, the column and a word of each mistake.
type Wrong = (&'static str, &'static [(usize, usize, &'static str)]);

const WRONG: [Wrong; 5] = [
    (
        "channels:\n  vk:\n    endpoints:\n      a: { url: \"http://h/\", tiemout: 1s, timeout: 0s }\n    colour: red\n",
        &[(4, 30, "tiemout"), (4, 52, "0s"), (5, 5, "colour")],
    ),
    ("channels: {}\nx-é: \"дом 🐤\"\nchannels: {}\n", &[(3, 1, "given twice")]),
    ("channels:\n  vk:\n\t  endpoints: {}\n", &[(3, 1, "tab")]),
    ("channels: {}\n---\nchannels: {}\n", &[(2, 1, "second document")]),
    ("channels: {}\n...\n---\ncolour: red\n", &[(3, 1, "second document")]),
];

#[test]
fn line_ends_and_a_byte_order_mark_move_no_place() {
    for (yaml, wanted) in WRONG {
        for end in ["\n", "\r\n", "\r"] {
            for mark in ["", "\u{feff}"] {
                let text = format!("{mark}{}", yaml.replace('\n', end));
                assert_eq!(places(&text), told(wanted), "{text:?}");
                // Without a break at the end.
                let cut = text.strip_suffix(end).expect("a line end");
                assert_eq!(places(cut), told(wanted), "{cut:?}");
            }
        }
    }
}

#[test]
fn one_document_may_be_marked_as_such() {
    for text in [
        "---\nchannels: {}\n",
        "%YAML 1.2\n---\nchannels: {}\n...\n",
        "channels: {}\n...\n",
        "\u{feff}--- { channels: {} }",
    ] {
        for end in ["\n", "\r\n"] {
            let text = text.replace('\n', end);
            assert!(load(Path::new("p.yaml"), text.as_bytes(), &env(&[])).is_ok(), "{text:?}");
        }
    }
}

#[test]
fn utf_16_is_refused_whichever_end_comes_first() {
    for text in ["channels: {}\n", "\u{feff}channels: {}\n", "# é\n"] {
        for bytes in [
            text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
            text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ] {
            let found = load(Path::new("p.yaml"), &bytes, &env(&[])).expect_err("UTF-16");
            assert_eq!(places_of(&found), [(1, 1)]);
            assert!(found.render(false).contains("UTF-16"), "{}", found.render(false));
        }
    }
}

fn told(wanted: &[(usize, usize, &str)]) -> Vec<(usize, usize, String)> {
    wanted.iter().map(|(line, column, word)| (*line, *column, (*word).to_owned())).collect()
}

/// The places of a wrong file's mistakes, each with the word of [`WRONG`] that it speaks of.
fn places(text: &str) -> Vec<(usize, usize, String)> {
    let found = load(Path::new("p.yaml"), text.as_bytes(), &env(&[])).expect_err("wrong");
    let words = WRONG.iter().flat_map(|(_, wanted)| wanted.iter().map(|(_, _, word)| *word));
    let word = |message: &str| words.clone().find(|word| message.contains(word)).unwrap_or(message).to_owned();
    found.iter().map(|one| (one.line, one.column, word(&one.message))).collect()
}

fn places_of(found: &Diagnostics) -> Vec<(usize, usize)> {
    found.iter().map(|one| (one.line, one.column)).collect()
}
