//! What a run's steps have to say, gathered for its end.

use super::record::NotRecorded;
use crate::history::Appended;
use crate::model::ExitReason;

/// What the run has to say beside its results.
#[derive(Debug, Default)]
pub struct Notes {
    /// For a person.
    pub warnings: Vec<String>,
    /// Those of them that are said even with `-q`: nobody else will tell.
    pub pressing: Vec<String>,
    /// For the exit code.
    pub own: Vec<ExitReason>,
    /// What is not delivered yet.
    pub waiting: Option<String>,
    /// When nothing is due: what will be first, and when.
    pub nothing_due: Option<String>,
    /// What the run's appends to the history come to.
    pub appended: Appended,
}

impl Notes {
    /// Adds a warning, if there is one, that is said even with `-q`.
    pub fn press(&mut self, warning: Option<String>) {
        self.pressing.extend(warning.clone());
        self.warnings.extend(warning);
    }

    /// Keeps the value, or notes what could not be done.
    pub fn keep<T>(&mut self, done: Result<T, NotRecorded>) -> Option<T> {
        done.map_err(|NotRecorded { reason, message }| {
            self.own.push(reason);
            if !self.warnings.contains(&message) {
                self.warnings.push(message);
            }
        })
        .ok()
    }
}
