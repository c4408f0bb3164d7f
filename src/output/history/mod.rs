//! `canary history`: records as a table, as JSON, as CSV; and what they add up to.

mod csv;
mod format;
mod stats;
mod stream;
mod table;

pub use format::HistoryFormat;
pub use stats::render as render_stats;
pub use stream::Stream;
pub use table::render as render_table;

#[cfg(test)]
mod tests;
