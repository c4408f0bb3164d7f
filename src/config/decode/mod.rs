//! The checked tree to typed settings. What the checker has reported is passed over in silence here; what only the merged
//! whole can show (URLs, files, cycles, secrets in commands) is reported.

mod alerting;
mod cycles;
mod endpoint;
mod file;
mod heal;
mod hollow;
mod missing;
mod pools;
mod receivers;
mod request;
mod rules;
mod transport;

pub(super) use endpoint::Effective;
pub(super) use file::decode;
pub(super) use rules::built_in;
