//! The words that all of canary speaks: names, verdicts, observations, results, reports. No behaviour that touches the world.

pub mod backoff;
pub mod defaults;
pub mod healing;
pub mod imprint;
pub mod incident;
pub mod names;
pub mod notice;
pub mod observation;
pub mod reason;
pub mod record;
pub mod redactor;
pub mod report;
pub mod result;
pub mod secret;
pub mod status;
pub mod target;
pub mod time;
pub mod verdict;

pub use backoff::Backoff;
pub use healing::{GivenUp, Healing};
pub use incident::{IncidentId, IncidentKind};
pub use names::{EndpointId, Known, Name};
pub use notice::{Change, Event, HeldBack, Notice};
pub use observation::{
    Certificate, ExitRefusal, Failure, FailureKind, Fault, Observation, Phases, Response, Stage, Trace,
};
pub use reason::{Blame, Problem, Reason, Severity};
pub use record::Record;
pub use redactor::Redactor;
pub use report::{ExitReason, RunReport, Summary};
pub use result::ProbeResult;
pub use secret::{Secret, names_secret};
pub use status::StatusRange;
pub use target::Target;
pub use verdict::Verdict;
