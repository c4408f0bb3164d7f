//! String helpers that know nothing of canary: durations, sizes, escaping, suggestions, plurals.

pub mod duration;
pub mod escape;
pub mod plural;
pub mod size;
pub mod suggest;
