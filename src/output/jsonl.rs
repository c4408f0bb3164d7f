//! `-o jsonl`: one result a line, as each finishes.

use crate::model::ProbeResult;
use serde::Serialize;

/// The result with a newline at its end.
pub fn line(result: &ProbeResult) -> Vec<u8> {
    line_of(result)
}

/// Our own types have string keys and finite numbers only, which is all that serde_json could refuse.
pub(super) fn line_of(value: &impl Serialize) -> Vec<u8> {
    let mut bytes = serde_json::to_vec(value).unwrap_or_else(|_| b"null".to_vec());
    bytes.push(b'\n');
    bytes
}
