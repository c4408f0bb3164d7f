//! All incidents and silences: what is committed, and what one run does to it.

use super::blind::{Blind, Finish, Touched};
use super::machine::Step;
use super::rivals::Rivals;
use super::{Ack, Alerting, Fact, Incident, Silence, Track, Unsaid, Why};
use crate::model::{EndpointId, Event, Known, Notice, Verdict};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// So many past incidents are kept, the newest.
const PAST: usize = 200;

/// The part of the state that incidents live in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Book {
    /// By `channel/endpoint`.
    tracks: BTreeMap<String, Track>,
    /// What canary cannot tell, by cause.
    blind: Blind,
    /// Silences, oldest first.
    silences: Vec<Silence>,
    /// Incidents that are over, oldest first.
    past: Vec<Incident>,
    /// The configurations that runs used.
    #[serde(skip_serializing_if = "Rivals::is_empty")]
    rivals: Rivals,
}

/// Incidents that a run leaves open, although its configuration doesn't have their endpoints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Their endpoints.
    pub endpoints: Vec<String>,
    /// The configuration that another run used lately.
    pub other: String,
}

/// What one run came to.
#[derive(Clone, Debug, Default)]
pub struct Heard {
    /// To be queued, in the order of the facts.
    pub notices: Vec<Notice>,
    /// Why nothing was said about the others.
    pub unsaid: Vec<Unsaid>,
}

impl Book {
    /// Takes one run's facts in: at most one an endpoint, with its merged `alerting`. `known` is the whole configuration,
    /// not only what was selected: an incident of an endpoint that isn't there is closed as removed.
    pub fn hear<'a>(
        &mut self,
        facts: impl IntoIterator<Item = (&'a Fact, &'a Alerting)>,
        known: &[Known<'_>],
        now: Timestamp,
    ) -> Heard {
        let mut heard = Heard::default();
        let mut touched = Touched::default();
        for (fact, policy) in facts {
            self.take(fact, policy, now, &mut touched, &mut heard);
        }
        let finish = self.blind.finish(touched, now);
        self.absorb(finish, &mut heard);
        if !self.keeps() {
            self.forget(known, now, &mut heard);
        }
        self.end_silences(known, now);
        self.trim();
        heard
    }

    fn take(&mut self, fact: &Fact, policy: &Alerting, now: Timestamp, touched: &mut Touched, heard: &mut Heard) {
        let track = self.tracks.entry(fact.id.to_string()).or_default();
        let step = track.step(fact, policy, now);
        let counted = !matches!(step, Step::Unsaid(Why::NotCounted | Why::Skipped | Why::Overlap));
        let why = match step {
            Step::Said(notice) => {
                heard.notices.push(*notice);
                None
            }
            Step::Closed(notice, incident) => {
                heard.notices.push(*notice);
                self.past.push(*incident);
                None
            }
            Step::Unsaid(why) => Some(why),
        };
        if !counted {
            heard.unsaid.extend(why.map(|why| Unsaid { endpoint: fact.id.clone(), why }));
            return;
        }
        let blind = self.blind.take(fact, track, policy, now, touched);
        let why = match (blind, why) {
            (Some(blind), Some(Why::Well | Why::CannotTell) | None) => Some(blind),
            (_, why) => why,
        };
        heard.unsaid.extend(why.map(|why| Unsaid { endpoint: fact.id.clone(), why }));
        if fact.verdict != Verdict::Unknown
            && track.well.count >= policy.recover_after.max(1)
            && let Some(id) = &fact.silenced
            && let Some(silence) = self.silences.iter_mut().find(|silence| silence.id == *id && silence.until.is_none())
            && fact.started >= silence.created_at
        {
            silence.recovered.insert(fact.id.to_string());
        }
    }

    fn absorb(&mut self, finish: Finish, heard: &mut Heard) {
        heard.notices.extend(finish.notices);
        heard.unsaid.extend(finish.unsaid.into_iter().map(|(endpoint, why)| Unsaid { endpoint, why }));
        self.past.extend(finish.closed);
    }

    /// Before a run hears anything: notes that it uses this configuration. Returns what it has to leave alone because
    /// another one was used lately, if so, when that was not returned before.
    pub fn enter(&mut self, config: &str, run: &str, known: &[Known<'_>], now: Timestamp) -> Option<Kept> {
        self.rivals.enter(config, run, now);
        if !self.keeps() {
            return None;
        }
        let names: BTreeSet<String> = known.iter().map(|known| known.id.to_string()).collect();
        let gone = self.open().into_iter().flat_map(|incident| &incident.endpoints).map(ToString::to_string);
        let endpoints: Vec<String> = gone.filter(|name| !names.contains(name)).collect();
        if endpoints.is_empty() {
            return None;
        }
        Some(Kept { endpoints, other: self.rivals.warn()? })
    }

    /// Whether what the run's configuration doesn't have is left alone, because another one was used lately.
    pub fn keeps(&self) -> bool {
        self.rivals.keep()
    }

    fn forget(&mut self, known: &[Known<'_>], now: Timestamp, heard: &mut Heard) {
        let names: BTreeSet<String> = known.iter().map(|known| known.id.to_string()).collect();
        let gone: Vec<String> = self.tracks.keys().filter(|name| !names.contains(*name)).cloned().collect();
        for name in gone {
            if let Some(mut incident) = self.tracks.remove(&name).and_then(|track| track.open) {
                heard.notices.push(incident.end(Event::Removed, None, now, now));
                self.past.push(*incident);
            }
        }
        let finish = self.blind.forget(|id| !names.contains(&id.to_string()), now);
        self.absorb(finish, heard);
    }

    fn end_silences(&mut self, known: &[Known<'_>], now: Timestamp) {
        let keeps = self.keeps();
        self.silences.retain(|silence| {
            let waits = |known: &Known<'_>| silence.mutes(known.id, known.tags, now);
            !silence.is_over(now) && (keeps || silence.until.is_some() || known.iter().any(waits))
        });
    }

    fn trim(&mut self) {
        let surplus = self.past.len().saturating_sub(PAST);
        self.past.drain(..surplus);
    }

    /// After lost state: counts anew what the history still knows, oldest first, and says nothing; silences stay. Incidents
    /// that come out open are announced again by the next failing result, under the same id. Where a run has a verifying
    /// result for an endpoint, only that one counts, as it did then.
    pub fn relearn<'a>(&mut self, facts: impl IntoIterator<Item = (Fact, &'a Alerting)>) {
        let past = std::mem::take(&mut self.past);
        self.tracks.clear();
        self.blind = Blind::default();
        for (fact, policy) in facts {
            let mut touched = Touched::default();
            let mut nobody = Heard::default();
            self.take(&fact, policy, fact.ended, &mut touched, &mut nobody);
            self.blind.finish(touched, fact.ended);
        }
        self.past = past;
        self.unsay();
    }

    /// Forgets that open incidents were announced, and to whom: they are announced again, under the same id.
    pub fn unsay(&mut self) {
        let tracks = self.tracks.values_mut().filter_map(|track| track.open.as_deref_mut());
        for incident in tracks.chain(self.blind.causes.values_mut().map(|cause| &mut cause.incident)) {
            incident.announced = false;
            incident.told.clear();
        }
    }

    /// After results were heard of which nobody knows what was said: as [`unsay`](Self::unsay), and what is over is no news.
    pub fn waken(&mut self) {
        self.unsay();
        self.past.clear();
    }

    /// Open incidents, oldest first.
    pub fn open(&self) -> Vec<&Incident> {
        let tracks = self.tracks.values().filter_map(Track::open);
        let mut open: Vec<&Incident> = tracks.chain(self.blind.causes.values().map(|cause| &cause.incident)).collect();
        open.sort_by_key(|incident| incident.since);
        open
    }

    /// Past incidents, oldest first.
    pub fn past(&self) -> &[Incident] {
        &self.past
    }

    /// What is counted of one endpoint.
    pub fn track(&self, id: &EndpointId) -> Option<&Track> {
        self.tracks.get(&id.to_string())
    }

    /// Stops the reminders of an open incident until it recovers; false when no open incident has this id.
    pub fn ack(&mut self, id: &str, note: Option<String>, now: Timestamp) -> bool {
        let tracks = self.tracks.values_mut().filter_map(|track| track.open.as_deref_mut());
        let mut open = tracks.chain(self.blind.causes.values_mut().map(|cause| &mut cause.incident));
        let Some(incident) = open.find(|incident| incident.id.as_str() == id) else { return false };
        // Saying it twice changes neither when it was said first nor what was noted.
        let (at, before) = incident.ack.take().map_or((now, None), |ack| (ack.at, ack.note));
        incident.ack = Some(Ack { at, note: note.or(before) });
        true
    }

    /// Silences that are not over, oldest first.
    pub fn silences(&self, now: Timestamp) -> impl Iterator<Item = &Silence> {
        self.silences.iter().filter(move |silence| !silence.is_over(now))
    }

    /// Adds a silence; one of the same id is replaced.
    pub fn silence(&mut self, silence: Silence) {
        self.silences.retain(|one| one.id != silence.id);
        self.silences.push(silence);
    }

    /// Ends a silence; false when there is none of this id.
    pub fn unsilence(&mut self, id: &str) -> bool {
        let before = self.silences.len();
        self.silences.retain(|silence| silence.id != id);
        self.silences.len() < before
    }

    /// The silence that mutes an endpoint, if any: for [`Fact::silenced`].
    pub fn muted_by(&self, known: Known<'_>, now: Timestamp) -> Option<&Silence> {
        self.silences.iter().find(|silence| silence.mutes(known.id, known.tags, now))
    }
}
