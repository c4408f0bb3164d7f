//! Black-box and cross-module tests, one file a theme.

mod channels;
