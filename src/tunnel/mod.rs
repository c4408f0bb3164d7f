//! How a proxy is asked for a tunnel once it is connected to: by CONNECT or by SOCKS5, in one way for endpoints and for
//! receivers.

mod connect;
mod refused;
mod socks;

pub use connect::connect;
pub use refused::Refused;
pub use socks::{To, socks};
