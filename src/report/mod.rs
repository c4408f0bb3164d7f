//! `canary report`: a page for people and files for machines, written into a directory that a web server can show.
//!
//! The page is one file without a script or an outside request; its policy forbids both. Everything before
//! [`write()`](write::write) is a pure function of a [`Report`].

mod badge;
mod cards;
mod charts;
mod endpoint;
mod files;
mod input;
mod page;
mod tables;
mod words;
pub mod write;

pub use files::{ReportFile, files};
pub use input::{Healing, Incident, Report};
pub use page::{render as render_page, shows_something};

#[cfg(test)]
mod tests;
