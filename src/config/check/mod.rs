//! Holds the tree against the grammar: unknown keys, wrong types, values out of bounds, dangling names; all at once.

mod blocks;
mod mistakes;
mod scalars;

pub(super) use blocks::choose;
pub(super) use mistakes::{What, broken};
