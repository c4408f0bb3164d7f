//! `canary silence`: what it mutes, until when, and what it refuses.

use crate::support::Home;
use canary::demo::fleet::{Behaviour, Fleet, Service};
use serde_json::Value;

const YAML: &str = "defaults: { timeout: 2s, retry: { attempts: 1 } }
alerting: { after: 1, recover_after: 1 }
channels:
  vk:
    tags: [ru]
    base_url: BASE
    endpoints: { health: { path: /health }, api: { path: /api } }
  max:
    base_url: BASE
    endpoints: { health: { path: /health } }
";

fn home(base: &str) -> Home {
    Home::with_config(&YAML.replace("BASE", base))
}

fn list(home: &Home) -> Vec<Value> {
    let ran = home.run(["silence", "list", "--json"]).code(0);
    serde_json::from_str(&ran.stdout).expect("a JSON array")
}

fn open(home: &Home) -> usize {
    home.check(&[]).json()["incidents"].as_array().expect("incidents").len()
}

#[test]
fn is_added_listed_and_removed() {
    let home = home("http://127.0.0.1:9");
    home.run(["silence", "list"]).code(0).stdout("").stderr_has("no run is recorded in ");
    assert!(!home.path("state").exists(), "a list makes no directory");
    let added =
        home.run(["silence", "add", "tag:ru", "vk", "vk", "--for", "2h", "--reason", "moving\u{1b}[2J"]).code(0);
    let id = added.stdout.split(':').next().expect("an id").to_owned();
    let line = format!("{id}: tag:ru, vk (2 endpoints) silenced until ");
    let added = added.stdout_has(&line);
    assert_eq!(added.stderr.lines().count(), 1, "no run is recorded, and nothing else: {}", added.stderr);
    let table = home.run(["silence", "list"]).code(0).stdout_has(&id).stdout_has("moving\\x1b[2J");
    assert_eq!(table.stdout.lines().count(), 2);
    let listed = list(&home);
    assert_eq!(listed[0]["id"], id.as_str());
    assert_eq!(listed[0]["endpoints"], serde_json::json!(["vk/health", "vk/api"]));
    assert_eq!(listed[0]["targets"], serde_json::json!(["tag:ru", "vk"]));
    assert_eq!((&listed[0]["channel"], &listed[0]["until_recovered"]), (&Value::Null, &false.into()));
    let near = format!("{}{}", &id[..11], if id.ends_with('0') { '1' } else { '0' });
    home.run(["silence", "remove", &near]).code(2).stdout("").stderr_has(&format!("did you mean `{id}`?"));
    home.run(["silence", "remove", &id[..6]]).code(0).stdout_has(&id);
    for _ in 0..2 {
        home.run(["silence", "add", "vk/health", "--for", "1h"]).code(0);
    }
    home.run(["silence", "remove", "vk/health"]).code(2).stdout("").stderr_has("several silences are of vk/health");
    home.run(["silence", "remove", "all"]).code(2);
    let silences = home.run(["silence", "list", "--json"]).code(0).json();
    home.run(["silence", "remove", silences[0]["id"].as_str().expect("an id")]).code(0);
    home.run(["silence", "remove", "vk/health"]).code(0).stdout_has("no longer silenced");
    home.run(["silence", "remove", &id]).code(2).stderr_has("there is none at all");
    assert!(list(&home).is_empty());
}

#[test]
fn refuses_what_it_cant_mean() {
    let home = home("http://127.0.0.1:9");
    for (args, said) in [
        (&["vk/helth", "--for", "1h"][..], "did you mean vk/health"),
        (&["tag:fr", "--for", "1h"], "matches no endpoint"),
        (&["vk", "--until", "2020-01-01T00:00:00Z"], "is over already"),
        (&["vk", "--until", "tomorrow"], "2026-11-24T06:00:00Z"),
        (&["vk", "--for", "0s"], "longer than 0s"),
        (&["vk", "--for", "1h", "--until-recovered"], "cannot be used with"),
        (&["vk"], "required"),
        (&["--for", "1h"], "required"),
    ] {
        home.run(["silence", "add"].iter().chain(args).copied()).code(2).stdout("").stderr_has(said);
    }
    assert!(!home.path("state").exists(), "nothing is written");
}

#[test]
fn mutes_openings_and_delays_them() {
    let fleet = Fleet::start([Service::new("s").on("*", Behaviour::text(500, "broken"))]).expect("a fleet");
    let home = home(&fleet.url("s"));
    let added = home.run(["silence", "add", "*/health", "--until-recovered"]).code(0);
    assert_eq!(open(&home), 1, "only vk/api is not silenced");
    let listed = list(&home);
    assert_eq!((&listed[0]["until"], &listed[0]["until_recovered"]), (&Value::Null, &true.into()));
    let id = added.stdout.split(':').next().expect("an id").to_owned();
    home.run(["silence", "remove", &id]).code(0);
    assert_eq!(open(&home), 3);
}

#[test]
fn a_secret_in_a_reason_is_masked() {
    let home = home("http://127.0.0.1:9/${TOKEN}").env("TOKEN", "hunter2hunter2");
    home.run(["silence", "add", "vk", "--for", "1h", "--reason", "token hunter2hunter2 leaked"]).code(0);
    assert!(!home.read("state/state.json").contains("hunter2"), "in the state");
    home.run(["silence", "list"]).code(0).stdout_has("token *** leaked");
}

#[test]
fn leaves_a_damaged_state_to_the_rebuild() {
    let home = home("http://127.0.0.1:9");
    home.write("state/state.json", "{\"v\":1,");
    home.run(["silence", "add", "vk", "--for", "1h"]).code(3).stdout("").stderr_has("canary check");
    assert_eq!(home.read("state/state.json"), "{\"v\":1,");
    for room in ["silence", "incidents", "alerts", "heal"] {
        let ran = home.run([room, "list"]).code(3).stdout("").stderr_has("damaged; run `canary check`");
        home.run([room, "list", "--json"]).code(3).stdout("").stderr(&ran.stderr);
    }
}
