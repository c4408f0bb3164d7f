//! `-o table`: for a person, at a terminal or in a mail from cron.
//!
//! One row an endpoint, channels apart, in the configuration's order; what needs a person again at the end, where the
//! eye is. Every foreign text is escaped; lines are never longer than the width.

mod closing;
mod layout;
mod paint;
mod row;
pub(super) mod stacked;

use crate::model::{ProbeResult, RunReport, Verdict};
use crate::text::wrap::GLUE;
use closing::{failing, given_up, healing, skipped, summary, waiting};
use comfy_table::{ContentArrangement, Table, presets};
use layout::Layout;
pub(super) use layout::Place;
pub(super) use paint::Paint;
use row::detail;
pub(super) use row::{glyph, label};

/// How it may look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Columns; a large number means that nothing is wrapped.
    pub width: usize,
    /// Whether colours are used.
    pub colour: bool,
}

/// Narrower than this is drawn as if it were this wide.
const NARROWEST: usize = 16;

/// More rows than this hardly fit a screen: then the failing ones are named again at the end.
const SCREEN: usize = 24;

/// The whole text, ending in a newline, without a space at any line's end.
pub fn render(report: &RunReport, style: Style) -> String {
    let width = style.width.clamp(NARROWEST, usize::from(u16::MAX));
    let paint = Paint { on: style.colour };
    let is_skipped = |result: &&ProbeResult| result.verdict == Verdict::Skipped;
    let all_skipped = report.results.iter().all(|result| is_skipped(&result));
    let shown: Vec<&ProbeResult> = report.results.iter().filter(|result| all_skipped || !is_skipped(result)).collect();

    let mut out = String::new();
    if all_skipped && report.results.iter().any(|result| result.message.as_deref() == Some("not due")) {
        out.push_str("nothing is due\n");
        skipped(&mut out, &report.results, width, paint);
        return out;
    }
    if !shown.is_empty() {
        for line in lines(&shown, width) {
            paint.row(&mut out, &line);
        }
        out.push('\n');
    }
    if !all_skipped {
        skipped(&mut out, &report.results, width, paint);
    }
    if shown.len() > SCREEN {
        failing(&mut out, &shown, width, paint);
    }
    healing(&mut out, &report.healing, width, paint);
    given_up(&mut out, &report.given_up, width, paint);
    waiting(&mut out, report, width, paint);
    summary(&mut out, report, width, paint);
    out
}

fn lines(shown: &[&ProbeResult], width: usize) -> Vec<String> {
    let layout = Layout::of(width);
    let longest_id = shown.iter().map(|result| result.id.to_string().chars().count()).max().unwrap_or(0);
    let room = layout.room(width, longest_id);
    // About three lines, so that one endpoint can't push the others off the screen.
    let details: Vec<String> = shown.iter().map(|result| detail(result, (3 * room).max(60))).collect();
    let longest_detail = details.iter().map(|detail| detail.chars().count()).max().unwrap_or(0);
    let place = layout.place(room, longest_detail);
    let mut table = table(width);
    if let Some(headings) = layout.headings(place) {
        table.set_header(headings);
    }
    for (at, (result, detail)) in shown.iter().zip(&details).enumerate() {
        if starts_a_block(shown, at) {
            table.add_row(vec![""; layout.columns(place)]);
        }
        table.add_row(layout.row(result, detail, place));
    }
    layout.arrange(&mut table, place);
    let rows = trimmed(&table);
    match place {
        Place::Beside => rows,
        Place::Below => stacked::rows(rows, shown.iter().map(|result| detail(result, stacked::room(width))), width),
    }
}

/// Without lines, laid out for the width.
pub(super) fn table(width: usize) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    table
}

/// Its lines, without spaces at their ends.
pub(super) fn trimmed(table: &Table) -> Vec<String> {
    table.lines().map(|line| line.trim_end().replace(GLUE, " ")).collect()
}

/// Whether a blank line stands before this row: between two channels, one of which has more than one row there.
/// Single rows need no air between them.
fn starts_a_block(shown: &[&ProbeResult], at: usize) -> bool {
    let same = |a: usize, b: usize| match (shown.get(a), shown.get(b)) {
        (Some(a), Some(b)) => a.id.channel == b.id.channel,
        (None, _) | (_, None) => false,
    };
    at > 0 && !same(at - 1, at) && ((at > 1 && same(at - 2, at - 1)) || same(at, at + 1))
}

#[cfg(test)]
mod tests;
