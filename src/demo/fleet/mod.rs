//! Scripted HTTP servers and proxies on loopback: raw sockets, no HTTP library, every fault as data.
//!
//! ```
//! use canary::demo::fleet::{Behaviour, Fleet, Service};
//!
//! let vk = Service::new("vk")
//!     .on("GET /health", Behaviour::json(200, r#"{"status":"healthy"}"#))
//!     .on("/method/*", Behaviour::close_early());
//! let fleet = Fleet::start([vk, Service::new("avito").refusing()])?;
//! assert!(fleet.url("vk").starts_with("http://127.0.0.1:"));
//! fleet.set("vk", "/health", Behaviour::silent());
//! # Ok::<(), std::io::Error>(())
//! ```

mod behaviour;
mod door;
mod exchange;
mod journal;
mod relay;
mod route;
mod server;
mod service;
#[cfg(test)]
mod tests;
mod tunnel;

pub use behaviour::{Behaviour, Ending, Maker, Reply};
pub use journal::Recorded;
pub use relay::Relay;
pub use server::Fleet;
pub use service::Service;
