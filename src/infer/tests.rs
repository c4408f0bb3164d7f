use super::schema;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn infer(samples: &[Value]) -> Value {
    schema("t", samples, &|_| false)
}

fn accepts(schema: &Value, value: &Value) -> bool {
    let options = jsonschema::options().should_validate_formats(true);
    options.build(schema).unwrap_or_else(|error| panic!("{error}: {schema}")).is_valid(value)
}

fn parts(samples: &[Value]) -> Value {
    let mut schema = infer(samples);
    let map = schema.as_object_mut().expect("an object");
    assert_eq!(map.shift_remove("$schema"), Some(json!("https://json-schema.org/draft/2020-12/schema")));
    assert_eq!(map.shift_remove("title"), Some(json!("t")));
    schema
}

#[test]
fn a_health_answer_becomes_what_a_person_would_write() {
    let answer = |status: &str, score: Value, error: Value| {
        json!({
            "status": status, "version": "2.1.0", "health_score": score, "accounts_loaded": 5, "balance": 12,
            "timestamp": "2026-11-23T09:59:41Z", "last_error": error, "ok": true, "url": "https://example.org/a?b=c",
            "sessions": { "79991234567": { "state": "open", "since": "2026-11-23T09:59:41+03:00" } },
            "tags": ["a", "b"], "nothing": null, "empty": [],
        })
    };
    let schema = parts(&[
        answer("healthy", json!(95), json!(null)),
        answer("degraded", json!(80.5), json!("no answer")),
        answer("healthy", json!(95), json!(null)),
    ]);
    let wanted = json!({
        "type": "object",
        "required": ["status", "version", "health_score", "accounts_loaded", "balance", "timestamp", "last_error", "ok", "url",
            "sessions", "tags", "nothing", "empty"],
        "properties": {
            "status": { "type": "string", "enum": ["healthy", "degraded"] },
            "version": { "type": "string" },
            "health_score": { "type": "number", "minimum": 0 },
            "accounts_loaded": { "type": "integer", "minimum": 0 },
            "balance": { "type": "integer" },
            "timestamp": { "type": "string", "format": "date-time" },
            "last_error": { "type": ["string", "null"] },
            "ok": { "type": "boolean" },
            "url": { "type": "string", "format": "uri" },
            "sessions": { "type": "object", "additionalProperties": {
                "type": "object",
                "required": ["state", "since"],
                "properties": { "state": { "type": "string" }, "since": { "type": "string", "format": "date-time" } },
            } },
            "tags": { "type": "array", "items": { "type": "string" } },
            "nothing": {},
            "empty": { "type": "array" },
        },
    });
    assert_eq!(schema, wanted, "{schema:#}");
}

#[test]
fn a_word_seen_alone_is_no_enum() {
    let all = |values: &[&str], name: &str| -> Value {
        let samples: Vec<Value> = values.iter().map(|value| json!({ name: value })).collect();
        parts(&samples)["properties"][name].clone()
    };
    assert_eq!(all(&["ok", "ok", "ok"], "status"), json!({ "type": "string" }), "what else it can be nobody knows");
    assert_eq!(all(&["ok", "bad"], "status"), json!({ "type": "string" }), "neither came again");
    assert_eq!(all(&["ok", "bad", "ok"], "status")["enum"], json!(["ok", "bad"]));
    assert_eq!(all(&["ok", "bad", "ok"], "name"), json!({ "type": "string" }));
    assert_eq!(all(&["ok", "bad", "ok"], "token_status"), json!({ "type": "string" }));
    assert_eq!(all(&["Ok", "bad", "Ok"], "status"), json!({ "type": "string" }));
    let many = ["a", "b", "c", "d", "e", "f", "g", "a"];
    assert_eq!(all(&many, "status"), json!({ "type": "string" }));
}

#[test]
fn keys_that_come_and_go_are_a_map() {
    let map = parts(&[json!({ "alpha": 1, "beta": 2 }), json!({ "gamma": 3, "delta": 4 })]);
    assert_eq!(map, json!({ "type": "object", "additionalProperties": { "type": "integer" } }));
    let alike = json!({ "one": { "a": 1, "b": 2 }, "two": { "a": 1, "b": 2 }, "three": { "a": 1, "b": null } });
    assert_eq!(parts(&[alike])["additionalProperties"]["required"], json!(["a", "b"]));
    let mixed = parts(&[json!({ "total": 2, "79991234567": "x", "ivan@example.org": "y" })]);
    assert_eq!(mixed["properties"], json!({ "total": { "type": "integer", "minimum": 0 } }));
    assert!(!mixed.to_string().contains("79991234567") && !mixed.to_string().contains("ivan"));
    let hidden = schema("t", &[json!({ "hunter2": 1, "a": 1 })], &|key| key == "hunter2");
    assert_eq!(hidden["properties"], json!({ "a": { "type": "integer" } }));
}

#[test]
fn no_value_is_copied() {
    let sample = json!({
        "token": "sekret-1", "phone": "+79991234567", "email": "ivan@example.org", "name": "ivan", "note": "sekret-2",
        "list": ["sekret-3", { "password": "sekret-4" }], "number": 424_242,
    });
    let text = infer(&[sample.clone(), sample.clone(), sample]).to_string();
    for value in ["sekret", "7999", "ivan", "424242"] {
        assert!(!text.contains(value), "{value} is in {text}");
    }
}

#[test]
fn merges_types() {
    assert_eq!(parts(&[json!([1, 2.5])]), json!({ "type": "array", "items": { "type": "number" } }));
    assert_eq!(parts(&[json!("a"), json!(1), json!(null)]), json!({ "type": ["string", "integer", "null"] }));
    assert_eq!(parts(&[]), json!({}));
    let nested = parts(&[json!([{ "a": 1, "b": 1 }, { "a": 2 }])]);
    assert_eq!(nested["items"]["required"], json!(["a"]));
}

fn any_json() -> impl Strategy<Value = Value> {
    let texts = prop_oneof![
        "[a-z]{0,6}",
        any::<String>(),
        Just("2026-11-23T09:59:41Z".to_owned()),
        Just("2026-13-23T09:59:41Z".to_owned()),
        Just("10.0.0.1".to_owned()),
        "https?://[a-z.:/?%#\\[\\]@-]{1,12}",
        "[a-z.+]{1,5}@[a-z.-]{1,8}",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-3_i64..4).prop_map(Value::from),
        texts.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        let keys = prop_oneof![
            "[a-d]",
            Just("status".to_owned()),
            Just("sessions".to_owned()),
            Just("count".to_owned()),
            any::<String>(),
            "[0-9]{1,6}"
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            proptest::collection::vec((keys, inner), 0..6)
                .prop_map(|some| Value::Object(some.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #[test]
    fn accepts_every_sample(samples in proptest::collection::vec(any_json(), 1..6)) {
        let schema = infer(&samples);
        for sample in &samples {
            prop_assert!(accepts(&schema, sample), "{sample} is not accepted by {schema:#}");
        }
    }

    #[test]
    fn refuses_another_type(sample in any_json()) {
        let schema = infer(std::slice::from_ref(&sample));
        prop_assume!(!sample.is_null());
        let other = if sample.is_array() { json!({}) } else { json!([]) };
        prop_assert!(!accepts(&schema, &other), "{other} is accepted by {schema:#}");
    }

    #[test]
    fn refuses_an_object_without_a_required_key(value in any_json(), key in "[a-z]{1,8}") {
        let schema = infer(&[json!({ key.clone(): value, "other": true })]);
        let without = json!({ "other": true });
        prop_assert!(!accepts(&schema, &without) || key == "other");
    }
}
