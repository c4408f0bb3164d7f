//! The JSON Schema of canary's own JSON: the root is `check --json`, `$defs.result` one result or history line.
//!
//! Objects stay open: within `v` 1 fields are only added, and a reader must not break on one.

use crate::heal::Outcome;
use crate::model::{Blame, ExitReason, Reason, Severity, Verdict};
use serde_json::{Value, json};

/// The document, as committed in `schemas/output.schema.json` and printed by `canary schema output`.
pub fn document() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "canary's JSON output",
        "description": "The root describes `canary check --json`; `$defs/result` describes one result, a line of `-o jsonl` and a line of the history. Fields are only added within one `v`.",
        "type": "object",
        "required": [
            "v", "run", "started_at", "duration_ms", "verdict", "exit_code", "exit_reasons", "summary", "results",
            "incidents", "alerts", "healing", "warnings"
        ],
        "properties": {
            "v": { "const": 1 },
            "run": { "$ref": "#/$defs/run" },
            "started_at": { "$ref": "#/$defs/time" },
            "duration_ms": { "type": "number", "minimum": 0 },
            "verdict": { "$ref": "#/$defs/verdict", "description": "The worst of all results." },
            "exit_code": { "type": "integer", "minimum": 0, "maximum": 255 },
            "exit_reasons": {
                "description": "Everything that speaks for an exit code other than 0.",
                "type": "array",
                "items": { "enum": ExitReason::ALL },
                "uniqueItems": true
            },
            "summary": { "$ref": "#/$defs/summary" },
            "results": {
                "description": "One a selected endpoint, in the configuration's order.",
                "type": "array",
                "items": { "$ref": "#/$defs/result" }
            },
            "incidents": { "$ref": "#/$defs/records" },
            "alerts": { "$ref": "#/$defs/records" },
            "healing": { "type": "array", "items": { "$ref": "#/$defs/attempt" } },
            "warnings": { "type": "array", "items": { "type": "string" } }
        },
        "$defs": {
            "result": result(),
            "problem": {
                "type": "object",
                "required": ["kind", "severity", "path", "message"],
                "properties": {
                    "kind": { "enum": Reason::ALL },
                    "severity": { "enum": Severity::ALL },
                    "path": { "type": ["string", "null"], "description": "A JSONPath or a header's name." },
                    "message": { "type": "string" }
                }
            },
            "summary": {
                "type": "object",
                "required": ["total", "up", "degraded", "down", "unknown", "skipped"],
                "properties": {
                    "total": { "$ref": "#/$defs/count" },
                    "up": { "$ref": "#/$defs/count" },
                    "degraded": { "$ref": "#/$defs/count" },
                    "down": { "$ref": "#/$defs/count" },
                    "unknown": { "$ref": "#/$defs/count" },
                    "skipped": { "$ref": "#/$defs/count" }
                }
            },
            "phases": {
                "description": "Milliseconds of each stage; null where it was not reached or not needed.",
                "type": "object",
                "required": ["dns_ms", "connect_ms", "tls_ms", "ttfb_ms", "download_ms"],
                "properties": {
                    "dns_ms": { "$ref": "#/$defs/milliseconds" },
                    "connect_ms": { "$ref": "#/$defs/milliseconds" },
                    "tls_ms": { "$ref": "#/$defs/milliseconds" },
                    "ttfb_ms": { "$ref": "#/$defs/milliseconds" },
                    "download_ms": { "$ref": "#/$defs/milliseconds" }
                }
            },
            "attempt": attempt(),
            "records": {
                "description": "Objects that carry `id`, `channel` and `endpoint` where they have one.",
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "id": { "type": "string" },
                        "channel": { "type": ["string", "null"], "description": "null where several endpoints are meant." },
                        "endpoint": { "type": ["string", "null"], "description": "null where several endpoints are meant." }
                    }
                }
            },
            "verdict": { "enum": Verdict::ALL },
            "run": { "type": "string", "pattern": "^[0-9A-HJKMNP-TV-Z]{26}$", "description": "A ULID." },
            "time": {
                "description": "RFC 3339, UTC, milliseconds.",
                "type": "string",
                "format": "date-time",
                "pattern": "^-?\\d{4,6}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$"
            },
            "count": { "type": "integer", "minimum": 0 },
            "milliseconds": { "type": ["number", "null"], "minimum": 0 }
        }
    })
}

fn result() -> Value {
    json!({
        "type": "object",
        "required": [
            "channel", "endpoint", "verdict", "reason", "blame", "message", "problems", "method", "url", "final_url",
            "remote_addr", "http_version", "status", "latency_ms", "phases", "attempts", "redirects", "proxy", "bytes",
            "cert_days_left", "metrics", "evidence", "suppressed_by", "maintenance", "verify"
        ],
        "properties": {
            "v": { "const": 1, "description": "In the history only." },
            "ts": { "$ref": "#/$defs/time", "description": "In the history only: when the probe began." },
            "run": { "$ref": "#/$defs/run", "description": "In the history only." },
            "channel": { "type": "string" },
            "endpoint": { "type": "string" },
            "verdict": { "$ref": "#/$defs/verdict" },
            "reason": { "enum": nullable(Reason::ALL), "description": "The first problem's kind." },
            "blame": { "enum": nullable(Blame::ALL), "description": "Whose fault it is. Only `target` says down." },
            "message": { "type": ["string", "null"], "description": "For a person. May hold text of the remote." },
            "problems": { "type": "array", "maxItems": 100, "items": { "$ref": "#/$defs/problem" } },
            "method": { "type": ["string", "null"] },
            "url": { "type": ["string", "null"], "description": "Secrets masked." },
            "final_url": { "type": ["string", "null"], "description": "Where redirects led." },
            "remote_addr": { "type": ["string", "null"], "description": "ADDRESS:PORT connected to." },
            "http_version": { "enum": ["1.0", "1.1", "2", null] },
            "status": { "type": ["integer", "null"], "minimum": 0, "maximum": 999 },
            "latency_ms": { "$ref": "#/$defs/milliseconds" },
            "phases": { "$ref": "#/$defs/phases" },
            "attempts": { "type": ["integer", "null"], "minimum": 0 },
            "redirects": { "type": ["integer", "null"], "minimum": 0 },
            "proxy": { "type": ["string", "null"], "description": "POOL/HOST:PORT" },
            "bytes": { "type": ["integer", "null"], "minimum": 0, "description": "Of the decoded body." },
            "cert_days_left": { "type": ["integer", "null"], "description": "Negative when expired." },
            "metrics": { "type": "object", "additionalProperties": { "type": ["number", "null"] } },
            "evidence": {
                "type": ["object", "null"],
                "required": ["body"],
                "properties": { "body": { "type": "string", "description": "Up to 1 KiB, secrets masked." } }
            },
            "suppressed_by": { "type": ["string", "null"], "description": "CHANNEL/ENDPOINT of a parent that is down." },
            "maintenance": { "type": "boolean" },
            "verify": { "type": "boolean", "description": "The second look after a remediation." }
        }
    })
}

fn attempt() -> Value {
    json!({
        "description": "One attempt to heal an endpoint.",
        "type": "object",
        "required": [
            "id", "channel", "endpoint", "incident", "action", "attempt", "max_attempts", "shared_with", "started_at",
            "duration_ms", "outcome", "exit_code", "status", "message", "output", "healed", "verdict", "result"
        ],
        "properties": {
            "id": { "type": "string" },
            "channel": { "type": "string" },
            "endpoint": { "type": "string" },
            "incident": { "type": "string", "description": "Of the outage, also when no incident was opened." },
            "action": { "type": "string", "description": "The command, or method and URL; secrets masked." },
            "attempt": { "type": "integer", "minimum": 1 },
            "max_attempts": { "type": "integer", "minimum": 1 },
            "shared_with": { "type": ["string", "null"], "description": "CHANNEL/ENDPOINT whose attempt ran it for this one." },
            "started_at": { "$ref": "#/$defs/time" },
            "duration_ms": { "type": "number", "minimum": 0, "description": "Of the action alone." },
            "outcome": { "enum": Outcome::ALL },
            "exit_code": { "type": ["integer", "null"] },
            "status": { "type": ["integer", "null"], "description": "Of the HTTP answer." },
            "message": { "type": "string", "description": "How the action ended, for a person." },
            "output": { "type": "string", "description": "The last 16 KiB, secrets masked. May hold text of the remote." },
            "healed": { "type": "boolean", "description": "Whether the second look found it not down." },
            "verdict": { "enum": nullable(&Verdict::ALL), "description": "Of the second look; null when nobody looked." },
            "result": { "$ref": "#/$defs/result", "description": "The failing result that led to it." }
        }
    })
}

/// The words and null.
fn nullable<T: serde::Serialize>(words: &[T]) -> Value {
    let mut list: Vec<Value> = words.iter().map(|word| json!(word)).collect();
    list.push(Value::Null);
    Value::Array(list)
}

#[cfg(test)]
mod tests {
    use super::document;
    use crate::model::RunReport;
    use crate::output::{json, jsonl, sample};
    use serde_json::Value;
    use std::collections::BTreeSet;

    fn validator() -> jsonschema::Validator {
        jsonschema::options().should_validate_formats(true).build(&document()).expect("a valid schema")
    }

    #[test]
    fn is_a_schema_by_its_own_draft() {
        jsonschema::meta::validate(&document()).expect("valid");
    }

    #[test]
    fn fits_every_report() {
        let healed = RunReport { healing: sample::healing(), ..sample::night() };
        for report in [sample::night(), healed, sample::report(Vec::new())] {
            let value: Value = serde_json::from_slice(&json::render(&report)).expect("JSON");
            let errors: Vec<String> = validator().iter_errors(&value).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{errors:?}");
        }
    }

    #[test]
    fn result_fits_lines_of_the_stream_and_of_the_history() {
        let mut schema = document();
        schema["$ref"] = "#/$defs/result".into();
        for key in ["type", "required", "properties"] {
            schema.as_object_mut().expect("an object").remove(key);
        }
        let validator = jsonschema::validator_for(&schema).expect("a valid schema");
        for result in sample::night().results {
            let line: Value = serde_json::from_slice(&jsonl::line(&result)).expect("JSON");
            assert!(validator.is_valid(&line), "{line}");
            let line = serde_json::to_value(result.history_line("01JDCZ3V5W8QK7M2N4P6R8T0XA")).expect("JSON");
            assert!(validator.is_valid(&line), "{line}");
        }
    }

    #[test]
    fn names_exactly_the_keys_that_are_written() {
        let keys = |value: &Value| value.as_object().expect("an object").keys().cloned().collect::<BTreeSet<_>>();
        let schema = document();
        let report: Value = serde_json::from_slice(&json::render(&sample::night())).expect("JSON");
        assert_eq!(keys(&schema["properties"]), keys(&report));
        let line = serde_json::to_value(sample::up("vk", "health").history_line("x")).expect("JSON");
        assert_eq!(keys(&schema["$defs"]["result"]["properties"]), keys(&line));
        assert_eq!(keys(&schema["$defs"]["phases"]["properties"]), keys(&line["phases"]));
        let required = schema["$defs"]["result"]["required"].as_array().expect("a list").len();
        assert_eq!(required + 3, keys(&line).len(), "all but v, ts and run are required");
        let attempt = serde_json::to_value(&sample::healing()[0]).expect("JSON");
        assert_eq!(keys(&schema["$defs"]["attempt"]["properties"]), keys(&attempt));
        assert_eq!(schema["$defs"]["attempt"]["required"].as_array().map(Vec::len), Some(keys(&attempt).len()));
    }

    #[test]
    fn refuses_what_is_not_ours() {
        let mut value: Value = serde_json::from_slice(&json::render(&sample::night())).expect("JSON");
        value["results"][0]["verdict"] = "fine".into();
        assert!(!validator().is_valid(&value));
    }
}
