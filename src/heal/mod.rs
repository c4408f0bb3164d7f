//! Whether, and how, a failing endpoint is remedied.
//!
//! [`Ledger::plan`] decides for a whole run, because the brakes look at all endpoints; [`Ledger::begin`] notes the attempts,
//! to be committed before anything is started; [`Ledger::finish`] notes what came of one.

mod decision;
mod ledger;
mod plan;
mod record;
mod rule;
mod tell;
#[cfg(test)]
mod tests;
mod words;

pub use decision::{Attempt, Brake, Decision, WhyNot};
pub use ledger::{Begun, Ended, Finished, Ledger, Seen};
pub use plan::{Case, Fleet, Plan, Remedy, pause};
pub use record::{Outcome, Record, RecordView};
pub use rule::{ActionKey, Failure, Rule, first_match};
pub use tell::Told;
pub use words::HANDED_OVER;
