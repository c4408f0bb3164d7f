//! Black-box and cross-module tests, one file a theme.

mod channels;
mod crashes;
mod simulation;
mod timelines;
