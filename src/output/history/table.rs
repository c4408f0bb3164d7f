//! Records for a person: one line each, the oldest first.

use crate::model::Record;
use crate::output::status::ms;
use crate::output::table::{Paint, Style, label};
use crate::text::escape::{shorten, terminal};
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};

/// The whole text. Lines that hold no record are left out. Below 60 columns status and latency give way.
pub fn render(lines: &[Vec<u8>], style: Style) -> String {
    let records: Vec<Record<'_>> = lines.iter().filter_map(|line| Record::parse(line)).collect();
    if records.is_empty() {
        return "no records\n".to_owned();
    }
    let width = style.width.clamp(20, usize::from(u16::MAX));
    let is_wide = width >= 60;
    let ids: Vec<String> =
        records.iter().map(|one| terminal(&format!("{}/{}", one.channel, one.endpoint)).into_owned()).collect();
    let widest = ids.iter().map(|id| id.chars().count()).max().unwrap_or(0);
    // The other columns, with the gaps between them.
    let fixed = 12 + widest + 2 + if is_wide { 21 + 17 } else { 13 };
    let longest = (2 * width.saturating_sub(fixed)).max(40);
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    let mut headings = vec![Cell::new("VERDICT"), Cell::new("TIME (UTC)"), Cell::new("ENDPOINT")];
    if is_wide {
        headings.extend(["STATUS", "LATENCY"].map(|text| right(text.to_owned())));
    }
    headings.push(Cell::new("DETAIL"));
    table.set_header(headings);
    for (record, id) in records.iter().zip(&ids) {
        let at = record.at.strftime(if is_wide { "%Y-%m-%d %H:%M:%S" } else { "%m-%d %H:%M" }).to_string();
        let mut row = vec![Cell::new(label(record.verdict)), Cell::new(at), Cell::new(id)];
        if is_wide {
            row.push(right(record.status.map(|status| status.to_string()).unwrap_or_default()));
            row.push(right(ms(record.latency_ms)));
        }
        let mut detail = terminal(&record.message().unwrap_or_default()).into_owned();
        if let Some(reason) = record.reason {
            detail = format!("{reason}: {detail}");
        }
        if record.maintenance {
            detail.push_str(" (in maintenance)");
        }
        row.push(Cell::new(shorten(detail.trim(), longest)));
        table.add_row(row);
    }
    let last = if is_wide { 5 } else { 3 };
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if index == last { 0 } else { 2 }));
    }
    let paint = Paint { on: style.colour };
    let mut out = String::new();
    for line in table.lines() {
        paint.row(&mut out, line.trim_end());
    }
    out
}
