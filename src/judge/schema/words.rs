//! The violations of a schema, and the faults of a schema itself, in canary's words.

use super::plain;
use super::reach::{Named, shown};
use crate::judge::say::{Say, push_index, push_name};
use crate::text::{plural, suggest};
use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ReferencingError, ValidationError};
use serde_json::Value;

/// What is wrong with a value, without its place.
pub(super) fn of_value(error: &ValidationError<'_>, root: &Value, say: Say<'_>) -> String {
    let value: &Value = error.instance();
    let shown = || say.value(value);
    let length = |words: &str, limit: u64, noun: &str| {
        let limit = plural::count(usize::try_from(limit).unwrap_or(usize::MAX), noun);
        format!("{} {words} {limit}", shown())
    };
    let size = |words: &str, limit: u64, noun: &str| {
        let have = value.as_array().map(Vec::len).or_else(|| value.as_object().map(serde_json::Map::len));
        format!("has {}, {words} {limit}", plural::count(have.unwrap_or_default(), noun))
    };
    match error.kind() {
        ValidationErrorKind::Required { property } => format!("{} is required", say.value(property)),
        ValidationErrorKind::Type { kind } => say.is_not(value, &type_words(kind)),
        ValidationErrorKind::Enum { options } => {
            let options = options.as_array().map_or(&[][..], Vec::as_slice);
            format!("{} is not one of {}", shown(), say.choices(options))
        }
        ValidationErrorKind::Constant { expected_value } => format!("{} is not {}", shown(), say.value(expected_value)),
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
            let names: Vec<String> = unexpected.iter().take(10).map(|name| say.quoted(name)).collect();
            let more = if unexpected.len() > 10 { ", …" } else { "" };
            format!("{}{more} {} not allowed here", names.join(", "), if names.len() == 1 { "is" } else { "are" })
        }
        ValidationErrorKind::Pattern { pattern } => format!("{} does not match {}", shown(), say.quoted(pattern)),
        ValidationErrorKind::Format { format } => format!("{} is not a valid {format}", shown()),
        ValidationErrorKind::MinLength { limit } => length("is shorter than", *limit, "character"),
        ValidationErrorKind::MaxLength { limit } => length("is longer than", *limit, "character"),
        ValidationErrorKind::MinItems { limit } => size("fewer than the minimum of", *limit, "item"),
        ValidationErrorKind::MaxItems { limit } => size("more than the maximum of", *limit, "item"),
        ValidationErrorKind::MinProperties { limit } => size("fewer than the minimum of", *limit, "key"),
        ValidationErrorKind::MaxProperties { limit } => size("more than the maximum of", *limit, "key"),
        ValidationErrorKind::UniqueItems => "has equal items, all must differ".to_owned(),
        ValidationErrorKind::FalseSchema => format!("not allowed here: {}", shown()),
        ValidationErrorKind::Not { schema } => format!("{} is what `not` forbids: {}", shown(), say.value(schema)),
        ValidationErrorKind::Contains => "no item is what `contains` asks for".to_owned(),
        ValidationErrorKind::PropertyNames { error } => format!("a key is wrong: {}", of_value(error, root, say)),
        ValidationErrorKind::AnyOf { context } => {
            format!("{} fits none of the schemas in anyOf{}", shown(), nearest(context, root, say))
        }
        ValidationErrorKind::OneOfNotValid { context } => {
            format!("{} fits none of the schemas in oneOf{}", shown(), nearest(context, root, say))
        }
        ValidationErrorKind::OneOfMultipleValid { .. } => format!("{} fits more than one schema in oneOf", shown()),
        ValidationErrorKind::Custom { .. }
        | ValidationErrorKind::Maximum { .. }
        | ValidationErrorKind::Minimum { .. }
        | ValidationErrorKind::ExclusiveMaximum { .. }
        | ValidationErrorKind::ExclusiveMinimum { .. }
        | ValidationErrorKind::MultipleOf { .. }
        | ValidationErrorKind::AdditionalItems { .. }
        | ValidationErrorKind::UnevaluatedItems { .. }
        | ValidationErrorKind::ContentEncoding { .. }
        | ValidationErrorKind::ContentMediaType { .. }
        | ValidationErrorKind::FromUtf8 { .. }
        | ValidationErrorKind::BacktrackLimitExceeded { .. }
        | ValidationErrorKind::RegexEngineFailure { .. }
        | ValidationErrorKind::Referencing(_) => say.message(&error.to_string()),
    }
}

/// The first objection of the alternative that came nearest.
fn nearest(context: &[Vec<ValidationError<'static>>], root: &Value, say: Say<'_>) -> String {
    let best = context.iter().filter(|errors| !errors.is_empty()).min_by_key(|errors| errors.len());
    match best.and_then(|errors| errors.first()) {
        Some(error) if context.len() > 1 => {
            let place = say.path(&path(root, error.instance_path().as_str()));
            format!("; nearest: {place}: {}", of_value(error, root, say))
        }
        Some(_) | None => String::new(),
    }
}

fn type_words(kind: &TypeKind) -> String {
    let word = |one: JsonType| match one {
        JsonType::Array => "an array",
        JsonType::Boolean => "a boolean",
        JsonType::Integer => "an integer",
        JsonType::Null => "null",
        JsonType::Number => "a number",
        JsonType::Object => "an object",
        JsonType::String => "a string",
    };
    match kind {
        TypeKind::Single(one) => word(*one).to_owned(),
        TypeKind::Multiple(several) => several.iter().map(word).collect::<Vec<_>>().join(" or "),
    }
}

/// What is wrong with a schema, and where in it.
pub(super) fn of_schema(error: &ValidationError<'_>, document: &Value, named: &Named) -> String {
    if let ValidationErrorKind::Referencing(error) = error.kind() {
        return of_reference(error, named);
    }
    let redactor = plain();
    let words = match error.kind() {
        ValidationErrorKind::Custom { message, .. } if message.starts_with("Unknown format") => {
            format!("{} is not a known format", error.instance())
        }
        _ => of_value(error, document, Say::new(&redactor)),
    };
    match error.instance_path().as_str() {
        "" => words,
        place => format!("at {place}: {words}"),
    }
}

fn of_reference(error: &ReferencingError, named: &Named) -> String {
    match error {
        ReferencingError::Unretrievable { uri, .. } => {
            let uri = shown(uri);
            let near = suggest::nearest(uri, named.names()).map(|near| format!("; did you mean `{near}`?"));
            format!(
                "$ref to `{uri}` can't be followed: it reaches only the document itself and the schemas named in `schemas`{}",
                near.unwrap_or_default()
            )
        }
        ReferencingError::PointerToNowhere { pointer } => format!("$ref to `#{pointer}`: nothing there"),
        ReferencingError::NoSuchAnchor { anchor } | ReferencingError::InvalidAnchor { anchor } => {
            format!("$ref to `#{anchor}`: no such anchor")
        }
        ReferencingError::UnknownSpecification { specification } => {
            format!("at /$schema: `{specification}` is not one of the drafts 4, 6, 7, 2019-09, 2020-12")
        }
        ReferencingError::InvalidPercentEncoding { .. }
        | ReferencingError::InvalidArrayIndex { .. }
        | ReferencingError::InvalidUri(_)
        | ReferencingError::CircularMetaschema { .. } => error.to_string(),
    }
}

/// A JSON pointer into the document as a JSONPath.
pub(super) fn path(root: &Value, pointer: &str) -> String {
    let mut path = "$".to_owned();
    let mut node = Some(root);
    for segment in pointer.split('/').skip(1) {
        let name = segment.replace("~1", "/").replace("~0", "~");
        match node {
            Some(Value::Array(items)) => {
                let index = name.parse().unwrap_or_default();
                push_index(&mut path, index);
                node = items.get(index);
            }
            Some(Value::Object(entries)) => {
                push_name(&mut path, &name);
                node = entries.get(&name);
            }
            Some(Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) | None => {
                push_name(&mut path, &name);
                node = None;
            }
        }
    }
    path
}
