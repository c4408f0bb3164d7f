//! Black-box and cross-module tests, one file a theme.

mod channels;
mod floors;
mod generated;
mod shipped;
mod support;
