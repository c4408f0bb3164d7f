//! From `probes.yaml` to typed settings: text, tree with places, diagnostics.

pub mod settings;

pub use settings::Config;
