//! The shipped schemas against the answers of the five channels, as `tests/cases/channels/index.json` lists them.

use canary::demo::shipped::SCHEMAS;
use jsonschema::Validator;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

#[derive(Deserialize)]
struct Index {
    fixtures: Vec<Fixture>,
}

/// One answer, and what becomes of it under the shipped `probes.yaml`.
#[derive(Deserialize)]
struct Fixture {
    file: String,
    status: u16,
    schema: Option<String>,
    verdict: String,
    reason: Option<String>,
}

impl Fixture {
    /// A body that fails for what it is; others fail for a value, their age or their time.
    fn breaks_its_schema(&self) -> bool {
        self.verdict == "down" && matches!(self.reason.as_deref(), Some("schema" | "status" | "auth"))
    }

    fn json(&self) -> Option<Value> {
        serde_json::from_str(&read(&self.file)).ok()
    }
}

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

fn index() -> Vec<Fixture> {
    serde_json::from_str::<Index>(&read("tests/cases/channels/index.json")).expect("the index is wrong").fixtures
}

fn schemas() -> BTreeMap<&'static str, Validator> {
    let name = |path: &'static str| path.trim_start_matches("schemas/").trim_end_matches(".json");
    SCHEMAS
        .iter()
        .map(|(path, text)| {
            let document: Value = serde_json::from_str(text).unwrap_or_else(|e| panic!("{path}: {e}"));
            assert!(jsonschema::meta::is_valid(&document), "{path} is no valid schema");
            assert_eq!(document["$id"], format!("canary:{path}"));
            (name(path), jsonschema::validator_for(&document).unwrap_or_else(|e| panic!("{path}: {e}")))
        })
        .collect()
}

#[test]
fn schemas_accept_and_refuse_what_the_index_says() {
    let schemas = schemas();
    let mut wrong = Vec::new();
    for fixture in index() {
        let Some(name) = &fixture.schema else { continue };
        let body = fixture.json().unwrap_or_else(|| panic!("{} is not JSON", fixture.file));
        let schema = schemas.get(name.as_str()).unwrap_or_else(|| panic!("no schema {name}"));
        let error = schema.validate(&body).err().map(|error| error.to_string());
        if error.is_some() != fixture.breaks_its_schema() {
            wrong.push(format!("{} against {name}: {}", fixture.file, error.unwrap_or("accepted".to_owned())));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_channel_knows_its_own_errors() {
    let schemas = schemas();
    let mut seen = BTreeSet::new();
    for fixture in index().iter().filter(|fixture| fixture.breaks_its_schema() || fixture.status >= 400) {
        let channel = fixture.file.rsplit('/').nth(1).unwrap_or_default().to_owned();
        let Some(schema) = schemas.get(format!("{channel}-error").as_str()) else { continue };
        let body = fixture.json().unwrap_or_else(|| panic!("{} is not JSON", fixture.file));
        assert!(schema.is_valid(&body), "{} is no {channel} error", fixture.file);
        seen.insert(channel);
    }
    assert_eq!(seen, ["avito", "max", "telegram", "vk"].map(str::to_owned).into());
}

#[test]
fn no_schema_takes_an_empty_object_or_a_page_for_an_answer() {
    for (name, schema) in schemas() {
        for body in ["{}", "[]", "null", "\"<html></html>\""] {
            assert!(!schema.is_valid(&serde_json::from_str(body).unwrap()), "{name} accepts {body}");
        }
    }
}

#[test]
fn every_schema_has_an_answer_that_it_accepts() {
    let schemas = schemas();
    let bodies: Vec<Value> = index().iter().filter_map(Fixture::json).collect();
    for (name, schema) in schemas {
        assert!(bodies.iter().any(|body| schema.is_valid(body)), "nothing in the fixtures is a {name}");
    }
}

#[test]
fn the_index_lists_every_file() {
    let listed: BTreeSet<String> = index().into_iter().map(|fixture| fixture.file).collect();
    for folder in ["src/demo/fixtures", "tests/cases/channels"] {
        for channel in ["whatsapp", "telegram", "vk", "max", "avito", "n8n"] {
            let folder = format!("{folder}/{channel}");
            let Ok(entries) = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(&folder)) else { continue };
            for entry in entries {
                let path = format!("{folder}/{}", entry.unwrap().file_name().to_string_lossy());
                assert!(listed.contains(&path), "{path} is not in the index");
            }
        }
    }
}
