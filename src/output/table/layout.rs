//! Which columns there is room for.

use super::row::{detail, glyph, label, latency, status};
use crate::model::ProbeResult;
use crate::text::escape::terminal;
use comfy_table::{Cell, CellAlignment, ColumnConstraint, Row, Table, Width};

/// By the terminal's width.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Verdict, endpoint, status, latency, detail.
    Wide,
    /// Verdict, endpoint, detail.
    Narrow,
    /// The verdict's sign, and all else in one column.
    Tiny,
}

impl Layout {
    pub(super) fn of(width: usize) -> Self {
        match width {
            0..44 => Self::Tiny,
            44..72 => Self::Narrow,
            _ => Self::Wide,
        }
    }

    pub(super) fn columns(self) -> usize {
        match self {
            Self::Wide => 5,
            Self::Narrow => 3,
            Self::Tiny => 2,
        }
    }

    pub(super) fn headings(self) -> Option<Vec<&'static str>> {
        match self {
            Self::Wide => Some(vec!["VERDICT", "ENDPOINT", "STATUS", "LATENCY", "DETAIL"]),
            Self::Narrow => Some(vec!["VERDICT", "ENDPOINT", "DETAIL"]),
            Self::Tiny => None,
        }
    }

    /// About three lines of detail in characters, so that one endpoint can't push the others off the screen.
    pub(super) fn longest_detail(self, width: usize, longest_id: usize) -> usize {
        let verdict = "! degraded  ".len();
        let numbers = "STATUS  LATENCY  ".len();
        let id = longest_id.min(width * 2 / 5) + 2;
        let room = match self {
            Self::Wide => width.saturating_sub(verdict + numbers + id),
            Self::Narrow => width.saturating_sub(verdict + id),
            Self::Tiny => width,
        };
        (3 * room).max(60)
    }

    pub(super) fn row(self, result: &ProbeResult, longest_detail: usize) -> Row {
        let id = result.id.to_string();
        let id = terminal(&id);
        let detail = detail(result, longest_detail);
        match self {
            Self::Wide => Row::from(vec![
                Cell::new(label(result.verdict)),
                Cell::new(id),
                Cell::new(status(result)).set_alignment(CellAlignment::Right),
                Cell::new(latency(result)).set_alignment(CellAlignment::Right),
                Cell::new(detail),
            ]),
            Self::Narrow => Row::from(vec![label(result.verdict), &id, &detail]),
            Self::Tiny if detail.is_empty() => Row::from(vec![glyph(result.verdict), &id]),
            Self::Tiny => Row::from(vec![glyph(result.verdict), &format!("{id}: {detail}")]),
        }
    }

    /// The last column takes what the others leave; a long endpoint is wrapped, the numbers never.
    pub(super) fn arrange(self, table: &mut Table) {
        let gap = if self == Self::Tiny { 1 } else { 2 };
        let last = self.columns() - 1;
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, if index == last { 0 } else { gap }));
            if index == last {
                continue;
            }
            column.set_constraint(match (self, index) {
                (Self::Wide | Self::Narrow, 1) => ColumnConstraint::UpperBoundary(Width::Percentage(40)),
                (Self::Wide | Self::Narrow | Self::Tiny, _) => ColumnConstraint::ContentWidth,
            });
        }
    }
}
