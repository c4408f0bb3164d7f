//! What is asked of a response: the settings that the judges work from, ready to use.

use super::schema::Schema;
use indexmap::IndexMap;
use jiff::tz::TimeZone;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;

pub use crate::model::StatusRange;

/// Everything asked of one endpoint's response.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// A violation makes the verdict down.
    pub expect: Checks,
    /// A violation makes the verdict degraded.
    pub warn: Checks,
    /// Numbers to read from the body, by name.
    pub metrics: IndexMap<String, JsonPath>,
    /// Whether a failing response's body may be kept as evidence (`capture: on_failure`).
    pub capture: bool,
}

impl Rules {
    /// Whether anything needs the body to be JSON.
    pub fn wants_json(&self) -> bool {
        [&self.expect, &self.warn].iter().any(|checks| checks.schema.is_some() || !checks.json.is_empty())
    }
}

/// One block of `expect` or `warn`; an empty one is always met.
#[derive(Clone, Debug, Default)]
pub struct Checks {
    /// The status must lie in one of these; empty means any.
    pub status: Vec<StatusRange>,
    /// The successful attempt may take no longer.
    pub latency: Option<Duration>,
    /// The body must be JSON that this schema accepts.
    pub schema: Option<Arc<Schema>>,
    /// Conditions on what JSONPaths select.
    pub json: Vec<JsonCheck>,
    /// Conditions on headers.
    pub headers: Vec<HeaderCheck>,
    /// Conditions on the body's text.
    pub body: BodyChecks,
    /// The certificates must last at least this long.
    pub cert: Option<Duration>,
}

/// A parsed RFC 9535 JSONPath with its source text.
#[derive(Clone, Debug)]
pub struct JsonPath {
    /// As written.
    pub source: Arc<str>,
    /// As parsed.
    pub path: Arc<serde_json_path::JsonPath>,
}

/// A compiled regex with its source text; unanchored.
#[derive(Clone, Debug)]
pub struct Pattern(pub regex::Regex);

/// One JSONPath with what its nodes must satisfy.
#[derive(Clone, Debug)]
pub struct JsonCheck {
    /// Which nodes.
    pub path: JsonPath,
    /// What of them. Endpoints that ask the same share it: it is large, and fleets repeat it thousands of times.
    pub condition: Arc<Condition>,
}

/// What the selected nodes must satisfy, all parts together.
#[derive(Clone, Debug, Default)]
pub struct Condition {
    /// `exists`: whether any node must, or must not, be selected. With `Some(false)` the other parts are moot.
    pub exists: Option<bool>,
    /// `optional: true`: no node, and null nodes, pass.
    pub optional: bool,
    /// `count`: bounds on the number of nodes.
    pub count: Option<Box<ValueCheck>>,
    /// `any`: at least one node equals this.
    pub any: Option<Value>,
    /// What every node must satisfy.
    pub each: ValueCheck,
    /// `max_age`: every node is a time no older than this.
    pub max_age: Option<Duration>,
    /// `min_age`: every node is a time at least this old.
    pub min_age: Option<Duration>,
    /// `assume_tz`: the zone of times that carry no offset; UTC when none.
    pub assume_tz: Option<TimeZone>,
}

/// Operators on one value. Numbers compare exactly, nothing is coerced.
#[derive(Clone, Debug, Default)]
pub struct ValueCheck {
    /// `eq`, or a plain value.
    pub eq: Option<Value>,
    /// `ne`.
    pub ne: Option<Value>,
    /// `gt`: a number.
    pub gt: Option<serde_json::Number>,
    /// `gte`.
    pub gte: Option<serde_json::Number>,
    /// `lt`.
    pub lt: Option<serde_json::Number>,
    /// `lte`.
    pub lte: Option<serde_json::Number>,
    /// `in`: equal to one of these.
    pub one_of: Option<Vec<Value>>,
    /// `not_in`: equal to none of these.
    pub none_of: Option<Vec<Value>>,
    /// `matches`: a string that the regex finds.
    pub matches: Option<Pattern>,
    /// `contains`: a string with this substring, or an array with this element.
    pub contains: Option<Value>,
    /// `type`: one of `null boolean integer number string array object`.
    pub types: Option<Vec<JsonType>>,
    /// `length` of a string (in characters), array or object.
    pub length: Option<Box<ValueCheck>>,
}

/// A JSON type by the words of JSON Schema; `integer` also takes `1.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonType {
    /// null
    Null,
    /// true, false
    Boolean,
    /// a number without a fraction
    Integer,
    /// any number
    Number,
    /// a string
    String,
    /// an array
    Array,
    /// an object
    Object,
}

/// A condition on one header; names compare without case.
#[derive(Clone, Debug, Default)]
pub struct HeaderCheck {
    /// Lower-case name.
    pub name: String,
    /// Exactly this value (one of several lines is enough).
    pub equals: Option<String>,
    /// The regex finds it.
    pub matches: Option<Pattern>,
    /// It holds this text.
    pub contains: Option<String>,
    /// It is there, or is not.
    pub exists: Option<bool>,
}

/// Conditions on the body's text: decoded by the charset of its content type, invalid bytes replaced.
#[derive(Clone, Debug, Default)]
pub struct BodyChecks {
    /// Each must stand in it.
    pub contains: Vec<String>,
    /// None may stand in it.
    pub not_contains: Vec<String>,
    /// Each regex must find something.
    pub matches: Vec<Pattern>,
    /// No regex may find anything.
    pub not_matches: Vec<Pattern>,
}
