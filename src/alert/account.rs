//! What a span of time comes to: which messages went out, what stayed silent, how soon people knew.

use super::{Entry, Story, text};
use crate::model::result::stamp;
use crate::model::time::elapsed;
use crate::model::{EndpointId, Event, IncidentId, Notice};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

/// The account of one configuration.
#[derive(Debug, Default)]
pub struct Account {
    /// An incident that was announced and over within this time was noise.
    noise: Duration,
    messages: Vec<Message>,
    untold: BTreeMap<(EndpointId, Untold), Span>,
    counts: Counts,
    delays: Vec<Duration>,
    alerted: BTreeSet<EndpointId>,
    open: HashMap<IncidentId, Timestamp>,
}

/// One message to everybody who gets the same.
#[derive(Clone, Debug)]
pub struct Message {
    /// When.
    pub at: Timestamp,
    /// To whom, by name.
    pub receivers: Vec<String>,
    /// What it tells.
    pub entry: Entry,
}

/// Why something was not told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Untold {
    /// The reason's name.
    pub why: &'static str,
    /// The same for a person.
    pub gist: String,
}

/// How often, from when to when.
#[derive(Clone, Copy, Debug)]
pub struct Span {
    /// So many results, or messages.
    pub count: u64,
    /// The first.
    pub first: Timestamp,
    /// The last.
    pub last: Timestamp,
}

/// What was said how often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Incidents announced.
    pub openings: u64,
    /// Announced and open before the time began.
    pub already_open: u64,
    /// Reminders.
    pub reminders: u64,
    /// Incidents that got worse or better.
    pub changes: u64,
    /// Endpoints that began to flap, or no longer did.
    pub flapping: u64,
    /// Ends told.
    pub recoveries: u64,
    /// Incidents announced that were over soon.
    pub noise: u64,
}

/// How long it took from the first failing result to the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delay {
    /// Half of the incidents were told no later.
    pub median: Duration,
    /// 95 of 100 were.
    pub p95: Duration,
    /// The longest.
    pub longest: Duration,
}

impl Account {
    /// Nothing was said yet.
    pub fn new(noise: Duration) -> Self {
        Self { noise, ..Self::default() }
    }

    /// Takes the messages of one run, as far as they tell of `wanted` endpoints.
    pub fn send(&mut self, at: Timestamp, entries: Vec<Entry>, wanted: &dyn Fn(&EndpointId) -> bool) {
        let mut new: Vec<Message> = Vec::new();
        for mut entry in entries {
            entry.items.retain(|item| subjects(item).any(wanted));
            if entry.items.is_empty() {
                continue;
            }
            let receiver = entry.receiver.clone();
            match new.iter_mut().find(|message| message.entry.items == entry.items) {
                Some(same) => same.receivers.push(receiver),
                None => new.push(Message { at, receivers: vec![receiver], entry }),
            }
        }
        let mut seen = BTreeSet::new();
        for notice in new.iter().flat_map(|message| &message.entry.items) {
            if seen.insert(&notice.id) {
                self.count(notice, at);
            }
        }
        self.messages.append(&mut new);
    }

    fn count(&mut self, notice: &Notice, at: Timestamp) {
        if notice.opening && !notice.ends() {
            self.counts.openings += 1;
            self.delays.push(elapsed(notice.since, at));
            self.open.insert(notice.incident.clone(), notice.since);
        }
        self.alerted.extend(subjects(notice).cloned());
        match notice.event {
            Event::Flapping | Event::Steady => self.counts.flapping += 1,
            Event::Open | Event::Remind | Event::Unknown if notice.change.is_some() => self.counts.changes += 1,
            Event::Remind => self.counts.reminders += 1,
            Event::Recover | Event::Removed => self.counts.recoveries += 1,
            Event::Open | Event::Unknown | Event::Healed | Event::HealFailed => {}
        }
        if let Some(ended) = notice.ended_at
            && let Some(since) = self.open.remove(&notice.incident)
            && elapsed(since, ended) <= self.noise
        {
            self.counts.noise += 1;
        }
    }

    /// Notes that nothing was said of an endpoint.
    pub fn leave_untold(&mut self, at: Timestamp, endpoint: &EndpointId, untold: Untold) {
        let span = Span { count: 0, first: at, last: at };
        let span = self.untold.entry((endpoint.clone(), untold)).or_insert(span);
        span.count += 1;
        span.last = at;
    }

    /// Notes how many incidents were open when the time began.
    pub fn begin(&mut self, open: usize) {
        self.counts.already_open = open as u64;
    }

    /// The messages, oldest first.
    pub fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// What was not told, by endpoint and reason.
    pub fn untold(&self) -> impl Iterator<Item = (&EndpointId, &Untold, Span)> {
        self.untold.iter().map(|((endpoint, untold), span)| (endpoint, untold, *span))
    }

    /// What was said how often.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// The endpoints that any message told of.
    pub fn alerted(&self) -> &BTreeSet<EndpointId> {
        &self.alerted
    }

    /// How soon people knew; none when nothing opened.
    pub fn delay(&self) -> Option<Delay> {
        let mut sorted = self.delays.clone();
        sorted.sort_unstable();
        let at = |percent: usize| sorted.get((sorted.len() * percent).div_ceil(100).saturating_sub(1)).copied();
        Some(Delay { median: at(50)?, p95: at(95)?, longest: at(100)? })
    }

    /// All of it as JSON.
    pub fn json(&self) -> Value {
        let messages = self.messages.iter().map(|message| {
            json!({
                "at": stamp(message.at),
                "receivers": message.receivers,
                "items": super::payload::items(&message.entry),
                "text": message.text(),
            })
        });
        let silent = self.untold().map(|(endpoint, untold, span)| {
            json!({
                "channel": endpoint.channel,
                "endpoint": &*endpoint.endpoint,
                "why": untold.why,
                "text": untold.gist,
                "count": span.count,
                "first": stamp(span.first),
                "last": stamp(span.last),
            })
        });
        let ms = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let counts = self.counts;
        json!({
            "messages": messages.collect::<Value>(),
            "silent": silent.collect::<Value>(),
            "counts": {
                "messages": self.messages.len(),
                "openings": counts.openings,
                "already_open": counts.already_open,
                "reminders": counts.reminders,
                "changes": counts.changes,
                "flapping": counts.flapping,
                "recoveries": counts.recoveries,
                "noise": counts.noise,
            },
            "detection_ms": self.delay().map(|delay| json!({
                "median": ms(delay.median), "p95": ms(delay.p95), "longest": ms(delay.longest),
            })),
            "alerted": self.alerted.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    }
}

impl Message {
    /// As a receiver for plain text gets it.
    pub fn text(&self) -> String {
        text(&Story::of(&self.entry, self.at))
    }
}

fn subjects(notice: &Notice) -> impl Iterator<Item = &EndpointId> {
    notice.endpoint.iter().chain(&notice.endpoints)
}
