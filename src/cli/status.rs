//! `canary status`.

use super::args;
use super::looked::Looked;
use super::session::Session;
use super::stored::Stored;
use super::{Stop, print, targets};
use crate::model::EndpointId;
use crate::output::status;
use crate::run::reach::{Unreached, unreached};
use std::collections::HashSet;

pub(super) fn run(session: Session<'_>, args: &args::Status) -> Result<u8, Stop> {
    let stored = Stored::find(session)?;
    let chosen = targets::select(&stored.config, &args.targets, &args.tag)?;
    let chosen: HashSet<&EndpointId> = chosen.into_iter().map(|endpoint| &endpoint.id).collect();
    let looked = Looked::at(&stored)?.status.only(|id| chosen.contains(id));
    if let Some(Unreached::Deaf(words)) = unreached(&stored.config) {
        session.stderr.warning(&words);
    }
    if args.json {
        return print(&status::json(&looked));
    }
    print(status::render(&looked, session.style()).as_bytes())
}
