//! "canary cannot tell": one incident per cause, over however many endpoints.

use super::open::Reminder;
use super::{Alerting, Fact, Incident, Track, Why};
use crate::model::time::moment_opt;
use crate::model::{EndpointId, Event, IncidentKind, Name, Notice, Reason, Verdict};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The open incidents of kind `unknown`, by cause.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Blind {
    pub(super) causes: BTreeMap<String, Cause>,
}

/// One cause, `offline/network`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Cause {
    /// Its incident; once a run is heard, its `endpoints` are the members.
    pub(super) incident: Incident,
    /// The endpoints of which canary still cannot tell.
    members: BTreeSet<EndpointId>,
    /// The last verdict that was known again, and its start.
    verdict: Option<Verdict>,
    #[serde(with = "moment_opt")]
    back: Option<Timestamp>,
}

/// What one run adds to the causes, until all its facts are in.
#[derive(Debug, Default)]
pub(super) struct Touched {
    causes: BTreeMap<String, Touch>,
    /// The endpoints of the causes that anyone joins, to find them among very many.
    covered: BTreeMap<String, BTreeSet<EndpointId>>,
}

#[derive(Debug)]
struct Touch {
    to: BTreeSet<Name>,
    repeat: Duration,
    fact: Fact,
}

/// What the causes came to.
#[derive(Debug, Default)]
pub(super) struct Finish {
    pub(super) notices: Vec<Notice>,
    pub(super) closed: Vec<Incident>,
    pub(super) unsaid: Vec<(EndpointId, Why)>,
}

fn name(fact: &Fact) -> String {
    let reason = fact.reason.map_or("none", |reason| reason.as_str());
    let blame = fact.blame.map_or("none", |blame| blame.as_str());
    match &fact.pool {
        Some(pool) if fact.reason == Some(Reason::Proxy) => format!("{reason}/{blame}/{pool}"),
        Some(_) | None => format!("{reason}/{blame}"),
    }
}

impl Cause {
    /// Sets those apart of which canary can tell again: reminders don't name them.
    fn part(&mut self) {
        let Self { incident, members, .. } = self;
        let (still, again) = std::mem::take(&mut incident.endpoints).into_iter().partition(|id| members.contains(id));
        incident.endpoints = still;
        incident.known_again.retain(|id| !members.contains(id));
        incident.known_again.extend::<Vec<_>>(again);
    }
}

impl Blind {
    fn name_of(&self, id: &EndpointId) -> Option<String> {
        self.causes.iter().find(|(_, cause)| cause.members.contains(id)).map(|(name, _)| name.clone())
    }

    /// Takes a counted result in; a reason, when it has something to do with a cause and says nothing.
    pub(super) fn take(
        &mut self,
        fact: &Fact,
        track: &Track,
        policy: &Alerting,
        now: Timestamp,
        touched: &mut Touched,
    ) -> Option<Why> {
        let member = self.name_of(&fact.id);
        if fact.verdict != Verdict::Unknown {
            return self.leave(&member?, fact, track, policy);
        }
        let name = match member {
            Some(name) => name,
            None => match self.join(fact, track, policy, now, touched) {
                Ok(name) => name,
                Err(why) => return Some(why),
            },
        };
        let cause = self.causes.get_mut(&name)?;
        cause.incident.reason = fact.reason;
        cause.incident.blame = fact.blame;
        cause.incident.message.clone_from(&fact.message);
        if fact.muted().is_none() {
            let new = || Touch { to: BTreeSet::new(), repeat: policy.repeat, fact: fact.clone() };
            let touch = touched.causes.entry(name).or_insert_with(new);
            touch.to.extend(policy.receivers.iter().cloned());
            touch.repeat = touch.repeat.min(policy.repeat);
        }
        Some(Why::Blind)
    }

    fn leave(&mut self, name: &str, fact: &Fact, track: &Track, policy: &Alerting) -> Option<Why> {
        let need = policy.recover_after.max(1);
        if track.known.count < need {
            return Some(Why::Recovering { have: track.known.count, need });
        }
        let cause = self.causes.get_mut(name)?;
        cause.members.remove(&fact.id);
        if !cause.incident.announced {
            // After a rebuild nobody knows who was told of it; whoever was must hear the end.
            cause.incident.told.extend(policy.receivers.iter().map(ToString::to_string));
        }
        cause.back = cause.back.max(track.known.since);
        cause.verdict = Some(fact.verdict);
        None
    }

    fn join(
        &mut self,
        fact: &Fact,
        track: &Track,
        policy: &Alerting,
        now: Timestamp,
        touched: &mut Touched,
    ) -> Result<String, Why> {
        let (kind, have) = (IncidentKind::Unknown, track.unknown.count);
        let need = policy.unknown_after.map(|need| need.max(1));
        if need.is_none_or(|need| have < need) {
            return Err(Why::Below { kind, have, need });
        }
        if let Some(muted) = fact.muted() {
            return Err(Why::Muted(muted));
        }
        let name = name(fact);
        let since = track.unknown.since.unwrap_or(fact.started);
        let cause = self.causes.entry(name.clone()).or_default();
        // What was announced goes on, be it that its last member has left in this very run: or nobody would hear of its end.
        if !cause.incident.announced && (cause.members.is_empty() || since < cause.incident.since) {
            let endpoints = std::mem::take(&mut cause.incident.endpoints);
            cause.incident = Incident { endpoints, ..Incident::begin(kind, &name, since, now) };
        }
        cause.members.insert(fact.id.clone());
        let endpoints = &cause.incident.endpoints;
        let covered = touched.covered.entry(name.clone()).or_insert_with(|| endpoints.iter().cloned().collect());
        if covered.insert(fact.id.clone()) {
            cause.incident.endpoints.push(fact.id.clone());
        }
        Ok(name)
    }

    /// After all facts of the run: one opening, reminder or end per cause.
    pub(super) fn finish(&mut self, mut touched: Touched, now: Timestamp) -> Finish {
        let mut finish = Finish::default();
        let over: Vec<String> = self.over();
        for name in over {
            if let Some(mut cause) = self.causes.remove(&name) {
                let ended = cause.back.unwrap_or(now);
                cause.incident.endpoints.append(&mut cause.incident.known_again);
                finish.notices.push(cause.incident.end(Event::Recover, cause.verdict, ended, now));
                finish.closed.push(cause.incident);
            }
        }
        for (name, cause) in &mut self.causes {
            cause.part();
            let Some(touch) = touched.causes.remove(name) else { continue };
            let to: Vec<Name> = touch.to.into_iter().collect();
            if !cause.incident.announced {
                finish.notices.push(cause.incident.say(Event::Unknown, None, &touch.fact, &to, now));
                continue;
            }
            let untold = cause.incident.untold(&to);
            if !untold.is_empty() && cause.incident.ack.is_none() {
                finish.notices.push(cause.incident.introduce(Event::Unknown, &touch.fact, &untold, now));
                continue;
            }
            if to.is_empty() {
                finish.unsaid.push((touch.fact.id, Why::Nobody));
                continue;
            }
            match cause.incident.reminder(touch.repeat, now) {
                Reminder::Due => {
                    finish.notices.push(cause.incident.say(Event::Remind, None, &touch.fact, &to, now));
                }
                Reminder::Acked => finish.unsaid.push((touch.fact.id, Why::Acked)),
                Reminder::In(left) => finish.unsaid.push((touch.fact.id, Why::NotYet(left))),
            }
        }
        finish
    }

    /// Endpoints that left the configuration leave their causes; a cause without any other ends.
    pub(super) fn forget(&mut self, is_gone: impl Fn(&EndpointId) -> bool, now: Timestamp) -> Finish {
        for cause in self.causes.values_mut() {
            cause.members.retain(|id| !is_gone(id));
        }
        let mut finish = Finish::default();
        for name in self.over() {
            if let Some(mut cause) = self.causes.remove(&name) {
                cause.incident.endpoints.append(&mut cause.incident.known_again);
                finish.notices.push(cause.incident.end(Event::Removed, None, now, now));
                finish.closed.push(cause.incident);
            }
        }
        finish
    }

    fn over(&self) -> Vec<String> {
        self.causes.iter().filter(|(_, cause)| cause.members.is_empty()).map(|(name, _)| name.clone()).collect()
    }
}
