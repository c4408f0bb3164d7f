//! Lines of a width, broken between words.

/// Broken between words; later lines are indented. A word that is longer than a line is cut into pieces.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_inclusive(' ') {
        for c in word.chars().collect::<Vec<_>>().chunks(width.saturating_sub(2).max(1)) {
            let size = c.iter().filter(|c| **c != ' ').count();
            if used > 0 && used + size > width {
                lines.push("  ".to_owned());
                used = 2;
            }
            if let Some(line) = lines.last_mut() {
                line.extend(c);
            }
            used += c.len();
        }
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}
