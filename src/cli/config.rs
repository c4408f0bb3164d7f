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
            match unreached(&loaded.config) {
                Some(Unreached::Deaf(words)) => stderr.warning(&words),
                Some(Unreached::NoReceivers(words)) => stderr.note(&words),
                None => {}
            }
            if *json { print_json(&summary_json(&loaded)) } else { print(summary(&loaded).as_bytes()) }
        }
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

fn summary_json(loaded: &Loaded) -> serde_json::Value {
    let config = &loaded.config;
    let mut warnings = config.warnings.clone();
    if let Some(Unreached::Deaf(words)) = unreached(config) {
        warnings.push(words);
    }
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
