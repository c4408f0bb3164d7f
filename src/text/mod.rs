//! String helpers that know nothing of canary: durations, sizes, escaping, origins, percentages, suggestions, plurals,
//! hashes, URLs, lines that fit.

pub mod duration;
pub mod escape;
pub mod fnv;
pub mod origin;
pub mod percent;
pub mod plural;
pub mod size;
pub mod suggest;
pub mod userinfo;
pub mod wrap;
