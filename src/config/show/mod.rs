//! The effective configuration as people, and canary itself, can read it: layers merged, defaults filled in, secrets `***`.

mod built_in;
mod value;
mod view;
mod yaml;

pub use view::{show, show_json};
