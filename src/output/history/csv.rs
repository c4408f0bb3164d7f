//! Comma-separated values that a spreadsheet can open without running them.

use crate::text::escape::terminal;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// A history line's keys, in its order.
const COLUMNS: [&str; 28] = [
    "v",
    "ts",
    "run",
    "channel",
    "endpoint",
    "verdict",
    "reason",
    "blame",
    "message",
    "problems",
    "method",
    "url",
    "final_url",
    "remote_addr",
    "http_version",
    "status",
    "latency_ms",
    "phases",
    "attempts",
    "redirects",
    "proxy",
    "bytes",
    "cert_days_left",
    "metrics",
    "evidence",
    "suppressed_by",
    "maintenance",
    "verify",
];

pub(super) fn head() -> String {
    COLUMNS.join(",") + "\n"
}

/// None when the line is no JSON object.
pub(super) fn row(line: &[u8]) -> Option<String> {
    let record: Map<String, Value> = serde_json::from_slice(line).ok()?;
    Some(joined(COLUMNS.map(|column| match record.get(column) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => cell(text),
        Some(plain @ (Value::Bool(_) | Value::Number(_))) => plain.to_string(),
        Some(nested @ (Value::Array(_) | Value::Object(_))) => cell(&nested.to_string()),
    })))
}

pub(super) fn joined(cells: impl IntoIterator<Item = String>) -> String {
    let mut line = String::new();
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        line.push_str(&cell);
    }
    line.push('\n');
    line
}

/// A text, quoted where it must be. Spreadsheets take a cell that begins with one of `= + - @`, also behind white space
/// or in its full-width form, for a formula: an apostrophe before it keeps it text.
pub(super) fn cell(text: &str) -> String {
    let text = terminal(text);
    let is_formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with("\\t")
        || text.starts_with("\\r");
    let text: Cow<'_, str> = if is_formula { format!("'{text}").into() } else { text };
    if text.contains([',', '"', ';', ' ', '\'']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.into_owned()
    }
}
