//! `minimum`, `maximum` and their exclusive kin, exact for limits that neither a 64-bit integer nor a float holds.

use crate::judge::compare::compare;
use jsonschema::paths::Location;
use jsonschema::{Keyword, Retrieve, ValidationError, ValidationOptions};
use serde_json::{Map, Number, Value};
use std::cmp::Ordering;
use std::sync::Arc;

type Options<'a> = ValidationOptions<'a, Arc<dyn Retrieve>>;
type Made<'a> = Result<Box<dyn for<'i> Keyword<'i>>, ValidationError<'a>>;

/// A limit that numbers are compared with digit by digit.
struct Limit {
    limit: Number,
    good: [Ordering; 2],
    words: &'static str,
}

impl<'i> Keyword<'i> for Limit {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) {
            return Ok(());
        }
        Err(ValidationError::custom(format!("{instance} is {} {}", self.words, self.limit)))
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        match instance {
            Value::Number(number) => self.good.contains(&compare(number, &self.limit)),
            Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => true,
        }
    }
}

/// The options with exact limits. Draft 4 writes `exclusiveMaximum: true` beside `maximum`.
pub(super) fn exact(options: Options<'_>) -> Options<'_> {
    options
        .with_keyword("maximum", |parent: &Map<String, Value>, value, path| {
            let strict = parent.get("exclusiveMaximum") == Some(&Value::Bool(true));
            if strict { below(value, path) } else { make(value, path, [Ordering::Less, Ordering::Equal], MAXIMUM) }
        })
        .with_keyword("minimum", |parent: &Map<String, Value>, value, path| {
            let strict = parent.get("exclusiveMinimum") == Some(&Value::Bool(true));
            if strict { above(value, path) } else { make(value, path, [Ordering::Greater, Ordering::Equal], MINIMUM) }
        })
        .with_keyword("exclusiveMaximum", |_: &Map<String, Value>, value, path| below(value, path))
        .with_keyword("exclusiveMinimum", |_: &Map<String, Value>, value, path| above(value, path))
}

const MAXIMUM: &str = "greater than the maximum of";
const MINIMUM: &str = "less than the minimum of";

fn below(value: &Value, path: Location) -> Made<'_> {
    make(value, path, [Ordering::Less; 2], "not less than")
}

fn above(value: &Value, path: Location) -> Made<'_> {
    make(value, path, [Ordering::Greater; 2], "not greater than")
}

fn make(value: &Value, _path: Location, good: [Ordering; 2], words: &'static str) -> Made<'static> {
    match value {
        Value::Number(limit) => Ok(Box::new(Limit { limit: limit.clone(), good, words })),
        // Draft 4's boolean; anything else has been refused by the meta-schema.
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => Ok(Box::new(Nothing)),
    }
}

/// A keyword that asks nothing.
struct Nothing;

impl<'i> Keyword<'i> for Nothing {
    fn validate(&self, _: &'i Value) -> Result<(), ValidationError<'i>> {
        Ok(())
    }

    fn is_valid(&self, _: &'i Value) -> bool {
        true
    }
}
