//! Making foreign text harmless for the medium it is shown in.

use std::borrow::Cow;
use std::fmt::Write as _;

/// For a terminal or a log line: control characters, DEL, C1 and the characters that reorder or hide text
/// (bidirectional controls, zero-width, BOM, line and paragraph separators) become visible escapes such as `\x1b` and `\u{202e}`.
pub fn terminal(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if !is_hostile(c) => out.push(c),
            c if u32::from(c) < 0x100 => {
                let _ = write!(out, "\\x{:02x}", u32::from(c));
            }
            c => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
        }
    }
    Cow::Owned(out)
}

/// For a JSON document that is written already: serde_json escapes what JSON demands, but not DEL, the C1 controls and what reorders text, which a terminal obeys
/// all the same. They can only stand within strings, where `\uXXXX` means the same.
pub fn json(json: String) -> String {
    if is_plain(json.as_bytes()) || !json.chars().any(is_hostile) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        // Below a space it is white space between tokens.
        if c >= ' ' && is_hostile(c) {
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// The same for a document at the end of `out`, which begins at `start`.
pub fn json_from(out: &mut Vec<u8>, start: usize) {
    if is_plain(&out[start..]) {
        return;
    }
    match String::from_utf8(out.split_off(start)) {
        Ok(text) => out.extend(json(text).into_bytes()),
        Err(error) => out.extend(error.into_bytes()),
    }
}

/// Whether no hostile character but those that JSON escapes by itself can be there, told by its first byte.
fn is_plain(json: &[u8]) -> bool {
    let may_begin_one = |byte: &u8| matches!(byte, 0x7f | 0xc2 | 0xd8 | 0xe2 | 0xef);
    (json.is_ascii() && !json.contains(&0x7f)) || !json.iter().any(may_begin_one)
}

/// Whether a terminal might obey this character, or hide or reorder others because of it.
pub fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{061c}')
}

/// Cuts after at most `max` characters, at a character's end, and says so with `…`.
pub fn shorten(text: &str, max: usize) -> Cow<'_, str> {
    if text.char_indices().nth(max).is_none() {
        return Cow::Borrowed(text);
    }
    let end = text.char_indices().nth(max.saturating_sub(1)).map_or(0, |(at, _)| at);
    Cow::Owned(format!("{}…", &text[..end]))
}

#[cfg(test)]
mod tests {
    use super::{shorten, terminal};
    use proptest::prelude::*;

    #[test]
    fn shows_escapes_instead_of_obeying_them() {
        assert_eq!(terminal("\u{1b}[2J\u{7}\u{9b}\u{202e}a\nb\u{7f}"), "\\x1b[2J\\x07\\x9b\\u{202e}a\\nb\\x7f");
        assert_eq!(terminal("Доступ ограничен 🚀"), "Доступ ограничен 🚀");
    }

    #[test]
    fn shortens_at_a_character() {
        assert_eq!(shorten("дом", 3), "дом");
        assert_eq!(shorten("домик", 3), "до…");
        assert_eq!(shorten("x", 0), "…");
    }

    proptest! {
        #[test]
        fn never_leaves_a_control_character(text in any::<String>()) {
            prop_assert!(!terminal(&text).chars().any(char::is_control));
        }
    }
}
