//! What is decided about one endpoint, each with its name.

use super::ActionKey;
use super::words::given_up;
use crate::model::{Blame, EndpointId, Verdict};
use crate::text::duration::human;
use std::fmt;
use std::time::Duration;

/// Whether an endpoint is remedied in this run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// It is.
    Heal(Attempt),
    /// The rule says that only a person can: `run: none`.
    HandOver,
    /// It is not.
    Not(WhyNot),
}

/// One attempt to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Its number, from 1.
    pub number: u32,
    /// What is run.
    pub action: ActionKey,
    /// How long to wait after it before probing again.
    pub wait: Duration,
    /// The endpoint whose attempt runs the same action for this one too.
    pub shared_with: Option<EndpointId>,
}

/// Why nothing is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyNot {
    /// The verdict is another than down.
    Verdict(Verdict),
    /// It is not the target's fault.
    Blame(Option<Blame>),
    /// The endpoint has no `heal`, or none of its rules names this failure.
    NoRule,
    /// `--no-heal`, `--dry-run` and the like.
    Off,
    /// Too few failing results in a row.
    Below {
        /// So far.
        have: u32,
        /// Needed.
        need: u32,
    },
    /// It goes up and down.
    Flapping,
    /// A silence covers it.
    Silenced,
    /// A maintenance window is open.
    Maintenance,
    /// Its parent is down.
    Parent(EndpointId),
    /// All attempts are used up.
    Exhausted {
        /// So many there were.
        attempts: u32,
    },
    /// The next attempt is allowed in so long.
    NotYet(Duration),
    /// Another run is at it.
    Running,
    /// Another run has looked since this probe began.
    Overtaken,
    /// The deadline leaves too little to begin anything.
    NoTime,
    /// Too much is broken at once.
    Brake(Brake),
}

/// Why nothing at all is remedied in this run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brake {
    /// So many different actions were asked for.
    Actions(usize),
    /// So many of so many endpoints are down.
    Down {
        /// Down.
        down: usize,
        /// Probed.
        of: usize,
    },
}

impl fmt::Display for Brake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Actions(n) => {
                write!(f, "{n} different remedies at once: something common is broken, nothing was run")
            }
            Self::Down { down, of } => {
                write!(f, "{down} of {of} endpoints are down: something common is broken, no remedy was run")
            }
        }
    }
}

impl fmt::Display for WhyNot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Verdict(verdict) => write!(f, "it is {verdict}, not down"),
            Self::Blame(Some(blame)) => write!(f, "the fault is the {blame}'s, not the target's"),
            Self::Blame(None) => f.write_str("nobody knows whose fault it is"),
            Self::NoRule => f.write_str("no rule names this failure"),
            Self::Off => f.write_str("this run remedies nothing"),
            Self::Below { have, need } => write!(f, "{have} of {need} failing results in a row"),
            Self::Flapping => f.write_str("it is flapping"),
            Self::Silenced => f.write_str("it is silenced"),
            Self::Maintenance => f.write_str("it is in maintenance"),
            Self::Parent(parent) => write!(f, "its parent {parent} is down"),
            Self::Exhausted { attempts } => f.write_str(&given_up(*attempts)),
            Self::NotYet(left) => write!(f, "the next attempt is allowed in {}", human(*left)),
            Self::Running => f.write_str("another run is at it, or the command of a killed one is"),
            Self::Overtaken => f.write_str("another run has looked since"),
            Self::NoTime => f.write_str("the run's deadline leaves no time for it"),
            Self::Brake(brake) => brake.fmt(f),
        }
    }
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Heal(Attempt { number, shared_with: None, .. }) => write!(f, "attempt {number}"),
            Self::Heal(Attempt { number, shared_with: Some(other), .. }) => {
                write!(f, "attempt {number}, together with {other}")
            }
            Self::HandOver => f.write_str("handed over to a human: the rule says `run: none`"),
            Self::Not(why) => why.fmt(f),
        }
    }
}
