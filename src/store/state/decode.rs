//! Reading `state.json` in one pass. serde's own `flatten` would buffer every value before it is read.

use super::{EndpointState, State, VERSION};
use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// The state in a document of this version; none when it is damaged.
///
/// # Errors
/// The version, when it is a newer one.
pub(super) fn whole(bytes: &[u8]) -> Result<Option<State>, u64> {
    #[derive(serde::Deserialize)]
    struct Versioned {
        version: u64,
    }
    if let Ok(mut state) = serde_json::from_slice::<State>(bytes)
        && state.other.shift_remove("version") == Some(Value::from(VERSION))
    {
        return Ok(Some(state));
    }
    match serde_json::from_slice(bytes) {
        Ok(Versioned { version }) if version > VERSION => Err(version),
        Ok(Versioned { .. }) | Err(_) => Ok(None),
    }
}

/// A known field, which stands there once.
fn once<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    field: &mut Option<T>,
    name: &'static str,
    map: &mut A,
) -> Result<(), A::Error> {
    if field.is_some() {
        return Err(A::Error::duplicate_field(name));
    }
    *field = Some(map.next_value()?);
    Ok(())
}

#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum Key {
    Endpoints,
    LastRunAt,
    Exits,
    Turns,
    Book,
    Outbox,
    Ledger,
    Unheard,
    Accounted,
    Apart,
    Other(String),
}

impl<'de> Deserialize<'de> for State {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = State;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a state")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<State, A::Error> {
                let (mut endpoints, mut last_run_at, mut exits, mut turns) = (None, None, None, None);
                let (mut book, mut outbox, mut ledger) = (None, None, None);
                let (mut unheard, mut accounted, mut apart) = (None, None, None);
                let mut other = Map::new();
                while let Some(key) = map.next_key()? {
                    match key {
                        Key::Endpoints => once(&mut endpoints, "endpoints", &mut map)?,
                        Key::LastRunAt => once(&mut last_run_at, "last_run_at", &mut map)?,
                        Key::Exits => once(&mut exits, "exits", &mut map)?,
                        Key::Turns => once(&mut turns, "turns", &mut map)?,
                        Key::Book => once(&mut book, "book", &mut map)?,
                        Key::Outbox => once(&mut outbox, "outbox", &mut map)?,
                        Key::Ledger => once(&mut ledger, "ledger", &mut map)?,
                        Key::Unheard => once(&mut unheard, "unheard", &mut map)?,
                        Key::Accounted => once(&mut accounted, "accounted", &mut map)?,
                        Key::Apart => once(&mut apart, "apart", &mut map)?,
                        Key::Other(name) => drop(other.insert(name, map.next_value()?)),
                    }
                }
                Ok(State {
                    endpoints: endpoints.unwrap_or_default(),
                    last_run_at: last_run_at.unwrap_or_default(),
                    exits: exits.unwrap_or_default(),
                    turns: turns.unwrap_or_default(),
                    book: book.unwrap_or_default(),
                    outbox: outbox.unwrap_or_default(),
                    ledger: ledger.unwrap_or_default(),
                    unheard: unheard.unwrap_or_default(),
                    accounted: accounted.unwrap_or_default(),
                    apart: apart.unwrap_or_default(),
                    other,
                })
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

#[derive(serde::Deserialize)]
#[serde(field_identifier, rename_all = "snake_case")]
enum EndpointKey {
    SlotAt,
    ClaimedBy,
    Verdict,
    Since,
    Started,
    Ended,
    Other(String),
}

impl<'de> Deserialize<'de> for EndpointState {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = EndpointState;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an endpoint's state")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<EndpointState, A::Error> {
                let (mut slot_at, mut verdict, mut since, mut started, mut ended) = (None, None, None, None, None);
                let mut claimed_by = None;
                let mut other = Map::new();
                while let Some(key) = map.next_key()? {
                    match key {
                        EndpointKey::ClaimedBy => once(&mut claimed_by, "claimed_by", &mut map)?,
                        EndpointKey::SlotAt => once(&mut slot_at, "slot_at", &mut map)?,
                        EndpointKey::Verdict => once(&mut verdict, "verdict", &mut map)?,
                        EndpointKey::Since => once(&mut since, "since", &mut map)?,
                        EndpointKey::Started => once(&mut started, "started", &mut map)?,
                        EndpointKey::Ended => once(&mut ended, "ended", &mut map)?,
                        EndpointKey::Other(name) => drop(other.insert(name, map.next_value()?)),
                    }
                }
                Ok(EndpointState {
                    slot_at: slot_at.unwrap_or_default(),
                    claimed_by: claimed_by.unwrap_or_default(),
                    verdict: verdict.unwrap_or_default(),
                    since: since.unwrap_or_default(),
                    started: started.unwrap_or_default(),
                    ended: ended.unwrap_or_default(),
                    other,
                })
            }
        }
        deserializer.deserialize_map(Reader)
    }
}
