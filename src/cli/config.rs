//! `canary config check|show|schema`.

use super::args;
use super::columns::lay;
use super::session::Session;
use super::{Stop, print, print_json};
use crate::config::settings::{Action, Endpoint, Waiting};
use crate::config::{self, Loaded};
use crate::process;
use crate::run::reach::{Unreached, unreached};
use crate::text::escape::terminal;
use crate::text::plural::count;
use indexmap::IndexMap;
use serde_json::json;

/// Endpoints that a line names.
const NAMED: usize = 8;
/// What stands before the endpoint whose remedy waits.
const HEAL: &str = "heal of ";

pub(super) fn run(session: Session<'_>, command: &args::Config) -> Result<u8, Stop> {
    let Session { world, stderr, .. } = session;
    match command {
        args::Config::Schema => print_json(&config::json_schema()),
        args::Config::Show { json } => {
            let loaded = session.load()?;
            let redactor = &loaded.config.redactor;
            if *json {
                print_json(&config::show_json(&loaded))
            } else {
                print(redactor.redact(&config::show(&loaded)).as_bytes())
            }
        }
        args::Config::Check { json } => {
            let loaded = session.load_to_check()?;
            let unset = loaded.unset_everywhere();
            if !unset.is_empty() {
                return Err(Stop::Diagnostics(unset.render(stderr.colour())));
            }
            let mut warnings = loaded.config.warnings.clone();
            if loaded.config.endpoints.is_empty() {
                warnings.push("there are no endpoints: `canary check` has nothing to probe".to_owned());
            }
            warnings.extend(remedies_missing(&loaded, world.var("PATH")));
            let (warning, note) = match unreached(&loaded.config) {
                Some(Unreached::Deaf(words)) => (Some(words), None),
                Some(Unreached::NoReceivers(words)) => (None, Some(words)),
                None => (None, None),
            };
            warnings.extend(warning);
            for warning in &warnings {
                stderr.warning(warning);
            }
            if *json {
                print_json(&summary_json(&loaded, &warnings))
            } else {
                print(summary(&loaded, note, world.terminal.fits.stdout).as_bytes())
            }
        }
    }
}

/// A line for each program that remedies name and this machine surely doesn't have. Where the runs are made it may.
fn remedies_missing(loaded: &Loaded, path: Option<&str>) -> Vec<String> {
    let mut by_program: IndexMap<&str, Vec<String>> = IndexMap::new();
    for endpoint in &loaded.config.endpoints {
        for rule in &endpoint.heal {
            let Some(Action::Command(command)) = rule.run.action() else { continue };
            let Some(program) = command.argv.first() else { continue };
            let users = by_program.entry(program).or_default();
            let id = endpoint.id.to_string();
            if !users.contains(&id) {
                users.push(id);
            }
        }
    }
    let missing = by_program.into_iter().filter_map(|(program, users)| {
        let why = process::missing(program, path)?;
        Some(format!("heal of {}: {why}", some(&users)))
    });
    missing.collect()
}

/// Names one beside the other, the first few.
fn some(names: &[String]) -> String {
    match names.len().checked_sub(NAMED) {
        Some(more) if more > 0 => format!("{} and {more} more", names[..NAMED].join(", ")),
        Some(_) | None => names.join(", "),
    }
}

fn summary(loaded: &Loaded, note: Option<String>, width: Option<usize>) -> String {
    let config = &loaded.config;
    let of = |wanted: fn(&Endpoint) -> bool| config.endpoints.iter().filter(|endpoint| wanted(endpoint)).count();
    let probed = of(|endpoint| endpoint.enabled && endpoint.not_configured.is_none());
    let waiting = of(|endpoint| endpoint.enabled && endpoint.not_configured.is_some());
    let disabled = of(|endpoint| !endpoint.enabled);
    let path = config.path.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    let mut parts = vec![format!("{probed} will be probed")];
    if waiting > 0 {
        parts.push(format!("{waiting} {} for variables", if waiting == 1 { "waits" } else { "wait" }));
    }
    if disabled > 0 {
        parts.push(format!("{disabled} disabled"));
    }
    let mut text = format!(
        "{path}: ok: {} in {}: {}\n",
        count(config.endpoints.len(), "endpoint"),
        count(config.channels.len(), "channel"),
        parts.join(", "),
    );
    if !config.waiting.is_empty() {
        text.push('\n');
        text.push_str(&lay(&["EMPTY", "WAITS FOR IT"], &by_variable(&config.waiting), width));
    }
    if let Some(note) = note {
        text.extend(["note: ", &note, "\n"]);
    }
    config.redactor.redact(&text).into_owned()
}

/// A row for each variable; those that only remedies wait for come last.
fn by_variable(waiting: &[Waiting]) -> Vec<Vec<String>> {
    let mut rows: IndexMap<&str, (Vec<&str>, Vec<&str>)> = IndexMap::new();
    for Waiting { who, lacks } in waiting {
        for variable in lacks {
            let (others, healed) = rows.entry(variable).or_default();
            let (list, who) = match who.strip_prefix(HEAL) {
                Some(id) => (healed, id),
                None => (others, who.as_str()),
            };
            if !list.contains(&who) {
                list.push(who);
            }
        }
    }
    rows.sort_by_key(|_, (others, _)| others.is_empty());
    rows.into_iter()
        .map(|(variable, (others, healed))| {
            let mut who = others.join(", ");
            if !healed.is_empty() {
                let gap = if who.is_empty() { "" } else { ", " };
                who = format!("{who}{gap}{HEAL}{}", healed.join(", "));
            }
            [variable, &who].map(|cell| terminal(cell).into_owned()).to_vec()
        })
        .collect()
}

fn summary_json(loaded: &Loaded, warnings: &[String]) -> serde_json::Value {
    let config = &loaded.config;
    json!({
        "v": 1,
        "config": config.path,
        "channels": config.channels.len(),
        "endpoints": config.endpoints.len(),
        "enabled": config.endpoints.iter().filter(|endpoint| endpoint.enabled).count(),
        "not_configured": config.not_configured,
        "warnings": warnings,
    })
}
