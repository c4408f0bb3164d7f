//! What is remembered of one endpoint's remedies.

use crate::model::EndpointId;
use crate::model::result::stamp;
use crate::model::time::{elapsed, moment_opt};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap as _};
use std::collections::BTreeMap;
use std::time::Duration;

/// So many repairs are kept for the median.
const REPAIRS: usize = 21;

/// One endpoint's part of the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// Of the rule that the last attempts were made by.
    pub rule: String,
    /// By that rule, since the count began.
    pub attempts: u32,
    /// By other rules, since the count began: a service that fails now in this way and now in that uses all of them up.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub by_others: BTreeMap<String, u32>,
    /// The rule's `max_attempts`.
    pub max_attempts: u32,
    /// No attempt before this time.
    #[serde(with = "moment_opt")]
    pub next_allowed: Option<Timestamp>,
    /// The run whose attempt is under way …
    pub running: Option<String>,
    /// … and until when that is believed.
    #[serde(with = "moment_opt")]
    pub running_until: Option<Timestamp>,
    /// When the last attempt began.
    #[serde(with = "moment_opt")]
    pub last_at: Option<Timestamp>,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// The same for a person: `exit 1: unit not found`.
    pub detail: Option<String>,
    /// The end of what it printed, or of the answer.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub output: String,
    /// The end of the last down result.
    #[serde(with = "moment_opt")]
    pub last_down: Option<Timestamp>,
    /// Whether a probe of its own, not the second look of a remedy, has found it not down since.
    pub good: bool,
    /// Whether it was said that the attempts are used up.
    pub exhausted_told: bool,
    /// Whether it was said that the rule hands over to a human.
    pub handed_over_told: bool,
    /// Repairs that a second look has found to hold.
    pub repaired: u64,
    /// Milliseconds from the first failing result to the repair, the newest few.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub repairs: Vec<u64>,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Exit 0, or a 2xx.
    Succeeded,
    /// Another exit code, a signal, another status.
    Failed,
    /// Out of time.
    Timeout,
    /// It could not even be started.
    NotStarted,
    /// canary was killed meanwhile: the attempt counts.
    Interrupted,
}

impl Outcome {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Succeeded, Self::Failed, Self::Timeout, Self::NotStarted, Self::Interrupted];

    /// The word used in every output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Timeout => "timeout",
            Self::NotStarted => "not_started",
            Self::Interrupted => "interrupted",
        }
    }
}

impl Record {
    /// Counting begins anew; what was learnt about repairs stays.
    pub(super) fn start_over(&mut self) {
        *self = Self { repaired: self.repaired, repairs: std::mem::take(&mut self.repairs), ..Self::default() };
    }

    /// How often this rule was tried since the count began.
    pub(super) fn attempts_by(&self, rule: &str) -> u32 {
        if self.rule == rule { self.attempts } else { self.by_others.get(rule).copied().unwrap_or_default() }
    }

    /// Another rule's turn: each keeps its own count.
    pub(super) fn turn_to(&mut self, rule: &str) {
        if self.rule == rule {
            return;
        }
        let before = std::mem::replace(&mut self.rule, rule.to_owned());
        if self.attempts > 0 {
            self.by_others.insert(before, self.attempts);
        }
        self.attempts = self.by_others.remove(rule).unwrap_or_default();
    }

    /// Whether an attempt is under way. A lease longer than a day is a wrong clock's.
    pub(super) fn is_running(&self, now: Timestamp) -> bool {
        self.running.is_some()
            && self.running_until.is_some_and(|until| now < until && elapsed(now, until) <= Duration::from_hours(24))
    }

    pub(super) fn interrupt(&mut self) {
        self.running = None;
        self.running_until = None;
        self.outcome = Some(Outcome::Interrupted);
        self.detail = Some("canary was stopped while it ran".to_owned());
    }

    pub(super) fn repaired(&mut self, took: Duration) {
        self.repaired += 1;
        self.repairs.push(u64::try_from(took.as_millis()).unwrap_or(u64::MAX));
        let surplus = self.repairs.len().saturating_sub(REPAIRS);
        self.repairs.drain(..surplus);
    }

    /// How long half of the repairs took at the most, from the first failing result.
    pub fn median_repair(&self) -> Option<Duration> {
        let mut sorted = self.repairs.clone();
        sorted.sort_unstable();
        sorted.get(sorted.len().saturating_sub(1) / 2).map(|ms| Duration::from_millis(*ms))
    }

    /// Whether all attempts are used up.
    pub fn is_exhausted(&self) -> bool {
        self.max_attempts > 0 && self.attempts >= self.max_attempts
    }

    /// Whether there is anything to list.
    pub fn is_news(&self) -> bool {
        self.attempts > 0 || self.repaired > 0
    }

    /// For `heal list --json`.
    pub fn view<'a>(&'a self, id: &'a EndpointId) -> RecordView<'a> {
        RecordView { id, record: self }
    }
}

/// A record in the words of canary's JSON.
#[derive(Clone, Copy, Debug)]
pub struct RecordView<'a> {
    id: &'a EndpointId,
    record: &'a Record,
}

impl Serialize for RecordView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let record = self.record;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("channel", &self.id.channel)?;
        map.serialize_entry("endpoint", &*self.id.endpoint)?;
        map.serialize_entry("attempts", &record.attempts)?;
        map.serialize_entry("max_attempts", &record.max_attempts)?;
        map.serialize_entry("exhausted", &record.is_exhausted())?;
        map.serialize_entry("running", &record.running.is_some())?;
        map.serialize_entry("next_allowed", &record.next_allowed.map(stamp))?;
        map.serialize_entry("last_at", &record.last_at.map(stamp))?;
        map.serialize_entry("outcome", &record.outcome)?;
        map.serialize_entry("message", &record.detail)?;
        map.serialize_entry("output", &record.output)?;
        map.serialize_entry("repairs", &record.repaired)?;
        map.serialize_entry("median_repair_s", &record.median_repair().map(|time| time.as_secs_f64()))?;
        map.end()
    }
}
