//! The list of violations as it grows: bounded, rendered only as far as it is kept.

use super::MOST_PROBLEMS;
use super::say::{MESSAGE, Say};
use crate::model::{Problem, Reason, Redactor, Severity};
use crate::text::escape::shorten;
use crate::text::plural;

/// Room at a message's end for `(and 4294967295 more problems)`.
const TAIL: usize = 40;

/// Violations found so far.
#[derive(Debug)]
pub(super) struct Problems<'a> {
    pub(super) say: Say<'a>,
    list: Vec<Problem>,
    more: usize,
}

impl<'a> Problems<'a> {
    pub(super) fn new(redactor: &'a Redactor) -> Self {
        Self { say: Say::new(redactor), list: Vec::new(), more: 0 }
    }

    /// Adds one. Its words are only asked for while there is room.
    pub(super) fn push(&mut self, kind: Reason, severity: Severity, words: impl FnOnce(Say<'a>) -> Words) {
        if self.list.len() >= MOST_PROBLEMS {
            self.more += 1;
            return;
        }
        let Words { path, message } = words(self.say);
        let path = path.map(|path| self.say.path(&path));
        self.list.push(Problem { kind, severity, path, message: self.say.message(&message) });
    }

    /// Everything found; the last one says what was left out.
    pub(super) fn finish(mut self) -> Vec<Problem> {
        if let (true, Some(last)) = (self.more > 0, self.list.last_mut()) {
            let kept = shorten(&last.message, MESSAGE - TAIL);
            last.message = format!("{kept} (and {} more)", plural::count(self.more, "problem"));
        }
        self.list
    }
}

/// What is told of one violation.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) path: Option<String>,
    pub(super) message: String,
}

impl Words {
    /// Without a place.
    pub(super) fn new(message: String) -> Self {
        Self { path: None, message }
    }

    /// At a place of the body, which begins the message.
    pub(super) fn at(path: &str, say: Say<'_>, message: &str) -> Self {
        Self { message: format!("{}: {message}", say.path(path)), path: Some(path.to_owned()) }
    }
}
