//! From `probes.yaml` to typed settings: text → tree with places → checks against the grammar → layers merged, variables
//! expanded → [`Config`]. Every mistake is reported at once, in file order, with its place.

mod address;
mod adhoc;
mod check;
mod condition;
mod context;
mod decode;
pub mod diagnostic;
pub mod environment;
mod expand;
mod grammar;
mod json_schema;
mod layers;
mod load;
mod secrets;
pub mod settings;
mod show;
mod source;
mod tree;
mod yaml;

#[cfg(test)]
mod bounds_tests;
#[cfg(test)]
mod cases_tests;
#[cfg(test)]
mod places_tests;
#[cfg(test)]
mod properties_tests;
#[cfg(test)]
mod secrecy_tests;
#[cfg(test)]
mod tests;

pub use adhoc::{adhoc, proxy_url, secrets_of};
pub use diagnostic::{Diagnostic, Diagnostics};
pub use environment::Environment;
pub use json_schema::json_schema;
pub use load::{Loaded, load, load_to_probe};
pub use settings::Config;
pub use show::{show, show_json};
