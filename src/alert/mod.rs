//! Who is told what, when.

mod event;

pub use event::AlertEvent;
