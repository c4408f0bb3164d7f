//! `metrics`: numbers read from the body.

use super::rules::Rules;
use super::say::Say;
use indexmap::IndexMap;
use serde_json::{Number, Value};

/// All of them without a value.
pub(super) fn none(rules: &Rules) -> IndexMap<String, Option<Number>> {
    rules.metrics.keys().map(|name| (name.clone(), None)).collect()
}

/// Reads each; one whose path doesn't select exactly one number is none, and a warning says why.
pub(super) fn read(
    root: &Value,
    rules: &Rules,
    say: Say<'_>,
    warnings: &mut Vec<String>,
) -> IndexMap<String, Option<Number>> {
    let mut one = |name: &str, path: &super::JsonPath| {
        let nodes = path.path.query(root).all();
        let why = match nodes.as_slice() {
            [Value::Number(number)] if number.as_f64().is_some_and(f64::is_finite) => return Some(number.clone()),
            [Value::Number(_)] => "a number that is too large".to_owned(),
            [] => "nothing there".to_owned(),
            [other @ (Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_))] => {
                say.is_not(other, "a number")
            }
            several => format!("{} values, a metric is one", several.len()),
        };
        warnings.push(say.message(&format!("metric {name}: {}: {why}", say.path(&path.source))));
        None
    };
    rules.metrics.iter().map(|(name, path)| (name.clone(), one(name, path))).collect()
}
