//! Records one after the other, whatever their number.

use super::csv;
use crate::text::escape::json;
use serde::de::IgnoredAny;

/// The three formats that are written as the records come, whatever their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stream {
    /// One array.
    Json,
    /// One record a line.
    Jsonl,
    /// Columns.
    Csv,
}

impl Stream {
    /// What stands before the first record.
    pub fn head(self) -> String {
        match self {
            Self::Json => "[".to_owned(),
            Self::Jsonl => String::new(),
            Self::Csv => csv::head(),
        }
    }

    /// One record; `number` counts those before it. None when the line isn't JSON after all.
    pub fn record(self, line: &[u8], number: u64) -> Option<Vec<u8>> {
        let line = line.trim_ascii();
        if self == Self::Csv {
            return csv::row(line).map(String::into_bytes);
        }
        serde_json::from_slice::<IgnoredAny>(line).ok()?;
        let line = json(String::from_utf8(line.to_vec()).ok()?);
        let (before, after): (&[u8], &[u8]) = match (self, number) {
            (Self::Json, 0) => (b"\n", b""),
            (Self::Json, _) => (b",\n", b""),
            (Self::Jsonl | Self::Csv, _) => (b"", b"\n"),
        };
        Some([before, line.as_bytes(), after].concat())
    }

    /// What stands after the last of `number` records.
    pub fn foot(self, number: u64) -> &'static str {
        match (self, number) {
            (Self::Json, 0) => "]\n",
            (Self::Json, _) => "\n]\n",
            (Self::Jsonl | Self::Csv, _) => "",
        }
    }
}
