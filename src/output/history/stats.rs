//! `history --stats` in each format.

use super::HistoryFormat;
use super::csv::{cell, joined};
use crate::model::Verdict;
use crate::model::result::stamp;
use crate::output::status::ms;
use crate::output::table::{Paint, Style, label};
use crate::stats::{Percentiles, TallyRow};
use crate::text::escape::terminal;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Table, presets};
use serde_json::{Value, json};

/// The whole output: a table for people, one array, one object a line, or columns.
pub fn render(rows: &[TallyRow], format: HistoryFormat, style: Style) -> String {
    match format {
        HistoryFormat::Table => table(rows, style),
        HistoryFormat::Json => rows.iter().map(object).collect::<Value>().to_string() + "\n",
        HistoryFormat::Jsonl => rows.iter().map(|row| object(row).to_string() + "\n").collect(),
        HistoryFormat::Csv => csv(rows),
    }
}

fn object(row: &TallyRow) -> Value {
    json!({
        "channel": row.channel,
        "endpoint": row.endpoint,
        "verdict": row.verdict,
        "count": row.count,
        "first": stamp(row.span.0),
        "last": stamp(row.span.1),
        "latency_ms": row.latency,
    })
}

fn csv(rows: &[TallyRow]) -> String {
    let mut out = String::from("channel,endpoint,verdict,count,first,last,p50_ms,p95_ms,p99_ms\n");
    for row in rows {
        let Percentiles { p50, p95, p99 } = row.latency;
        let number = |ms: Option<f64>| ms.map(|ms| ms.to_string()).unwrap_or_default();
        out.push_str(&joined([
            cell(&row.channel),
            cell(&row.endpoint),
            row.verdict.to_string(),
            row.count.to_string(),
            stamp(row.span.0),
            stamp(row.span.1),
            number(p50),
            number(p95),
            number(p99),
        ]));
    }
    out
}

fn table(rows: &[TallyRow], style: Style) -> String {
    if rows.is_empty() {
        return "no records\n".to_owned();
    }
    let paint = Paint { on: style.colour };
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(style.width.max(20)).unwrap_or(u16::MAX));
    let right = |text: String| Cell::new(text).set_alignment(CellAlignment::Right);
    let heading = |text: &str| right(text.to_owned());
    let mut headings = vec![Cell::new("VERDICT"), Cell::new("ENDPOINT")];
    headings.extend(["RESULTS", "P50", "P95", "P99"].map(heading));
    table.set_header(headings);
    for row in rows {
        let id = format!("{}/{}", row.channel, row.endpoint);
        let mut cells = vec![Cell::new(label(row.verdict)), Cell::new(terminal(&id))];
        cells.extend([row.count.to_string(), ms(row.latency.p50), ms(row.latency.p95), ms(row.latency.p99)].map(right));
        table.add_row(cells);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let mut out = String::new();
    for line in table.lines() {
        paint.row(&mut out, line.trim_end());
    }
    let of = |verdict: Verdict| rows.iter().filter(|row| row.verdict == verdict).map(|row| row.count).sum::<u64>();
    let counts: Vec<_> = Verdict::ALL
        .into_iter()
        .rev()
        .filter(|verdict| of(*verdict) > 0)
        .map(|verdict| format!("{} {verdict}", of(verdict)))
        .collect();
    out.push('\n');
    out.push_str(&counts.join(", "));
    out.push('\n');
    out
}
