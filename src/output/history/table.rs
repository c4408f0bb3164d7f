//! Records for a person: the oldest first, a heading for each day.

use crate::model::Record;
use crate::output::status::ms;
use crate::output::table::{Paint, Place, Style, label, stacked, table, trimmed};
use crate::text::escape::{shorten, terminal};
use comfy_table::{Cell, CellAlignment, ColumnConstraint, Width};

/// `! degraded`, `15:16:09` below its heading, status and latency, with the gaps behind them.
const VERDICT: usize = 12;
const TIME: usize = 12;
const NUMBERS: usize = 17;

/// The whole text. Lines that hold no record are left out. Below 60 columns status and latency give way; where the
/// column of details would be narrow, they stand below their rows.
pub fn render(lines: &[Vec<u8>], style: Style) -> String {
    let records: Vec<Record<'_>> = lines.iter().filter_map(|line| Record::parse(line)).collect();
    if records.is_empty() {
        return "no records\n".to_owned();
    }
    let width = style.width.clamp(20, usize::from(u16::MAX));
    let is_wide = width >= 60;
    let ids: Vec<String> =
        records.iter().map(|one| terminal(&format!("{}/{}", one.channel, one.endpoint)).into_owned()).collect();
    let widest = ids.iter().map(|id| id.chars().count()).max().unwrap_or(0).min(width * 2 / 5);
    let room = width.saturating_sub(VERDICT + TIME + widest + 2 + if is_wide { NUMBERS } else { 0 });
    let longest = stacked::room(width).max(40);
    let details: Vec<String> = records.iter().map(|record| shorten(&detail(record), longest).into_owned()).collect();
    let place = match details.iter().map(|detail| detail.chars().count()).max() {
        None | Some(0) => Place::Below,
        Some(longest_detail) => Place::of(room, longest_detail),
    };

    let mut table = table(width);
    let right = |text: &str| Cell::new(text).set_alignment(CellAlignment::Right);
    let mut headings = vec![Cell::new("VERDICT"), Cell::new("TIME (UTC)"), Cell::new("ENDPOINT")];
    if is_wide {
        headings.extend(["STATUS", "LATENCY"].map(right));
    }
    if place == Place::Beside {
        headings.push(Cell::new("DETAIL"));
    }
    let last = headings.len() - 1;
    table.set_header(headings);
    for ((record, id), detail) in records.iter().zip(&ids).zip(&details) {
        let at = record.at.strftime("%H:%M:%S").to_string();
        let mut row = vec![Cell::new(label(record.verdict)), Cell::new(at), Cell::new(id)];
        if is_wide {
            row.push(right(&record.status.map(|status| status.to_string()).unwrap_or_default()));
            row.push(right(&ms(record.latency_ms)));
        }
        if place == Place::Beside {
            row.push(Cell::new(detail));
        }
        table.add_row(row);
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if index == last { 0 } else { 2 }));
        if index == 2 {
            column.set_constraint(ColumnConstraint::UpperBoundary(Width::Percentage(40)));
        } else if index < last || place == Place::Below {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
    let paint = Paint { on: style.colour };
    let mut out = String::new();
    let (head, rows) = stacked::grouped(trimmed(&table));
    for line in head {
        paint.row(&mut out, &line);
    }
    let mut day = None;
    for ((mut row, record), detail) in rows.into_iter().zip(&records).zip(&details) {
        let its_day = record.at.strftime("%Y-%m-%d").to_string();
        if day.as_ref() != Some(&its_day) {
            out.push_str(&paint.dim(&its_day));
            out.push('\n');
            day = Some(its_day);
        }
        if place == Place::Below {
            stacked::below(&mut row, detail, width);
        }
        for line in row {
            paint.row(&mut out, &line);
        }
    }
    out
}

fn detail(record: &Record<'_>) -> String {
    let mut detail = terminal(&record.message().unwrap_or_default()).into_owned();
    if let Some(reason) = record.reason {
        detail = format!("{reason}: {detail}");
    }
    if record.maintenance {
        detail.push_str(" (in maintenance)");
    }
    detail.trim().to_owned()
}
