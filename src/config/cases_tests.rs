//! Runs `tests/cases/config/*.yaml`: each case is a configuration with the diagnostics it must bring about.

use super::diagnostic::Diagnostics;
use super::environment::Fixed;
use super::load::{Loaded, load};
use super::settings::{Action, Config, Endpoint, HealRun, Pool, Request, RequestBody};
use super::yaml;
use crate::model::Redactor;
use bytes::Bytes;
use http::HeaderName;
use serde_json::Value as Json;
use std::path::Path;
use url::Url;

/// One case of a file.
pub(super) struct Case {
    pub(super) title: String,
    pub(super) yaml: String,
    pub(super) env: Fixed,
    wanted: Json,
}

impl Case {
    pub(super) fn load(&self) -> Result<Loaded, Diagnostics> {
        load(Path::new("/etc/canary/probes.yaml"), self.yaml.as_bytes(), &self.env)
    }

    /// Whether it holds no mistake.
    pub(super) fn is_good(&self) -> bool {
        self.wanted.get("errors").is_none()
    }
}

/// Every case of every file.
pub(super) fn all() -> Vec<Case> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/config");
    let mut cases = Vec::new();
    let mut files: Vec<_> = std::fs::read_dir(dir).expect("cases").map(|entry| entry.expect("entry").path()).collect();
    files.sort();
    for file in files.iter().filter(|file| file.extension().is_some_and(|end| end == "yaml")) {
        let text = std::fs::read_to_string(file).expect("readable");
        let tree = yaml::parse(&text, &mut Vec::new()).unwrap_or_else(|issue| panic!("{}: {issue:?}", file.display()));
        let Json::Array(list) = tree.to_plain_json() else { panic!("{} is no list", file.display()) };
        cases.extend(list.into_iter().map(|wanted| case(file, wanted)));
    }
    cases
}

fn case(file: &Path, wanted: Json) -> Case {
    let keys = ["name", "yaml", "env", "files", "errors", "unset", "not_configured", "warnings", "is"];
    for key in wanted.as_object().expect("a map").keys() {
        assert!(keys.contains(&key.as_str()), "{}: unknown key {key}", file.display());
    }
    let mut env = Fixed::default();
    let map = |key: &str| wanted[key].as_object().cloned().unwrap_or_default();
    for (name, value) in map("env") {
        env.vars.insert(name, value.as_str().expect("a string").to_owned());
    }
    for (name, value) in map("files") {
        env.files.insert(format!("/etc/canary/{name}"), value.as_str().expect("a string").as_bytes().to_vec());
    }
    let name = wanted["name"].as_str().expect("a name");
    let title = format!("{}: {name}", file.file_name().expect("a name").to_string_lossy());
    Case { title, yaml: wanted["yaml"].as_str().expect("a text").to_owned(), env, wanted }
}

/// `LINE:COLUMN fragment | fragment` for each diagnostic, in order.
fn compare(title: &str, wanted: &Json, found: &Diagnostics) -> Vec<String> {
    let wanted: Vec<&str> = wanted.as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let mut wrong = Vec::new();
    if wanted.len() != found.len() {
        wrong.push(format!("{title}: {} wanted, {} found:\n{}", wanted.len(), found.len(), found.render(false)));
    }
    for (want, got) in wanted.iter().zip(found) {
        let got_text = format!(
            "{}:{} {} {} {}",
            got.line,
            got.column,
            got.message,
            got.label.as_deref().unwrap_or_default(),
            got.help.as_deref().unwrap_or_default()
        );
        let (place, words) = want.split_once(' ').expect("a place");
        let fits = got_text.starts_with(&format!("{place} ")) && words.split(" | ").all(|part| got_text.contains(part));
        if !fits {
            wrong.push(format!("{title}: wanted {want}\n   found  {got_text}"));
        }
    }
    wrong
}

fn list(title: &str, what: &str, wanted: &Json, found: &[String]) -> Option<String> {
    let wanted: Vec<&str> = wanted.as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let fits = wanted.len() == found.len() && wanted.iter().zip(found).all(|(want, got)| got.contains(want));
    (!fits).then(|| format!("{title}: {what}: wanted {wanted:?}, found {found:?}"))
}

#[test]
fn every_case_brings_about_its_diagnostics() {
    let mut wrong = Vec::new();
    for case in all() {
        match case.load() {
            Err(found) => wrong.extend(compare(&case.title, &case.wanted["errors"], &found)),
            Ok(loaded) => {
                if !case.is_good() {
                    wrong.push(format!("{}: loaded without a mistake", case.title));
                }
                wrong.extend(compare(&case.title, &case.wanted["unset"], &loaded.unset_everywhere()));
                let config = &loaded.config;
                wrong.extend(list(
                    &case.title,
                    "not configured",
                    &case.wanted["not_configured"],
                    &config.not_configured,
                ));
                wrong.extend(list(&case.title, "warnings", &case.wanted["warnings"], &config.warnings));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Everything that a configuration means but for what is sent and may hold secrets (URLs, headers, bodies), masked.
pub(super) fn effective(config: &Config, redactor: &Redactor) -> Vec<String> {
    let mut out = vec![
        format!("{:?} {:?} {:?} {}", config.path, config.state_dir, config.history, config.spread),
        format!("{:?} {:?}", config.channels, config.alerting),
        format!("{:?} {:?}", config.heartbeat, config.connectivity),
    ];
    out.extend(config.proxies.iter().map(|(name, pool)| {
        let control = pool.control.as_ref().map(|control| control.host_str().map(str::to_owned));
        format!("{name} {control:?} {:?}", Pool { control: None, ..pool.clone() })
    }));
    out.extend(config.receivers.iter().map(|pair| format!("{pair:?}")));
    for endpoint in &config.endpoints {
        // An endpoint's own request, and that of a remedy.
        let plain = |request: &Request| Request {
            url: Url::parse("http://h/").expect("a URL"),
            headers: Vec::new(),
            body: request.body.clone().map(|body| RequestBody { bytes: Bytes::new(), ..body }),
            ..request.clone()
        };
        let mut endpoint = Endpoint::clone(endpoint);
        let names: Vec<HeaderName> = endpoint.request.headers.iter().map(|(name, _)| name.clone()).collect();
        for rule in &mut endpoint.heal {
            if let HealRun::Act(Action::Http(request)) = &mut rule.run {
                **request = plain(request);
            }
        }
        endpoint.request = plain(&endpoint.request);
        out.push(format!("{endpoint:?} {names:?}"));
    }
    out.iter().map(|text| redactor.redact(text).into_owned()).collect()
}

#[test]
fn what_is_shown_loads_again_to_the_same() {
    for case in all().iter().filter(|case| case.is_good()) {
        let Ok(loaded) = case.load() else { continue };
        let redactor = &loaded.config.redactor;
        let shown = super::show(&loaded);
        let again = match load(Path::new("/etc/canary/probes.yaml"), shown.as_bytes(), &case.env) {
            Ok(again) => again,
            Err(found) => panic!("{}: {}\n{shown}", case.title, found.render(false)),
        };
        assert_eq!(super::show(&again), shown, "{}", case.title);
        assert_eq!(effective(&loaded.config, redactor), effective(&again.config, redactor), "{}", case.title);
        assert_eq!(loaded.config.not_configured, again.config.not_configured, "{}", case.title);
    }
}
