//! Shared by the tests: notices, one receiver, and runs that try to reach it.

mod model;
mod queue;
mod words;

use super::{Addressee, Answer, Claimant, Delivery, Entry, Flush, Held, Outbox, Run, Settled, Wait};
use crate::model::time::later;
use crate::model::{Blame, EndpointId, Event, IncidentId, IncidentKind, Name, Notice, Reason, Summary, Verdict};
use jiff::Timestamp;
use std::time::Duration;

const SUMMARY: Summary = Summary { total: 3, up: 2, degraded: 0, down: 1, unknown: 0, skipped: 0 };

fn at(seconds: u64) -> Timestamp {
    let start: Timestamp = "2026-11-23T10:00:00Z".parse().expect("a time");
    later(start, Duration::from_secs(seconds))
}

fn endpoint(name: &str) -> EndpointId {
    EndpointId::new(Name::parse("vk").expect("a name"), name)
}

fn notice(name: &str, began: u64, event: Event, decided: u64) -> Notice {
    let ended = matches!(event, Event::Recover | Event::Removed).then(|| at(decided));
    let id = endpoint(name);
    let incident = IncidentId::derive(&id.to_string(), IncidentKind::Down, at(began));
    Notice {
        id: Notice::id_of(&incident, event, None, u32::try_from(decided).expect("small")),
        incident,
        event,
        endpoint: Some(id),
        verdict: Some(if ended.is_some() { Verdict::Up } else { Verdict::Down }),
        reason: Some(Reason::Connect),
        blame: Some(Blame::Target),
        message: Some("connection refused 127.0.0.1:8767".into()),
        since: at(began),
        ended_at: ended,
        opening: matches!(event, Event::Open | Event::Unknown),
        at: at(decided),
        to: vec!["ops".into(), "n8n".into()],
        ..Notice::default()
    }
}

fn addressee(name: &str) -> Addressee {
    Addressee { name: name.into(), events: Vec::new(), fingerprint: "f1".into(), configured: true }
}

fn later_please() -> Answer {
    Delivery::TryLater { why: "HTTP 500".into(), after: None, slow: false }.into()
}

fn refused() -> Answer {
    Delivery::Refused { why: "chat not found".into() }.into()
}

/// An outbox with one receiver, and a run number.
struct Desk {
    outbox: Outbox,
    to: Addressee,
    run: u32,
}

impl Desk {
    fn new() -> Self {
        Self { outbox: Outbox::default(), to: addressee("ops"), run: 0 }
    }

    fn queue(&mut self, notices: &[Notice], now: u64) -> Vec<Held> {
        let run = Run { id: "run", summary: &SUMMARY };
        let unqueued = self.outbox.enqueue(notices, std::slice::from_ref(&self.to), run, at(now));
        unqueued.into_iter().filter(|one| one.receiver == self.to.name).map(|one| one.why).collect()
    }

    fn claim(&mut self, now: u64, flush: Flush) -> Result<Entry, Wait> {
        self.run += 1;
        let run = format!("run{}", self.run);
        self.outbox.claim(&self.to, Claimant { run: &run, flush, alone: false }, at(now))
    }

    fn settle(&mut self, entry: &Entry, answer: Answer, now: u64) -> Settled {
        let run = entry.claimed_by.clone().expect("claimed");
        self.outbox.settle(&entry.id, &self.to, &run, answer, at(now))
    }

    /// A run's try: what was sent, if anything was.
    fn send(&mut self, now: u64, answer: Answer) -> Vec<String> {
        let Ok(entry) = self.claim(now, Flush::No) else { return Vec::new() };
        self.settle(&entry, answer, now);
        events(&entry)
    }
}

fn events(entry: &Entry) -> Vec<String> {
    let word = |item: &Notice| format!("{}{}", if item.merged { "merged " } else { "" }, item.event);
    entry.items.iter().map(word).collect()
}
