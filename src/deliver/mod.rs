//! One try to deliver an outbox entry, and the receiver's answer: accepted, try later, refused or unclear.
//!
//! [`Courier`] chooses by the receiver's type; one file a type. Nothing here queues or waits: that is the outbox's.

mod alertmanager;
mod command;
mod courier;
mod dial;
mod email;
mod exits;
mod heartbeat;
mod post;
mod slack;
mod talk;
mod telegram;
mod trust;
mod webhook;
mod wire;

pub use courier::{Context, Courier, Reply};
pub use exits::Met;
