//! Views of a finished report: one file a format, each a pure function to text or bytes.
//!
//! [`progress`] alone watches a run as it goes; [`file`](mod@file) puts a view where `-o FORMAT=FILE` wants it.

pub mod file;
mod format;
pub mod github;
pub mod history;
pub mod json;
pub mod jsonl;
pub mod junit;
pub mod markdown;
pub mod nagios;
pub mod progress;
pub mod prometheus;
pub mod schema;
pub mod status;
pub mod table;

pub use format::{Format, OutputSpec};

#[cfg(test)]
mod sample;
