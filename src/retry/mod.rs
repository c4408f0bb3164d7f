//! When a failed attempt is tried again, and after how long: pure, with a named reason for either answer.

mod after;
pub mod policy;

#[cfg(test)]
mod tests;

pub use after::retry_after;
pub use policy::{Backoff, Policy};

use crate::model::{Failure, FailureKind, Fault, Observation, Problem, Reason, Response, Stage};
use http::Method;
use jiff::Timestamp;
use std::fmt;
use std::time::Duration;

/// One attempt that is over.
#[derive(Clone, Copy, Debug)]
pub struct Attempt<'a> {
    /// How many tries there have been, this one included; at least 1.
    pub tries: u32,
    /// How it ended.
    pub outcome: &'a Observation,
    /// What the judge objects to; empty when nothing.
    pub problems: &'a [Problem],
    /// Whether the request may be sent twice without harm: [`is_idempotent`].
    pub idempotent: bool,
}

/// Whether there is another try.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Decision {
    /// Again, after this wait.
    Again(Duration, Why),
    /// No more.
    Stop(Stop),
}

/// Why an attempt is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A failure on the way, which may have passed by then.
    Transport,
    /// The status asks for it: 408, 425, 429 or 5xx.
    Status,
    /// `retry.when` lists what was wrong.
    Listed,
}

/// Why an attempt is not repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Nothing was wrong.
    Good,
    /// All tries are used up.
    Exhausted,
    /// It would fail again: a redirect, a certificate, a violation, a limit of this machine.
    Lasting,
    /// The request may have arrived, and repeating it could do harm.
    MayHaveArrived,
    /// The run's deadline or a signal ended the attempt.
    Cut,
}

impl fmt::Display for Decision {
    /// The decision with its reason, for `-v`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Again(wait, why) => {
                let why = match why {
                    Why::Transport => "the transport failed",
                    Why::Status => "this status is worth another try",
                    Why::Listed => "retry.when lists it",
                };
                write!(f, "again in {}: {why}", crate::text::duration::human(*wait))
            }
            Self::Stop(stop) => f.write_str(match stop {
                Stop::Good => "done",
                Stop::Exhausted => "no tries left",
                Stop::Lasting => "another try would not mend it",
                Stop::MayHaveArrived => "not repeated: the request may have arrived (retry.unsafe)",
                Stop::Cut => "time is up",
            }),
        }
    }
}

/// Decides on another try. `random` in 0..1 draws the wait when the policy has jitter, and is asked for only then; `now`
/// is what a `Retry-After` date counts from.
pub fn next(policy: &Policy, attempt: Attempt<'_>, now: Timestamp, random: impl FnOnce() -> f64) -> Decision {
    let listed = attempt.problems.iter().any(|problem| policy.when.contains(&problem.kind));
    let (sent, by_itself) = match attempt.outcome {
        Observation::Failure(failure) if failure.fault == Fault::Cut => return Decision::Stop(Stop::Cut),
        Observation::Failure(failure) => (failure.sent, is_passing(failure).then_some(Why::Transport)),
        Observation::Response(_) if attempt.problems.is_empty() => return Decision::Stop(Stop::Good),
        Observation::Response(response) => (true, is_asked(response, attempt.problems).then_some(Why::Status)),
    };
    let Some(why) = by_itself.or(listed.then_some(Why::Listed)) else {
        return Decision::Stop(Stop::Lasting);
    };
    if attempt.tries >= policy.attempts {
        return Decision::Stop(Stop::Exhausted);
    }
    if sent && !attempt.idempotent && !policy.unsafe_too {
        return Decision::Stop(Stop::MayHaveArrived);
    }
    let asked = match attempt.outcome {
        Observation::Response(response) => retry_after(&response.headers, now),
        Observation::Failure(_) => None,
    };
    let wait = match asked {
        Some(wait) => wait.min(policy.backoff.max),
        None => policy.backoff.wait(attempt.tries, random()),
    };
    Decision::Again(wait, why)
}

/// Whether sending the method twice is the same as once (RFC 9110, section 9.2.2).
pub fn is_idempotent(method: &Method) -> bool {
    [Method::GET, Method::HEAD, Method::OPTIONS, Method::PUT, Method::DELETE, Method::TRACE].contains(method)
}

/// Whether a failure may be gone at the next try.
///
/// A broken TLS handshake is, unless a certificate had been presented: then it is most likely the certificate that was
/// refused, and it will be again. A name that does not exist is not; a resolver that failed is. A token that was
/// refused is not; a token URL that could not be reached is.
fn is_passing(failure: &Failure) -> bool {
    match (failure.fault, failure.kind) {
        (Fault::Local | Fault::Cut, _) | (_, FailureKind::Decode | FailureKind::TooLarge) => false,
        (Fault::Target, FailureKind::Broken | FailureKind::Untimely { .. }) => match failure.stage {
            Stage::Connect | Stage::Proxy | Stage::Send | Stage::Head | Stage::Body => true,
            Stage::Tls => failure.trace.cert.is_none(),
            Stage::Dns | Stage::Redirect | Stage::Auth => false,
        },
        (Fault::Exit | Fault::Resolver | Fault::Network, FailureKind::Broken | FailureKind::Untimely { .. })
        | (_, FailureKind::Timeout) => true,
    }
}

/// Whether the status is among those that ask to come again, and nobody wanted it.
fn is_asked(response: &Response, problems: &[Problem]) -> bool {
    matches!(response.status, 408 | 425 | 429 | 500..=599)
        && problems.iter().any(|problem| problem.kind == Reason::Status)
}
