//! What a proxy says instead of making a tunnel.

use crate::model::ExitRefusal;
use std::io;

/// How a proxy said no.
#[derive(Debug)]
pub enum Refused {
    /// The stream failed.
    Io(io::Error),
    /// In its own words.
    Answer(ExitRefusal, String),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// It speaks something else, or not to the end.
pub(super) fn garbled(words: &str) -> Refused {
    Refused::Answer(ExitRefusal::Garbled, words.to_owned())
}
