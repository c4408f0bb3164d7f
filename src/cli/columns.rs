//! Plain tables: a head, and columns as wide as what stands in them.

/// Lays rows out below a head; the last column runs free. Cells are escaped already.
pub(super) fn lay(head: &[&str], rows: &[Vec<String>]) -> String {
    let mut widths: Vec<usize> = head.iter().map(|cell| width(cell)).collect();
    for row in rows {
        for (most, cell) in widths.iter_mut().zip(row) {
            *most = (*most).max(width(cell));
        }
    }
    let mut out = String::new();
    let mut line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut text = String::new();
        for (cell, most) in cells.zip(&widths) {
            text.push_str(cell);
            text.extend(std::iter::repeat_n(' ', most - width(cell) + 2));
        }
        out.push_str(text.trim_end());
        out.push('\n');
    };
    line(&mut head.iter().copied());
    for row in rows {
        line(&mut row.iter().map(String::as_str));
    }
    out
}

fn width(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::lay;

    #[test]
    fn columns_stand_below_each_other() {
        let rows =
            [vec!["a".to_owned(), "дом".to_owned(), "x".to_owned()], vec!["bcd".into(), "-".into(), String::new()]];
        assert_eq!(lay(&["ID", "WHAT", "WHY"], &rows), "ID   WHAT  WHY\na    дом   x\nbcd  -\n");
    }
}
