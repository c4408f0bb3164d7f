//! The grammar of `probes.yaml` as tables: which keys a block has, what they hold, what they mean. The checker, the
//! JSON Schema and `config show` all read these, so that they can't drift apart.

mod alerting;
mod checks;
mod endpoint;
mod root;
mod shape;
pub(super) mod words;

pub(super) use alerting::{ALERTING, RECEIVER_TYPES};
pub(super) use checks::CHECKS;
pub(super) use endpoint::{CHANNEL, DEFAULTS, ENDPOINT};
pub(super) use root::ROOT;
pub(super) use shape::{ANY_TIME, Block, Key, Keys, Ref, SOME_TIME, Shape, Shown, Text, key};
