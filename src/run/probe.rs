//! One endpoint: attempts until one satisfies the retry policy, judged, redacted.

use super::clocks::{self, Clocks, Say};
use super::decisions::Decisions;
use super::exits::Exits;
use super::inquiry;
use super::online::{self, Online};
use super::permits::{Permit, Permits};
use crate::config::settings::{Endpoint, Route};
use crate::heal;
use crate::judge::{self, Judgement};
use crate::model::{
    Blame, EndpointId, Observation, Phases, ProbeResult, Problem, Reason, Redactor, Severity, Verdict, result::Exchange,
};
use crate::probe::Engine;
use crate::retry;
use crate::world::clock;
use indexmap::IndexMap;
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use tokio::time::Instant;

/// What all probes of a run share.
#[derive(Debug)]
pub struct Prober {
    /// Carries attempts.
    pub engine: Engine,
    /// Who may go when.
    pub permits: Permits,
    /// The pools' exits.
    pub exits: Exits,
    /// What the hosts' clocks say of this machine's.
    pub clocks: Clocks,
    /// Whether this machine is online, asked once a round and only after a failure.
    pub online: Online,
    /// What a person should know, gathered.
    pub warnings: RefCell<Vec<String>>,
    /// Decisions with their reasons, gathered for `-v`.
    pub decisions: Decisions,
    /// Which of an endpoint's heal rules names its failure: found here, where the whole body is at hand.
    pub rules: RefCell<HashMap<EndpointId, usize>>,
}

impl Prober {
    /// Forgets what this machine and the exits were found to be like: a failure is judged by evidence of its own time.
    pub fn look_afresh(&self) {
        self.online.forget();
        self.exits.forget_controls();
    }

    /// Masks every secret, those included that were fetched so far.
    pub fn redactor(&self) -> Redactor {
        self.engine.redactor()
    }
}

/// Probes one endpoint until it is judged for good, or `cut` comes.
pub async fn probe(prober: &Prober, endpoint: &Endpoint, cut: Instant) -> ProbeResult {
    let say = prober.clocks.say();
    let Some(permit) = turn(prober, endpoint, cut).await else {
        return self::cut(endpoint, "the run's deadline was reached before this endpoint's turn came");
    };
    // Of thousands of probes most wait most of the time: what they need later takes no memory before.
    Box::pin(in_turn(prober, endpoint, permit, say, cut)).await
}

async fn in_turn(prober: &Prober, endpoint: &Endpoint, first: Permit, say: Say<'_>, cut: Instant) -> ProbeResult {
    let started = clock::now();
    let (mut tries, mut attempts) = (0, 0);
    let mut last: Option<(Observation, Judgement)> = None;
    let mut permit = Some(first);
    loop {
        let permit = match permit.take() {
            Some(permit) => permit,
            None => match turn(prober, endpoint, cut).await {
                Some(permit) => permit,
                None => break,
            },
        };
        let asked = inquiry::ask(prober, endpoint, &endpoint.proxy, cut).await;
        drop(permit);
        prober.clocks.note(endpoint, &asked.observation);
        tries += 1;
        attempts += asked.attempts;
        let mut judgement = judge::judge(&asked.observation, &endpoint.rules, &prober.redactor(), clock::now());
        if let Some(evidence) = &asked.evidence {
            add_to_message(&mut judgement, evidence);
        }
        if judgement.reason == Some(Reason::Deadline) && last.is_some() {
            // The attempt before it said something; this one only that time was up.
            break;
        }
        let attempt = retry::Attempt {
            tries,
            outcome: &asked.observation,
            problems: &judgement.problems,
            idempotent: retry::is_idempotent(&endpoint.request.method),
        };
        let next = retry::next(&endpoint.retry, attempt, clock::now(), clock::random_unit);
        prober.decisions.note(|| {
            let said = judgement.message.as_deref().unwrap_or("all held");
            format!("{}: try {tries}: {said}: {next}", endpoint.id)
        });
        last = Some((asked.observation, judgement));
        match next {
            // Where the exits had their say, asking them again would only ask the same.
            retry::Decision::Again(wait, _) if asked.spoke && Instant::now() + wait < cut => {
                tokio::time::sleep(wait).await;
            }
            retry::Decision::Again(..) | retry::Decision::Stop(_) => break,
        }
    }
    let Some((observation, mut judgement)) = last else {
        return self::cut(endpoint, "the run's deadline was reached before this endpoint's turn came");
    };
    // What is asked from here on is evidence, not the probe.
    let ended = clock::now();
    drop(say);
    clocks::excuse(prober, endpoint, &observation, &mut judgement, cut).await;
    if judgement.blame != Some(Blame::Local) {
        online::excuse(prober, endpoint, &observation, &mut judgement, cut).await;
    }
    if let Some(route) = endpoint.confirm_via.as_ref().filter(|_| judgement.verdict == Verdict::Down) {
        confirm(prober, endpoint, route, &mut judgement, cut).await;
    }
    if let Some(rule) = heal_rule(endpoint, &observation, &judgement) {
        prober.rules.borrow_mut().insert(endpoint.id.clone(), rule);
    }
    finish(prober, endpoint, (started, ended), attempts, &observation, judgement)
}

/// The place of the heal rule that names this failure.
fn heal_rule(endpoint: &Endpoint, observation: &Observation, judgement: &Judgement) -> Option<usize> {
    if endpoint.heal.is_empty() || judgement.verdict != Verdict::Down {
        return None;
    }
    let status = match observation {
        Observation::Response(response) => Some(response.status),
        Observation::Failure(failure) => failure.status,
    };
    let document = OnceCell::new();
    let now = clock::now();
    heal::first_match(&endpoint.heal, heal::Failure { reason: judgement.reason, status }, |check| {
        let document = document.get_or_init(|| judge::document(observation));
        document.as_ref().is_some_and(|root| judge::holds(root, check, now))
    })
}

/// Asks a failing endpoint a second time along another way: the verdict stays, the message says where it is reachable.
async fn confirm(prober: &Prober, endpoint: &Endpoint, route: &Route, judgement: &mut Judgement, cut: Instant) {
    let Some(_permit) = turn(prober, endpoint, cut).await else { return };
    let asked = inquiry::ask(prober, endpoint, route, cut).await;
    let second = judge::judge(&asked.observation, &endpoint.rules, &prober.redactor(), clock::now());
    let there = inquiry::words(route);
    let evidence = match second.verdict {
        Verdict::Up | Verdict::Degraded => {
            let here = inquiry::words(&endpoint.proxy);
            format!("unreachable {here}, reachable {there}")
        }
        Verdict::Down if second.message == judgement.message => format!("the same {there}"),
        Verdict::Down => format!("{there}: {}", second.message.as_deref().unwrap_or("down, too")),
        Verdict::Unknown | Verdict::Skipped => format!("can't tell {there}"),
    };
    add_to_message(judgement, &evidence);
}

/// Adds evidence to the message, and to the problem that it is the message of.
fn add_to_message(judgement: &mut Judgement, evidence: &str) {
    let Some(message) = &mut judgement.message else { return };
    *message = format!("{message} ({evidence})");
    if let Some(problem) = judgement.problems.first_mut() {
        problem.message.clone_from(message);
    }
}

/// Waits for a permit until `cut`.
async fn turn(prober: &Prober, endpoint: &Endpoint, cut: Instant) -> Option<Permit> {
    if Instant::now() >= cut {
        return None;
    }
    tokio::time::timeout_at(cut, prober.permits.take(endpoint)).await.ok().flatten()
}

fn finish(
    prober: &Prober,
    endpoint: &Endpoint,
    (started, ended): (jiff::Timestamp, jiff::Timestamp),
    attempts: u32,
    observation: &Observation,
    judgement: Judgement,
) -> ProbeResult {
    for warning in judgement.warnings {
        prober.warnings.borrow_mut().push(format!("{}: {warning}", endpoint.id));
    }
    for note in judgement.notes.iter().chain(&observation.trace().notes) {
        prober.decisions.note(|| format!("{}: {note}", endpoint.id));
    }
    let trace = observation.trace();
    let (status, answered) = match observation {
        Observation::Response(response) => (Some(response.status), true),
        Observation::Failure(failure) => (failure.status, false),
    };
    let exchange = Exchange {
        method: endpoint.request.method.to_string(),
        url: endpoint.request.shown_url.clone(),
        final_url: trace.final_url.clone(),
        remote_addr: trace.remote_addr,
        http_version: trace.http_version,
        status,
        latency: answered.then_some(trace.elapsed),
        phases: trace.phases,
        attempts,
        redirects: trace.redirects,
        proxy: trace.proxy.clone(),
        bytes: (answered || trace.bytes > 0).then_some(trace.bytes),
        cert_days_left: judgement.cert_days_left,
    };
    ProbeResult {
        id: endpoint.id.clone(),
        started,
        ended,
        verdict: judgement.verdict,
        reason: judgement.reason,
        blame: judgement.blame,
        message: judgement.message,
        problems: judgement.problems,
        exchange: Some(exchange),
        metrics: judgement.metrics,
        evidence: judgement.evidence,
        suppressed_by: None,
        maintenance: false,
        verify: false,
    }
    .redacted(&prober.redactor())
}

/// The result of a probe that the deadline or a signal ended.
pub fn cut(endpoint: &Endpoint, why: &str) -> ProbeResult {
    unknown(endpoint, Reason::Deadline, None, why)
}

/// The result of a probe that panicked.
pub fn broken(endpoint: &Endpoint) -> ProbeResult {
    unknown(endpoint, Reason::Local, Some(Blame::Local), "canary itself broke while probing this; please report it")
}

fn unknown(endpoint: &Endpoint, reason: Reason, blame: Option<Blame>, message: &str) -> ProbeResult {
    let now = clock::now();
    let problem = Problem { kind: reason, severity: Severity::Unknown, path: None, message: message.to_owned() };
    let exchange = Exchange {
        method: endpoint.request.method.to_string(),
        url: endpoint.request.shown_url.clone(),
        phases: Phases::default(),
        ..Exchange::default()
    };
    ProbeResult {
        verdict: Verdict::Unknown,
        reason: Some(reason),
        blame,
        message: Some(message.to_owned()),
        problems: vec![problem],
        exchange: Some(exchange),
        metrics: IndexMap::new(),
        ..ProbeResult::skipped(endpoint.id.clone(), now, "")
    }
}
