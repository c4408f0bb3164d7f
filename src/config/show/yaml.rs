//! Writing YAML that every reader takes the same way.

use crate::config::tree::{Kind, resolve};
use serde_json::Value as Json;
use std::fmt::Write as _;

/// A value as a block-style document.
pub(super) fn write(value: &Json) -> String {
    let mut out = String::new();
    block(&mut out, value, 0);
    out
}

fn block(out: &mut String, value: &Json, indent: usize) {
    match value {
        Json::Object(map) => {
            for (key, value) in map {
                let _ = write!(out, "{:indent$}{}:", "", scalar(&Json::from(key.as_str())));
                below(out, value, indent + 2);
            }
        }
        Json::Array(items) => {
            for item in items {
                let _ = write!(out, "{:indent$}-", "");
                if is_short(item) {
                    below(out, item, indent + 2);
                } else {
                    let start = out.len() + 1;
                    block(out, item, indent + 2);
                    // The first line of the item continues the dash's.
                    out.replace_range(start - 1..=start + indent, " ");
                }
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => below(out, value, indent),
    }
}

fn below(out: &mut String, value: &Json, indent: usize) {
    if is_short(value) {
        let _ = writeln!(out, " {}", flow(value));
    } else {
        out.push('\n');
        block(out, value, indent);
    }
}

/// Whether it fits on its key's line.
fn is_short(value: &Json) -> bool {
    match value {
        Json::Object(map) => map.is_empty(),
        Json::Array(items) => items.iter().all(|item| !item.is_object() && !item.is_array()),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => true,
    }
}

fn flow(value: &Json) -> String {
    match value {
        Json::Object(_) => "{}".to_owned(),
        Json::Array(items) => format!("[{}]", items.iter().map(scalar).collect::<Vec<_>>().join(", ")),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => scalar(value),
    }
}

/// Plain where nothing but a string can be meant, else double-quoted with JSON's escapes.
fn scalar(value: &Json) -> String {
    let Json::String(text) = value else { return value.to_string() };
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '$');
    let number_like = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '_' | '.' | '-'));
    let plain = text.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/')
        && text.chars().all(word)
        && !number_like
        && resolve(text) == Kind::Text
        && !matches!(text.to_ascii_lowercase().as_str(), "yes" | "no" | "on" | "off" | "y" | "n");
    if plain {
        return text.clone();
    }
    let mut out = String::with_capacity(text.len() + 2);
    for c in value.to_string().chars() {
        match c {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::write;
    use crate::config::yaml::parse;
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    fn back(value: &Json) -> Json {
        let text = write(value);
        let mut issues = Vec::new();
        let tree = parse(&text, &mut issues).unwrap_or_else(|issue| panic!("{issue:?}\n{text}"));
        assert_eq!(issues, []);
        tree.to_plain_json()
    }

    #[test]
    fn looks_like_a_configuration() {
        let value =
            json!({ "a": { "b": [1, "2", "x y"], "c": [{ "d": 1, "e": { "f": [] } }, [["g"]], {}] }, "no": "yes" });
        let text = "a:\n  b: [1, \"2\", \"x y\"]\n  c:\n    - d: 1\n      e:\n        f: []\n    - - [g]\n    - {}\n\"no\": \"yes\"\n";
        assert_eq!(write(&value), text);
        assert_eq!(back(&value), value);
    }

    fn any_value() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![
            Just(Json::Null),
            any::<bool>().prop_map(Json::from),
            any::<i32>().prop_map(Json::from),
            any::<String>().prop_map(Json::from),
            "[a-z0-9:~.#&*!|>%@ -]{0,8}".prop_map(Json::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
                prop::collection::btree_map("[ -~]{0,6}", inner, 0..4)
                    .prop_map(|map| Json::Object(map.into_iter().filter(|(key, _)| key != "<<").collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn reads_back(value in any_value()) {
            let value = json!({ "x": value });
            prop_assert_eq!(back(&value), value);
        }
    }
}
