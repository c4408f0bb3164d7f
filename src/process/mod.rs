//! Commands that a configuration names: no shell, a process group of their own, an end that is certain.

mod mark;
mod run;
mod tail;
#[cfg(test)]
mod tests;

pub use mark::{Mark, Sight};
pub use run::{Ending, GRACE, Job, LINGER, Outcome, Witness, missing, run, run_before};
