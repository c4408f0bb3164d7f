//! Healing: what is run and what is not, how often, what came of it, whom it is told.

mod actions;
mod attempts;
mod cut_short;
mod restraint;
mod rules;

use crate::support::configs::DEFAULTS;
use crate::support::{Home, Ran};
use canary::demo::fleet::{Behaviour, Fleet, Reply, Service};
use serde_json::Value;
use std::fmt::Write;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(20);
const FAST: &str = "after: 1, backoff: { initial: 20ms, max: 40ms }";
const COUNT: &str = r#"[sh, -c, "echo $CANARY_ENDPOINT >> tried"]"#;

/// A service whose `/` fails until `POST /restart`, and a webhook.
fn fleet() -> Fleet {
    let well = ("/".to_owned(), Behaviour::json(200, "{}"));
    let restart = Behaviour::Changes { reply: Reply::new(202, "restarting"), routes: vec![well] };
    Fleet::start([
        Service::new("s").on("*", Behaviour::text(503, "broken")).on("POST /restart", restart),
        Service::new("fine").on("*", Behaviour::json(200, "{}")),
        Service::new("hook").on("*", Behaviour::json(200, "{}")),
    ])
    .expect("a fleet")
}

/// Endpoints of a channel `c` on the failing service; a webhook hears of everything.
fn home(fleet: &Fleet, alerting: &str, endpoints: &[(&str, &str)]) -> Home {
    let mut yaml = format!(
        "{DEFAULTS}alerting: {{ {alerting}, receivers: [hook] }}
receivers: {{ hook: {{ type: webhook, url: \"{}/alerts\" }} }}
channels:
  c:
    base_url: \"{}\"
    endpoints:\n",
        fleet.url("hook"),
        fleet.url("s"),
    );
    for (name, settings) in endpoints {
        writeln!(yaml, "      {name}: {{ {settings} }}").expect("written");
    }
    Home::with_config(&yaml)
}

fn rule(run: &str, options: &str) -> String {
    format!("path: /, heal: [ {{ run: {{ {run} }}, {options} }} ]")
}

/// One endpoint `e` with one rule.
fn one(fleet: &Fleet, run: &str, options: &str) -> Home {
    home(fleet, "after: 2", &[("e", &rule(run, options))])
}

fn tried(home: &Home) -> usize {
    std::fs::read_to_string(home.path("tried")).map_or(0, |text| text.lines().count())
}

fn healing(ran: &Ran) -> Vec<Value> {
    ran.json()["healing"].as_array().expect("an array").clone()
}

/// Every item that the webhook got, as `event endpoint`.
fn told(fleet: &Fleet) -> Vec<String> {
    items(fleet).iter().map(|item| format!("{} {}", item["event"].as_str().unwrap_or("?"), item["endpoint"])).collect()
}

fn items(fleet: &Fleet) -> Vec<Value> {
    let bodies = fleet.requests("hook");
    let bodies = bodies.iter().map(|request| serde_json::from_slice::<Value>(&request.body).expect("JSON"));
    bodies.flat_map(|body| body["items"].as_array().expect("items").clone()).collect()
}

fn list(home: &Home) -> Vec<Value> {
    let ran = home.run(["heal", "list", "--json"]).code(0);
    ran.json().as_array().expect("an array").clone()
}
