//! Which columns there is room for.

use super::row::{glyph, label, latency, status};
use crate::model::ProbeResult;
use crate::text::escape::terminal;
use comfy_table::{Cell, CellAlignment, ColumnConstraint, Row, Table, Width};

/// A column at least this wide shows most details in one line or two.
const COMFORTABLE: usize = 50;

/// Where a row's detail stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::output) enum Place {
    /// In the last column.
    Beside,
    /// On lines of its own.
    Below,
}

impl Place {
    /// Below its row a detail has nearly the whole width; that is where it goes when the column, so wide, would break a
    /// sentence over more lines than one reads at a glance.
    pub(in crate::output) fn of(room: usize, longest_detail: usize) -> Self {
        if room < COMFORTABLE && longest_detail > room { Self::Below } else { Self::Beside }
    }
}

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

    /// Without the detail, when that stands below its row.
    pub(super) fn columns(self, place: Place) -> usize {
        let all = match self {
            Self::Wide => 5,
            Self::Narrow => 3,
            Self::Tiny => 2,
        };
        all - usize::from(place == Place::Below)
    }

    pub(super) fn headings(self, place: Place) -> Option<Vec<&'static str>> {
        let mut all = match self {
            Self::Wide => vec!["VERDICT", "ENDPOINT", "STATUS", "LATENCY", "DETAIL"],
            Self::Narrow => vec!["VERDICT", "ENDPOINT", "DETAIL"],
            Self::Tiny => return None,
        };
        all.truncate(self.columns(place));
        Some(all)
    }

    /// How wide the column of details would be.
    pub(super) fn room(self, width: usize, longest_id: usize) -> usize {
        let verdict = "! degraded  ".len();
        let numbers = "STATUS  LATENCY  ".len();
        let id = longest_id.min(width * 2 / 5) + 2;
        match self {
            Self::Wide => width.saturating_sub(verdict + numbers + id),
            Self::Narrow => width.saturating_sub(verdict + id),
            Self::Tiny => width,
        }
    }

    pub(super) fn place(self, room: usize, longest_detail: usize) -> Place {
        match self {
            Self::Wide | Self::Narrow => Place::of(room, longest_detail),
            Self::Tiny => Place::Beside,
        }
    }

    pub(super) fn row(self, result: &ProbeResult, detail: &str, place: Place) -> Row {
        let id = result.id.to_string();
        let id = terminal(&id);
        let mut cells = match self {
            Self::Wide => vec![
                Cell::new(label(result.verdict)),
                Cell::new(id),
                Cell::new(status(result)).set_alignment(CellAlignment::Right),
                Cell::new(latency(result)).set_alignment(CellAlignment::Right),
                Cell::new(detail),
            ],
            Self::Narrow => vec![Cell::new(label(result.verdict)), Cell::new(id), Cell::new(detail)],
            Self::Tiny if detail.is_empty() => vec![Cell::new(glyph(result.verdict)), Cell::new(id)],
            Self::Tiny => vec![Cell::new(glyph(result.verdict)), Cell::new(format!("{id}: {detail}"))],
        };
        cells.truncate(self.columns(place));
        Row::from(cells)
    }

    /// The last column takes what the others leave; a long endpoint is wrapped, the numbers never.
    pub(super) fn arrange(self, table: &mut Table, place: Place) {
        let gap = if self == Self::Tiny { 1 } else { 2 };
        let last = self.columns(place) - 1;
        for (index, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, if index == last { 0 } else { gap }));
            if index == last && place == Place::Beside {
                continue;
            }
            column.set_constraint(match (self, index) {
                (Self::Wide | Self::Narrow, 1) => ColumnConstraint::UpperBoundary(Width::Percentage(40)),
                (Self::Wide | Self::Narrow | Self::Tiny, _) => ColumnConstraint::ContentWidth,
            });
        }
    }
}
