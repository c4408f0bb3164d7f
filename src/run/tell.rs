//! From results to what people are to be told: facts, incidents, the outbox. Pure but for the state it is handed.

use super::circumstances::Intervals;
use crate::alert::{Addressee, Run};
use crate::config::settings::{Config, Endpoint, Receiver, ReceiverKind};
use crate::incident::{Alerting, Fact, Known};
use crate::model::{EndpointId, ProbeResult, Summary, incident::short_hash};
use crate::store::State;
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::Arc;

/// What the incident machine must know of the configuration.
#[derive(Clone, Debug, Default)]
pub struct Audience {
    endpoints: Vec<Arc<Endpoint>>,
    /// The receivers, as far as queuing cares.
    pub addressees: Vec<Addressee>,
    /// The same with their settings, in the same order.
    pub receivers: Vec<Receiver>,
    /// Whether incidents are read and changed at all (`--no-alerts`).
    pub counts: bool,
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
                fingerprint: fingerprint(receiver),
                configured: receiver.configured,
            })
            .collect();
        let receivers = config.receivers.values().cloned().collect();
        Self { endpoints: config.endpoints.clone(), addressees, receivers, counts }
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

    /// The endpoints by name.
    pub fn by_id(&self) -> HashMap<&EndpointId, &Endpoint> {
        self.endpoints.iter().map(|endpoint| (&endpoint.id, &**endpoint)).collect()
    }

    /// The longest interval of all endpoints.
    pub fn longest_interval(&self) -> std::time::Duration {
        self.endpoints.iter().map(|endpoint| endpoint.interval).max().unwrap_or(std::time::Duration::from_mins(1))
    }

    /// The intervals of all endpoints by `channel/endpoint`.
    pub fn intervals(&self) -> Intervals {
        self.endpoints.iter().map(|endpoint| (endpoint.id.to_string(), endpoint.interval)).collect()
    }
}

/// Lets the state's incidents hear the results, and queues what is to be said. Returns why nothing was said of the rest.
pub fn hear(
    state: &mut State,
    audience: &Audience,
    results: &[&ProbeResult],
    (run, summary): (&str, &Summary),
    now: Timestamp,
) -> Vec<String> {
    hear_facts(state, audience, results.iter().map(|result| Fact::of(result)), (run, summary), now)
}

/// The same for facts without their circumstances: those that only the history knows.
pub fn hear_facts(
    state: &mut State,
    audience: &Audience,
    facts: impl IntoIterator<Item = Fact>,
    (run, summary): (&str, &Summary),
    now: Timestamp,
) -> Vec<String> {
    let known: Vec<Known<'_>> =
        audience.in_use().map(|endpoint| Known { id: &endpoint.id, tags: &endpoint.tags }).collect();
    let by_id = audience.by_id();
    let facts: Vec<(Fact, &Endpoint)> = facts
        .into_iter()
        .filter_map(|mut fact| {
            let endpoint = *by_id.get(&fact.id)?;
            fact.runbook.clone_from(&endpoint.runbook);
            let subject = Known { id: &endpoint.id, tags: &endpoint.tags };
            fact.silenced = state.book.muted_by(subject, now).map(|silence| silence.id.clone());
            fact.counts = audience.counts;
            Some((fact, endpoint))
        })
        .collect();
    let heard = state.book.hear(facts.iter().map(|(fact, endpoint)| (fact, &endpoint.alerting)), &known, now);
    let unqueued = state.outbox.enqueue(&heard.notices, &audience.addressees, Run { id: run, summary }, now);
    let unsaid = heard.unsaid.iter().map(ToString::to_string);
    let held = unqueued.iter().map(|one| format!("not queued for {}: {:?}", one.receiver, one.why));
    unsaid.chain(held).collect()
}

/// A hash of all of a receiver's settings, secrets included.
fn fingerprint(receiver: &Receiver) -> String {
    let secrets: Vec<&str> = match &receiver.kind {
        ReceiverKind::Telegram { bot_token, api_url, .. } => std::iter::once(bot_token.expose())
            .chain(api_url.as_ref().map(super::super::model::secret::Secret::expose))
            .collect(),
        ReceiverKind::Webhook { url, secret, .. } => std::iter::once(url.expose())
            .chain(secret.as_ref().map(super::super::model::secret::Secret::expose))
            .collect(),
        ReceiverKind::Slack { url } | ReceiverKind::Email { url, .. } | ReceiverKind::Alertmanager { url } => {
            vec![url.expose()]
        }
        ReceiverKind::Command(command) => command.env.iter().map(|(_, value)| value.expose()).collect(),
    };
    let settings = format!("{:?} {:?} {secrets:?}", receiver.kind, receiver.proxy);
    short_hash(&[settings.as_str()])
}
