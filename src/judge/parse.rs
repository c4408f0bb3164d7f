//! Reading the small languages of `expect` and `warn`: status ranges, JSONPaths, regexes, type words.

use super::rules::{JsonPath, JsonType, Pattern, StatusRange};
use std::sync::Arc;

impl StatusRange {
    /// Reads `200`, `2xx` or `200-299`.
    ///
    /// # Errors
    /// Says in words what is wrong, without the place.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a status such as 200, 2xx or 200-299");
        let code = |part: &str| match part.parse::<u16>() {
            Ok(code) if (100..=599).contains(&code) && part.len() == 3 => Ok(code),
            _ => Err(wrong()),
        };
        if let Some(class) = text.strip_suffix("xx") {
            return match class {
                "1" | "2" | "3" | "4" | "5" => {
                    let low = code(&format!("{class}00"))?;
                    Ok(Self { low, high: low + 99 })
                }
                _ => Err(wrong()),
            };
        }
        let (low, high) = text.split_once('-').unwrap_or((text, text));
        let range = Self { low: code(low)?, high: code(high)? };
        if range.low > range.high { Err(wrong()) } else { Ok(range) }
    }

    /// Whether a status lies in it.
    pub fn contains(self, status: u16) -> bool {
        (self.low..=self.high).contains(&status)
    }
}

impl JsonPath {
    /// Parses an RFC 9535 path.
    ///
    /// # Errors
    /// The parser's own words, without the place.
    pub fn parse(text: &str) -> Result<Self, String> {
        match serde_json_path::JsonPath::parse(text) {
            Ok(path) => Ok(Self { source: Arc::from(text), path: Arc::new(path) }),
            Err(error) => Err(format!("`{text}` is not a JSONPath (RFC 9535): {error}")),
        }
    }
}

impl Pattern {
    /// Compiles a regex in Rust's syntax.
    ///
    /// # Errors
    /// The last line of the compiler's message, without the place.
    pub fn parse(text: &str) -> Result<Self, String> {
        regex::Regex::new(text).map(Self).map_err(|error| {
            let error = error.to_string();
            let last = error.lines().last().unwrap_or_default().trim().trim_start_matches("error: ");
            format!("`{text}` is not a regex: {last}")
        })
    }
}

impl JsonType {
    /// The words of JSON Schema, in its order.
    pub const WORDS: [(&'static str, Self); 7] = [
        ("null", Self::Null),
        ("boolean", Self::Boolean),
        ("integer", Self::Integer),
        ("number", Self::Number),
        ("string", Self::String),
        ("array", Self::Array),
        ("object", Self::Object),
    ];

    /// The type of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, one)| *one)
    }
}

#[cfg(test)]
mod tests {
    use super::{JsonPath, Pattern, StatusRange};

    #[test]
    fn reads_the_forms_of_a_status() {
        for (text, low, high) in [("200", 200, 200), ("2xx", 200, 299), ("200-204", 200, 204)] {
            assert_eq!(StatusRange::parse(text), Ok(StatusRange { low, high }));
        }
        for text in ["", "2", "6xx", "20x", "299-200", "1000", "099", "200-", "+200", "2XX"] {
            assert!(StatusRange::parse(text).is_err(), "{text} was read");
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_path_or_regex() {
        assert!(JsonPath::parse("$.a[").is_err());
        assert!(Pattern::parse("a(").is_err_and(|words| words.contains("unclosed group")));
    }
}
