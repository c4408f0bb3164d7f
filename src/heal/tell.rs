//! What people are told of remedies.

use super::words::{HANDED_OVER, given_up};
use super::{Brake, Decision, Finished, Ledger, Plan, Record, WhyNot};
use crate::model::{Blame, EndpointId, Event, HeldBack, IncidentId, IncidentKind, Name, Notice, Reason, Verdict};
use crate::text::duration::human;
use jiff::Timestamp;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Where word of one endpoint belongs.
#[derive(Clone, Debug)]
pub struct Told<'a> {
    /// Which endpoint.
    pub id: &'a EndpointId,
    /// Its open incident, if one was announced.
    pub incident: Option<&'a IncidentId>,
    /// The start of its first failing result.
    pub since: Timestamp,
    /// Why it fails.
    pub reason: Option<Reason>,
    /// The same for a person.
    pub message: Option<String>,
    /// The URL asked, secrets masked.
    pub url: Option<&'a str>,
    /// Where to read what to do.
    pub runbook: Option<&'a str>,
    /// What its rule runs, secrets masked.
    pub action: Option<String>,
    /// Who is told.
    pub to: &'a [Name],
}

impl Told<'_> {
    fn without_remedy(&self) -> HeldBack {
        HeldBack {
            endpoint: self.id.clone(),
            reason: self.reason,
            message: self.message.clone(),
            url: self.url.map(str::to_owned),
            runbook: self.runbook.map(str::to_owned),
            action: self.action.clone(),
        }
    }
}

impl Ledger {
    /// What openings and reminders say of an endpoint's remedies.
    pub fn note(&self, id: &EndpointId, decision: &Decision) -> Option<String> {
        let record = self.record(id);
        match decision {
            Decision::HandOver => Some(HANDED_OVER.to_owned()),
            Decision::Not(WhyNot::Exhausted { attempts }) => {
                Some(given_up(*attempts) + &record.map(Record::last).unwrap_or_default())
            }
            Decision::Not(why @ WhyNot::Brake(_)) => Some(why.to_string()),
            Decision::Heal(_) | Decision::Not(_) => record?.tried(),
        }
    }

    /// After an attempt: that it worked, or that it was the last.
    pub fn tell_finished(&mut self, told: &Told<'_>, finished: Finished, now: Timestamp) -> Option<Notice> {
        let record = self.record_mut(told.id);
        match finished {
            Finished::Healed(took) => {
                let text = format!("mended by attempt {}, {} after it broke", record.attempts, human(took));
                Some(notice(told, Event::Healed, text, record.attempts, now))
            }
            Finished::Exhausted => exhausted(record, told, now),
            Finished::StillDown | Finished::Open | Finished::NotOurs => None,
        }
    }

    /// After a plan: once each, that attempts are used up, that a rule hands over, that the brakes are on. A hand-over of an
    /// endpoint whose incident is not announced yet is left to the opening, which says the same.
    pub fn tell_planned(&mut self, plan: &Plan, told: &[Told<'_>], now: Timestamp) -> Vec<Notice> {
        let mut notices = Vec::new();
        let by_id: HashMap<&EndpointId, &Told<'_>> = told.iter().map(|told| (told.id, told)).collect();
        for (id, decision) in &plan.decisions {
            let Some(one) = by_id.get(id) else { continue };
            match decision {
                Decision::HandOver => {
                    let record = self.record_mut(id);
                    record.last_down.get_or_insert(now);
                    if one.incident.is_some() && !std::mem::replace(&mut record.handed_over_told, true) {
                        notices.push(notice(one, Event::HealFailed, HANDED_OVER.to_owned(), 0, now));
                    }
                }
                Decision::Not(WhyNot::Exhausted { .. }) => notices.extend(exhausted(self.record_mut(id), one, now)),
                Decision::Heal(_) | Decision::Not(_) => {}
            }
        }
        if let Some(brake) = plan.brake.filter(|_| !self.braked) {
            notices.extend(held_back(plan, brake, told, now));
        }
        self.braked = plan.brake.is_some();
        notices
    }
}

fn exhausted(record: &mut Record, told: &Told<'_>, now: Timestamp) -> Option<Notice> {
    if std::mem::replace(&mut record.exhausted_told, true) {
        return None;
    }
    let text = given_up(record.attempts) + &record.last();
    Some(notice(told, Event::HealFailed, text, record.attempts, now))
}

fn notice(told: &Told<'_>, event: Event, text: String, number: u32, now: Timestamp) -> Notice {
    let derive = || IncidentId::derive(&told.id.to_string(), IncidentKind::Down, told.since);
    let incident = told.incident.cloned().unwrap_or_else(derive);
    Notice {
        id: Notice::id_of(&incident, event, None, number),
        incident,
        kind: IncidentKind::Down,
        event,
        endpoint: Some(told.id.clone()),
        verdict: Some(if event == Event::Healed { Verdict::Up } else { Verdict::Down }),
        reason: told.reason,
        blame: Some(Blame::Target),
        message: told.message.clone(),
        since: told.since,
        url: told.url.map(str::to_owned),
        runbook: told.runbook.map(str::to_owned),
        heal: Some(text),
        at: now,
        to: told.to.iter().map(Name::to_string).collect(),
        ..Notice::default()
    }
}

/// One notice for all that were held back: what they have in common stands in the item's own keys, the rest by endpoint.
fn held_back(plan: &Plan, brake: Brake, told: &[Told<'_>], now: Timestamp) -> Option<Notice> {
    let is_held = |decision: &Decision| matches!(decision, Decision::Not(WhyNot::Brake(_)));
    let held: HashSet<&EndpointId> =
        plan.decisions.iter().filter(|(_, decision)| is_held(decision)).map(|(id, _)| id).collect();
    let held: Vec<&Told<'_>> = told.iter().filter(|told| held.contains(told.id)).collect();
    let first = held.iter().min_by_key(|told| told.since)?;
    let to: BTreeSet<String> = held.iter().flat_map(|told| told.to.iter().map(Name::to_string)).collect();
    let alone = held.len() == 1;
    Some(Notice {
        endpoint: alone.then(|| first.id.clone()),
        endpoints: if alone { Vec::new() } else { held.iter().map(|told| told.id.clone()).collect() },
        to: to.into_iter().collect(),
        reason: common(&held, |told| told.reason),
        message: common(&held, |told| told.message.clone()),
        url: common(&held, |told| told.url).map(str::to_owned),
        runbook: common(&held, |told| told.runbook).map(str::to_owned),
        held_back: held.iter().map(|told| told.without_remedy()).collect(),
        ..notice(first, Event::HealFailed, brake.to_string(), u32::MAX, now)
    })
}

/// What is the same for all of them.
fn common<'a, T: PartialEq>(held: &[&Told<'a>], of: impl Fn(&Told<'a>) -> Option<T>) -> Option<T> {
    let mut each = held.iter().map(|told| of(told));
    let first = each.next()??;
    each.all(|one| one.as_ref() == Some(&first)).then_some(first)
}
