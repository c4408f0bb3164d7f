//! Running what a heal rule says: a command, or a request. Each reports how it ended and decides nothing.

mod command;
mod http;

pub use command::{Limits, Subject, command};
pub use http::{answered, transport};

use crate::config::settings::Action;
use crate::heal::Outcome;

/// How an action ended. What it said is redacted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// In one word.
    pub outcome: Outcome,
    /// For a person: `exit 1: unit not found`.
    pub message: String,
    /// The command's exit code.
    pub exit_code: Option<i32>,
    /// The answer's HTTP status.
    pub status: Option<u16>,
    /// The last 16 KiB of what the command printed, or of the answer.
    pub output: String,
}

/// What is run, for a person. Not redacted yet.
pub fn shown(action: &Action) -> String {
    match action {
        Action::Command(command) => command::line(&command.argv),
        Action::Http(request) => format!("{} {}", request.method, request.shown_url),
    }
}
