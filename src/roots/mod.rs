//! Whose certificates are believed where no `tls.ca` says so: one rule for endpoints, receivers and the heartbeat.

mod system;

pub use system::{Roots, system};
