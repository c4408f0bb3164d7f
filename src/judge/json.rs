//! A body as JSON (RFC 8259): exact numbers, duplicate keys noticed, a byte order mark forgiven.

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};
use std::cell::RefCell;
use std::fmt;

/// The key under which serde_json hands over a number of arbitrary precision.
const NUMBER: &str = "$serde_json::private::Number";

/// How many different duplicate keys are remembered.
const MOST_DUPLICATES: usize = 5;

/// The UTF-8 byte order mark.
const BOM: &[u8] = b"\xef\xbb\xbf";

/// A document read, with what was odd about it.
#[derive(Debug)]
pub(super) struct Parsed {
    /// The document; of duplicate keys the last one.
    pub(super) value: Value,
    /// Keys that stood more than once in one object, the first few.
    pub(super) duplicates: Vec<String>,
    /// Whether a byte order mark was skipped.
    pub(super) bom: bool,
}

/// Reads one whole JSON document. Nesting ends at 127 levels; a lone surrogate escape (`"\ud800"`) is an error,
/// because no text can hold it.
///
/// # Errors
/// Says what stands where: `expected value at line 1 column 5`, `not UTF-8 at byte 17` (counted from 0).
pub(super) fn parse(body: &[u8]) -> Result<Parsed, String> {
    let (bom, body) = body.strip_prefix(BOM).map_or((false, body), |rest| (true, rest));
    let text = std::str::from_utf8(body).map_err(|error| {
        let skipped = if bom { BOM.len() } else { 0 };
        format!("not UTF-8 at byte {}", error.valid_up_to() + skipped)
    })?;
    let duplicates = RefCell::new(Vec::new());
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Node { duplicates: &duplicates }
        .deserialize(&mut reader)
        .and_then(|value| reader.end().map(|()| value))
        .map_err(|error| format!("not JSON: {}", words(&error)))?;
    Ok(Parsed { value, duplicates: duplicates.into_inner(), bom })
}

fn words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let clearer = [
        ("recursion limit exceeded", "nested deeper than 127 levels"),
        ("unexpected end of hex escape", "a lone surrogate escape"),
        ("lone leading surrogate in hex escape", "a lone surrogate escape"),
    ];
    match clearer.iter().find_map(|(theirs, ours)| Some((ours, text.strip_prefix(theirs)?))) {
        Some((ours, place)) => format!("{ours}{place}"),
        None => text,
    }
}

/// Reads any value.
#[derive(Clone, Copy)]
struct Node<'a> {
    duplicates: &'a RefCell<Vec<String>>,
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    /// An object, or in serde_json's disguise a number that is no 64-bit integer. An object of the remote that imitates the disguise is taken
    /// for the number that it names.
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        let mut key = entries.next_key_seed(Key)?;
        if key == Some(Name::Number) {
            let value = entries.next_value_seed(self)?;
            key = entries.next_key_seed(Key)?;
            match (&value, &key) {
                (Value::String(text), None) => {
                    return text.parse::<Number>().map(Value::Number).map_err(A::Error::custom);
                }
                _ => drop(object.insert(NUMBER.to_owned(), value)),
            }
        }
        while let Some(name) = key {
            let name = match name {
                Name::Number => NUMBER.to_owned(),
                Name::Other(name) => name,
            };
            let value = entries.next_value_seed(self)?;
            match object.entry(name) {
                Entry::Vacant(free) => {
                    free.insert(value);
                }
                Entry::Occupied(mut taken) => {
                    self.remember(taken.key());
                    taken.insert(value);
                }
            }
            key = entries.next_key_seed(Key)?;
        }
        Ok(Value::Object(object))
    }
}

impl Node<'_> {
    fn remember(self, name: &str) {
        let mut seen = self.duplicates.borrow_mut();
        if seen.len() < MOST_DUPLICATES && !seen.iter().any(|one| one == name) {
            seen.push(name.to_owned());
        }
    }
}

/// Reads a key without copying serde_json's disguise of a number.
struct Key;

#[derive(PartialEq, Eq)]
enum Name {
    Number,
    Other(String),
}

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Name, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for Key {
    type Value = Name;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E>(self, name: &str) -> Result<Name, E> {
        Ok(if name == NUMBER { Name::Number } else { Name::Other(name.to_owned()) })
    }
}

#[cfg(test)]
mod tests {
    use super::parse;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn error(body: &[u8]) -> String {
        parse(body).expect_err("was read")
    }

    #[test]
    fn says_where_it_is_not_json() {
        let cases: [(&[u8], &str); 9] = [
            (b"NaN", "line 1 column 1"),
            (b"[1,\n 2,]", "trailing comma at line 2 column 4"),
            (b"{\"a\":1,}", "trailing comma at line 1 column 8"),
            (b"{} {}", "trailing characters at line 1 column 4"),
            (b"01", "line 1 column 2"),
            (b"{\"a\": Infinity}", "line 1 column 7"),
            (b"{\"a\"", "EOF"),
            (b"\"\\ud800\"", "surrogate"),
            (b"", "EOF"),
        ];
        for (body, part) in cases {
            let error = error(body);
            assert!(error.starts_with("not JSON: ") && error.contains(part), "{error}");
        }
        assert_eq!(error(b"{\"status\":\"health\xff\xfe\"}"), "not UTF-8 at byte 17");
        assert_eq!(error(b"\xef\xbb\xbf\xff"), "not UTF-8 at byte 3");
    }

    #[test]
    fn ends_at_a_depth() {
        assert!(error("[".repeat(1_000_000).as_bytes()).contains("deeper than 127 levels"));
        assert!(parse(format!("{}{}", "[".repeat(127), "]".repeat(127)).as_bytes()).is_ok());
    }

    #[test]
    fn keeps_the_last_of_duplicate_keys_and_says_so() {
        let parsed = parse(br#"{"a":1,"b":{"c":1,"c":2},"a":3,"a":4}"#).expect("valid");
        assert_eq!(parsed.value, json!({"a": 4, "b": {"c": 2}}));
        assert_eq!(parsed.duplicates, ["c", "a"]);
    }

    #[test]
    fn forgives_a_byte_order_mark() {
        let parsed = parse(b"\xef\xbb\xbf{}").expect("valid");
        assert!(parsed.bom && parsed.value == json!({}));
    }

    #[test]
    fn keeps_every_digit() {
        for text in ["1e400", "1000000000000000000000000000001", "-0", "1.0", "0.1000000000000000055511151231257827"] {
            assert_eq!(parse(text.as_bytes()).expect(text).value.to_string(), text.replace("1e400", "1e+400"));
        }
    }

    #[test]
    fn is_not_fooled_into_an_error_by_the_key_of_numbers() {
        let key = super::NUMBER;
        let odd = format!(r#"{{"{key}":[1],"b":2,"{key}":3}}"#);
        assert_eq!(parse(odd.as_bytes()).expect("valid").value, json!({key: 3, "b": 2}));
        let lie = format!(r#"{{"{key}":"5"}}"#);
        assert_eq!(parse(lie.as_bytes()).expect("valid").value, json!(5));
    }

    proptest! {
        #[test]
        fn never_panics(body in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&body);
        }

        #[test]
        fn agrees_with_serde_json(body in "[\\[\\]{}\",:0-9eE.a-z \\-+\\\\]{0,24}") {
            let ours = parse(body.as_bytes()).ok().map(|parsed| parsed.value);
            prop_assert_eq!(ours, serde_json::from_str::<Value>(&body).ok());
        }
    }
}
