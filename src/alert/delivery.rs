//! The one question that a receiver answers.

use std::time::Duration;

/// What came of one try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Yes.
    Accepted,
    /// Not now.
    TryLater {
        /// What went wrong, for a person.
        why: String,
        /// The receiver's own wish (`retry_after`), honoured up to an hour, also by `flush`.
        after: Option<Duration>,
        /// Whether a person must act first, so that trying often is of no use: 401, 403, 404, redirects.
        slow: bool,
    },
    /// Never, as it stands.
    Refused {
        /// Why, for a person.
        why: String,
    },
    /// The request was sent and no clear answer came: it may have been accepted.
    Unclear {
        /// What went wrong, for a person.
        why: String,
    },
}

/// A try's outcome with what of the message was not delivered yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What came of it.
    pub delivery: Delivery,
    /// When some parts were accepted: those that were not. Empty: all or nothing.
    pub rest: Vec<String>,
}

impl From<Delivery> for Answer {
    fn from(delivery: Delivery) -> Self {
        Self { delivery, rest: Vec::new() }
    }
}

impl Delivery {
    /// What went wrong; none when it was accepted.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::Accepted => None,
            Self::TryLater { why, .. } | Self::Refused { why } | Self::Unclear { why } => Some(why),
        }
    }

    /// What an HTTP status alone says: 2xx is yes; 400, 410, 413 and 422 are final; 401, 403, 404 and redirects wait for a
    /// person; everything else may pass.
    pub fn of_status(status: u16, why: String, after: Option<Duration>) -> Self {
        match status {
            200..=299 => Self::Accepted,
            400 | 410 | 413 | 422 => Self::Refused { why },
            300..=399 | 401 | 403 | 404 => Self::TryLater { why, after, slow: true },
            _ => Self::TryLater { why, after, slow: false },
        }
    }
}
