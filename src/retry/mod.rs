//! When a failed attempt is tried again, and after how long.

pub mod policy;

pub use policy::{Backoff, Policy};
