//! Lines that fit a terminal.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// What holds two words of ours together where a line may not be broken between them.
pub const GLUE: char = '\u{a0}';

/// Breaks between words so that no line takes more than `width` columns; later lines begin with `hang` spaces. A word
/// longer than a line is cut into pieces. [`GLUE`] becomes a space.
pub fn wrap(text: &str, width: usize, hang: usize) -> Vec<String> {
    let hang = hang.min(width / 2);
    let mut lines = vec![String::new()];
    let mut used = 0;
    let begin = |lines: &mut Vec<String>| {
        lines.push(" ".repeat(hang));
        hang
    };
    for word in text.split_inclusive(' ') {
        let size = columns(word.trim_end_matches(' '));
        if used > hang && used + size > width && (size + hang <= width || used + CRUMB > width) {
            used = begin(&mut lines);
        }
        for c in word.chars() {
            let one = c.width().unwrap_or(0);
            if c != ' ' && used > 0 && used + one > width {
                used = begin(&mut lines);
            }
            if let Some(line) = lines.last_mut() {
                line.push(if c == GLUE { ' ' } else { c });
            }
            used += one;
        }
    }
    lines.into_iter().map(|line| line.trim_end().to_owned()).collect()
}

/// A piece of a word that has to be cut is at least so wide, or it begins on the next line.
const CRUMB: usize = 16;

/// The columns that a text takes on a terminal.
pub fn columns(text: &str) -> usize {
    text.width()
}

#[cfg(test)]
mod tests {
    use super::{columns, wrap};
    use proptest::prelude::*;

    #[test]
    fn breaks_between_words_and_hangs() {
        assert_eq!(wrap("one two three", 8, 2), ["one two", "  three"]);
        assert_eq!(wrap("one (+1\u{a0}more)", 11, 2), ["one", "  (+1 more)"]);
        assert_eq!(wrap("a0123456789", 6, 2), ["a01234", "  5678", "  9"]);
        assert_eq!(wrap("服务不可用", 5, 0), ["服务", "不可", "用"]);
        assert_eq!(wrap("", 6, 2), [""]);
    }

    proptest! {
        #[test]
        fn loses_nothing(text in "[a-z ]{0,200}", width in 5_usize..60, hang in 0_usize..9) {
            let lines = wrap(&text, width, hang);
            prop_assert!(lines.iter().all(|line| columns(line) <= width));
            let squeeze = |text: &str| text.replace(' ', "");
            prop_assert_eq!(squeeze(&lines.concat()), squeeze(&text));
        }
    }
}
