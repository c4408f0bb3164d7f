//! `-o table`: for a person, at a terminal or in a mail from cron.
//!
//! One row an endpoint, channels apart, in the configuration's order; what needs a person again at the end, where the
//! eye is. Every foreign text is escaped; lines are never longer than the width.

mod closing;
mod paint;
mod row;

use crate::model::{ProbeResult, RunReport, Verdict};
use closing::{failing, skipped, summary};
use comfy_table::{Cell, CellAlignment, ColumnConstraint, ContentArrangement, Row, Table, Width, presets};
use paint::Paint;
use row::{detail, glyph, label, latency, status};

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

/// Which columns there is room for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// Verdict, endpoint, status, latency, detail.
    Wide,
    /// Verdict, endpoint, detail.
    Narrow,
    /// The verdict's sign, and all else in one column.
    Tiny,
}

impl Layout {
    fn of(width: usize) -> Self {
        match width {
            0..44 => Self::Tiny,
            44..72 => Self::Narrow,
            _ => Self::Wide,
        }
    }
}

/// The whole text, ending in a newline, without a space at any line's end.
pub fn render(report: &RunReport, style: Style) -> String {
    let width = style.width.clamp(NARROWEST, usize::from(u16::MAX));
    let paint = Paint { on: style.colour };
    let is_skipped = |result: &&ProbeResult| result.verdict == Verdict::Skipped;
    let all_skipped = report.results.iter().all(|result| is_skipped(&result));
    let shown: Vec<&ProbeResult> = report.results.iter().filter(|result| all_skipped || !is_skipped(result)).collect();

    let mut out = String::new();
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
    summary(&mut out, report, width, paint);
    out
}

fn lines(shown: &[&ProbeResult], width: usize) -> Vec<String> {
    let layout = Layout::of(width);
    let endpoint_width = shown.iter().map(|result| result.id.to_string().chars().count()).max().unwrap_or(0);
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    match layout {
        Layout::Wide => table.set_header(["VERDICT", "ENDPOINT", "STATUS", "LATENCY", "DETAIL"]),
        Layout::Narrow => table.set_header(["VERDICT", "ENDPOINT", "DETAIL"]),
        Layout::Tiny => &mut table,
    };
    let columns = match layout {
        Layout::Wide => 5,
        Layout::Narrow => 3,
        Layout::Tiny => 2,
    };
    // About three lines of detail at the most, so that one endpoint can't push the others off the screen.
    let room = match layout {
        Layout::Wide => width.saturating_sub(10 + 6 + 7 + 8 + endpoint_width.min(width * 2 / 5)),
        Layout::Narrow => width.saturating_sub(10 + 4 + endpoint_width.min(width * 2 / 5)),
        Layout::Tiny => width,
    };
    let longest = (3 * room).max(60);
    let mut previous: Option<&ProbeResult> = None;
    for (at, result) in shown.iter().enumerate() {
        if let Some(previous) = previous
            && previous.id.channel != result.id.channel
            && has_company(shown, at - 1, at)
        {
            table.add_row(vec![""; columns]);
        }
        previous = Some(result);
        let id = result.id.to_string();
        let id = crate::text::escape::terminal(&id).into_owned();
        table.add_row(match layout {
            Layout::Wide => Row::from(vec![
                Cell::new(label(result.verdict)),
                Cell::new(id),
                Cell::new(status(result)).set_alignment(CellAlignment::Right),
                Cell::new(latency(result)).set_alignment(CellAlignment::Right),
                Cell::new(detail(result, longest)),
            ]),
            Layout::Narrow => Row::from(vec![label(result.verdict), &id, &detail(result, longest)]),
            Layout::Tiny => {
                let detail = detail(result, longest);
                let all = if detail.is_empty() { id } else { format!("{id}: {detail}") };
                Row::from(vec![glyph(result.verdict), &all])
            }
        });
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        let is_last = index + 1 == columns;
        column.set_padding((
            0,
            if is_last {
                0
            } else if layout == Layout::Tiny {
                1
            } else {
                2
            },
        ));
        if index == 1 && layout != Layout::Tiny {
            column.set_constraint(ColumnConstraint::UpperBoundary(Width::Percentage(40)));
        } else if !is_last {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    table.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Whether one of two neighbouring channels has more rows than this one: single rows need no air between them.
fn has_company(shown: &[&ProbeResult], before: usize, after: usize) -> bool {
    let same = |a: usize, b: usize| match (shown.get(a), shown.get(b)) {
        (Some(a), Some(b)) => a.id.channel == b.id.channel,
        _ => false,
    };
    (before > 0 && same(before - 1, before)) || same(after, after + 1)
}

#[cfg(test)]
mod tests;
