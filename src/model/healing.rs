//! One attempt to heal an endpoint, as the outputs tell it.

use super::{EndpointId, IncidentId, ProbeResult, Verdict, observation::millis, result::stamp};
use jiff::Timestamp;
use serde::{Serialize, Serializer, ser::SerializeMap as _};
use std::time::Duration;

/// An attempt that this run made. Texts are already redacted; escaping is the renderer's.
#[derive(Clone, Debug)]
pub struct Healing {
    /// Derived from the endpoint and the run.
    pub id: String,
    /// Which endpoint.
    pub endpoint: EndpointId,
    /// Its incident, also when none has been opened yet.
    pub incident: IncidentId,
    /// The command with its arguments, or method and URL.
    pub action: String,
    /// The attempt's number, from 1.
    pub attempt: u32,
    /// The rule's `max_attempts`.
    pub max_attempts: u32,
    /// The endpoint whose attempt ran the same action for this one too.
    pub shared_with: Option<EndpointId>,
    /// When the action began.
    pub started: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// `succeeded`, `failed`, `timeout`, `not_started` or `interrupted`.
    pub outcome: &'static str,
    /// The command's.
    pub exit_code: Option<i32>,
    /// The HTTP answer's.
    pub status: Option<u16>,
    /// How it ended, for a person.
    pub message: String,
    /// The last 16 KiB of what the command printed, or of the answer.
    pub output: String,
    /// What the second look found; none when nobody looked.
    pub verified: Option<Verdict>,
    /// The failing result that led to it.
    pub first: ProbeResult,
}

/// A failing endpoint that nothing is tried for any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenUp {
    /// Which.
    pub endpoint: EndpointId,
    /// So many attempts were made.
    pub attempts: u32,
}

impl Healing {
    /// Whether a second look found the endpoint not down any more.
    pub fn is_healed(&self) -> bool {
        match self.verified {
            Some(Verdict::Up | Verdict::Degraded) => true,
            Some(Verdict::Down | Verdict::Unknown | Verdict::Skipped) | None => false,
        }
    }
}

impl Serialize for Healing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("channel", &self.endpoint.channel)?;
        map.serialize_entry("endpoint", &*self.endpoint.endpoint)?;
        map.serialize_entry("incident", &self.incident)?;
        map.serialize_entry("action", &self.action)?;
        map.serialize_entry("attempt", &self.attempt)?;
        map.serialize_entry("max_attempts", &self.max_attempts)?;
        map.serialize_entry("shared_with", &self.shared_with)?;
        map.serialize_entry("started_at", &stamp(self.started))?;
        map.serialize_entry("duration_ms", &millis(self.took))?;
        map.serialize_entry("outcome", self.outcome)?;
        map.serialize_entry("exit_code", &self.exit_code)?;
        map.serialize_entry("status", &self.status)?;
        map.serialize_entry("message", &self.message)?;
        map.serialize_entry("output", &self.output)?;
        map.serialize_entry("healed", &self.is_healed())?;
        map.serialize_entry("verdict", &self.verified)?;
        map.serialize_entry("result", &self.first)?;
        map.end()
    }
}
