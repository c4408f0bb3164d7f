//! Rows whose detail stands on lines of its own below them.

use super::row::glyph;
use crate::model::Verdict;
use crate::text::wrap::wrap;

/// How far a detail stands to the right.
const INDENT: usize = 4;

/// Characters that two lines below a row surely hold, however the words fall.
pub(in crate::output) fn room(width: usize) -> usize {
    (2 * width.saturating_sub(INDENT)).saturating_sub(12)
}

/// The table's lines with each row's detail below it.
pub(super) fn rows(lines: Vec<String>, details: impl Iterator<Item = String>, width: usize) -> Vec<String> {
    let (mut out, rows) = grouped(lines);
    for (mut row, detail) in rows.into_iter().zip(details) {
        below(&mut row, &detail, width);
        out.extend(row);
    }
    out
}

/// What stands above the first row, then the lines of each row; a row begins with its verdict's sign.
pub(in crate::output) fn grouped(lines: Vec<String>) -> (Vec<String>, Vec<Vec<String>>) {
    let (mut head, mut rows) = (Vec::new(), Vec::<Vec<String>>::new());
    for line in lines {
        let begins = Verdict::ALL.into_iter().any(|verdict| line.starts_with(glyph(verdict)));
        match rows.last_mut() {
            _ if begins => rows.push(vec![line]),
            Some(row) => row.push(line),
            None => head.push(line),
        }
    }
    (head, rows)
}

/// Puts a detail below its row, above the blank line that may end it.
pub(in crate::output) fn below(row: &mut Vec<String>, detail: &str, width: usize) {
    let lines = wrap(detail, width.saturating_sub(INDENT), 0).into_iter().filter(|line| !line.is_empty());
    let at = row.iter().position(String::is_empty).unwrap_or(row.len());
    row.splice(at..at, lines.map(|line| format!("{:INDENT$}{line}", "")));
}
