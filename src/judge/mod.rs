//! Facts to verdicts: pure, one file an assertion.
//!
//! [`judge`] is the only entrance. Violations of `expect` come before those of `warn`, and within each in the order
//! status, schema, json, headers, body, latency, cert; the first one gives the reason and the message.

mod age;
mod body;
mod cert;
mod charset;
mod compare;
mod evidence;
mod failure;
mod header;
mod imprint;
mod json;
mod jsonpath;
mod latency;
mod metrics;
pub mod online;
mod parse;
mod problems;
mod response;
pub mod rules;
mod say;
pub mod schema;
pub mod skew;
mod status;
mod value;

#[cfg(test)]
mod cases;
#[cfg(test)]
mod tests;

pub use rules::{
    BodyChecks, Checks, Condition, HeaderCheck, JsonCheck, JsonPath, JsonType, Pattern, Rules, StatusRange, ValueCheck,
};
pub use schema::{Schema, SchemaSet};

use crate::model::result::Evidence;
use crate::model::{Blame, Observation, Problem, Reason, Redactor, Verdict};
use indexmap::IndexMap;
use jiff::Timestamp;
use serde_json::Number;

/// What is thought of one observation. Every text is redacted and bounded; escaping is left to whoever shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Judgement {
    /// The worst of all problems, or up.
    pub verdict: Verdict,
    /// The first problem's kind; none when up.
    pub reason: Option<Reason>,
    /// Whose fault it is; none when up, and when nobody can say.
    pub blame: Option<Blame>,
    /// The first problem's message; none when up.
    pub message: Option<String>,
    /// Every violation, at most [`MOST_PROBLEMS`]; the last one says how many more there were.
    pub problems: Vec<Problem>,
    /// One entry for each of the rules' metrics, in their order; none where the path yields no number.
    pub metrics: IndexMap<String, Option<Number>>,
    /// What a person should know although it decides nothing: a metric without a number, a duplicate key.
    pub warnings: Vec<String>,
    /// Remarks for `-v`: an ignored byte order mark.
    pub notes: Vec<String>,
    /// The start of a response's body that was not up.
    pub evidence: Option<Evidence>,
    /// Whole days left on the certificate that runs out first, rounded down: negative once it has expired.
    pub cert_days_left: Option<i64>,
}

/// How many problems a judgement lists at the most.
pub const MOST_PROBLEMS: usize = 100;

/// The body of a response as JSON, whole, for conditions that stand outside of `expect` and `warn`; none when there is none.
pub fn document(observation: &Observation) -> Option<serde_json::Value> {
    match observation {
        Observation::Response(response) => json::parse(&response.body).ok().map(|parsed| parsed.value),
        Observation::Failure(_) => None,
    }
}

/// Whether a condition holds for a document.
pub fn holds(root: &serde_json::Value, check: &JsonCheck, now: Timestamp) -> bool {
    let nobody = Redactor::default();
    let mut problems = problems::Problems::new(&nobody);
    jsonpath::check(root, check, crate::model::Severity::Down, now, &mut problems);
    problems.finish().is_empty()
}

/// Judges one attempt's outcome by an endpoint's rules. `now` is the moment that ages are measured against.
pub fn judge(observation: &Observation, rules: &Rules, redactor: &Redactor, now: Timestamp) -> Judgement {
    let mut judgement = match observation {
        Observation::Response(response) => response::judge(response, rules, redactor, now),
        Observation::Failure(failure) => failure::judge(failure, rules, redactor),
    };
    judgement.cert_days_left = observation.trace().cert.as_ref().map(|one| cert::days_left(one, now));
    judgement
}
