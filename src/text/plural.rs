//! `1 endpoint`, `2 endpoints`.

/// A count with its noun, an `s` added unless the count is one.
pub fn count(n: usize, noun: &str) -> String {
    if n == 1 { format!("1 {noun}") } else { format!("{n} {noun}s") }
}
