//! `canary config check|show|schema`.

use super::args::{self, Global};
use super::stderr::Stderr;
use super::{Stop, locate, print, print_json};
use crate::config::settings::HealRun;
use crate::config::{self, Loaded};
use crate::process;
use crate::text::plural::count;
use crate::world::World;
use indexmap::IndexMap;
use serde_json::json;
use std::fmt::Write as _;

/// Endpoints that a line names.
const NAMED: usize = 8;

pub(super) fn run(world: &World, global: &Global, command: &args::Config, stderr: &Stderr) -> Result<u8, Stop> {
    match command {
        args::Config::Schema => print_json(&config::json_schema()),
        args::Config::Show { json } => {
            let loaded = locate::load(world, global, stderr)?;
            let redactor = &loaded.config.redactor;
            if *json {
                print_json(&config::show_json(&loaded))
            } else {
                print(redactor.redact(&config::show(&loaded)).as_bytes())
            }
        }
        args::Config::Check { json } => {
            let loaded = locate::load(world, global, stderr)?;
            let unset = loaded.unset_everywhere();
            if !unset.is_empty() {
                return Err(Stop::Diagnostics(unset.render(stderr.colour())));
            }
            let mut warnings = loaded.config.warnings.clone();
            warnings.extend(remedies_missing(&loaded, world.var("PATH")));
            for warning in &warnings {
                stderr.warning(warning);
            }
            if *json { print_json(&summary_json(&loaded, &warnings)) } else { print(summary(&loaded).as_bytes()) }
        }
    }
}

/// A line for each program that remedies name and this machine surely doesn't have. Where the runs are made it may.
fn remedies_missing(loaded: &Loaded, path: Option<&str>) -> Vec<String> {
    let mut by_program: IndexMap<&str, Vec<String>> = IndexMap::new();
    for endpoint in &loaded.config.endpoints {
        for rule in &endpoint.heal {
            let HealRun::Command(command) = &rule.run else { continue };
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

fn summary(loaded: &Loaded) -> String {
    let config = &loaded.config;
    let enabled = config.endpoints.iter().filter(|endpoint| endpoint.enabled).count();
    let path = config.path.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
    let mut text = format!(
        "{path}: ok: {} in {}, {enabled} enabled\n",
        count(config.endpoints.len(), "endpoint"),
        count(config.channels.len(), "channel"),
    );
    if !config.not_configured.is_empty() {
        text.push_str("not configured, and skipped:\n");
        for what in &config.not_configured {
            let _ = writeln!(text, "  {what}");
        }
    }
    config.redactor.redact(&text).into_owned()
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
