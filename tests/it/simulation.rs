//! Runs without a network: verdicts in, notifications out, with the state going through its JSON between any two steps.

use canary::alert::{Addressee, Answer, Claimant, Delivery, Entry, Flush, Outbox, Run};
use canary::incident::{Alerting, Book, Fact, Known, Parent, Silence, suppressed_by};
use canary::model::time::later;
use canary::model::{Blame, EndpointId, Name, Reason, Summary, Verdict};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

/// How a receiver takes a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Take {
    /// It says yes.
    Yes,
    /// It can't now.
    Later,
    /// It never will.
    Refuse,
    /// It says yes, and the answer is lost.
    LostYes,
    /// It says yes, and canary is killed before it notes that.
    KilledAfter,
    /// canary is killed before it sends.
    KilledBefore,
}

/// One message that a receiver got.
#[derive(Clone, Debug)]
pub(crate) struct Got {
    pub(crate) run: u32,
    pub(crate) receiver: String,
    pub(crate) entry: Entry,
}

/// The state between two runs, as it is on disk.
#[derive(Clone, Debug)]
pub(crate) struct Simulation {
    book: String,
    outbox: String,
    pub(crate) policy: Alerting,
    pub(crate) every: Duration,
    pub(crate) parents: BTreeMap<EndpointId, EndpointId>,
    pub(crate) got: Vec<Got>,
}

/// The circumstances of one run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Circumstances {
    pub(crate) maintenance: bool,
    pub(crate) silence: Option<Silence>,
    /// Killed before its results were committed.
    pub(crate) killed_before_commit: bool,
}

pub(crate) fn endpoint(name: &str) -> EndpointId {
    let (channel, endpoint) = name.split_once('/').expect("channel/endpoint");
    EndpointId::new(Name::parse(channel).expect("a name"), endpoint)
}

fn write(state: &impl serde::Serialize) -> String {
    serde_json::to_string(state).expect("serializable")
}

impl Simulation {
    pub(crate) fn new(policy: Alerting, every: Duration) -> Self {
        let (book, outbox) = (write(&Book::default()), write(&Outbox::default()));
        Self { book, outbox, policy, every, parents: BTreeMap::new(), got: Vec::new() }
    }

    pub(crate) fn at(&self, run: u32) -> Timestamp {
        let start: Timestamp = "2026-11-23T10:00:00Z".parse().expect("a time");
        later(start, self.every * run)
    }

    fn book(&self) -> Book {
        serde_json::from_str(&self.book).expect("readable")
    }

    pub(crate) fn outbox(&self) -> Outbox {
        serde_json::from_str(&self.outbox).expect("readable")
    }

    /// Probes, commits, sends.
    pub(crate) fn run(
        &mut self,
        number: u32,
        verdicts: &[(EndpointId, char)],
        circumstances: &Circumstances,
        take: impl Fn(&str) -> Take,
    ) {
        let now = self.at(number);
        let mut book = self.book();
        if let Some(silence) = &circumstances.silence {
            book.silence(silence.clone());
        }
        let known: Vec<Known<'_>> = verdicts.iter().map(|(id, _)| Known { id, tags: &[] }).collect();
        let facts: Vec<Fact> = verdicts
            .iter()
            .map(|(id, letter)| {
                let mut fact = fact(id, *letter, now);
                fact.maintenance = circumstances.maintenance;
                fact.silenced = book.muted_by(Known { id, tags: &[] }, now).map(|silence| silence.id.clone());
                let parent = self.parents.get(id).map(|parent| Parent {
                    id: parent.clone(),
                    now: verdicts.iter().find(|(other, _)| other == parent).map(|(_, letter)| verdict(*letter)),
                    stored: None,
                    interval: self.every,
                });
                fact.suppressed_by = suppressed_by(&parent, now).cloned();
                fact
            })
            .collect();
        if circumstances.killed_before_commit {
            return;
        }
        let heard = book.hear(facts.iter().map(|fact| (fact, &self.policy)), &known, now);
        let mut outbox = self.outbox();
        let run = format!("run{number}");
        let summary = Summary { total: verdicts.len(), ..Summary::default() };
        outbox.enqueue(&heard.notices, &self.addressees(), Run { id: &run, summary: &summary }, now);
        self.book = write(&book);
        self.outbox = write(&outbox);
        for to in self.addressees() {
            self.send(number, &to, Flush::No, take(&to.name));
        }
    }

    /// One try; whether there was something to send.
    pub(crate) fn send(&mut self, number: u32, to: &Addressee, flush: Flush, take: Take) -> bool {
        let (now, run) = (self.at(number), format!("run{number}"));
        let mut outbox = self.outbox();
        let claimed = outbox.claim(to, Claimant { run: &run, flush, alone: true }, now);
        self.outbox = write(&outbox);
        let Ok(entry) = claimed else { return false };
        if matches!(take, Take::Yes | Take::LostYes | Take::KilledAfter) {
            self.got.push(Got { run: number, receiver: to.name.clone(), entry: entry.clone() });
        }
        let why = || "HTTP 500".to_owned();
        let delivery = match take {
            Take::Yes => Delivery::Accepted,
            Take::Later => Delivery::TryLater { why: why(), after: None, slow: false },
            Take::Refuse => Delivery::Refused { why: why() },
            Take::LostYes => Delivery::Unclear { why: why() },
            Take::KilledAfter | Take::KilledBefore => return true,
        };
        outbox.settle(&entry.id, to, &run, Answer::from(delivery), now);
        self.outbox = write(&outbox);
        true
    }

    pub(crate) fn addressees(&self) -> Vec<Addressee> {
        let one = |name: &Name| Addressee {
            name: name.to_string(),
            events: Vec::new(),
            fingerprint: "f".into(),
            configured: true,
        };
        self.policy.receivers.iter().map(one).collect()
    }
}

fn verdict(letter: char) -> Verdict {
    match letter {
        'u' => Verdict::Up,
        'g' => Verdict::Degraded,
        'd' => Verdict::Down,
        '?' => Verdict::Unknown,
        's' => Verdict::Skipped,
        other => panic!("no verdict is written {other}"),
    }
}

fn fact(id: &EndpointId, letter: char, at: Timestamp) -> Fact {
    let (reason, blame) = match verdict(letter) {
        Verdict::Up | Verdict::Skipped => (None, None),
        Verdict::Degraded => (Some(Reason::Latency), Some(Blame::Target)),
        Verdict::Down => (Some(Reason::Connect), Some(Blame::Target)),
        Verdict::Unknown => (Some(Reason::Offline), Some(Blame::Network)),
    };
    Fact {
        id: id.clone(),
        verdict: verdict(letter),
        reason,
        blame,
        message: None,
        evidence: None,
        url: None,
        pool: None,
        runbook: None,
        heal: None,
        started: at,
        ended: at,
        suppressed_by: None,
        maintenance: false,
        silenced: None,
        counts: true,
    }
}
