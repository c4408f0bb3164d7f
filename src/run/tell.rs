//! From results to what people are to be told: facts, incidents, the outbox. Pure but for the state it is handed.

use super::fingerprint;
use super::mend::Remarks;
use super::view;
use crate::alert::{Addressee, Run, Unqueued};
use crate::config::settings::{Config, Endpoint, Receiver};
use crate::incident::{Alerting, Fact, Kept, Known, Threshold, Unsaid};
use crate::model::time::{clock, elapsed};
use crate::model::{EndpointId, IncidentKind, Name, Notice, ProbeResult, defaults};
use crate::stats::Intervals;
use crate::store::State;
use crate::text::plural::count;
use jiff::Timestamp;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

/// In so many intervals a result was recorded lately: one write that failed changes nothing.
const LATELY: u32 = 3;

/// So many openings are named in a message of the run's own.
const NAMED: usize = 10;

/// What the incident machine must know of the configuration.
#[derive(Clone, Debug, Default)]
pub struct Audience {
    endpoints: Vec<Arc<Endpoint>>,
    names: HashSet<String>,
    /// Made when somebody asks.
    intervals: OnceLock<Intervals>,
    /// The receivers, as far as queuing cares.
    pub addressees: Vec<Addressee>,
    /// The same with their settings, in the same order.
    pub receivers: Vec<Receiver>,
    /// Whether incidents are read and changed at all (`--no-alerts`).
    pub counts: bool,
    /// The configuration's absolute path.
    path: Option<String>,
}

impl Audience {
    /// Of this configuration.
    pub fn of(config: &Config, counts: bool) -> Self {
        let addressees = config
            .receivers
            .iter()
            .map(|(name, receiver)| Addressee {
                name: name.to_string(),
                events: receiver.events.clone(),
                fingerprint: fingerprint::of(receiver),
                configured: receiver.configured,
            })
            .collect();
        let receivers = config.receivers.values().cloned().collect();
        let names = config.endpoints.iter().map(|endpoint| endpoint.id.to_string()).collect();
        let intervals = OnceLock::new();
        let path = config.path.as_deref().map(|path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
        let path = path.map(|path| path.to_string_lossy().into_owned());
        Self { endpoints: config.endpoints.clone(), names, intervals, addressees, receivers, counts, path }
    }

    /// The same, but incidents of endpoints of which no result could be recorded lately open at the first failure.
    #[must_use]
    pub fn at_once(&self, state: &State, now: Timestamp) -> Self {
        let is_counted = |endpoint: &Endpoint| {
            let heard = state.book.track(&endpoint.id).and_then(|track| track.heard(now));
            heard.is_some_and(|heard| elapsed(heard, now) <= endpoint.interval.saturating_mul(LATELY))
        };
        let at_once = |endpoint: &Arc<Endpoint>| {
            if is_counted(endpoint) {
                return Arc::clone(endpoint);
            }
            let alerting = Alerting { after: Threshold::Consecutive(1), ..endpoint.alerting.clone() };
            Arc::new(Endpoint { alerting, ..Endpoint::clone(endpoint) })
        };
        Self { endpoints: self.endpoints.iter().map(at_once).collect(), ..self.clone() }
    }

    /// Whether the configuration has this `channel/endpoint`.
    pub fn knows(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    fn in_use(&self) -> impl Iterator<Item = &Endpoint> {
        self.endpoints
            .iter()
            .map(|endpoint| &**endpoint)
            .filter(|endpoint| endpoint.enabled && endpoint.not_configured.is_none())
    }

    /// The endpoints in use with what their incidents follow.
    pub fn policies(&self) -> impl Iterator<Item = (&EndpointId, &Alerting)> {
        self.in_use().map(|endpoint| (&endpoint.id, &endpoint.alerting))
    }

    /// One that lacks a token for a while is skipped, which changes nothing; a disabled one is not watched any more.
    fn known(&self) -> Vec<Known<'_>> {
        let known = self.endpoints.iter().filter(|endpoint| endpoint.enabled);
        known.map(|endpoint| Known { id: &endpoint.id, tags: &endpoint.tags }).collect()
    }

    /// A policy without the receivers that can't be told anything now: whoever isn't told shall not count as told.
    fn reachable<'a>(&self, policy: &'a Alerting) -> Cow<'a, Alerting> {
        let is_configured = |name: &Name| self.addressees.iter().any(|to| to.configured && to.name == name.as_str());
        if policy.receivers.iter().all(is_configured) {
            return Cow::Borrowed(policy);
        }
        let receivers = policy.receivers.iter().filter(|name| is_configured(name)).cloned().collect();
        Cow::Owned(Alerting { receivers, ..policy.clone() })
    }

    /// The endpoints by name.
    pub fn by_id(&self) -> HashMap<&EndpointId, &Endpoint> {
        self.endpoints.iter().map(|endpoint| (&endpoint.id, &**endpoint)).collect()
    }

    /// The longest interval of all endpoints.
    pub fn longest_interval(&self) -> std::time::Duration {
        self.endpoints.iter().map(|endpoint| endpoint.interval).max().unwrap_or(defaults::INTERVAL)
    }

    /// The intervals of all endpoints by `channel/endpoint`.
    pub fn intervals(&self) -> &Intervals {
        self.intervals.get_or_init(|| view::intervals(&self.endpoints))
    }
}

/// The facts behind results, with their circumstances; `remarks` is what is to be said of healing.
pub fn facts(
    state: &State,
    audience: &Audience,
    results: &[&ProbeResult],
    remarks: &Remarks,
    now: Timestamp,
) -> Vec<Fact> {
    let mut facts = circumstanced(state, audience, results.iter().map(|result| Fact::of(result)), now);
    for fact in &mut facts {
        let name = fact.id.to_string();
        fact.heal = remarks.words.get(&name).cloned();
        fact.started = remarks.began.get(&name).copied().unwrap_or(fact.started);
    }
    facts
}

/// Facts of configured endpoints with what the state and the configuration say besides.
pub fn circumstanced(
    state: &State,
    audience: &Audience,
    facts: impl IntoIterator<Item = Fact>,
    now: Timestamp,
) -> Vec<Fact> {
    let by_id = audience.by_id();
    let fact = |mut fact: Fact| {
        let endpoint = by_id.get(&fact.id)?;
        fact.runbook.clone_from(&endpoint.runbook);
        let subject = Known { id: &endpoint.id, tags: &endpoint.tags };
        fact.silenced = state.book.muted_by(subject, now).map(|silence| silence.id.clone());
        fact.counts = audience.counts;
        Some(fact)
    };
    facts.into_iter().filter_map(fact).collect()
}

/// What people are told after a run, and why they are not told of the rest.
#[derive(Debug, Default)]
pub struct Told {
    /// What was decided to be said.
    pub notices: Vec<Notice>,
    /// Why nothing is said of the others.
    pub unsaid: Vec<Unsaid>,
    /// What was not queued for a receiver.
    pub unqueued: Vec<Unqueued>,
    /// Openings that somebody was to be told of and nobody can be: no receiver of theirs is configured.
    pub untold: Vec<Notice>,
}

/// What several hearings of one run came to, as far as its own messages tell of it.
#[derive(Debug, Default)]
pub struct Aside {
    /// Why nothing was said, for `-v`.
    pub unsaid: Vec<String>,
    /// As [`Told::untold`].
    pub untold: Vec<Notice>,
}

impl Aside {
    /// Adds what was told now; `explains`: the reasons for silence too.
    pub fn add(&mut self, told: Told, explains: bool) {
        if explains {
            self.unsaid.extend(told.reasons());
        }
        self.untold.extend(told.untold);
    }

    /// What is said on the spot where nobody else is told; none when somebody is.
    pub fn warning(&self, now: Timestamp) -> Option<String> {
        let each = |notice: &Notice| {
            let what = if notice.kind == IncidentKind::Flapping {
                "goes up and down".to_owned()
            } else {
                format!("is {}", notice.kind)
            };
            format!("{} {what} since {}", notice.subject(), clock(notice.since, now))
        };
        let mut named: Vec<String> = self.untold.iter().take(NAMED).map(each).collect();
        if self.untold.len() > NAMED {
            named.push(format!("and {} more", self.untold.len() - NAMED));
        }
        let named = named.join(", ");
        (!named.is_empty()).then(|| format!("{named}; no receiver is configured, so this is the only message"))
    }
}

impl Told {
    /// The reasons for saying nothing, for `-v`.
    pub fn reasons(&self) -> Vec<String> {
        let unsaid = self.unsaid.iter().map(ToString::to_string);
        unsaid.chain(self.unqueued.iter().map(why_unqueued)).collect()
    }
}

/// Before a run lets them hear anything: which configuration it uses. Returns a warning when incidents stay open because
/// another one was used lately.
pub fn enter(state: &mut State, audience: &Audience, run: &str, now: Timestamp) -> Option<String> {
    let path = audience.path.as_deref()?;
    let Kept { endpoints, other } = state.book.enter(path, run, &audience.known(), now)?;
    let mut named = endpoints.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if endpoints.len() > NAMED {
        named.push_str(", …");
    }
    let what = count(endpoints.len(), "open incident");
    Some(format!(
        "{what} left as found: {path} has no {named}, and the last run in this state used {other}. If both are in use, give \
         each a --state-dir of its own; if the one replaces the other, the next run closes what it doesn't have"
    ))
}

/// Lets the state's incidents hear facts, and queues what is to be said.
pub fn hear(state: &mut State, audience: &Audience, facts: &[Fact], run: Run<'_>, now: Timestamp) -> Told {
    let known = audience.known();
    let by_id = audience.by_id();
    let heard: Vec<(&Fact, Cow<'_, Alerting>)> =
        facts.iter().filter_map(|fact| Some((fact, audience.reachable(&by_id.get(&fact.id)?.alerting)))).collect();
    let heard = state.book.hear(heard.iter().map(|(fact, policy)| (*fact, &**policy)), &known, now);
    let unqueued = queue(state, audience, &heard.notices, run, now);
    let is_for_somebody = |id: &EndpointId| by_id.get(id).is_some_and(|one| !one.alerting.receivers.is_empty());
    let is_untold = |notice: &&Notice| {
        let mut about = notice.endpoint.iter().chain(&notice.endpoints);
        notice.opening && !notice.ends() && notice.to.is_empty() && about.any(is_for_somebody)
    };
    let untold = heard.notices.iter().filter(is_untold).cloned().collect();
    Told { notices: heard.notices, unsaid: heard.unsaid, unqueued, untold }
}

/// Queues what is to be said. Returns what was not queued.
pub fn queue(
    state: &mut State,
    audience: &Audience,
    notices: &[Notice],
    run: Run<'_>,
    now: Timestamp,
) -> Vec<Unqueued> {
    state.outbox.enqueue(notices, &audience.addressees, run, now)
}

/// For `-v`.
pub fn why_unqueued(one: &Unqueued) -> String {
    format!("not queued for {}: {}", one.receiver, one.why)
}
