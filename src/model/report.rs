//! The finished report of one run: what `check --json` prints and every other format is made of.

use super::{GivenUp, Healing, ProbeResult, Verdict, result::stamp};
use jiff::Timestamp;
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap as _};
use std::time::Duration;

/// Everything that one run has to tell.
#[derive(Clone, Debug)]
pub struct RunReport {
    /// The run's ULID.
    pub run: String,
    /// When it began.
    pub started_at: Timestamp,
    /// How long it took, up to this report.
    pub duration: Duration,
    /// The process's exit code.
    pub exit_code: u8,
    /// Everything that speaks for a code other than 0.
    pub exit_reasons: Vec<ExitReason>,
    /// One a selected endpoint, in the configuration's order.
    pub results: Vec<ProbeResult>,
    /// Incidents that are open, or were until this run.
    pub incidents: Vec<serde_json::Value>,
    /// What this run sent, or could not send.
    pub alerts: Vec<serde_json::Value>,
    /// The attempts to heal that this run made.
    pub healing: Vec<Healing>,
    /// Who is down and has no attempt left; in the table only, the JSON has it in `heal list`.
    pub given_up: Vec<GivenUp>,
    /// What a person should know although it decides nothing.
    pub warnings: Vec<String>,
    /// What of this and earlier runs is not delivered yet, in one line; `alerts list --json` has all of it.
    pub waiting: Option<String>,
}

/// One thing that speaks for an exit code other than 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ExitReason {
    /// At least one endpoint is down.
    Down,
    /// At least one is degraded, and `--fail-on degraded` asks for it.
    Degraded,
    /// At least one ended unknown.
    Unknown,
    /// The history could not be written.
    HistoryNotWritten,
    /// The state could not be written.
    StateNotWritten,
    /// The state was damaged and had to be begun anew.
    StateDamaged,
    /// An output could not be written.
    OutputNotWritten,
    /// An alert was neither delivered nor queued.
    AlertLost,
    /// A receiver refused an alert for good.
    AlertRefused,
    /// An alert has been undelivered for more than 15 minutes.
    AlertOverdue,
    /// canary itself broke (a panic).
    Internal,
    /// SIGINT.
    Interrupted,
    /// SIGTERM, SIGHUP or SIGQUIT.
    Terminated,
}

impl ExitReason {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Down,
        Self::Degraded,
        Self::Unknown,
        Self::HistoryNotWritten,
        Self::StateNotWritten,
        Self::StateDamaged,
        Self::AlertLost,
        Self::AlertRefused,
        Self::AlertOverdue,
        Self::OutputNotWritten,
        Self::Internal,
        Self::Interrupted,
        Self::Terminated,
    ];

    /// Whether canary failed at its own job.
    pub fn is_own_failure(self) -> bool {
        match self {
            Self::HistoryNotWritten
            | Self::StateNotWritten
            | Self::StateDamaged
            | Self::AlertLost
            | Self::AlertRefused
            | Self::AlertOverdue
            | Self::OutputNotWritten
            | Self::Internal => true,
            Self::Down | Self::Degraded | Self::Unknown | Self::Interrupted | Self::Terminated => false,
        }
    }
}

/// How many results have which verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// All results.
    pub total: usize,
    /// `up`.
    pub up: usize,
    /// `degraded`.
    pub degraded: usize,
    /// `down`.
    pub down: usize,
    /// `unknown`.
    pub unknown: usize,
    /// `skipped`.
    pub skipped: usize,
}

impl Summary {
    /// Counts the results.
    pub fn of(results: &[ProbeResult]) -> Self {
        let mut sum = Self { total: results.len(), ..Self::default() };
        for result in results {
            match result.verdict {
                Verdict::Up => sum.up += 1,
                Verdict::Degraded => sum.degraded += 1,
                Verdict::Down => sum.down += 1,
                Verdict::Unknown => sum.unknown += 1,
                Verdict::Skipped => sum.skipped += 1,
            }
        }
        sum
    }
}

impl RunReport {
    /// The worst verdict of all results; skipped when there are none.
    pub fn verdict(&self) -> Verdict {
        self.results.iter().map(|result| result.verdict).max().unwrap_or(Verdict::Skipped)
    }
}

impl Serialize for RunReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("v", &1)?;
        map.serialize_entry("run", &self.run)?;
        map.serialize_entry("started_at", &stamp(self.started_at))?;
        map.serialize_entry("duration_ms", &super::observation::millis(self.duration))?;
        map.serialize_entry("verdict", &self.verdict())?;
        map.serialize_entry("exit_code", &self.exit_code)?;
        map.serialize_entry("exit_reasons", &self.exit_reasons)?;
        map.serialize_entry("summary", &Summary::of(&self.results))?;
        map.serialize_entry("results", &self.results)?;
        map.serialize_entry("incidents", &self.incidents)?;
        map.serialize_entry("alerts", &self.alerts)?;
        map.serialize_entry("healing", &self.healing)?;
        map.serialize_entry("warnings", &self.warnings)?;
        map.end()
    }
}
