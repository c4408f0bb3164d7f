//! What can be kept of a state file that is damaged in places.

use super::State;
use super::state::VERSION;
use crate::alert::Entry;
use crate::incident::{Incident, Silence, Track};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// What a damaged state file still says.
#[derive(Debug)]
pub(super) struct Salvage {
    /// What was whole; everything else is as in an empty state.
    pub(super) state: State,
    /// What was not, `outbox.entries[3]`; none when nothing could be told apart.
    pub(super) lost: Option<Vec<String>>,
}

/// Leaves out what can't be read: single endpoints, tracks, silences and entries of the outbox where it is only those,
/// whole parts otherwise.
pub(super) fn salvage(bytes: &[u8]) -> Salvage {
    let nothing = Salvage { state: State::default(), lost: None };
    let Ok(Value::Object(mut document)) = serde_json::from_slice(bytes) else { return nothing };
    if document.shift_remove("version").and_then(|version| version.as_u64()) != Some(VERSION) {
        return nothing;
    }
    let mut lost = Vec::new();
    entries::<super::EndpointState>(&mut document, "endpoints", "", &mut lost);
    entries::<crate::proxy::ExitHealth>(&mut document, "exits", "", &mut lost);
    entries::<u64>(&mut document, "turns", "", &mut lost);
    within(&mut document, "book", &mut lost, |book, lost| {
        entries::<Track>(book, "tracks", "book.", lost);
        elements::<Silence>(book, "silences", "book.", lost);
        elements::<Incident>(book, "past", "book.", lost);
    });
    within(&mut document, "outbox", &mut lost, |outbox, lost| elements::<Entry>(outbox, "entries", "outbox.", lost));
    // What is left is tried part by part: the state reads, or the part is what is wrong with it.
    let parts: Vec<String> = document.keys().cloned().collect();
    for part in parts {
        let Some(value) = document.get(&part).cloned() else { continue };
        let alone = Value::Object(Map::from_iter([(part.clone(), value)]));
        if serde_json::from_value::<State>(alone).is_err() {
            document.shift_remove(&part);
            lost.push(part);
        }
    }
    match serde_json::from_value(Value::Object(document)) {
        Ok(state) => Salvage { state, lost: Some(lost) },
        Err(_) => nothing,
    }
}

fn within(
    document: &mut Map<String, Value>,
    key: &str,
    lost: &mut Vec<String>,
    look: impl FnOnce(&mut Map<String, Value>, &mut Vec<String>),
) {
    match document.get_mut(key) {
        Some(Value::Object(part)) => look(part, lost),
        Some(_) => drop_part(document, key, "", lost),
        None => {}
    }
}

/// The entries of a map that can be read.
fn entries<T: DeserializeOwned>(document: &mut Map<String, Value>, key: &str, path: &str, lost: &mut Vec<String>) {
    match document.get_mut(key) {
        Some(Value::Object(part)) => part.retain(|name, value| {
            let whole = serde_json::from_value::<T>(value.clone()).is_ok();
            if !whole {
                lost.push(format!("{path}{key}.{name}"));
            }
            whole
        }),
        Some(_) => drop_part(document, key, path, lost),
        None => {}
    }
}

/// The elements of a list that can be read.
fn elements<T: DeserializeOwned>(document: &mut Map<String, Value>, key: &str, path: &str, lost: &mut Vec<String>) {
    match document.get_mut(key) {
        Some(Value::Array(part)) => {
            let mut at = 0..;
            part.retain(|value| {
                let at = at.next().unwrap_or_default();
                let whole = serde_json::from_value::<T>(value.clone()).is_ok();
                if !whole {
                    lost.push(format!("{path}{key}[{at}]"));
                }
                whole
            });
        }
        Some(_) => drop_part(document, key, path, lost),
        None => {}
    }
}

fn drop_part(document: &mut Map<String, Value>, key: &str, path: &str, lost: &mut Vec<String>) {
    document.shift_remove(key);
    lost.push(format!("{path}{key}"));
}
