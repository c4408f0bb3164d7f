//! String helpers that know nothing of canary: durations, sizes, escaping, percentages, suggestions, plurals, hashes, URLs.

pub mod duration;
pub mod escape;
pub mod fnv;
pub mod percent;
pub mod plural;
pub mod size;
pub mod suggest;
pub mod userinfo;
