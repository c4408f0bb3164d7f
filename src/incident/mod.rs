//! From verdicts over time to incidents, and to what is said about them.
//!
//! [`Book::hear`] takes one run's facts and returns the notices to queue, with a named reason for everything left unsaid.
//! Nothing here knows of receivers, files or clocks; the book is committed together with the outbox.

mod blind;
mod book;
mod depends;
mod fact;
mod flap;
mod machine;
mod maintenance;
mod open;
mod policy;
mod rivals;
mod silence;
#[cfg(test)]
mod tests;
mod track;
mod unsaid;
mod view;

pub use crate::model::Known;
pub use book::{Book, Heard, Kept};
pub use depends::{Parent, suppressed_by};
pub use fact::{Fact, Muted, pool_of};
pub use maintenance::Maintenance;
pub use open::{Ack, Incident};
pub use policy::{Alerting, Flap, Threshold};
pub use silence::{Ending, Silence};
pub use track::Track;
pub use unsaid::{Unsaid, Why};
pub use view::View;
