//! Colours, put on after everything has its place: the layout never counts an escape sequence.

use super::row::{glyph, label};
use crate::model::Verdict;
use owo_colors::{OwoColorize as _, Style};

/// Whether to colour at all.
#[derive(Clone, Copy, Debug)]
pub(in crate::output) struct Paint {
    pub(in crate::output) on: bool,
}

impl Paint {
    /// Writes one line of the table. Only a row's first line begins with a verdict; the text there is ours, never a
    /// remote's. The line of the headings is dim.
    pub(in crate::output) fn row(self, out: &mut String, line: &str) {
        let verdict = Verdict::ALL.into_iter().find(|verdict| line.starts_with(glyph(*verdict)));
        match verdict {
            Some(Verdict::Skipped) => out.push_str(&self.dim(line)),
            Some(verdict) => {
                let word = label(verdict);
                let head = if line.starts_with(word) { word } else { glyph(verdict) };
                out.push_str(&self.verdict(verdict, head));
                out.push_str(&line[head.len()..]);
            }
            None if line.starts_with("VERDICT") => out.push_str(&self.dim(line)),
            None => out.push_str(line),
        }
        out.push('\n');
    }

    pub(in crate::output) fn verdict(self, verdict: Verdict, text: &str) -> String {
        self.with(
            text,
            match verdict {
                Verdict::Up => Style::new().green(),
                Verdict::Degraded => Style::new().yellow(),
                Verdict::Down => Style::new().red().bold(),
                Verdict::Unknown => Style::new().magenta(),
                Verdict::Skipped => Style::new().dimmed(),
            },
        )
    }

    pub(in crate::output) fn dim(self, text: &str) -> String {
        self.with(text, Style::new().dimmed())
    }

    fn with(self, text: &str, style: Style) -> String {
        if self.on { text.style(style).to_string() } else { text.to_owned() }
    }
}
