//! How an incident stands in `incidents list --json` and in `check --json`.

use super::Incident;
use crate::model::result::stamp;
use serde::{Serialize, Serializer, ser::SerializeMap as _};

/// The incident in the words of canary's JSON, which are not those of its state.
#[derive(Clone, Copy, Debug)]
pub struct View<'a>(pub(super) &'a Incident);

impl Incident {
    /// For canary's JSON.
    pub fn view(&self) -> View<'_> {
        View(self)
    }
}

impl Serialize for View<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let one = self.0;
        let alone = match one.endpoints.as_slice() {
            [alone] => Some(alone),
            _ => None,
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &one.id)?;
        map.serialize_entry("channel", &alone.map(|id| &id.channel))?;
        map.serialize_entry("endpoint", &alone.map(|id| &*id.endpoint))?;
        map.serialize_entry("endpoints", &one.endpoints)?;
        map.serialize_entry("kind", &one.severity)?;
        map.serialize_entry("opened_as", &one.kind)?;
        map.serialize_entry("state", if one.ended_at.is_some() { "closed" } else { "open" })?;
        map.serialize_entry("since", &stamp(one.since))?;
        map.serialize_entry("opened_at", &stamp(one.opened_at))?;
        map.serialize_entry("ended_at", &one.ended_at.map(stamp))?;
        map.serialize_entry("outcome", &one.outcome)?;
        map.serialize_entry("reason", &one.reason)?;
        map.serialize_entry("blame", &one.blame)?;
        map.serialize_entry("message", &one.message)?;
        map.serialize_entry("url", &one.url)?;
        map.serialize_entry("runbook", &one.runbook)?;
        map.serialize_entry("reminders", &one.reminders)?;
        map.serialize_entry("told", &one.told)?;
        map.serialize_entry("acked_at", &one.ack.as_ref().map(|ack| stamp(ack.at)))?;
        map.serialize_entry("note", &one.ack.as_ref().and_then(|ack| ack.note.as_ref()))?;
        map.end()
    }
}
