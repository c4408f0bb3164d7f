//! From shapes to the words of JSON Schema.

use super::names;
use super::shape::{Members, Shape};
use serde_json::{Map, Value, json};

pub(super) fn document(title: &str, shape: &Shape) -> Value {
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.insert("title".to_owned(), title.into());
    if let Value::Object(rest) = one(shape, "") {
        schema.extend(rest);
    }
    Value::Object(schema)
}

/// The schema of one place; `name` is the key it stands under.
fn one(shape: &Shape, name: &str) -> Value {
    let mut types: Vec<&str> = Vec::new();
    let mut schema = Map::new();
    if shape.object.is_some() {
        types.push("object");
    }
    if shape.array.is_some() {
        types.push("array");
    }
    if shape.string.is_some() {
        types.push("string");
    }
    if let Some(numbers) = &shape.number {
        types.push(if numbers.whole && !names::is_measure(name) { "integer" } else { "number" });
    }
    if shape.boolean {
        types.push("boolean");
    }
    if types.is_empty() {
        // Nothing, or only null: that says nothing about what may come.
        return json!({});
    }
    if shape.null {
        types.push("null");
    }
    schema.insert("type".to_owned(), if let [one] = types.as_slice() { json!(one) } else { json!(types) });
    if let Some(strings) = &shape.string {
        let words = strings.words.as_ref().filter(|words| {
            let seen: u32 = words.values().sum();
            names::is_state(name) && words.len() >= 2 && seen as usize > words.len()
        });
        // An enum would rule every other type out.
        if let (Some(words), "string", true) = (words, types[0], types.len() == 1) {
            schema.insert("enum".to_owned(), words.keys().cloned().collect());
        } else if let [format, ..] = strings.formats.as_slice() {
            schema.insert("format".to_owned(), format.as_str().into());
        }
    }
    if shape.number.as_ref().is_some_and(|numbers| !numbers.negative) && names::is_amount(name) {
        schema.insert("minimum".to_owned(), 0.into());
    }
    if let Some(object) = &shape.object {
        members(&mut schema, object, name);
    }
    if let Some(items) = shape.array.as_ref().and_then(|array| array.items.as_ref()) {
        schema.insert("items".to_owned(), one(items, &singular(name)));
    }
    Value::Object(schema)
}

fn members(schema: &mut Map<String, Value>, object: &Members, name: &str) {
    if object.is_map(name) {
        schema.insert("additionalProperties".to_owned(), one(&object.together(), &singular(name)));
        return;
    }
    let required: Vec<&String> =
        object.named.iter().filter(|(_, member)| member.seen == object.seen).map(|(key, _)| key).collect();
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    if !object.named.is_empty() {
        let properties = object.named.iter().map(|(key, member)| (key.clone(), one(&member.shape, key)));
        schema.insert("properties".to_owned(), Value::Object(properties.collect()));
    }
}

/// What one of several is called: `statuses` hold a status, `states` a state.
fn singular(name: &str) -> String {
    let short = name.strip_suffix("es").filter(|short| short.ends_with('s'));
    short.or_else(|| name.strip_suffix('s').filter(|short| !short.ends_with('s'))).unwrap_or(name).to_owned()
}
