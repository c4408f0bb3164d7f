//! Which endpoints are due, which shard is whose, and what a TARGET means.

mod due;
mod hash;
mod select;
mod shard;

pub use crate::model::Known;
pub use due::{Due, Last, Timing, due, next_due, slot};
pub use select::{Miss, NoMatch, select};
pub use shard::{Shard, shard_of};
