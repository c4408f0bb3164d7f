//! `history -o FORMAT`.

use crate::text::suggest::nearest;
use std::fmt;
use std::str::FromStr;

/// The formats of `history`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HistoryFormat {
    /// For people.
    Table,
    /// One array.
    Json,
    /// One record a line, as it stands in the file.
    Jsonl,
    /// For spreadsheets; the columns are the keys of a result.
    Csv,
}

impl HistoryFormat {
    /// All of them, in the order of the help.
    pub const ALL: [Self; 4] = [Self::Table, Self::Json, Self::Jsonl, Self::Csv];

    /// Its word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
        }
    }
}

impl fmt::Display for HistoryFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for HistoryFormat {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        if let Some(format) = Self::ALL.into_iter().find(|format| format.as_str() == word) {
            return Ok(format);
        }
        let known = Self::ALL.map(Self::as_str);
        let hint = nearest(word, known).map(|near| format!(", did you mean `{near}`?")).unwrap_or_default();
        Err(format!("`{word}` is no format of the history{hint} (known: {})", known.join(", ")))
    }
}
