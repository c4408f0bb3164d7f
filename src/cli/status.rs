//! `canary status`.

use super::args::{self, Global};
use super::looked::Looked;
use super::stderr::Stderr;
use super::stored::Stored;
use super::{Stop, print};
use crate::model::EndpointId;
use crate::output::status;
use crate::output::table::Style;
use crate::run::reach::{Unreached, unreached};
use crate::schedule::{self, Known};
use crate::world::World;
use std::collections::HashSet;

pub(super) fn run(world: &World, global: &Global, args: &args::Status, stderr: &Stderr) -> Result<u8, Stop> {
    let stored = Stored::find(world, global, stderr)?;
    let endpoints = &stored.loaded.config.endpoints;
    let known: Vec<Known<'_>> =
        endpoints.iter().map(|endpoint| Known { id: &endpoint.id, tags: &endpoint.tags }).collect();
    let chosen =
        schedule::select(&args.targets, &args.tag, &known).map_err(|nothing| Stop::Usage(nothing.to_string()))?;
    let chosen: HashSet<&EndpointId> = chosen.into_iter().map(|index| &endpoints[index].id).collect();
    let looked = Looked::at(&stored, stderr)?.status.only(|id| chosen.contains(id));
    if let Some(Unreached::Deaf(words)) = unreached(&stored.loaded.config) {
        stderr.warning(&words);
    }
    if args.json {
        return print(&status::json(&looked));
    }
    let style = Style { width: world.terminal.width, colour: world.terminal.colour_stdout(global.color) };
    print(status::render(&looked, style).as_bytes())
}
