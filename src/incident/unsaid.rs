//! Why something was not said.

use super::Muted;
use crate::model::{EndpointId, IncidentKind};
use crate::text::duration::human;
use std::fmt;
use std::time::Duration;

/// One thing that was not said, for `-v`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsaid {
    /// About which endpoint; for one cause of several endpoints, any of them.
    pub endpoint: EndpointId,
    /// Why.
    pub why: Why,
}

/// The reason for saying nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// Nothing is wrong, nothing was.
    Well,
    /// The run was told not to (`--no-alerts`).
    NotCounted,
    /// The endpoint was not probed.
    Skipped,
    /// The probe began before the last committed one ended: another run knows better.
    Overlap,
    /// Too few failing results yet.
    Below {
        /// What would open.
        kind: IncidentKind,
        /// Failing results so far.
        have: u32,
        /// Failing results needed; none when this kind is off.
        need: Option<u32>,
    },
    /// Delayed.
    Muted(Muted),
    /// It goes up and down; the next message comes when nothing changes for a whole window.
    Flapping,
    /// Somebody knows.
    Acked,
    /// The next reminder comes after so long.
    NotYet(Duration),
    /// None of the receivers that its `alerting` names is configured, or it names none.
    Nobody,
    /// Too few good results yet.
    Recovering {
        /// Good results so far.
        have: u32,
        /// Good results needed.
        need: u32,
    },
    /// The result says nothing about the open incident.
    CannotTell,
    /// It belongs to the open incident of its cause.
    Blind,
}

impl Why {
    /// Its name, without the numbers.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::NotCounted => "not_counted",
            Self::Skipped => "skipped",
            Self::Overlap => "overlap",
            Self::Below { need: Some(_), .. } => "below_threshold",
            Self::Below { need: None, .. } => "off",
            Self::Muted(Muted::Maintenance) => "maintenance",
            Self::Muted(Muted::Silence(_)) => "silence",
            Self::Muted(Muted::Parent(_)) => "parent_down",
            Self::Flapping => "flapping",
            Self::Acked => "acknowledged",
            Self::NotYet(_) => "reminder_not_due",
            Self::Nobody => "no_receiver",
            Self::Recovering { .. } => "recovering",
            Self::CannotTell => "cannot_tell",
            Self::Blind => "one_cause",
        }
    }

    /// What many of the same name have in common, for a person.
    pub fn gist(&self) -> String {
        match self {
            Self::Below { kind, need: Some(need), .. } => format!("{kind}: fewer than {need} results in a row"),
            Self::NotYet(_) => "open and told: no reminder was due".to_owned(),
            Self::Recovering { need, .. } => format!("recovering: fewer than {need} good results in a row"),
            Self::Well
            | Self::NotCounted
            | Self::Skipped
            | Self::Overlap
            | Self::Below { need: None, .. }
            | Self::Muted(_)
            | Self::Flapping
            | Self::Acked
            | Self::Nobody
            | Self::CannotTell
            | Self::Blind => self.to_string(),
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Well => f.write_str("nothing is wrong"),
            Self::NotCounted => f.write_str("the run counts for no incident (--no-alerts)"),
            Self::Skipped => f.write_str("not probed"),
            Self::Overlap => f.write_str("the probe began before the last committed one ended"),
            Self::Below { kind, have, need: Some(need) } => write!(f, "{kind}: {have} of {need} results in a row"),
            Self::Below { kind, need: None, .. } => write!(f, "{kind}: no incident is opened for it"),
            Self::Muted(Muted::Maintenance) => f.write_str("in maintenance"),
            Self::Muted(Muted::Silence(id)) => write!(f, "silenced by {id}"),
            Self::Muted(Muted::Parent(parent)) => write!(f, "its parent {parent} is down"),
            Self::Flapping => f.write_str("flapping: said when it is steady"),
            Self::Acked => f.write_str("acknowledged"),
            Self::NotYet(left) => write!(f, "the next reminder is due in {}", human(*left)),
            Self::Nobody => f.write_str("open, and nobody is told: no receiver is configured for it"),
            Self::Recovering { have, need } => write!(f, "recovering: {have} of {need} good results"),
            Self::CannotTell => f.write_str("unknown: the open incident stays as it is"),
            Self::Blind => f.write_str("unknown: part of the open incident of its cause"),
        }
    }
}

impl fmt::Display for Unsaid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.endpoint, self.why)
    }
}
