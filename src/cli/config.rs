//! `canary config check|show|schema`.

use super::args::{self, Global};
use super::stderr::Stderr;
use super::{Stop, locate, print, print_json};
use crate::config::{self, Loaded};
use crate::run::reach::{Unreached, unreached};
use crate::text::plural::count;
use crate::world::World;
use serde_json::json;
use std::fmt::Write as _;

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
            for warning in &loaded.config.warnings {
                stderr.warning(warning);
            }
            let (warning, note) = match unreached(&loaded.config) {
                Some(Unreached::Deaf(words)) => (Some(words), None),
                Some(Unreached::NoReceivers(words)) => (None, Some(words)),
                None => (None, None),
            };
            if let Some(words) = &warning {
                stderr.warning(words);
            }
            if *json {
                print_json(&summary_json(&loaded, warning.as_ref()))
            } else {
                print(summary(&loaded, note).as_bytes())
            }
        }
    }
}

fn summary(loaded: &Loaded, note: Option<String>) -> String {
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
    if let Some(note) = note {
        let _ = writeln!(text, "note: {note}");
    }
    config.redactor.redact(&text).into_owned()
}

fn summary_json(loaded: &Loaded, warning: Option<&String>) -> serde_json::Value {
    let config = &loaded.config;
    let warnings: Vec<&String> = config.warnings.iter().chain(warning).collect();
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
