//! The JSON Schema of `probes.yaml`, for editors, made of the tables that the loader itself checks against.

use super::condition::{ON_NUMBERS, OPERATORS};
use super::grammar::{Block, Keys, ROOT, Ref, Shape};
use super::tree::{Kind, number, resolve};
use serde_json::{Map, Value as Json, json};

/// The schema (draft 2020-12). It takes whatever the loader takes, and refuses unknown keys as the loader does; what only
/// the whole file can show (dangling names, cycles) is left to the loader.
pub fn json_schema() -> Json {
    let mut writer = Writer::default();
    let root = writer.block_body(&ROOT);
    writer.define("reference", json!({ "type": "string", "pattern": "\\$\\{", "description": "A value from outside: ${VAR}, ${VAR:-default}, ${VAR:?message}, ${file:PATH}, ${cred:NAME}." }));
    let mut out = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "probes.yaml",
        "description": "Configuration of canary. In string values ${VAR}, ${VAR:-default}, ${VAR:?message}, ${file:PATH} and ${cred:NAME} are replaced; $${ is a literal ${. null falls back to the built-in value.",
    });
    if let (Json::Object(out), Json::Object(root)) = (&mut out, root) {
        out.extend(root.into_iter().filter(|(key, _)| key != "title"));
        out.insert("$defs".to_owned(), Json::Object(writer.definitions));
    }
    out
}

#[derive(Default)]
struct Writer {
    definitions: Map<String, Json>,
}

impl Writer {
    fn define(&mut self, name: &str, definition: Json) {
        self.definitions.insert(name.to_owned(), definition);
    }

    fn block(&mut self, block: &'static Block) -> Json {
        let name: String = block
            .title
            .split(|c: char| !c.is_ascii_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join("_");
        let name = name.strip_prefix("a_").or(name.strip_prefix("an_")).unwrap_or(&name).to_owned();
        if !self.definitions.contains_key(&name) {
            self.define(&name, Json::Null);
            let body = self.block_body(block);
            self.define(&name, body);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    fn block_body(&mut self, block: &'static Block) -> Json {
        let mut properties = Map::new();
        for key in block.all() {
            let mut property = or_null(&self.shape(&key.shape));
            property["description"] = Json::from(key.doc);
            properties.insert(key.name.to_owned(), property);
        }
        let mut out = json!({ "title": block.title, "type": "object", "properties": properties });
        if block.extensible {
            out["patternProperties"] = json!({ "^x-": {} });
        }
        out["additionalProperties"] = Json::Bool(false);
        let single: Vec<&str> = block.required.iter().filter(|group| group.len() == 1).map(|group| group[0]).collect();
        if !single.is_empty() {
            out["required"] = json!(single);
        }
        if let Some(group) = block.required.iter().find(|group| group.len() > 1) {
            out["anyOf"] = group.iter().map(|key| json!({ "required": [key] })).collect();
        }
        out
    }

    fn shape(&mut self, shape: &Shape) -> Json {
        match shape {
            Shape::Block(block) => self.block(block),
            Shape::Tagged(types) => {
                let branches: Vec<Json> = types
                    .iter()
                    .map(|(name, block)| {
                        let body = self.block(block);
                        json!({ "allOf": [body, { "properties": { "type": { "const": name } }, "required": ["type"] }] })
                    })
                    .collect();
                json!({ "oneOf": branches })
            }
            Shape::Map(keys, of) => {
                let value = or_null(&self.shape(of));
                let mut out = json!({ "type": "object", "additionalProperties": value });
                match keys {
                    Keys::Name(_) => {
                        out["propertyNames"] =
                            json!({ "pattern": "^[a-z0-9][a-z0-9._-]{0,62}$", "not": { "const": "all" } });
                    }
                    Keys::JsonPath => out["propertyNames"] = json!({ "pattern": "^\\$" }),
                    Keys::Header | Keys::Answer | Keys::Variable | Keys::Any(_) => {
                        out["propertyNames"] = json!({ "minLength": 1 });
                    }
                }
                out
            }
            Shape::List(of) => json!({ "type": "array", "items": self.shape(of) }),
            Shape::Some(of) => json!({ "type": "array", "items": self.shape(of), "minItems": 1 }),
            Shape::OneOrMany(of) => {
                let one = self.shape(of);
                json!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }] })
            }
            Shape::Either(_, shapes) => {
                json!({ "anyOf": shapes.iter().map(|shape| self.shape(shape)).collect::<Vec<_>>() })
            }
            Shape::Text(text) if text.scalars => {
                json!({ "type": ["string", "number", "boolean"], "title": text.expected })
            }
            Shape::Text(text) => json!({ "type": "string", "title": text.expected }),
            Shape::Bool => or_reference(&json!({ "type": "boolean" })),
            Shape::Integer(low, high) => {
                let mut out = json!({ "type": "integer", "minimum": low });
                if *high < i64::MAX {
                    out["maximum"] = json!(high);
                }
                or_reference(&out)
            }
            Shape::Number(low, high) => or_reference(&json!({ "type": "number", "minimum": low, "maximum": high })),
            Shape::Duration(..) => json!({
                "type": "string", "title": "a duration such as 500ms, 10s, 5m, 2h or 1d",
                "pattern": "^[0-9.]+(ms|s|m|h|d)$|\\$\\{",
            }),
            Shape::Size(..) => json!({ "anyOf": [
                { "type": "string", "title": "a size such as 64KiB or 1MiB", "pattern": "^[0-9]+(B|KiB|MiB|GiB|kB|MB|GB)?$|\\$\\{" },
                { "type": "integer", "minimum": 0 },
            ] }),
            Shape::Words(words) => {
                or_reference(&json!({ "enum": words.iter().flat_map(|word| readings(word)).collect::<Vec<_>>() }))
            }
            Shape::Status => json!({ "anyOf": [
                { "type": "integer", "minimum": 100, "maximum": 599 },
                { "type": "string", "pattern": "^[1-5]([0-9]{2}|xx)(-[1-5][0-9]{2})?$|\\$\\{" },
            ] }),
            Shape::Ref(reference) => {
                let title = match reference {
                    Ref::Receiver => "a receiver's name",
                    Ref::PoolOrDirect => "a pool's name, or direct",
                    Ref::Proxy => "a pool's name, a proxy's URL, or direct",
                    Ref::Endpoint => "channel/endpoint",
                };
                json!({ "type": "string", "title": title })
            }
            Shape::Schema => {
                json!({ "type": ["string", "object", "boolean"], "title": "a schema's name, or an inline JSON Schema" })
            }
            Shape::Document => {
                json!({ "type": ["string", "object", "boolean"], "title": "a schema's file, or an inline JSON Schema" })
            }
            Shape::Condition => self.condition(),
            Shape::Json => json!({}),
        }
    }

    fn condition(&mut self) -> Json {
        if !self.definitions.contains_key("operators") {
            let operators = OPERATORS.iter().map(|(name, doc)| ((*name).to_owned(), json!({ "description": doc })));
            let properties: Map<String, Json> = operators.collect();
            let numbers: Map<String, Json> = ON_NUMBERS.iter().map(|name| ((*name).to_owned(), json!({}))).collect();
            let amount = json!({ "anyOf": [
                { "type": ["integer", "null"] },
                { "$ref": "#/$defs/reference" },
                { "type": "object", "properties": numbers, "additionalProperties": false },
            ] });
            let mut out = json!({ "type": "object", "properties": properties, "additionalProperties": false, "minProperties": 1 });
            for key in ["length", "count"] {
                if let Json::Object(property) = &mut out["properties"][key]
                    && let Json::Object(amount) = amount.clone()
                {
                    property.extend(amount);
                }
            }
            self.define("operators", out);
        }
        json!({ "if": { "type": "object", "minProperties": 1, "propertyNames": { "enum": OPERATORS.map(|(name, _)| name) } }, "then": { "$ref": "#/$defs/operators" } })
    }
}

fn or_null(schema: &Json) -> Json {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

fn or_reference(schema: &Json) -> Json {
    json!({ "anyOf": [schema, { "$ref": "#/$defs/reference" }] })
}

/// A word as a string and, where YAML reads it otherwise, as that.
fn readings(word: &str) -> Vec<Json> {
    let other = match resolve(word) {
        Kind::Integer | Kind::Float => number(word).map(Json::Number),
        Kind::Bool => Some(Json::Bool(word == "true")),
        Kind::Null | Kind::Text => None,
    };
    std::iter::once(Json::from(word)).chain(other).collect()
}

#[cfg(test)]
mod tests {
    use super::json_schema;
    use crate::config::{cases_tests, show_json, yaml};
    use serde_json::json;

    #[test]
    fn takes_what_the_loader_takes() {
        let schema = json_schema();
        jsonschema::meta::validate(&schema).expect("a JSON Schema");
        let validator = jsonschema::draft202012::new(&schema).expect("compiles");
        for case in cases_tests::all().iter().filter(|case| case.is_good()) {
            let tree = yaml::parse(case.yaml.trim_start_matches('\u{feff}'), &mut Vec::new()).expect("parses");
            for value in [tree.to_plain_json(), show_json(&case.load().expect("loads"))] {
                let errors: Vec<String> =
                    validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
                assert!(errors.is_empty(), "{}: {}", case.title, errors.join("\n"));
            }
        }
    }

    #[test]
    fn refuses_unknown_keys_and_wrong_types() {
        let validator = jsonschema::draft202012::new(&json_schema()).expect("compiles");
        for bad in [
            json!({ "colour": 1 }),
            json!({ "defaults": { "auth": { "bearer": "x" } } }),
            json!({ "defaults": { "timeout": 5 } }),
            json!({ "receivers": { "a": { "type": "slack", "url": "u", "chat_id": "1" } } }),
            json!({ "channels": { "A": {} } }),
            json!({ "channels": { "a": { "endpoints": { "b": { "expect": { "status": "6xx" } } } } } }),
        ] {
            assert!(!validator.is_valid(&bad), "{bad}");
        }
        assert!(validator.is_valid(&json!({ "x-any": { "colour": 1 } })));
    }
}
