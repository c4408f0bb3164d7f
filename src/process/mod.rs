//! Commands that a configuration names: no shell, a process group of their own, an end that is certain.

mod run;
mod tail;
#[cfg(test)]
mod tests;

pub use run::{Ending, GRACE, Job, LINGER, Outcome, missing, run};
