//! Whose fault a failure through a proxy is: which exit is asked next, what its answer is worth, who is blamed.

pub mod inquiry;
pub mod order;
pub mod sight;

pub use inquiry::{Finding, Inquiry, Step};
pub use order::{ExitHealth, order};
pub use sight::{Sight, sight};
