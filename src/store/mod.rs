//! The state directory: lock, atomic files, what lives between two runs.
//!
//! ```text
//! lock          held to claim and to commit, never while probing
//! state.json    everything that must not disagree with itself, replaced whole
//! tokens.json   a cache that may be lost
//! sending.*     held while sending to a receiver; dies with its holder
//! alive-*       held by a run that has claimed something: who finds it locked knows that the run lives; in it stands
//!               which commands the run has started, which may outlive it
//! rollup.json   another: what the history comes to, with a lock of its own, rollup.lock
//! ```
//! A damaged `state.json` is kept as `state.json.corrupt-TS`, and what could be read of it goes on. One of a newer version is
//! left alone.

mod dir;
mod error;
mod locked;
mod rollups;
mod salvage;
mod state;
mod tokens;
mod vigil;

pub use dir::StateDir;
pub use error::StoreError;
pub use locked::Locked;
pub use state::{Damage, EndpointState, Read, State, Unheard};
pub use vigil::Vigil;

#[cfg(test)]
mod tests;
