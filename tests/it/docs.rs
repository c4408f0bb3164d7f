//! The documentation against the program: every YAML block loads, every command line is understood, the reference is
//! what the schemas say. `CANARY_WRITE_DOCS=1` writes the generated pages anew.

use crate::support::Home;
use canary::cli::args::Cli;
use canary::config::{self, Environment};
use canary::demo::shipped::SCHEMAS;
use canary::model::{EndpointId, ExitReason, Name, Phases, Reason, Verdict};
use canary::output::prometheus::{EndpointMetrics, MetricsInput, render};
use clap::CommandFactory as _;
use jiff::Timestamp;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// README.md, CONTRIBUTING.md, and what is in docs/ and contrib/.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = vec![root.join("README.md"), root.join("CONTRIBUTING.md")];
    let mut dirs = vec![root.join("docs"), root.join("contrib")];
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(&dir).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                dirs.push(path);
            } else if path.extension().is_some_and(|ext| ext == "md") {
                pages.push(path);
            }
        }
    }
    pages
}

/// The fenced blocks in this language, with the line where each begins.
fn blocks(page: &Path, language: &str) -> Vec<(usize, String)> {
    let text = std::fs::read_to_string(page).expect("a page");
    let mut found = Vec::new();
    let mut open: Option<(usize, bool, String)> = None;
    for (number, line) in text.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(word)) => open = Some((number + 2, word == language, String::new())),
            (Some(_), Some(_)) => {
                found.extend(open.take().filter(|(_, wanted, _)| *wanted).map(|(at, _, text)| (at, text)));
            }
            (Some((_, _, text)), None) => {
                text.push_str(line);
                text.push('\n');
            }
            (None, None) => {}
        }
    }
    found
}

/// Nothing is set, and the shipped schemas are there.
#[derive(Debug)]
struct Bare;

impl Environment for Bare {
    fn var(&self, _name: &str) -> Option<String> {
        None
    }

    fn read_file(&self, path: &Path, _max: u64) -> Result<Vec<u8>, String> {
        let known = SCHEMAS.iter().find(|(known, _)| path.ends_with(known));
        known.map(|(_, text)| text.as_bytes().to_vec()).ok_or_else(|| "no such file".to_owned())
    }

    fn credential(&self, _name: &str) -> Result<String, String> {
        Ok("credential".to_owned())
    }
}

#[test]
fn every_configuration_loads() {
    let mut loaded = 0;
    for page in pages() {
        for (line, mut text) in blocks(&page, "yaml") {
            if !text.contains("channels:") {
                text.push_str("channels: { x: { endpoints: { e: { url: \"http://127.0.0.1:1/\" } } } }\n");
            }
            let place = format!("{}:{line}", page.display());
            if let Err(wrong) = config::load(Path::new("probes.yaml"), text.as_bytes(), &Bare) {
                panic!("{place}\n{}", wrong.render(false));
            }
            loaded += 1;
        }
    }
    assert!(loaded >= 10, "only {loaded} blocks were found");
}

/// The words of one command, as a shell without variables sees them; it ends at a pipe, a redirection or a comment.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (None, '|' | '>' | ';' | '&') => break,
            (None, '#') if words.last().is_some_and(String::is_empty) => break,
            (None, ' ') => words.push(String::new()),
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            (_, _) => words.last_mut().expect("a word").push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn every_command_line_is_understood() {
    let mut understood = 0;
    for page in pages() {
        for (first, text) in blocks(&page, "console") {
            for (offset, line) in text.lines().enumerate() {
                let line = line.trim_start().trim_start_matches("$ ").trim_start_matches("sudo ");
                if !line.starts_with("canary ") {
                    continue;
                }
                if let Err(error) = Cli::command().try_get_matches_from(words(line))
                    && error.use_stderr()
                {
                    panic!("{}:{}\n{line}\n{error}", page.display(), first + offset);
                }
                understood += 1;
            }
        }
    }
    assert!(understood >= 30, "only {understood} lines were found");
}

#[test]
fn links_lead_somewhere() {
    let link = regex::Regex::new(r"\]\(([^)#:\s]+)(#[^)]*)?\)").expect("a regex");
    for page in pages() {
        let text = std::fs::read_to_string(&page).expect("a page");
        for found in link.captures_iter(&text) {
            let target = page.parent().expect("a directory").join(&found[1]);
            assert!(target.exists(), "{}: {} leads nowhere", page.display(), &found[1]);
        }
    }
}

#[test]
fn the_codes_page_knows_every_reason() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/codes.md"))
        .expect("docs/reference/codes.md");
    let exit_reasons = ExitReason::ALL.iter().map(|reason| serde_json::to_value(reason).expect("a word"));
    let reasons = Reason::ALL.iter().map(|reason| Value::from(reason.as_str()));
    for word in reasons.chain(exit_reasons) {
        assert!(page.contains(&format!("`{}`", text(&word))), "{word} is not explained");
    }
}

/// Each metric with the names of its labels, of a text in which nothing is unknown.
fn metrics() -> BTreeMap<String, BTreeSet<String>> {
    let some = Some(Duration::from_millis(1));
    let endpoint = EndpointMetrics {
        id: EndpointId { channel: Name::parse("c").expect("a name"), endpoint: "e".into() },
        verdict: Some(Verdict::Up),
        at: Some(Timestamp::UNIX_EPOCH),
        latency: some,
        phases: Phases { dns: some, connect: some, tls: some, ttfb: some, download: some },
        status: Some(200),
        cert_not_after: Some(0),
        metrics: vec![("n".to_owned(), 1.0)],
        incident_open: false,
        uptime: Some(1.0),
    };
    let channels = vec![(endpoint.id.channel.clone(), Some(1.0))];
    let input = MetricsInput { endpoints: vec![endpoint], channels, last_run_at: Some(Timestamp::UNIX_EPOCH) };
    let mut metrics: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in render(&input).lines().filter(|line| !line.starts_with('#')) {
        let (name, labels) = line.split_once('{').unwrap_or((line.split(' ').next().expect("a name"), ""));
        let labels = labels.split(',').filter_map(|label| label.split_once('=')).map(|(key, _)| key.to_owned());
        metrics.entry(name.to_owned()).or_default().extend(labels);
    }
    metrics
}

#[test]
fn the_metrics_page_names_every_metric_and_no_other() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/metrics.md"))
        .expect("docs/reference/metrics.md");
    let told = page.lines().filter_map(|line| line.strip_prefix("| `")).map(|row| {
        let (name, rest) = row.split_once("` | ").expect("a second column");
        let labels = rest.split(" | ").next().expect("labels");
        let own = match labels {
            "–" => vec!["channel", "endpoint"],
            "none at all" => vec![],
            "`channel` alone" => vec!["channel"],
            more => vec!["channel", "endpoint", more[1..].split('`').next().expect("a label")],
        };
        (name.to_owned(), own.into_iter().map(str::to_owned).collect())
    });
    assert_eq!(told.collect::<BTreeMap<String, BTreeSet<String>>>(), metrics());
}

#[test]
fn the_settings_page_is_what_the_schema_says() {
    let schema: Value = Home::new().run(["config", "schema"]).code(0).json();
    let mut text = String::from(
        "# Settings of probes.yaml\n\nMade from `canary config schema`, which editors understand too. A value may come from \
         outside wherever text, a number\nor a boolean stands: `${VAR}`, `${VAR:-default}`, `${VAR:?message}`, \
         `${file:PATH}`, `${cred:NAME}`.\n",
    );
    section(&mut text, "At the top", &schema);
    for (_, part) in schema["$defs"].as_object().expect("parts") {
        let title = part["title"].as_str().unwrap_or("the operators of `json`").replace('`', "");
        if part["properties"].is_object() {
            section(&mut text, &title, part);
        }
    }
    same("docs/reference/settings.md", &text);
}

#[test]
fn the_json_page_is_what_the_schema_says() {
    let schema: Value = Home::new().run(["schema", "output"]).code(0).json();
    let mut text = String::from(
        "# The JSON of `check` and of the history\n\nMade from `canary schema output`. Within `v` 1 fields are only \
         added.\n",
    );
    section(&mut text, "check --json", &schema);
    for (name, part) in schema["$defs"].as_object().expect("parts") {
        if part["properties"].is_object() {
            section(&mut text, name, part);
        }
    }
    same("docs/reference/json.md", &text);
}

fn section(text: &mut String, title: &str, part: &Value) {
    writeln!(text, "\n## {title}\n\n| key | value | |\n|---|---|---|").expect("written");
    for (key, value) in part["properties"].as_object().expect("properties") {
        let said = value["description"].as_str().unwrap_or_default();
        let row = format!("| `{key}` | {} | {} |", kind(value).replace('|', "\\|"), said.replace('|', "\\|"));
        writeln!(text, "{}", row.replace("  ", " ")).expect("written");
    }
}

/// What a value may be, in a few words.
fn kind(schema: &Value) -> String {
    if let Some(alternatives) = schema["anyOf"].as_array().or_else(|| schema["oneOf"].as_array()) {
        let mut kinds: Vec<String> = alternatives.iter().map(kind).filter(|kind| !kind.is_empty()).collect();
        kinds.dedup();
        return kinds.join(", or ");
    }
    if let Some(name) = schema["$ref"].as_str().and_then(|to| to.strip_prefix("#/$defs/")) {
        return if name == "reference" { String::new() } else { format!("[{}](#{})", plain(name), anchor(name)) };
    }
    if let Some(first) = schema["allOf"].as_array().and_then(|all| all.first()) {
        return kind(first);
    }
    if let Some(title) = schema["title"].as_str() {
        return title.to_owned();
    }
    if let Some(values) = schema["enum"].as_array() {
        let words: Vec<String> =
            values.iter().filter(|value| value.is_string()).map(|value| format!("`{}`", text(value))).collect();
        return words.join(" ");
    }
    if schema.get("const").is_some() {
        return format!("`{}`", text(&schema["const"]));
    }
    match schema["type"].as_str() {
        Some("null") => String::new(),
        Some("array") => format!("list of {}", kind(&schema["items"])).trim_end_matches(" of ").to_owned(),
        Some("object") if schema["additionalProperties"].is_object() => {
            format!("map of names to {}", kind(&schema["additionalProperties"])).trim_end_matches(" to ").to_owned()
        }
        Some(word) => match (schema["minimum"].as_i64(), schema["maximum"].as_i64()) {
            (Some(from), Some(to)) => format!("{word} from {from} to {to}"),
            (Some(from), None) => format!("{word}, at least {from}"),
            (None, _) => word.to_owned(),
        },
        None => schema["type"]
            .as_array()
            .map(|all| all.iter().map(text).collect::<Vec<_>>().join(" or "))
            .unwrap_or_default(),
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn plain(name: &str) -> String {
    name.replace('_', " ")
}

/// As code forges make anchors of headings.
fn anchor(name: &str) -> String {
    name.replace('_', "-")
}

#[expect(clippy::disallowed_methods, reason = "whether it writes is asked of the environment")]
fn same(page: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    if std::env::var("CANARY_WRITE_DOCS").is_ok() {
        std::fs::write(&path, made).expect("written");
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(there == made, "CANARY_WRITE_DOCS=1 cargo test --test it docs writes {page} anew");
}
