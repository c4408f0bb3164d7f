//! The operators on one value: `eq ne gt gte lt lte in not_in matches contains type length`.

use super::compare::{compare, equal, is_integer};
use super::rules::{JsonType, ValueCheck};
use super::say::{Say, type_of};
use serde_json::{Number, Value};
use std::cmp::Ordering;

/// One operator that a value does not satisfy, with what it wanted.
#[derive(Debug)]
pub(super) enum Broken<'a> {
    Eq(&'a Value),
    Ne,
    Greater(&'a Number),
    AtLeast(&'a Number),
    Less(&'a Number),
    AtMost(&'a Number),
    OneOf(&'a [Value]),
    NoneOf(&'a [Value]),
    Matches(&'a str),
    Contains(&'a Value),
    Types(&'a [JsonType]),
    NoLength,
    Length(u64, Box<Broken<'a>>),
}

/// Every operator that the value breaks, in the contract's order.
pub(super) fn broken<'a>(value: &Value, check: &'a ValueCheck) -> Vec<Broken<'a>> {
    let mut found = Vec::new();
    let mut want = |holds: bool, broken: Broken<'a>| {
        if !holds {
            found.push(broken);
        }
    };
    let order = |limit: &Number, good: &[Ordering]| match value {
        Value::Number(number) => good.contains(&compare(number, limit)),
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => false,
    };
    if let Some(wanted) = &check.eq {
        want(equal(value, wanted), Broken::Eq(wanted));
    }
    if let Some(unwanted) = &check.ne {
        want(!equal(value, unwanted), Broken::Ne);
    }
    if let Some(limit) = &check.gt {
        want(order(limit, &[Ordering::Greater]), Broken::Greater(limit));
    }
    if let Some(limit) = &check.gte {
        want(order(limit, &[Ordering::Greater, Ordering::Equal]), Broken::AtLeast(limit));
    }
    if let Some(limit) = &check.lt {
        want(order(limit, &[Ordering::Less]), Broken::Less(limit));
    }
    if let Some(limit) = &check.lte {
        want(order(limit, &[Ordering::Less, Ordering::Equal]), Broken::AtMost(limit));
    }
    if let Some(values) = &check.one_of {
        want(values.iter().any(|one| equal(value, one)), Broken::OneOf(values));
    }
    if let Some(values) = &check.none_of {
        want(!values.iter().any(|one| equal(value, one)), Broken::NoneOf(values));
    }
    if let Some(pattern) = &check.matches {
        want(value.as_str().is_some_and(|text| pattern.0.is_match(text)), Broken::Matches(pattern.0.as_str()));
    }
    if let Some(part) = &check.contains {
        want(contains(value, part), Broken::Contains(part));
    }
    if let Some(types) = &check.types {
        want(types.iter().any(|one| is_type(value, *one)), Broken::Types(types));
    }
    if let Some(inner) = &check.length {
        match length(value) {
            None => found.push(Broken::NoLength),
            Some(length) => {
                let parts = broken(&Value::from(length), inner);
                found.extend(parts.into_iter().map(|part| Broken::Length(length, Box::new(part))));
            }
        }
    }
    found
}

fn contains(value: &Value, part: &Value) -> bool {
    match value {
        Value::String(text) => part.as_str().is_some_and(|part| text.contains(part)),
        Value::Array(items) => items.iter().any(|item| equal(item, part)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => false,
    }
}

fn is_type(value: &Value, wanted: JsonType) -> bool {
    match wanted {
        JsonType::Null => value.is_null(),
        JsonType::Boolean => value.is_boolean(),
        JsonType::Integer => matches!(value, Value::Number(number) if is_integer(number)),
        JsonType::Number => value.is_number(),
        JsonType::String => value.is_string(),
        JsonType::Array => value.is_array(),
        JsonType::Object => value.is_object(),
    }
}

fn length(value: &Value) -> Option<u64> {
    let length = match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        Value::Object(entries) => entries.len(),
        Value::Null | Value::Bool(_) | Value::Number(_) => return None,
    };
    u64::try_from(length).ok()
}

impl Broken<'_> {
    /// What is wrong with the value: `150 is greater than the maximum of 100`.
    pub(super) fn words(&self, value: &Value, say: Say<'_>) -> String {
        let shown = || say.value(value);
        let not = |wanted: &str| say.is_not(value, wanted);
        let number = |words: String| if value.is_number() { words } else { not("a number") };
        match self {
            Self::Eq(wanted) if std::mem::discriminant(*wanted) == std::mem::discriminant(value) => {
                format!("{} is not {}", shown(), say.value(wanted))
            }
            Self::Eq(wanted) if wanted.is_null() => format!("{} is not null", shown()),
            Self::Eq(wanted) if value.is_null() => format!("null is not {}", say.value(wanted)),
            Self::Eq(wanted) => {
                let kind = type_of(wanted).split_once(' ').map_or("", |(_, kind)| kind);
                not(&format!("the {kind} {}", say.value(wanted)))
            }
            Self::Ne => format!("{} is not allowed", shown()),
            Self::Greater(limit) => number(format!("{} is not greater than {limit}", shown())),
            Self::AtLeast(limit) => number(format!("{} is less than the minimum of {limit}", shown())),
            Self::Less(limit) => number(format!("{} is not less than {limit}", shown())),
            Self::AtMost(limit) => number(format!("{} is greater than the maximum of {limit}", shown())),
            Self::OneOf(values) => format!("{} is not one of {}", shown(), say.choices(values)),
            Self::NoneOf(values) => format!("{} is one of {}, which are not allowed", shown(), say.choices(values)),
            Self::Matches(pattern) if value.is_string() => {
                format!("{} does not match {}", shown(), say.quoted(pattern))
            }
            Self::Matches(_) => not("a string"),
            Self::Contains(part) if value.is_string() || value.is_array() => {
                format!("{} does not contain {}", shown(), say.value(part))
            }
            Self::Contains(_) => not("a string or an array"),
            Self::Types(types) => not(&type_words(types)),
            Self::NoLength => not("a string, an array or an object"),
            Self::Length(length, inner) => format!("length {}", inner.words(&Value::from(*length), say)),
        }
    }
}

/// `a string`, `a string or null`.
fn type_words(types: &[JsonType]) -> String {
    let word = |one: &JsonType| match one {
        JsonType::Null => "null",
        JsonType::Boolean => "a boolean",
        JsonType::Integer => "an integer",
        JsonType::Number => "a number",
        JsonType::String => "a string",
        JsonType::Array => "an array",
        JsonType::Object => "an object",
    };
    types.iter().map(word).collect::<Vec<_>>().join(" or ")
}
