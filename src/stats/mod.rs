//! What many results say together: uptime, coverage, percentiles, health scores.

mod pack;
pub mod sketch;
pub mod timeline;

pub use sketch::{Percentiles, Sketch};
pub use timeline::{Class, Span, Timeline, Totals};
