//! Whether, and how, a failing endpoint is remedied.

mod rule;

pub use rule::Rule;
