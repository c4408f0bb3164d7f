//! Charts as inline SVG, drawn with few characters: hundreds of them stand on one page.

mod bars;
mod lanes;
mod latency;
mod ring;

pub(super) use bars::bars;
pub(super) use lanes::{Lane, lane};
pub(super) use latency::{Series, latency};
pub(super) use ring::{meter, ring};

/// The days that the page looks back.
pub(super) const DAYS: i64 = 90;
