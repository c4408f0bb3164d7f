//! `minimum`, `maximum` and their exclusive kin, exact for limits that neither a 64-bit integer nor a float holds.

use crate::judge::compare::compare;
use jsonschema::{Keyword, Retrieve, ValidationError, ValidationOptions};
use serde_json::{Map, Number, Value};
use std::cmp::Ordering;
use std::sync::Arc;

type Options<'a> = ValidationOptions<'a, Arc<dyn Retrieve>>;

/// A limit that numbers are compared with digit by digit.
struct Limit {
    number: Number,
    good: [Ordering; 2],
    words: &'static str,
}

impl<'i> Keyword<'i> for Limit {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) {
            return Ok(());
        }
        Err(ValidationError::custom(format!("{instance} is {} {}", self.words, self.number)))
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        match instance {
            Value::Number(number) => self.good.contains(&compare(number, &self.number)),
            Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => true,
        }
    }
}

/// The options with exact limits. Draft 4 writes `exclusiveMaximum: true` beside `maximum`.
pub(super) fn exact(options: Options<'_>) -> Options<'_> {
    options
        .with_keyword("maximum", |parent: &Map<String, Value>, value, _| {
            let strict = parent.get("exclusiveMaximum") == Some(&Value::Bool(true));
            Ok(if strict { limit(value, BELOW) } else { limit(value, AT_MOST) })
        })
        .with_keyword("minimum", |parent: &Map<String, Value>, value, _| {
            let strict = parent.get("exclusiveMinimum") == Some(&Value::Bool(true));
            Ok(if strict { limit(value, ABOVE) } else { limit(value, AT_LEAST) })
        })
        .with_keyword("exclusiveMaximum", |_: &Map<String, Value>, value, _| Ok(limit(value, BELOW)))
        .with_keyword("exclusiveMinimum", |_: &Map<String, Value>, value, _| Ok(limit(value, ABOVE)))
}

/// How a number may relate to a limit, and what to say when it doesn't.
type Relation = ([Ordering; 2], &'static str);

const AT_MOST: Relation = ([Ordering::Less, Ordering::Equal], "greater than the maximum of");
const AT_LEAST: Relation = ([Ordering::Greater, Ordering::Equal], "less than the minimum of");
const BELOW: Relation = ([Ordering::Less; 2], "not less than");
const ABOVE: Relation = ([Ordering::Greater; 2], "not greater than");

fn limit(value: &Value, (good, words): Relation) -> Box<dyn for<'i> Keyword<'i>> {
    match value {
        Value::Number(number) => Box::new(Limit { number: number.clone(), good, words }),
        // Draft 4's boolean; anything else has been refused by the meta-schema.
        Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_) => Box::new(Nothing),
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
