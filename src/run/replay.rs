//! The history once more through the rules of a configuration, on the way that `check` goes: circumstances, incidents,
//! outbox. Nothing is written, nobody is told.
//!
//! A line doesn't say when its probe ended: it is taken to have ended its latency later, and a run to have been committed
//! when its last probe ended. Whether it was one of `--no-alerts` no line says either: all count.

use super::circumstances;
use super::mend::Remarks;
use super::plan::Plan;
use super::record::merge;
use super::tell::{self, Audience, Told};
use crate::alert::{Answer, Claimant, Delivery, Entry, Flush, Run};
use crate::config::settings::{Config, Endpoint};
use crate::incident::Silence;
use crate::model::result::{Evidence, Exchange};
use crate::model::{ProbeResult, Record, Summary};
use crate::store::State;
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// One configuration while the history passes.
#[derive(Debug)]
pub struct Replay {
    audience: Audience,
    endpoints: HashMap<String, HashMap<String, Arc<Endpoint>>>,
    /// Those that are not in force yet, the latest first.
    silences: Vec<Silence>,
    state: State,
    now: Timestamp,
}

/// What one run came to.
#[derive(Debug)]
pub struct Replayed {
    /// When it was committed.
    pub at: Timestamp,
    /// What was decided.
    pub told: Told,
    /// What went out, an entry a receiver.
    pub sent: Vec<Entry>,
}

impl Replay {
    /// Of this configuration. `silences` are those that people know today; receivers without their settings are taken to
    /// have them.
    pub fn new(config: &Config, mut silences: Vec<Silence>) -> Self {
        let mut audience = Audience::of(config, true);
        for to in &mut audience.addressees {
            to.configured = true;
        }
        let mut endpoints: HashMap<String, HashMap<String, Arc<Endpoint>>> = HashMap::new();
        for endpoint in config.endpoints.iter().filter(|one| one.enabled && one.not_configured.is_none()) {
            let channel = endpoints.entry(endpoint.id.channel.to_string()).or_default();
            channel.insert(endpoint.id.endpoint.to_string(), Arc::clone(endpoint));
        }
        silences.sort_by_key(|silence| std::cmp::Reverse(silence.created_at));
        for silence in &mut silences {
            silence.recovered.clear();
        }
        Self { audience, endpoints, silences, state: State::default(), now: Timestamp::MIN }
    }

    /// A line as the result that it was; none when the configuration doesn't probe its endpoint.
    pub fn result(&self, record: &Record<'_>) -> Option<ProbeResult> {
        let endpoint = self.endpoints.get(&*record.channel)?.get(&*record.endpoint)?;
        let latency = record.latency_ms.map(|ms| Duration::from_secs_f64(ms.min(86_400_000.0) / 1_000.0));
        Some(ProbeResult {
            verdict: record.verdict,
            ended: crate::model::time::later(record.at, latency.unwrap_or_default()),
            reason: record.reason,
            blame: record.blame(),
            message: record.message(),
            exchange: record.url().map(|url| Exchange {
                url: url.into_owned(),
                proxy: record.proxy().map(std::borrow::Cow::into_owned),
                status: record.status,
                latency,
                ..Exchange::default()
            }),
            evidence: record.evidence().map(|body| Evidence { body }),
            verify: record.verify,
            ..ProbeResult::skipped(endpoint.id.clone(), record.at, "")
        })
    }

    /// Hears one run's results. Where there is a verifying result of an endpoint, only that one counts, as it did then.
    pub fn run(&mut self, run: &str, results: Vec<ProbeResult>) -> Replayed {
        let mut results = last_words(results);
        let mut plan = Plan::default();
        for result in &results {
            let channel = self.endpoints.get(result.id.channel.as_str());
            if let Some(endpoint) = channel.and_then(|channel| channel.get(&*result.id.endpoint)) {
                plan.add(Arc::clone(endpoint));
            }
        }
        self.now = results.iter().map(|result| result.ended).fold(self.now, Timestamp::max);
        while let Some(silence) = self.silences.pop_if(|silence| silence.created_at <= self.now) {
            self.state.book.silence(silence);
        }
        circumstances::mark(&plan, &mut results, Some(&self.state), &self.audience);
        let summary = Summary::of(&results);
        let results: Vec<&ProbeResult> = results.iter().collect();
        let facts = tell::facts(&self.state, &self.audience, &results, &Remarks::default(), self.now);
        let told = tell::hear(&mut self.state, &self.audience, &facts, Run { id: run, summary: &summary }, self.now);
        merge(&mut self.state, &results, self.now, self.now);
        Replayed { at: self.now, told, sent: self.send(run) }
    }

    /// Every receiver takes what is for it at once.
    fn send(&mut self, run: &str) -> Vec<Entry> {
        let by = Claimant { run, flush: Flush::No, alone: true };
        let mut sent = Vec::new();
        for to in &self.audience.addressees {
            while let Ok(entry) = self.state.outbox.claim(to, by, self.now) {
                let answer = Answer::from(Delivery::Accepted);
                self.state.outbox.settle(&entry.id, to, run, answer, self.now);
                sent.push(entry);
            }
        }
        sent
    }

    /// How many incidents are open that somebody was told of.
    pub fn open(&self) -> usize {
        self.state.book.open().into_iter().filter(|incident| incident.announced).count()
    }
}

/// One result an endpoint: the verifying one, or else the last.
fn last_words(results: Vec<ProbeResult>) -> Vec<ProbeResult> {
    let mut places: HashMap<crate::model::EndpointId, usize> = HashMap::new();
    let mut last: Vec<ProbeResult> = Vec::with_capacity(results.len());
    for result in results {
        match places.get(&result.id) {
            Some(at) if last[*at].verify && !result.verify => {}
            Some(at) => last[*at] = result,
            None => {
                places.insert(result.id.clone(), last.len());
                last.push(result);
            }
        }
    }
    last
}
