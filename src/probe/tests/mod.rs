//! The engine against servers that misbehave, one way a port.

mod auth;
mod content;
mod dns;
mod faultd;
mod framing;
mod h2;
mod harness;
mod pki;
mod proxy;
mod redirects;
mod tcp;
mod tls;
