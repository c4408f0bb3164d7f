//! What came of the attempts: for the state, for people, for the report.

use super::claim::{rule_of, see};
use super::{Acted, Remarks, announced, told};
use crate::heal::{Decision, Ended, Finished, WhyNot};
use crate::model::incident::short_hash;
use crate::model::{GivenUp, Healing, Notice, ProbeResult, Verdict};
use crate::run::plan::{Plan, Planned};
use crate::run::record::is_overtaken;
use crate::store::State;
use jiff::Timestamp;

/// Characters of the output that the state keeps.
const KEPT: usize = 1024;

/// Notes what came of the attempts: what their incidents' words say, and what people are told. To be called under the lock,
/// before the incidents hear the results.
pub fn settle(
    state: &mut State,
    (run, counts): (&str, bool),
    (acted, first): (&[Acted<'_>], &[ProbeResult]),
    now: Timestamp,
) -> (Remarks, Vec<Notice>) {
    let (mut remarks, mut notices) = (Remarks::default(), Vec::new());
    for one in acted {
        let Some(failing) = first.get(one.claim.index) else { continue };
        let (endpoint, rule) = (one.claim.endpoint, one.claim.rule);
        let looked = one.looked.as_ref().ok();
        let ended = Ended {
            outcome: one.done.outcome,
            detail: one.done.message.clone(),
            output: tail(&one.done.output),
            at: one.ended,
        };
        let seen = looked.map(|result| (result.verdict, result.ended));
        let finished = state.ledger.finish(&endpoint.id, run, ended, seen, one.claim.since, &rule.backoff);
        if finished == Finished::NotOurs {
            continue;
        }
        let name = endpoint.id.to_string();
        if state.unheard.get(&name).is_some_and(|unheard| unheard.run == run) {
            state.unheard.remove(&name);
        }
        if !counts {
            continue;
        }
        if let Some(result) = looked {
            see(state, endpoint, result, now);
        }
        let exhausted = state.ledger.record(&endpoint.id).filter(|record| record.is_exhausted());
        let decision = match exhausted {
            Some(record) => Decision::Not(WhyNot::Exhausted { attempts: record.attempts }),
            None => Decision::Heal(one.claim.attempt.clone()),
        };
        if let Some(remark) = state.ledger.note(&endpoint.id, &decision) {
            remarks.words.insert(name.clone(), remark);
        }
        if looked.is_some_and(|result| result.verdict == Verdict::Down) && !is_overtaken(state, failing, now) {
            remarks.began.insert(name, failing.started);
        }
        let incident = announced(state, failing).cloned();
        let words = told(failing, incident.as_ref(), one.claim.since, (endpoint, Some(one.action.clone())));
        notices.extend(state.ledger.tell_finished(&words, finished, now));
    }
    (remarks, notices)
}

/// The attempts as the report tells them. `first` are the failing results.
pub fn tell(run: &str, acted: &[Acted<'_>], first: &[ProbeResult]) -> Vec<Healing> {
    let one = |one: &Acted<'_>| {
        let endpoint = one.claim.endpoint;
        let verified: Option<Verdict> = one.looked.as_ref().ok().map(|result| result.verdict);
        Some(Healing {
            id: short_hash(&["heal", &endpoint.id.to_string(), run]),
            endpoint: endpoint.id.clone(),
            incident: one.claim.incident.clone(),
            action: one.action.clone(),
            attempt: one.claim.attempt.number,
            max_attempts: one.claim.rule.max_attempts,
            shared_with: one.claim.attempt.shared_with.clone(),
            started: one.started,
            took: one.took,
            outcome: one.done.outcome.as_str(),
            exit_code: one.done.exit_code,
            status: one.done.status,
            message: one.done.message.clone(),
            output: one.done.output.clone(),
            verified,
            first: first.get(one.claim.index)?.clone(),
        })
    };
    acted.iter().filter_map(one).collect()
}

/// Who is down after all and has no attempt left.
pub fn given_up(plan: &Plan, results: &[ProbeResult], state: &State) -> Vec<GivenUp> {
    let one = |(item, result): (&Planned, &ProbeResult)| {
        let record = state.ledger.record(&result.id).filter(|record| record.is_exhausted())?;
        let is_ours =
            item.recorded && result.verdict == Verdict::Down && rule_of(&item.endpoint, &record.rule).is_some();
        is_ours.then(|| GivenUp { endpoint: result.id.clone(), attempts: record.attempts })
    };
    plan.items.iter().zip(results).filter_map(one).collect()
}

/// The end of a text.
fn tail(text: &str) -> String {
    let text = text.trim();
    let from = text.char_indices().rev().take(KEPT).last().map_or(0, |(at, _)| at);
    text[from..].to_owned()
}
