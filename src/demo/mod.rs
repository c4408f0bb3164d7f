//! A scripted loopback fleet that plays the five channels, and the scene that `canary demo` shows.
//!
//! - [`fleet`]: servers on 127.0.0.1 whose every fault is data; tests and benches use them too.
//! - [`fixtures`]: what bridges and public APIs answer, with times moved to now.
//! - [`scene`]: the five channels on such a fleet, some of them ill.
//! - [`bot`]: a Telegram Bot API that refuses what the real one refuses.
//! - [`shipped`]: `probes.yaml` and its schemas, as they stand at the top of the repository.

pub mod bot;
pub mod fixtures;
pub mod fleet;
pub mod scene;
pub mod shipped;
