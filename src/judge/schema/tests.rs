use super::{Schema, SchemaSet, check};
use crate::judge::problems::Problems;
use crate::model::{Problem, Redactor, Severity};
use serde_json::{Value, json};
use std::sync::Arc;

fn set(documents: &[(&str, Value)]) -> SchemaSet {
    let mut set = SchemaSet::default();
    for (name, document) in documents {
        set.add(name, document.clone());
    }
    set
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect(text)
}

fn problems(schema: &Arc<Schema>, value: &Value) -> Vec<Problem> {
    let redactor = Redactor::default();
    let mut problems = Problems::new(&redactor);
    check(value, schema, Severity::Down, &mut problems);
    problems.finish()
}

fn messages(document: &Value, value: &Value) -> Vec<String> {
    let schema = SchemaSet::default().compile_inline(document).expect("compiles");
    problems(&schema, value).into_iter().map(|problem| problem.message).collect()
}

fn refusal(document: &Value) -> String {
    SchemaSet::default().compile_inline(document).expect_err("compiled")
}

#[test]
fn names_the_place_and_the_fault() {
    let document = json!({
        "type": "object",
        "required": ["status"],
        "additionalProperties": false,
        "properties": {
            "status": {"enum": ["healthy", "degraded"]},
            "health_score": {"type": "integer", "minimum": 0, "maximum": 100},
            "at": {"format": "date-time"},
            "tags": {"items": {"type": "string", "minLength": 2}, "maxItems": 2, "uniqueItems": true},
            "odd-key": {"anyOf": [{"type": "string"}, {"const": 1}]},
            "0": {"type": ["string", "null"]},
        },
    });
    let cases = [
        (json!({}), "$: \"status\" is required"),
        (json!({"status": "sick"}), "$.status: \"sick\" is not one of healthy, degraded"),
        (json!({"status": "healthy", "health_score": 150}), "$.health_score: 150 is greater than the maximum of 100"),
        (json!({"status": "healthy", "health_score": -1}), "$.health_score: -1 is less than the minimum of 0"),
        (json!({"status": "healthy", "health_score": "80"}), "$.health_score: \"80\" is a string, not an integer"),
        (json!({"status": "healthy", "at": "noon"}), "$.at: \"noon\" is not a valid date-time"),
        (json!({"status": "healthy", "x": 1}), "$: \"x\" is not allowed here"),
        (json!({"status": "healthy", "tags": ["a"]}), "$.tags[0]: \"a\" is shorter than 2 characters"),
        (json!({"status": "healthy", "tags": ["aa", "aa"]}), "$.tags: has equal items, all must differ"),
        (json!({"status": "healthy", "tags": ["aa", "bb", "cc"]}), "$.tags: has 3 items, more than the maximum of 2"),
        (
            json!({"status": "healthy", "odd-key": 2}),
            "$['odd-key']: 2 fits none of the schemas in anyOf; nearest: $['odd-key']: 2 is a number, not a string",
        ),
        (json!({"status": "healthy", "0": 1}), "$['0']: 1 is a number, not null or a string"),
        (json!([]), "$: [] is an array, not an object"),
    ];
    for (value, wanted) in cases {
        assert_eq!(messages(&document, &value), [wanted], "{value}");
    }
    assert_eq!(messages(&document, &json!({"x": 1, "health_score": 101})).len(), 3);
}

#[test]
fn compares_numbers_exactly() {
    let cases = [
        (r#"{"type":"integer"}"#, "1e400", true),
        (r#"{"type":"integer"}"#, "1.0", true),
        (r#"{"type":"integer"}"#, "1000000000000000000000000000000.5", false),
        (r#"{"maximum":9007199254740992}"#, "9007199254740993", false),
        (r#"{"maximum":1000000000000000000000000000000}"#, "1000000000000000000000000000001", false),
        (r#"{"maximum":1e400}"#, "1e400", true),
        (r#"{"maximum":1e400}"#, "1.1e400", false),
        (r#"{"maximum":0.1}"#, "0.10000000000000000001", false),
        (r#"{"exclusiveMinimum":0.1}"#, "0.10000000000000000001", true),
        (r#"{"exclusiveMinimum":0}"#, "-0", false),
        (r#"{"const":1000000000000000000000000000000}"#, "1000000000000000000000000000001", false),
        (r#"{"const":1}"#, "1.0", true),
        (r#"{"multipleOf":0.01}"#, "19.99", true),
    ];
    for (document, value, valid) in cases {
        assert_eq!(messages(&read(document), &read(value)).is_empty(), valid, "{document} {value}");
    }
}

#[test]
fn reads_the_draft_that_is_named() {
    let exclusive = |draft: &str| json!({"$schema": draft, "maximum": 5, "exclusiveMaximum": true});
    assert_eq!(messages(&exclusive("http://json-schema.org/draft-04/schema#"), &json!(5)), ["$: 5 is not less than 5"]);
    for draft in [
        "http://json-schema.org/draft-06/schema#",
        "http://json-schema.org/draft-07/schema",
        "https://json-schema.org/draft/2019-09/schema",
        "https://json-schema.org/draft/2020-12/schema",
    ] {
        assert!(refusal(&exclusive(draft)).starts_with("at /exclusiveMaximum: true is a boolean"), "{draft}");
        let document = json!({"$schema": draft, "format": "ipv4"});
        assert_eq!(messages(&document, &json!("1.2.3")), ["$: \"1.2.3\" is not a valid ipv4"], "{draft}");
    }
    assert!(messages(&json!({"prefixItems": [{"type": "null"}]}), &json!([1])).len() == 1, "2020-12 by default");
}

#[test]
fn formats_of_openapi_assert_nothing() {
    for format in ["int32", "int64", "float", "double", "byte", "binary", "password"] {
        assert!(messages(&json!({"format": format}), &json!("anything")).is_empty(), "{format}");
    }
}

#[test]
fn says_what_is_wrong_with_a_schema() {
    let cases = [
        (json!({"type": "strin"}), "at /type: \"strin\" fits none"),
        (json!({"properties": {"a": {"minimum": "x"}}}), "at /properties/a/minimum: \"x\" is a string, not a number"),
        (json!({"properties": {"a": {"format": "nope"}}}), "at /properties/a/format: \"nope\" is not a known format"),
        (json!({"pattern": "a("}), "at /pattern: \"a(\" is not a valid regex"),
        (json!({"$ref": "#/$defs/x"}), "$ref to `#/$defs/x`: nothing there"),
        (json!({"$ref": "http://127.0.0.1:1/x"}), "$ref to `http://127.0.0.1:1/x` can't be followed"),
        (json!({"$ref": "file:///etc/passwd"}), "$ref to `file:///etc/passwd` can't be followed"),
        (json!({"$ref": "other"}), "$ref to `other` can't be followed"),
        (json!({"$schema": "http://example.com/s"}), "at /$schema: `http://example.com/s` is not one of the drafts"),
        (json!({"$id": "%%%"}), "%%%"),
        (json!(5), "5 is a number, not a boolean or an object"),
    ];
    for (document, wanted) in cases {
        let refusal = refusal(&document);
        assert!(refusal.contains(wanted), "{document}: {refusal}");
    }
    let set = set(&[("health", json!({})), ("vk-ok", json!({"$ref": "helth"}))]);
    assert_eq!(set.compile("healht").expect_err("unknown"), "no schema is named `healht`; did you mean `health`?");
    assert!(set.compile("vk-ok").expect_err("unknown").ends_with("; did you mean `health`?"));
}

#[test]
fn reaches_named_schemas_by_name_and_id() {
    let text = json!({"$defs": {"word": {"type": "string"}}, "type": "object"});
    let with_id = json!({"$id": "https://example.com/schemas/base", "properties": {"a": {"$ref": "text#/$defs/word"}}});
    let set = set(&[
        ("text", text),
        ("base", with_id),
        ("by-name", json!({"properties": {"a": {"$ref": "text#/$defs/word"}}})),
        ("by-id", json!({"$ref": "https://example.com/schemas/base"})),
        ("odd-id", json!({"$id": "urn:example:odd", "properties": {"a": {"$ref": "urn:example:word"}}})),
        ("word", json!({"$id": "urn:example:word", "type": "string"})),
        ("broken", json!({"$ref": "http://127.0.0.1:1/never-asked"})),
    ]);
    for name in ["base", "by-name", "by-id", "odd-id"] {
        let schema = set.compile(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(problems(&schema, &json!({"a": "x"})), [], "{name}");
        assert_eq!(problems(&schema, &json!({"a": 1})).len(), 1, "{name}");
    }
    let inline = set.compile_inline(&json!({"items": {"$ref": "word"}})).expect("compiles");
    assert_eq!(problems(&inline, &json!([1]))[0].message, "$[0]: 1 is a number, not a string");
}

#[test]
fn compiles_each_document_once() {
    let set = set(&[("a", json!({"type": "object"}))]);
    let first = set.compile("a").expect("compiles");
    for _ in 0..10_000 {
        assert!(Arc::ptr_eq(&first, &set.compile("a").expect("compiles")));
    }
    let inline = set.compile_inline(&json!({"type": "string"})).expect("compiles");
    assert!(Arc::ptr_eq(&inline, &set.compile_inline(&json!({"type": "string"})).expect("compiles")));
    assert_eq!((first.name.as_str(), inline.name.as_str()), ("a", "inline"));
}

#[test]
fn bounds_what_unfolds() {
    for document in [
        json!({"$ref": "#"}),
        json!({"anyOf": [{"$ref": "#"}, {"type": "null"}]}),
        json!({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}),
        json!({"properties": {"next": {"$ref": "#"}}, "type": "object"}),
    ] {
        let schema = SchemaSet::default().compile_inline(&document).expect("compiles");
        assert!(problems(&schema, &json!({"next": {"next": {}}})).len() <= 1, "{document}");
    }
    let mut definitions = serde_json::Map::new();
    definitions.insert("l0".to_owned(), json!({"type": "number"}));
    for level in 1..10 {
        let below = json!({"$ref": format!("#/$defs/l{}", level - 1)});
        definitions.insert(format!("l{level}"), json!({"allOf": vec![below; 9]}));
    }
    let laughs = json!({"$defs": definitions, "$ref": "#/$defs/l9"});
    assert!(refusal(&laughs).contains("more than 10000 subschemas"));
}
