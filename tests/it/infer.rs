//! `canary schema infer`: from live answers to a schema that accepts them, and what is said when there is none.

use crate::support::Home;
use crate::support::configs::{channel, serve};
use canary::demo::fleet::{Behaviour, Fleet};
use serde_json::{Value, json};

const HEALTH: &str = r#"{"status":"healthy","service":"vk","version":"2.1.0","accounts_loaded":5,"health_score":95.5,
"timestamp":"2026-11-23T09:59:41Z","sessions":{"79991234567":{"state":"open"}},"error":null}"#;

fn home(fleet: &Fleet, endpoints: &[(&str, &str)]) -> Home {
    Home::with_config(&channel(&fleet.url("s"), endpoints))
}

fn infer(home: &Home, target: &str) -> Value {
    home.run(["schema", "infer", target, "--interval", "10ms"]).code(0).stderr("").json()
}

#[test]
fn a_schema_of_an_endpoint_that_its_answers_satisfy() {
    let fleet = serve(Behaviour::json(200, HEALTH));
    let home = home(&fleet, &[("health", "{ path: /health }")]);
    let schema = infer(&home, "c/health");
    assert_eq!(fleet.count("s"), 3, "three answers");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["title"], "c health");
    assert_eq!(
        schema["required"],
        json!(["status", "service", "version", "accounts_loaded", "health_score", "timestamp", "sessions", "error"])
    );
    assert_eq!(schema["properties"]["status"], json!({ "type": "string" }), "one word seen is no enum");
    assert_eq!(schema["properties"]["accounts_loaded"], json!({ "type": "integer", "minimum": 0 }));
    assert_eq!(schema["properties"]["sessions"]["additionalProperties"]["required"], json!(["state"]));
    let text = schema.to_string();
    assert!(!text.contains("79991234567") && !text.contains("127.0.0.1"), "{text}");
    assert!(!home.path("state").exists(), "nothing is recorded");

    home.write("schemas/health.json", &text);
    let judged = channel(&fleet.url("s"), &[("judged", "{ path: /health, schema: health }")]);
    home.write("probes.yaml", format!("schemas: {{ health: schemas/health.json }}\n{judged}"));
    assert_eq!(home.check(&["c/judged"]).code(0).result("c/judged")["verdict"], "up");
    fleet.set("s", "*", Behaviour::json(200, HEALTH.replace("\"service\":\"vk\",", "")));
    assert_eq!(home.check(&["c/judged"]).code(1).result("c/judged")["reason"], "schema");
}

#[test]
fn a_url_needs_no_configuration() {
    let fleet = serve(Behaviour::json(200, "[{\"id\":1},{\"id\":2,\"b\":\"x\"}]"));
    let schema = infer(&Home::new(), &format!("{}/api/list?token=hunter2", fleet.url("s")));
    assert_eq!(
        schema,
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "list",
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "properties": { "id": { "type": "integer" }, "b": { "type": "string" } },
            },
        })
    );
}

#[test]
fn secrets_are_no_keys() {
    let fleet = serve(Behaviour::json(200, r#"{"hunter2-hunter2":{"a":1},"ok":true}"#));
    let home = home(&fleet, &[("e", "{ path: /, auth: { bearer: hunter2-hunter2 } }")]);
    let ran = home.run(["schema", "infer", "c/e", "--samples", "1"]).code(0).stdout_lacks("hunter2");
    assert_eq!(ran.json()["properties"], json!({ "ok": { "type": "boolean" } }));
}

#[test]
fn what_is_no_json_is_told() {
    let fleet = serve(Behaviour::json(200, "{}"));
    let home = home(&fleet, &[("e", "{ path: /, timeout: 1s }")]);
    let told = |behaviour: Behaviour, what: &[&str]| {
        fleet.set("s", "*", behaviour);
        let mut ran = home.run(["schema", "infer", "c/e"]).code(3).stdout("");
        for what in what {
            ran = ran.stderr_has(what);
        }
    };
    told(
        Behaviour::text(200, "<html>\u{1b}[2J not\njson"),
        &["answer 1 of 3", "status 200", "no JSON", "<html>\\x1b[2J"],
    );
    told(Behaviour::text(200, ""), &["0 bytes"]);
    told(Behaviour::json(500, "{}"), &["500"]);
    let closed = Home::with_config(&channel("http://127.0.0.1:1", &[("e", "{ path: / }")]));
    let _ = closed.run(["schema", "infer", "c/e"]).code(3).stdout("").stderr_has("refused");
}

#[test]
fn the_target_is_one_endpoint() {
    let fleet = serve(Behaviour::json(200, "{}"));
    let home = home(&fleet, &[("a", "{ path: / }"), ("b", "{ path: /, auth: { bearer: \"${NONE:-}\" } }")]);
    let refused = |args: &[&str], why: &str| {
        let _ = home.run(["schema", "infer"].iter().chain(args).copied()).refused().stderr_has(why);
    };
    refused(&["c"], "names 2 endpoints (c/a, c/b, …)");
    refused(&["c/c"], "did you mean c/");
    refused(&["c/b"], "not configured");
    refused(&["c/a", "--samples", "0"], "--samples");
    refused(&["ftp://x/"], "TARGET");
    refused(&[], "TARGET");
    assert_eq!(fleet.count("s"), 0);
}
