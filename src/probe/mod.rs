//! One attempt against one endpoint: what happened, at which stage, no opinion.
//!
//! ```text
//! engine ─▶ attempt ─▶ (auth) ─▶ dial or tunnel ─▶ tls ─▶ http ─▶ body ─▶ Observation
//!              ▲                                            │
//!              └────────────────── redirect ◀───────────────┘
//! ```
//!
//! Each step is awaited on its own with a bound of its own, so that the step that failed is known; its error is told
//! apart by type. `wire` writes down what goes over a connection, `deadline` knows which limit was over first.

mod address;
mod attempt;
mod auth;
mod body;
mod broken;
mod deadline;
mod decode;
mod dial;
mod engine;
mod errand;
mod exchange;
mod eyeballs;
mod flights;
mod pulse;
mod pump;
mod redirect;
mod resolve;
mod tls;
mod tunnel;
mod wire;

#[cfg(test)]
mod tests;

pub use address::{is_private, names_private};
pub use auth::CachedToken;
pub use engine::{Clock, Engine, Options, Via};
