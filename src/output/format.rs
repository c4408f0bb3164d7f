//! `-o FORMAT[=FILE]`.

use crate::text::suggest::nearest;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// The formats of `check`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// For people, at the end.
    Table,
    /// One JSON document, at the end.
    Json,
    /// One result a line as each finishes.
    Jsonl,
    /// A test report for CI servers.
    Junit,
    /// For comments and summaries.
    Markdown,
    /// Annotations of GitHub Actions.
    Github,
    /// The metrics of every configured endpoint.
    Prometheus,
    /// One line of a monitoring plugin.
    Nagios,
}

impl Format {
    /// All of them, in the order of the help.
    pub const ALL: [Self; 8] = [
        Self::Table,
        Self::Json,
        Self::Jsonl,
        Self::Junit,
        Self::Markdown,
        Self::Github,
        Self::Prometheus,
        Self::Nagios,
    ];

    /// Its word on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
            Self::Github => "github",
            Self::Prometheus => "prometheus",
            Self::Nagios => "nagios",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        if let Some(format) = Self::ALL.into_iter().find(|format| format.as_str() == word) {
            return Ok(format);
        }
        let known = Self::ALL.map(Self::as_str);
        let hint = nearest(word, known).map(|near| format!(", did you mean `{near}`?")).unwrap_or_default();
        Err(format!("`{word}` is no output format{hint} (known: {})", known.join(", ")))
    }
}

/// One `-o`: what, and where to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputSpec {
    /// In which format.
    pub format: Format,
    /// Into which file; none is stdout.
    pub file: Option<PathBuf>,
}

impl fmt::Display for OutputSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "{}={}", self.format, file.display()),
            None => write!(f, "{}", self.format),
        }
    }
}

impl FromStr for OutputSpec {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once('=') {
            None => Ok(Self { format: text.parse()?, file: None }),
            // As other tools have it.
            Some((format, "-")) => Ok(Self { format: format.parse()?, file: None }),
            Some((format, "")) => Err(format!("`{format}=` names no file")),
            Some((format, file)) => Ok(Self { format: format.parse()?, file: Some(PathBuf::from(file)) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::OutputSpec;

    #[test]
    fn reads_and_shows_the_same() {
        for text in ["table", "json", "jsonl", "junit", "prometheus", "nagios", "json=out.json", "table=/tmp/a=b"] {
            assert_eq!(text.parse::<OutputSpec>().expect(text).to_string(), text);
        }
    }

    #[test]
    fn names_what_it_knows() {
        let wrong = |text: &str| text.parse::<OutputSpec>().expect_err(text);
        assert_eq!(
            wrong("jsno=x"),
            "`jsno` is no output format, did you mean `json`? (known: table, json, jsonl, junit, markdown, github, prometheus, nagios)"
        );
        assert_eq!(
            wrong("yaml"),
            "`yaml` is no output format (known: table, json, jsonl, junit, markdown, github, prometheus, nagios)"
        );
        assert_eq!(
            wrong("JSON"),
            "`JSON` is no output format (known: table, json, jsonl, junit, markdown, github, prometheus, nagios)"
        );
        assert_eq!(wrong("json="), "`json=` names no file");
        assert_eq!("json=-".parse::<OutputSpec>().expect("stdout").file, None);
        assert_eq!(
            wrong(""),
            "`` is no output format (known: table, json, jsonl, junit, markdown, github, prometheus, nagios)"
        );
    }
}
