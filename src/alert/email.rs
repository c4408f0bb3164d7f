//! Email, and every other place for plain text.

use super::Story;
use super::pack::{Medium, bare, pack};
use crate::text::escape::{shorten, terminal};

const LIMIT: usize = 12_000;
const SUBJECT: usize = 120;

/// The subject: one line, no control characters.
pub fn subject(story: &Story) -> String {
    shorten(&terminal(&story.subject), SUBJECT).into_owned()
}

/// The story without markup.
pub fn text(story: &Story) -> String {
    pack(story, &Medium { line: bare, size: |text| text.chars().count(), limit: LIMIT, parts: 1 }).concat()
}
