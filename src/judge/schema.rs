//! JSON Schemas: compiled once, asked often.

/// A compiled schema with the name under which it is known.
#[derive(Debug)]
pub struct Schema {
    /// The name in `schemas:`, or `inline`.
    pub name: String,
}
