//! How values and places of the remote are named in messages: secrets masked first, then shortened.

use crate::model::Redactor;
use crate::text::escape::shorten;
use serde_json::Value;

/// Most characters of a whole message.
pub(super) const MESSAGE: usize = 300;
/// Most characters of one value within a message.
const VALUE: usize = 120;
/// Most characters of a JSONPath.
const PATH: usize = 200;

/// Names remote values so that no secret, and not too much, is shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Say<'a> {
    redactor: &'a Redactor,
}

impl<'a> Say<'a> {
    pub(super) fn new(redactor: &'a Redactor) -> Self {
        Self { redactor }
    }

    /// A JSON value as JSON.
    pub(super) fn value(self, value: &Value) -> String {
        match value {
            Value::Null => "null".to_owned(),
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => {
                self.cut(&value.to_string(), VALUE)
            }
        }
    }

    /// A value from the configuration in a list: a plain word without its quotes.
    pub(super) fn choice(self, value: &Value) -> String {
        match value {
            Value::String(word) if is_word(word) => self.cut(word, VALUE),
            other => self.value(other),
        }
    }

    /// Several of them: `healthy, degraded`.
    pub(super) fn choices(self, values: &[Value]) -> String {
        let shown: Vec<String> = values.iter().take(10).map(|value| self.choice(value)).collect();
        let more = if values.len() > 10 { ", …" } else { "" };
        self.cut(&format!("{}{more}", shown.join(", ")), VALUE)
    }

    /// A text of the remote in quotes.
    pub(super) fn quoted(self, text: &str) -> String {
        format!("\"{}\"", self.cut(text, VALUE))
    }

    /// `"80" is a string, not a number`.
    pub(super) fn is_not(self, value: &Value, wanted: &str) -> String {
        if value.is_null() {
            return format!("null is not {wanted}");
        }
        format!("{} is {}, not {wanted}", self.value(value), type_of(value))
    }

    /// A JSONPath.
    pub(super) fn path(self, path: &str) -> String {
        self.cut(path, PATH)
    }

    /// A whole message, cut to its bound.
    pub(super) fn message(self, text: &str) -> String {
        self.cut(text, MESSAGE)
    }

    /// Masking comes before cutting, so that no half of a secret is left at the cut.
    fn cut(self, text: &str, max: usize) -> String {
        shorten(&self.redactor.redact(text), max).into_owned()
    }
}

/// The article and word of a value's type: `a string`, `an object`.
pub(super) fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

/// Whether a name needs no quotes in a JSONPath or a list.
pub(super) fn is_word(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// Adds one step to a JSONPath: `.name`, or `['odd name']` where a dot would not do.
pub(super) fn push_name(path: &mut String, name: &str) {
    if is_word(name) && !name.contains('-') {
        path.push('.');
        path.push_str(name);
    } else {
        path.push_str("['");
        for c in name.chars() {
            if matches!(c, '\'' | '\\') {
                path.push('\\');
            }
            path.push(c);
        }
        path.push_str("']");
    }
}

/// Adds one index to a JSONPath: `[3]`.
pub(super) fn push_index(path: &mut String, index: usize) {
    path.push('[');
    path.push_str(&index.to_string());
    path.push(']');
}

#[cfg(test)]
mod tests {
    use super::{Say, push_index, push_name};
    use crate::model::Redactor;
    use serde_json::json;

    #[test]
    fn masks_before_it_cuts() {
        let secret = "s3cr3t-value";
        let redactor = Redactor::new([secret]);
        let say = Say::new(&redactor);
        for pad in 0..140 {
            let shown = say.value(&json!(format!("{}{secret}", "x".repeat(pad))));
            assert!(!shown.contains("s3c"), "{shown}");
            assert!(shown.chars().count() <= 120);
        }
    }

    #[test]
    fn writes_paths_that_can_be_used_again() {
        let mut path = "$".to_owned();
        push_name(&mut path, "a_b");
        push_index(&mut path, 3);
        push_name(&mut path, "it's.odd-one");
        assert_eq!(path, "$.a_b[3]['it\\'s.odd-one']");
        assert!(serde_json_path::JsonPath::parse(&path).is_ok());
    }
}
