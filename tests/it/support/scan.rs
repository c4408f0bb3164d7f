//! Looks for what must be nowhere.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Every file below a directory with its content.
pub(crate) fn files(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(dir) else { return found };
    for entry in entries {
        let path = entry.expect("an entry").path();
        let kind = std::fs::symlink_metadata(&path).expect("metadata").file_type();
        if kind.is_dir() {
            found.extend(files(&path));
        } else if kind.is_file() {
            let content = std::fs::read(&path).expect("content");
            found.push((path, content));
        }
    }
    found
}

/// The shapes in which a secret may leak: raw, percent-encoded, base64, JSON-escaped.
pub(crate) fn shapes(secret: &str) -> BTreeSet<String> {
    let hex = |upper: bool, keep: &str| -> String {
        let one = |byte: u8| {
            let plain = byte.is_ascii_alphanumeric() || keep.as_bytes().contains(&byte);
            match (plain, upper) {
                (true, _) => char::from(byte).to_string(),
                (false, true) => format!("%{byte:02X}"),
                (false, false) => format!("%{byte:02x}"),
            }
        };
        secret.bytes().map(one).collect()
    };
    let json = serde_json::to_string(secret).expect("JSON");
    let json = json.trim_start_matches('"').strip_suffix('"').expect("a JSON string").to_owned();
    BTreeSet::from([
        secret.to_owned(),
        hex(true, "-._~"),
        hex(false, "-._~"),
        hex(true, "*-._"),
        hex(true, "-._~/:@!$&'()*+,;="),
        STANDARD.encode(secret).trim_end_matches('=').to_owned(),
        URL_SAFE.encode(secret).trim_end_matches('=').to_owned(),
        json.replace('/', "\\/"),
        json,
    ])
}

pub(crate) fn holds(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

/// Characters that act on a terminal instead of being seen: controls but line feed, DEL, C1, bidirectional marks.
pub(crate) fn acting(text: &str) -> Vec<char> {
    text.chars()
        .filter(|c| {
            (c.is_control() && *c != '\n')
                || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{061c}')
        })
        .collect()
}
