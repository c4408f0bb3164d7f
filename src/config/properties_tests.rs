//! What holds for any configuration: showing is stable, and no bytes make the loader panic.

use super::cases_tests;
use super::tests::env;
use super::{json_schema, load, show, show_json};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};
use std::path::Path;

const PATH: &str = "/etc/canary/probes.yaml";
const VARS: [(&str, &str); 5] =
    [("TOKEN", "t0ken-value"), ("EMPTY", ""), ("N", "3"), ("T", "7s"), ("HOST", "svc.internal")];

/// Any of several values for one key, or none.
fn maybe(key: &'static str, values: Vec<Json>) -> BoxedStrategy<Option<(String, Json)>> {
    prop_oneof![2 => Just(None), 3 => prop::sample::select(values).prop_map(move |value| Some((key.to_owned(), value)))]
        .boxed()
}

fn map_of(keys: Vec<BoxedStrategy<Option<(String, Json)>>>) -> impl Strategy<Value = Json> {
    keys.prop_map(|entries| Json::Object(entries.into_iter().flatten().collect()))
}

fn settings() -> Vec<BoxedStrategy<Option<(String, Json)>>> {
    let conditions = json!({
        "$.a": 1, "$.b": { "gte": "${N}", "optional": true }, "$.c": { "unknown": 1 }, "$['d']": { "type": ["null", "string"] },
        "$.e": { "max_age": "5m", "assume_tz": "Europe/Moscow" }, "$.f": { "matches": "^${2}?\\d" , "exists": "${X:-true}" },
        "$.g": "${TOKEN}", "$.h": { "length": { "gt": 1 }, "count": 2, "any": null },
    });
    vec![
        maybe("timeout", vec![json!("5s"), json!("${T}"), Json::Null]),
        maybe("interval", vec![json!("30s"), json!("2h")]),
        maybe("method", vec![json!("HEAD"), json!("POST")]),
        maybe("query", vec![json!({ "a": 1, "b": ["x", "${TOKEN}"], "c": null }), json!({ "a": "${EMPTY}" })]),
        maybe("headers", vec![json!({ "X-A": "a ${TOKEN} $${b}" }), json!({ "x-a": null, "Cookie": "sid=12345678" })]),
        maybe("json", vec![json!({ "a": [null, 1.5, "${TOKEN}"] }), json!("text"), json!([])]),
        maybe(
            "auth",
            vec![
                json!({ "bearer": "${TOKEN}" }),
                json!({ "basic": { "username": "${MISSING:-}", "password": "p" } }),
                json!({ "oauth2": { "token_url": "https://id/${TOKEN}", "client_id": "c", "client_secret": "s" } }),
                Json::Null,
            ],
        ),
        maybe("retry", vec![json!({ "attempts": "${N}", "backoff": { "max": "1m" }, "when": ["stale"] }), Json::Null]),
        maybe("follow_redirects", vec![json!(false), json!(0), json!(7)]),
        maybe("max_body", vec![json!("64KiB"), json!(1000)]),
        maybe("http_version", vec![json!(1.1), json!("2"), json!("auto")]),
        maybe("ip_family", vec![json!(4), json!("6")]),
        maybe("resolve", vec![json!({ "h": "[::1]:80", "g": "127.0.0.1" })]),
        maybe("tls", vec![json!({ "verify": false, "server_name": "a.b" })]),
        maybe("proxy", vec![json!("direct"), json!("res"), json!("socks5h://u:${TOKEN}@h"), json!("none")]),
        maybe(
            "expect",
            vec![
                json!({ "status": [200, "3xx"], "json": conditions, "headers": { "A": "b", "C": { "matches": "x${1}?" } } }),
                json!({ "schema": { "type": "object", "title": "${not expanded}" }, "body": { "contains": ["a", "b"] } }),
                json!({ "status": 404, "json": { "$.a": null, "$.b": { "gte": null, "lte": 5 } } }),
            ],
        ),
        maybe("warn", vec![json!({ "latency": "1s", "cert": "0s" }), json!({ "schema": "s" }), Json::Null]),
        maybe("metrics", vec![json!({ "n": "$.n" })]),
        maybe(
            "heal",
            vec![
                json!([{ "run": "none" }, { "when": { "status": 500 }, "run": { "command": ["a", "b c"], "env": { "API_KEY": "k" } } }]),
                json!([{ "run": { "http": { "url": "https://h/${TOKEN}", "json": {} } }, "backoff": { "factor": 1.5 } }]),
            ],
        ),
        maybe(
            "alerting",
            vec![json!({ "after": { "failures": 2, "of": 3 }, "unknown_after": "off" }), json!({ "receivers": ["r"] })],
        ),
        maybe("maintenance", vec![json!([{ "start": "23:00", "duration": "1h" }])]),
        maybe("tags", vec![json!(["a", "b"]), json!(["b", "c"]), Json::Null]),
        maybe("description", vec![json!("say $${HOME} ${HOST}: yes\n- \"é\u{85}\""), json!("- no")]),
        maybe("enabled", vec![json!(false)]),
    ]
}

fn file() -> impl Strategy<Value = Json> {
    let own = prop::sample::select(vec![
        ("path", "/a/${TOKEN}?b=c"),
        ("path", "b"),
        ("url", "http://${HOST}:${N}/x"),
        ("url", "https://u:${TOKEN}@other.example/${MISSING:-}"),
        ("url", "https://base.example/home?a=${EMPTY}"),
    ]);
    let endpoint = (map_of(settings()), own).prop_map(|(mut endpoint, (key, value))| {
        endpoint[key] = Json::from(value);
        endpoint
    });
    let no_auth = |mut block: Json| {
        block.as_object_mut().map(|block| block.shift_remove("auth"));
        block
    };
    (map_of(settings()).prop_map(no_auth), map_of(settings()), prop::collection::vec(endpoint, 1..4)).prop_map(
        |(defaults, mut channel, endpoints)| {
            let named = endpoints.into_iter().enumerate().map(|(at, endpoint)| (format!("e{at}"), endpoint));
            channel["base_url"] = json!("https://base.example/api/");
            channel["endpoints"] = Json::Object(named.collect::<Map<_, _>>());
            json!({
                "defaults": defaults,
                "schemas": { "s": { "type": "object" } },
                "proxies": { "res": { "urls": ["http://u:${TOKEN}@h:1", "${MISSING:-}"] }, "none": { "urls": ["${MISSING:-}"] } },
                "receivers": { "r": { "type": "webhook", "url": "https://h/${TOKEN}", "secret": "${MISSING:-}" } },
                "channels": { "c": channel },
            })
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn showing_is_stable_and_hides_secrets(file in file()) {
        let text = file.to_string();
        let loaded = match load(Path::new(PATH), text.as_bytes(), &env(&VARS)) {
            Ok(loaded) => loaded,
            Err(found) => return Err(TestCaseError::fail(format!("{}\n{text}", found.render(false)))),
        };
        let shown = show(&loaded);
        prop_assert!(!shown.contains("t0ken-value"), "{}", shown);
        let again = match load(Path::new(PATH), shown.as_bytes(), &env(&VARS)) {
            Ok(again) => again,
            Err(found) => return Err(TestCaseError::fail(format!("{}\n{shown}", found.render(false)))),
        };
        prop_assert_eq!(show(&again), shown);
        let redactor = &loaded.config.redactor;
        prop_assert_eq!(cases_tests::effective(&loaded.config, redactor), cases_tests::effective(&again.config, redactor));
    }

    #[test]
    fn the_schema_takes_what_the_loader_takes(file in file()) {
        let validator = jsonschema::draft202012::new(&json_schema()).expect("compiles");
        let loaded = load(Path::new(PATH), file.to_string().as_bytes(), &env(&VARS)).expect("loads");
        for value in [file, show_json(&loaded)] {
            let errors: Vec<String> = validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
            prop_assert!(errors.is_empty(), "{}", errors.join("\n"));
        }
    }

    #[test]
    fn no_damage_makes_it_panic(which in any::<prop::sample::Index>(), cuts in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4u8), 1..6)) {
        let cases = cases_tests::all();
        let case = which.get(&cases);
        let mut bytes = case.yaml.clone().into_bytes();
        for (at, byte, how) in cuts {
            if bytes.is_empty() {
                break;
            }
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => drop(bytes.remove(at)),
                2 => bytes.insert(at, b" :{}[]\"'$&*-#\n"[byte as usize % 14]),
                _ => bytes.truncate(at),
            }
        }
        match load(Path::new(PATH), &bytes, &case.env) {
            Ok(loaded) => drop((show(&loaded), loaded.unset_everywhere().render(true))),
            Err(found) => {
                prop_assert!(!found.is_empty());
                let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1;
                for one in &found {
                    prop_assert!(one.line >= 1 && one.column >= 1 && one.line <= lines + 1, "{:?}", one);
                }
                drop(found.everywhere().render(true));
            }
        }
    }
}
