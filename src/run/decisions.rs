//! Decisions with their reasons, gathered for `-v`; where nobody asked for them, no words are made.

use std::cell::RefCell;

/// What was decided so far, in the order in which it was.
#[derive(Debug, Default)]
pub struct Decisions {
    wanted: bool,
    said: RefCell<Vec<String>>,
}

impl Decisions {
    /// Gathers them when they are `wanted`.
    pub fn new(wanted: bool) -> Self {
        Self { wanted, said: RefCell::default() }
    }

    /// Whether anybody asked for them.
    pub fn wanted(&self) -> bool {
        self.wanted
    }

    /// Notes one.
    pub fn note(&self, say: impl FnOnce() -> String) {
        if self.wanted {
            self.said.borrow_mut().push(say());
        }
    }

    /// Notes all of these.
    pub fn extend<I: IntoIterator<Item = String>>(&self, say: impl FnOnce() -> I) {
        if self.wanted {
            self.said.borrow_mut().extend(say());
        }
    }

    /// Hands them out.
    pub fn take(&self) -> Vec<String> {
        self.said.take()
    }
}
