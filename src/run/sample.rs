//! Several answers of one endpoint, for whoever wants to look at their shape. Nothing is recorded.

use super::clocks::Clocks;
use super::decisions::Decisions;
use super::exits::Exits;
use super::inquiry;
use super::online::Online;
use super::permits::Permits;
use super::probe::Prober;
use crate::config::settings::{Endpoint, Pool};
use crate::judge;
use crate::model::{Name, Observation, Reason, Redactor};
use crate::probe::{Engine, Options};
use crate::text::escape::shorten;
use crate::world::clock;
use indexmap::IndexMap;
use serde_json::Value;
use std::cell::RefCell;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Characters of an answer that is no JSON.
const SHOWN: usize = 120;

/// What to ask, and how often.
#[derive(Clone, Debug)]
pub struct Sampling {
    /// How many answers.
    pub samples: u32,
    /// The pause between two of them.
    pub interval: Duration,
    /// `proxies`.
    pub pools: IndexMap<Name, Pool>,
    /// Masks every secret.
    pub redactor: Redactor,
    /// Whether the environment names the trust store.
    pub trust_store_is_named: bool,
}

/// Asks one time after the other.
///
/// # Errors
/// For a person: which answer was none that can be used, and what it was. Redacted.
pub async fn take(endpoint: &Endpoint, sampling: &Sampling) -> Result<Vec<Value>, String> {
    let prober = Prober {
        engine: Engine::new(Options {
            tokens: Vec::default(),
            redactor: sampling.redactor.clone(),
            now: Arc::new(clock::now),
            trust_store_is_named: sampling.trust_store_is_named,
        }),
        exits: Exits::new(sampling.pools.clone(), None),
        clocks: Clocks::default(),
        online: Online::new(&[]),
        permits: Permits::new(std::iter::once(endpoint), 1),
        warnings: RefCell::default(),
        decisions: Decisions::default(),
        rules: RefCell::default(),
    };
    let mut values = Vec::new();
    for number in 1..=sampling.samples {
        if number > 1 {
            tokio::time::sleep(sampling.interval).await;
        }
        // Attempts end by themselves: each has its timeout.
        let cut = Instant::now() + Duration::from_hours(1);
        let asked = inquiry::ask(&prober, endpoint, &endpoint.proxy, cut).await;
        let value = read(&prober, endpoint, &asked.observation);
        values.push(value.map_err(|why| {
            let of = sampling.samples;
            prober.redactor().redact(&format!("{}: answer {number} of {of}: {why}", endpoint.id)).into_owned()
        })?);
    }
    Ok(values)
}

/// The answer's JSON, when the status is what the endpoint expects.
fn read(prober: &Prober, endpoint: &Endpoint, observation: &Observation) -> Result<Value, String> {
    let redactor = prober.redactor();
    let judgement = judge::judge(observation, &endpoint.rules, &redactor, clock::now());
    let response = match observation {
        Observation::Response(response) => response,
        Observation::Failure(_) => return Err(judgement.message.unwrap_or_else(|| "no whole answer came".to_owned())),
    };
    if let Some(problem) = judgement.problems.iter().find(|problem| problem.kind == Reason::Status) {
        return Err(problem.message.clone());
    }
    let body = response.body.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&response.body);
    serde_json::from_slice(body).map_err(|_| {
        let kind =
            response.headers.get(http::header::CONTENT_TYPE).map(|kind| String::from_utf8_lossy(kind.as_bytes()));
        let text = String::from_utf8_lossy(body);
        let text = redactor.redact(&text);
        format!(
            "status {} with {} bytes of {} that are no JSON: {}",
            response.status,
            body.len(),
            kind.as_deref().unwrap_or("no content-type"),
            shorten(text.trim(), SHOWN),
        )
    })
}
