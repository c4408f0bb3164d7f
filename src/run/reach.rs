//! Whether anybody is told of failures at all.

use crate::config::settings::{Config, Endpoint};
use crate::model::Name;
use std::collections::BTreeSet;

/// Endpoints that are named.
const NAMED: usize = 3;

/// What keeps people from being told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreached {
    /// The configuration has no receivers: somebody may want it so.
    NoReceivers(String),
    /// It has, and yet nobody hears of some failures, or of any.
    Deaf(String),
}

/// Why failures reach nobody; none when they reach somebody. An endpoint whose `alerting` names no receiver beside others
/// whose does is meant to be silent.
pub fn unreached(config: &Config) -> Option<Unreached> {
    let endpoints: Vec<&Endpoint> = config.endpoints.iter().map(|one| &**one).filter(|one| one.enabled).collect();
    if endpoints.is_empty() {
        return None;
    }
    if config.receivers.is_empty() {
        let words = "nobody is told of failures: the configuration has no receivers";
        return Some(Unreached::NoReceivers(words.to_owned()));
    }
    let is_configured = |name: &Name| config.receivers.get(name).is_some_and(|receiver| receiver.configured);
    let deaf: Vec<&Endpoint> = endpoints
        .iter()
        .copied()
        .filter(|one| !one.alerting.receivers.is_empty() && !one.alerting.receivers.iter().any(is_configured))
        .collect();
    let silent = endpoints.iter().filter(|one| one.alerting.receivers.is_empty()).count();
    if silent == endpoints.len() {
        let names: Vec<&str> = config.receivers.keys().map(Name::as_str).collect();
        let names = names.join(", ");
        return Some(Unreached::Deaf(format!(
            "nobody is told of failures: alerting.receivers names none of the receivers ({names})"
        )));
    }
    let of = match deaf.as_slice() {
        [] => return None,
        all if all.len() + silent == endpoints.len() => String::new(),
        some => {
            let named: Vec<String> = some.iter().take(NAMED).map(|one| one.id.to_string()).collect();
            let more = if some.len() > NAMED { format!(" and {} more", some.len() - NAMED) } else { String::new() };
            format!(" of {}{more}", named.join(", "))
        }
    };
    let names: BTreeSet<&Name> = deaf.iter().flat_map(|one| &one.alerting.receivers).collect();
    let remedies: Vec<String> = names
        .into_iter()
        .map(|name| {
            let remedy = config.receivers.get(name).and_then(|receiver| receiver.remedy.as_deref());
            format!("{name}: {}", remedy.unwrap_or("its settings are empty"))
        })
        .collect();
    Some(Unreached::Deaf(format!(
        "nobody is told of failures{of}: alerting.receivers names none that is configured ({})",
        remedies.join("; ")
    )))
}
