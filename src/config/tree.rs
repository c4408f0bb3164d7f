//! The YAML document as a tree in which every key and value knows its place.

use serde_json::{Number, Value as Json};
use std::sync::Arc;

/// Where something stands: line and column from 1, columns in characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Place {
    /// The line.
    pub(super) line: u32,
    /// The column.
    pub(super) column: u32,
    /// How many characters of the line belong to it; 0 is the rest of the line.
    pub(super) width: u32,
}

/// One value. Aliases and merged keys share nodes instead of copying them.
#[derive(Debug)]
pub(super) struct Node {
    /// Where it begins.
    pub(super) place: Place,
    /// What it is.
    pub(super) value: Value,
}

/// The three kinds of YAML.
#[derive(Debug)]
pub(super) enum Value {
    /// A single value.
    Scalar(Scalar),
    /// A sequence.
    List(Vec<Arc<Node>>),
    /// A mapping in file order, merged keys last.
    Map(Vec<Entry>),
}

/// A single value as written, with its type in the YAML 1.2 core schema.
#[derive(Debug)]
pub(super) struct Scalar {
    /// Its text after YAML's own escapes.
    pub(super) text: Box<str>,
    /// Its type.
    pub(super) kind: Kind,
}

/// A type of the core schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `null`, `~` or nothing.
    Null,
    /// `true`, `false`.
    Bool,
    /// A whole number.
    Integer,
    /// Any other number.
    Float,
    /// All else, and whatever is quoted.
    Text,
}

/// A key with its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// The key's text.
    pub(super) key: Arc<str>,
    /// The key's place.
    pub(super) place: Place,
    /// The value.
    pub(super) value: Arc<Node>,
}

impl Node {
    /// A value that no file holds, at the place of another.
    pub(super) fn map(place: Place, entries: Vec<Entry>) -> Arc<Self> {
        Arc::new(Self { place, value: Value::Map(entries) })
    }

    /// Whether it is null.
    pub(super) fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar(scalar) if scalar.kind == Kind::Null)
    }

    /// The scalar, when it is one.
    pub(super) fn scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The text, when it is a string.
    pub(super) fn text(&self) -> Option<&str> {
        self.scalar().filter(|scalar| scalar.kind == Kind::Text).map(|scalar| &*scalar.text)
    }

    /// The entries; none for whatever is no mapping.
    pub(super) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            Value::Scalar(_) | Value::List(_) => &[],
        }
    }

    /// The items; none for whatever is no sequence.
    pub(super) fn items(&self) -> &[Arc<Self>] {
        match &self.value {
            Value::List(items) => items,
            Value::Scalar(_) | Value::Map(_) => &[],
        }
    }

    /// The entry of this key.
    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| &*entry.key == key)
    }

    /// The value of this key, unless it is null.
    pub(super) fn get(&self, key: &str) -> Option<&Arc<Self>> {
        self.entry(key).map(|entry| &entry.value).filter(|value| !value.is_null())
    }

    /// What it is, in words with an article.
    pub(super) fn describe(&self) -> &'static str {
        match &self.value {
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
            Value::Scalar(scalar) => match scalar.kind {
                Kind::Null => "nothing",
                Kind::Bool => "a boolean",
                Kind::Integer | Kind::Float => "a number",
                Kind::Text => "a string",
            },
        }
    }

    /// The same in JSON, each string passed through `text`. Numbers that JSON lacks (`.inf`) become null.
    pub(super) fn to_json(&self, text: &mut dyn FnMut(&Self, &str) -> Json) -> Json {
        match &self.value {
            Value::List(items) => items.iter().map(|item| item.to_json(text)).collect(),
            Value::Map(entries) => {
                entries.iter().map(|entry| (entry.key.to_string(), entry.value.to_json(text))).collect()
            }
            Value::Scalar(scalar) => match scalar.kind {
                Kind::Null => Json::Null,
                Kind::Bool => Json::Bool(scalar.text.eq_ignore_ascii_case("true")),
                Kind::Integer | Kind::Float => number(&scalar.text).map_or(Json::Null, Json::Number),
                Kind::Text => text(self, &scalar.text),
            },
        }
    }

    /// The same in JSON, strings as they are.
    pub(super) fn to_plain_json(&self) -> Json {
        self.to_json(&mut |_, text| Json::from(text))
    }
}

/// A number of the core schema; none for infinities and NaN.
pub(super) fn number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    if let Some(octal) = digits.strip_prefix("0o") {
        return u64::from_str_radix(octal, 8).ok().map(Number::from);
    }
    if let Some(hex) = digits.strip_prefix("0x") {
        return u64::from_str_radix(hex, 16).ok().map(Number::from);
    }
    if let Ok(whole) = digits.parse::<i64>() {
        return Some(Number::from(whole));
    }
    if let Ok(whole) = digits.parse::<u64>() {
        return Some(Number::from(whole));
    }
    if digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.is_empty() {
        // Larger than 64 bits: JSON's own parser keeps every digit.
        return digits.trim_start_matches('0').parse().ok();
    }
    digits.parse::<f64>().ok().and_then(Number::from_f64)
}

/// The type of an unquoted scalar (YAML 1.2.2, section 10.3.2).
pub(super) fn resolve(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Kind::Null,
        "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => return Kind::Bool,
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF" | ".nan" | ".NaN"
        | ".NAN" => return Kind::Float,
        _ => {}
    }
    if let Some(digits) = text.strip_prefix("0o") {
        return word(digits, |byte| matches!(byte, b'0'..=b'7'), Kind::Integer);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return word(digits, |byte| byte.is_ascii_hexdigit(), Kind::Integer);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if !unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return Kind::Text;
    }
    if unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return Kind::Integer;
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_float = digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent.is_none_or(|exponent| !exponent.is_empty() && digits(exponent));
    if is_float { Kind::Float } else { Kind::Text }
}

fn word(digits: &str, rule: impl Fn(u8) -> bool, kind: Kind) -> Kind {
    if !digits.is_empty() && digits.bytes().all(rule) { kind } else { Kind::Text }
}

#[cfg(test)]
mod tests {
    use super::{Kind, number, resolve};

    #[test]
    fn knows_the_core_schema_and_nothing_older() {
        for (text, kind) in [
            ("", Kind::Null),
            ("~", Kind::Null),
            ("nUll", Kind::Text),
            ("true", Kind::Bool),
            ("yes", Kind::Text),
            ("no", Kind::Text),
            ("on", Kind::Text),
            ("010", Kind::Integer),
            ("0o10", Kind::Integer),
            ("0x1F", Kind::Integer),
            ("-5", Kind::Integer),
            ("1e3", Kind::Float),
            (".5", Kind::Float),
            ("5.", Kind::Float),
            ("1.2.3", Kind::Text),
            ("1:30", Kind::Text),
            ("1_000", Kind::Text),
            (".", Kind::Text),
            ("-", Kind::Text),
            ("1e", Kind::Text),
            (".inf", Kind::Float),
        ] {
            assert_eq!(resolve(text), kind, "{text}");
        }
        assert_eq!(number("010"), Some(10.into()));
        assert_eq!(number("0o10"), Some(8.into()));
        assert_eq!(number(".inf"), None);
    }
}
