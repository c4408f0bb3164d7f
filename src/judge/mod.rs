//! Facts to verdicts: pure, one file an assertion.

mod parse;
pub mod rules;
pub mod schema;

pub use rules::{
    BodyChecks, Checks, Condition, HeaderCheck, JsonCheck, JsonPath, JsonType, Pattern, Rules, StatusRange, ValueCheck,
};
