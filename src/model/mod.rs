//! The words that all of canary speaks: names, verdicts, observations, results, reports. No behaviour that touches the world.

pub mod names;
pub mod observation;
pub mod reason;
pub mod record;
pub mod report;
pub mod result;
pub mod secret;
pub mod verdict;

pub use names::{EndpointId, Name};
pub use observation::{Certificate, Failure, FailureKind, Fault, Observation, Phases, Response, Stage, Trace};
pub use reason::{Blame, Problem, Reason, Severity};
pub use record::Record;
pub use report::{ExitReason, RunReport, Summary};
pub use result::ProbeResult;
pub use secret::{Redactor, Secret};
pub use verdict::Verdict;
