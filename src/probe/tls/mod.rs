//! The TLS handshake: own trust rules, every certificate measured, every failure told by its type.

mod chain;
mod config;
mod explain;
mod handshake;
mod verify;

pub(super) use config::Configs;
pub(super) use explain::refused_after_handshake;
pub(super) use handshake::handshake;
