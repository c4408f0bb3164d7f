//! `-o jsonl`: one result a line, as each finishes.

use crate::model::ProbeResult;
use crate::text::escape;
use serde::Serialize;

/// The result with a newline at its end.
pub fn line(result: &ProbeResult) -> Vec<u8> {
    line_of(result)
}

/// Our own types have string keys and finite numbers only, which is all that serde_json could refuse.
pub(super) fn line_of(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = escape::json(serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())).into_bytes();
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use crate::model::{Reason, Verdict};
    use crate::output::sample::failing;
    use crate::text::escape::is_hostile;
    use proptest::prelude::*;

    #[test]
    fn every_hostile_character_has_a_first_byte_that_is_looked_for() {
        for c in (char::MIN..=char::MAX).filter(|c| is_hostile(*c) && *c >= ' ') {
            let json = crate::text::escape::json(format!("\"{c}\""));
            assert_eq!(json, format!("\"\\u{:04x}\"", u32::from(c)));
        }
    }

    proptest! {
        #[test]
        fn means_the_same_and_moves_no_terminal(text in any::<String>()) {
            let hostile = format!("\u{1b}[2J{text}\u{9b}\u{7f}\u{202e}\u{feff}");
            let line = super::line(&failing("vk", "health", Verdict::Down, Reason::Body, &[&hostile]));
            let line = String::from_utf8(line).expect("UTF-8");
            prop_assert!(!line.trim_end_matches('\n').chars().any(is_hostile));
            let value: serde_json::Value = serde_json::from_str(&line).expect("JSON");
            prop_assert_eq!(value["message"].as_str(), Some(hostile.as_str()));
        }
    }
}
