//! Plain tables: a head, and columns as wide as what stands in them.

use crate::text::wrap::{columns, wrap};

/// Between two columns.
const GAP: usize = 2;
/// A last column at least so wide may be broken over lines; a narrower one is not read at a glance.
const COMFORTABLE: usize = 50;
/// How far what has no column stands to the right, below its row.
const INDENT: usize = 4;
/// The column whose sentences need no heading when they stand alone below their rows.
const PLAIN: &str = "MESSAGE";

/// Lays rows out below a head. The last column runs free when there is no `width`; within one it is broken over lines,
/// or, with others that have no room, it stands below its row. Cells are escaped already.
pub(super) fn lay(head: &[&str], rows: &[Vec<String>], width: Option<usize>) -> String {
    let mut widths: Vec<usize> = head.iter().map(|cell| columns(cell)).collect();
    for row in rows {
        for (most, cell) in widths.iter_mut().zip(row) {
            *most = (*most).max(columns(cell));
        }
    }
    let shape = Shape::of(&widths, width);
    let mut out = String::new();
    shape.row(&mut out, &mut head.iter().copied());
    for row in rows {
        shape.row(&mut out, &mut row.iter().map(String::as_str));
        shape.below(&mut out, head, row);
    }
    out
}

/// Which columns there is room for.
struct Shape<'a> {
    widths: &'a [usize],
    /// So many stand beside each other.
    beside: usize,
    width: Option<usize>,
}

impl<'a> Shape<'a> {
    fn of(widths: &'a [usize], width: Option<usize>) -> Self {
        let Some(limit) = width else { return Self { widths, beside: widths.len(), width } };
        // Where each column ends.
        let ends: Vec<usize> = widths
            .iter()
            .scan(0, |used, width| {
                let end = *used + width;
                *used = end + GAP;
                Some(end)
            })
            .collect();
        let last = widths.len().saturating_sub(1);
        let before = last.checked_sub(1).and_then(|at| ends.get(at)).map_or(0, |end| end + GAP);
        let whole = ends.last().is_none_or(|end| *end <= limit);
        let beside = if whole || before + COMFORTABLE <= limit {
            widths.len()
        } else {
            ends.iter().take(last).filter(|end| **end <= limit).count().max(1)
        };
        Self { widths, beside, width }
    }

    fn row(&self, out: &mut String, cells: &mut dyn Iterator<Item = &str>) {
        let mut text = String::new();
        let mut hang = 0;
        for (cell, most) in cells.zip(self.widths).take(self.beside) {
            hang = columns(&text);
            text.push_str(cell);
            text.extend(std::iter::repeat_n(' ', most - columns(cell) + GAP));
        }
        let text = text.trim_end();
        match self.width {
            // The last column begins where it hangs.
            Some(width) if columns(text) > width => {
                let start = text.char_indices().map(|(at, _)| at).find(|at| columns(&text[..*at]) == hang).unwrap_or(0);
                let (before, last) = text.split_at(start);
                for (at, line) in wrap(last, width.saturating_sub(hang).max(1), 0).into_iter().enumerate() {
                    out.push_str(if at == 0 { before } else { "" });
                    out.extend(std::iter::repeat_n(' ', if at == 0 { 0 } else { hang }));
                    out.push_str(&line);
                    out.push('\n');
                }
            }
            Some(_) | None => {
                out.push_str(text);
                out.push('\n');
            }
        }
    }

    /// What has no column, with its heading unless it speaks for itself.
    fn below(&self, out: &mut String, head: &[&str], row: &[String]) {
        let Some(width) = self.width else { return };
        for (name, cell) in
            head.iter().zip(row).skip(self.beside).filter(|(_, cell)| !matches!(cell.as_str(), "" | "-"))
        {
            let named = self.widths.len() > self.beside + 1 || *name != PLAIN;
            let text = if named { format!("{}: {cell}", name.to_lowercase()) } else { cell.clone() };
            for line in wrap(&text, width.saturating_sub(INDENT), 2 * usize::from(named)) {
                out.extend(std::iter::repeat_n(' ', INDENT));
                out.push_str(&line);
                out.push('\n');
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::lay;

    fn rows() -> Vec<Vec<String>> {
        let long = "the quick brown fox jumps over the lazy dog and is never seen again by anybody";
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        vec![row(["a", "дом", long]), row(["bcd", "-", "short"]), row(["e", "f", "-"])]
    }

    #[test]
    fn columns_stand_below_each_other() {
        let rows =
            [vec!["a".to_owned(), "дом".to_owned(), "x".to_owned()], vec!["bcd".into(), "-".into(), String::new()]];
        let text = "ID   WHAT  WHY\na    дом   x\nbcd  -\n";
        assert_eq!(lay(&["ID", "WHAT", "WHY"], &rows, None), text);
        assert_eq!(lay(&["ID", "WHAT", "WHY"], &rows, Some(20)), text);
    }

    #[test]
    fn only_a_terminal_breaks_the_last_column() {
        let head = ["ID", "WHAT", "MESSAGE"];
        assert!(lay(&head, &rows(), None).lines().count() == 4, "one line a row");
        let wide = "\
ID   WHAT  MESSAGE
a    дом   the quick brown fox jumps over the lazy dog and is
           never seen again by anybody
bcd  -     short
e    f     -
";
        assert_eq!(lay(&head, &rows(), Some(61)), wide);
        let narrow = "\
ID   WHAT
a    дом
    the quick brown fox jumps over the lazy
    dog and is never seen again by anybody
bcd  -
    short
e    f
";
        assert_eq!(lay(&head, &rows(), Some(44)), narrow);
    }

    #[test]
    fn what_has_no_column_keeps_its_heading() {
        let row = vec!["an-id".to_owned(), "x".repeat(20), "some words that are not short".to_owned()];
        let text =
            "ID\nan-id\n    what:\n      xxxxxxxxxxxxxxxxxxx\n      x\n    why: some words that\n      are not short\n";
        assert_eq!(lay(&["ID", "WHAT", "WHY"], &[row], Some(25)), text);
    }
}
