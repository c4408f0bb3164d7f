//! Who is healed in this run: decided and noted under the state's lock, before anything starts.

use super::{Remarks, announced, told};
use crate::config::settings::{Action, CommandRun, Endpoint, HealRule};
use crate::heal::{ActionKey, Attempt, Begun, Case, Decision, Fleet, Record, Remedy, Seen, WhyNot};
use crate::incident::{Fact, Known, Track};
use crate::model::defaults::HEAL_RESET_AFTER;
use crate::model::{EndpointId, IncidentId, IncidentKind, Notice, ProbeResult, Redactor, Verdict};
use crate::remedy;
use crate::run::plan::Plan;
use crate::run::record::is_overtaken;
use crate::run::tell::Audience;
use crate::store::{State, StateDir, StoreError, Unheard, Vigil};
use jiff::Timestamp;
use std::collections::HashMap;
use std::time::Duration;

/// With less than this left nothing is begun.
const LEAST: Duration = Duration::from_secs(1);
/// How much longer than the run's deadline an attempt is believed to be under way, where its vigil can't be seen or its
/// command outlives the run.
const AIR: Duration = Duration::from_mins(1);

/// The run that claims.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a, 'p> {
    /// What it is about.
    pub plan: &'p Plan,
    /// Which rule names the failure, by endpoint: found where the whole body was at hand.
    pub rules: &'a HashMap<EndpointId, usize>,
    /// Who is told.
    pub audience: &'a Audience,
    /// Masks what they are told.
    pub redactor: &'a Redactor,
    /// The run's ULID.
    pub run: &'a str,
    /// The state's place.
    pub dir: &'a StateDir,
    /// What the deadline leaves for healing.
    pub left: Duration,
    /// Whether this run heals at all.
    pub heals: bool,
    /// The run's vigil, where it keeps one already.
    pub vigil: Option<&'a Vigil>,
}

/// One attempt of this run: of a rule that has something to run.
#[derive(Clone, Debug)]
pub struct Claim<'p> {
    /// The endpoint's place in the plan.
    pub index: usize,
    /// The endpoint.
    pub endpoint: &'p Endpoint,
    /// The rule that names its failure.
    pub rule: &'p HealRule,
    /// What is run.
    pub action: &'p Action,
    /// As planned. Attempts with the same key share one action.
    pub attempt: Attempt,
    /// Its incident, also when none has been opened yet.
    pub incident: IncidentId,
    /// The start of its first failing result.
    pub since: Timestamp,
}

/// What was decided.
#[derive(Debug, Default)]
pub struct Claimed<'p> {
    /// The attempts to make.
    pub claims: Vec<Claim<'p>>,
    /// What openings and reminders say.
    pub remarks: Remarks,
    /// What people are told at once.
    pub notices: Vec<Notice>,
    /// Endpoints without an announced incident: if one opens now, its opening says that a human is needed.
    pub handed_over: Vec<EndpointId>,
    /// Every decision with its reason, for `-v`.
    pub decisions: Vec<String>,
    /// What a person should know.
    pub warnings: Vec<String>,
    /// Tells other runs that this one lives.
    pub vigil: Option<Vigil>,
}

impl Claimed<'_> {
    /// After the incidents heard the results: what has just been said in an opening is not said again.
    pub fn heard(&self, state: &mut State) {
        for id in &self.handed_over {
            let is_open = state.book.track(id).and_then(Track::open).is_some();
            if is_open {
                state.ledger.handed_over(id);
            }
        }
    }
}

/// Decides for all results of the run, and notes the attempts.
///
/// # Errors
/// When other runs could not be shown that this one lives: then nothing may be begun.
pub fn claim<'p>(
    state: &mut State,
    scope: &Scope<'_, 'p>,
    results: &[ProbeResult],
    now: Timestamp,
) -> Result<Claimed<'p>, StoreError> {
    let mut claimed = Claimed::default();
    state.ledger.overdue(now).into_iter().for_each(|run| scope.dir.end_left_behind(run));
    state.ledger.release(|run| scope.dir.is_at_work(run), now);
    if !state.book.keeps() {
        state.ledger.keep(|name| scope.audience.knows(name));
    }
    let recorded: Vec<(usize, &'p Endpoint, &ProbeResult)> = scope
        .plan
        .items
        .iter()
        .zip(results)
        .enumerate()
        .filter(|(_, (item, result))| item.recorded && result.verdict != Verdict::Skipped)
        .map(|(index, (item, result))| (index, &*item.endpoint, result))
        .collect();
    if scope.audience.counts {
        for (_, endpoint, result) in &recorded {
            see(state, endpoint, result, now);
        }
    }
    let subjects: Vec<Subject<'_, 'p>> = recorded
        .iter()
        .filter(|(_, endpoint, _)| !endpoint.heal.is_empty())
        .map(|(index, endpoint, result)| Subject::of(state, scope, *index, endpoint, result, now))
        .collect();
    if subjects.is_empty() {
        return Ok(claimed);
    }
    let cases: Vec<Case<'_>> = subjects.iter().map(Subject::case).collect();
    let fleet = Fleet {
        probed: recorded.len(),
        down: recorded.iter().filter(|(_, _, result)| result.verdict == Verdict::Down).count(),
        off: !scope.heals,
        late: scope.left < LEAST,
    };
    let plan = state.ledger.plan(&cases, fleet, now);
    let due = plan.decisions.iter().any(|(_, decision)| matches!(decision, Decision::Heal(_)));
    if due && scope.vigil.is_none() {
        claimed.vigil = Some(scope.dir.keep_vigil(scope.run)?);
    }
    if scope.audience.counts {
        let incidents: Vec<Option<IncidentId>> =
            subjects.iter().map(|subject| announced(state, subject.result).cloned()).collect();
        let words: Vec<_> = subjects
            .iter()
            .zip(&incidents)
            .map(|(one, incident)| {
                let action = one.rule.and_then(|rule| rule.run.action()).map(remedy::shown);
                let action = action.map(|action| scope.redactor.redact(&action).into_owned());
                told(one.result, incident.as_ref(), one.since, (one.endpoint, action))
            })
            .collect();
        claimed.notices = state.ledger.tell_planned(&plan, &words, now);
    }
    claimed.warnings.extend(plan.brake.map(|brake| brake.to_string()));
    for ((subject, case), (id, decision)) in subjects.iter().zip(&cases).zip(&plan.decisions) {
        if let Some(remark) = state.ledger.note(id, decision) {
            claimed.remarks.words.insert(id.to_string(), remark);
        }
        let failing = !matches!(decision, Decision::Not(WhyNot::Verdict(_)));
        if failing {
            claimed.decisions.push(format!("{id}: heal: {decision}"));
        }
        match decision {
            Decision::Heal(attempt) => claimed.claims.extend(subject.begin(state, scope, case, attempt, now)),
            Decision::HandOver if announced(state, subject.result).is_none() => claimed.handed_over.push(id.clone()),
            Decision::Not(WhyNot::NoTime) => claimed.warnings.push(format!("{id}: not healed: {}", WhyNot::NoTime)),
            Decision::HandOver | Decision::Not(_) => {}
        }
    }
    Ok(claimed)
}

/// Lets the ledger see a result. An endpoint whose rules have gone is taken to have the built-in `reset_after`.
pub(super) fn see(state: &mut State, endpoint: &Endpoint, result: &ProbeResult, now: Timestamp) {
    let Some(record) = state.ledger.record(&result.id) else { return };
    let reset_after =
        rule_of(endpoint, &record.rule).or(endpoint.heal.first()).map_or(HEAL_RESET_AFTER, |rule| rule.reset_after);
    if !is_overtaken(state, result, now) {
        let seen = Seen { verdict: result.verdict, ended: result.ended, verify: result.verify };
        state.ledger.see(&result.id, seen, reset_after);
    }
}

/// The rule of this fingerprint.
pub(super) fn rule_of<'a>(endpoint: &'a Endpoint, fingerprint: &str) -> Option<&'a HealRule> {
    endpoint.heal.iter().find(|rule| rule.fingerprint(rule.run.action().map(key).as_ref()) == fingerprint)
}

/// What an endpoint's last attempts ran, for a person and not redacted yet; none when their rule has gone.
pub fn action_of(endpoint: &Endpoint, record: &Record) -> Option<String> {
    rule_of(endpoint, &record.rule)?.run.action().map(remedy::shown)
}

/// Names an action by everything that makes it what it is.
fn key(action: &Action) -> ActionKey {
    match action {
        Action::Command(CommandRun { argv, env, timeout }) => {
            let limit = timeout.as_millis().to_string();
            let mut parts = vec!["command", &limit];
            parts.extend(argv.iter().map(String::as_str));
            for (name, value) in env {
                parts.extend([name.as_str(), value.expose()]);
            }
            ActionKey::of(&parts)
        }
        Action::Http(request) => {
            let headers: Vec<String> =
                request.headers.iter().map(|(name, value)| format!("{name}: {:?}", value.as_bytes())).collect();
            let body = request.body.as_ref().map(|body| String::from_utf8_lossy(&body.bytes)).unwrap_or_default();
            let mut parts = vec!["http", request.method.as_str(), request.url.as_str(), &body];
            parts.extend(headers.iter().map(String::as_str));
            ActionKey::of(&parts)
        }
    }
}

/// One result with all that deciding needs.
struct Subject<'a, 'p> {
    index: usize,
    endpoint: &'p Endpoint,
    result: &'a ProbeResult,
    fact: Fact,
    failing: u32,
    since: Timestamp,
    flapping: bool,
    overtaken: bool,
    rule: Option<&'p HealRule>,
}

impl<'a, 'p> Subject<'a, 'p> {
    fn of(
        state: &State,
        scope: &Scope<'_, 'p>,
        index: usize,
        endpoint: &'p Endpoint,
        result: &'a ProbeResult,
        now: Timestamp,
    ) -> Self {
        let mut fact = Fact::of(result);
        let known = Known { id: &endpoint.id, tags: &endpoint.tags };
        fact.silenced = state.book.muted_by(known, now).map(|silence| silence.id.clone());
        fact.runbook.clone_from(&endpoint.runbook);
        let track = state.book.track(&endpoint.id).cloned().unwrap_or_default();
        let streak = track.failing_with(&fact);
        let rule = scope.rules.get(&endpoint.id).and_then(|at| endpoint.heal.get(*at));
        Self {
            index,
            endpoint,
            result,
            failing: streak.count,
            since: track.open().map(|open| open.since).or(streak.since).unwrap_or(result.started),
            flapping: track.is_flapping(),
            overtaken: is_overtaken(state, result, now),
            rule,
            fact,
        }
    }

    fn case(&self) -> Case<'_> {
        Case {
            id: &self.endpoint.id,
            verdict: self.result.verdict,
            blame: self.result.blame,
            failing: self.failing,
            flapping: self.flapping,
            silenced: self.fact.silenced.is_some(),
            maintenance: self.result.maintenance,
            suppressed_by: self.result.suppressed_by.as_ref(),
            overtaken: self.overtaken,
            remedy: self.rule.map(|rule| {
                let action = rule.run.action().map(key);
                Remedy {
                    rule: rule.fingerprint(action.as_ref()),
                    action,
                    after: rule.after,
                    backoff: &rule.backoff,
                    max_attempts: rule.max_attempts,
                }
            }),
        }
    }

    /// Notes the attempt, and keeps the failing result for the case that nobody lives to say what came of it.
    fn begin(
        &self,
        state: &mut State,
        scope: &Scope<'_, '_>,
        case: &Case<'_>,
        attempt: &Attempt,
        now: Timestamp,
    ) -> Option<Claim<'p>> {
        let id = &self.endpoint.id;
        let remedy = case.remedy.as_ref()?;
        let rule = self.rule?;
        let action = rule.run.action()?;
        let begun = Begun { id, remedy, attempt, at_most: scope.left + AIR };
        state.ledger.begin(begun, scope.run, now);
        if scope.audience.counts {
            let unheard = Unheard { run: scope.run.to_owned(), fact: self.fact.clone() };
            state.unheard.insert(id.to_string(), unheard);
        }
        let open = state.book.track(id).and_then(Track::open);
        let derive = || IncidentId::derive(&id.to_string(), IncidentKind::Down, self.since);
        let incident = open.map_or_else(derive, |open| open.id.clone());
        let (index, endpoint, attempt) = (self.index, self.endpoint, attempt.clone());
        Some(Claim { index, endpoint, rule, action, attempt, incident, since: self.since })
    }
}
