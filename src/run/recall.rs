//! What only the history knows: results that no commit has taken in, and everything when the state is lost.

use super::mend;
use super::tell::{self, Aside, Audience};
use crate::alert::Run;
use crate::history::{History, HistoryError};
use crate::incident::{Alerting, Fact, Threshold, pool_of};
use crate::model::result::Evidence;
use crate::model::time::earlier;
use crate::model::{Blame, EndpointId, Name, Reason, Verdict};
use crate::store::{EndpointState, State, StateDir};
use jiff::Timestamp;
use serde::Deserialize;
use std::collections::HashMap;
use std::time::Duration;

/// So much of the history is looked through for results that no commit has taken in …
const UNCOUNTED: u64 = 16 << 20;
/// … and so much when all is lost.
const ALL: u64 = 256 << 20;
/// Lines are in the order in which runs ended; a run that lasted may have begun so much before its neighbours.
const STRAGGLE: Duration = Duration::from_hours(1);

/// What is needed of a history line.
#[derive(Debug, Deserialize)]
struct Line {
    ts: Timestamp,
    #[serde(default)]
    run: String,
    channel: Name,
    endpoint: String,
    verdict: Verdict,
    #[serde(default)]
    reason: Option<Reason>,
    #[serde(default)]
    blame: Option<Blame>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    proxy: Option<String>,
    #[serde(default)]
    evidence: Option<Evidence>,
    #[serde(default)]
    suppressed_by: Option<EndpointId>,
    #[serde(default)]
    maintenance: bool,
    #[serde(default)]
    verify: bool,
    /// When the failing result began that this second look, still down, stands for: the outage is as old as that.
    #[serde(skip)]
    began: Option<Timestamp>,
}

impl Line {
    fn id(&self) -> EndpointId {
        EndpointId::new(self.channel.clone(), &self.endpoint)
    }

    fn fact(&self) -> Fact {
        Fact {
            id: self.id(),
            verdict: self.verdict,
            reason: self.reason,
            blame: self.blame,
            message: self.message.clone(),
            evidence: self.evidence.as_ref().map(|evidence| evidence.body.clone()),
            url: self.url.clone(),
            pool: self.proxy.as_deref().and_then(pool_of),
            runbook: None,
            heal: None,
            started: self.began.unwrap_or(self.ts),
            // The history doesn't say when it ended.
            ended: self.ts,
            suppressed_by: self.suppressed_by.clone(),
            maintenance: self.maintenance,
            silenced: None,
            counts: true,
        }
    }
}

/// The history with the caller's lines at its end.
#[derive(Clone, Copy, Debug)]
pub struct Recorded<'a> {
    /// The history.
    pub history: &'a History,
    /// How many bytes those lines take; none when they aren't there.
    pub own: Option<u64>,
}

/// Lets incidents hear what was decided by runs that are no more: the failing results of those that were killed while they
/// healed, and what the history has and no commit, from runs that died between the two or could not commit. The caller
/// holds the state's lock, under which every run appends and commits, so that nobody is about to do so himself.
pub fn catch_up(
    state: &mut State,
    dir: Option<&StateDir>,
    recorded: Recorded<'_>,
    audience: &Audience,
    run: Run<'_>,
    now: Timestamp,
) -> Aside {
    let missed = missed(state, recorded, audience, run.id, now);
    let mut aside = Aside::default();
    let orphans = dir.map(|dir| mend::orphans(state, dir)).unwrap_or_default();
    if !orphans.is_empty() {
        aside.add(tell::hear(state, audience, &orphans, run, now), true);
    }
    match missed {
        Ok(missed) => {
            hear(state, &missed, audience, run, now, &mut aside);
            if recorded.own.is_some() {
                state.account(run.id);
            }
        }
        // Left for the next run: those lines stay behind the last one that is accounted for.
        Err(error) => aside.unsaid.push(error.to_string()),
    }
    aside
}

/// The lines that no commit has taken in, oldest first. A second look among them stands for the failing result that still
/// waits for it.
///
/// # Errors
/// When the history can't be read; the state is as it was.
fn missed(
    state: &mut State,
    recorded: Recorded<'_>,
    audience: &Audience,
    run: &str,
    now: Timestamp,
) -> Result<Vec<Line>, HistoryError> {
    let mut lines = recorded.history.read_back::<Line>()?.before(recorded.own.unwrap_or_default());
    let oldest = state.last_run_at.map_or(Timestamp::MIN, |at| earlier(at, STRAGGLE));
    // Seldom is any line looked at but the one that says so.
    let mut configured = None;
    let mut missed: Vec<Line> = Vec::new();
    let mut verified: HashMap<EndpointId, String> = HashMap::new();
    let mut answered: Vec<String> = Vec::new();
    while lines.bytes() < UNCOUNTED {
        let Some(line) = lines.next() else { break };
        if line.run == run || state.apart.contains(&line.run) {
            continue;
        }
        if state.accounted.as_ref() == Some(&line.run) || line.ts < oldest {
            break;
        }
        let id = line.id();
        let configured = configured.get_or_insert_with(|| audience.by_id());
        if !configured.contains_key(&id) {
            continue;
        }
        let name = id.to_string();
        // In milliseconds, as the history has it.
        let heard = state.book.track(&id).and_then(|track| track.heard(now));
        if heard.is_some_and(|ended| line.ts.as_millisecond() <= ended.as_millisecond()) || line.ts > now {
            continue;
        }
        let waits = state.unheard.get(&name).is_some_and(|unheard| unheard.run == line.run);
        if line.verify {
            if waits {
                answered.push(name);
            }
            verified.insert(id, line.run.clone());
        } else if waits || verified.get(&id) == Some(&line.run) {
            let second = missed.iter_mut().rfind(|one| one.verify && one.run == line.run && one.id() == id);
            if let Some(second) = second.filter(|second| second.verdict == Verdict::Down) {
                second.began = Some(line.ts);
            }
            continue;
        }
        missed.push(line);
    }
    if let Some(error) = lines.failed() {
        return Err(error);
    }
    for name in answered {
        state.unheard.remove(&name);
    }
    missed.reverse();
    Ok(missed)
}

fn hear(state: &mut State, missed: &[Line], audience: &Audience, run: Run<'_>, now: Timestamp, aside: &mut Aside) {
    for of_one_run in missed.chunk_by(|one, next| one.run == next.run) {
        let at = of_one_run.iter().map(|line| line.ts).max().unwrap_or(now);
        for line in of_one_run {
            learn(state, &line.id(), line.verdict, line.ts);
        }
        let facts = tell::circumstanced(state, audience, of_one_run.iter().map(Line::fact), at);
        aside.add(tell::hear(state, audience, &facts, run, at), true);
    }
}

/// One remembered result, small: there may be very many.
struct Trace {
    endpoint: usize,
    at: Timestamp,
    began: Timestamp,
    verdict: Verdict,
    reason: Option<Reason>,
    blame: Option<Blame>,
    maintenance: bool,
    parent: Option<EndpointId>,
}

/// How far back an endpoint's past matters.
#[derive(Default)]
struct Seen {
    newest: Option<Timestamp>,
    /// The texts of the newest result that failed.
    words: Option<Fact>,
    verified_in: Option<String>,
    ups: u32,
    settled: bool,
}

/// After lost state: what was last known of every endpoint, and with `incidents` also which incidents are open and since
/// when. The history is read from its end, no further than it can matter, and `now` bounds its times. Returns why some of
/// it could not be read, if so: a disk with a bad place must not keep canary from having a state ever again.
///
/// # Errors
/// When the history can't be opened; the state is as it was.
pub fn everything(
    state: &mut State,
    history: &History,
    audience: &Audience,
    incidents: bool,
    now: Timestamp,
) -> Result<Option<HistoryError>, HistoryError> {
    let endpoints: Vec<(&EndpointId, &Alerting)> = audience.policies().collect();
    let index: HashMap<&EndpointId, usize> = endpoints.iter().enumerate().map(|(at, (id, _))| (*id, at)).collect();
    let mut seen: Vec<Seen> = endpoints.iter().map(|_| Seen::default()).collect();
    let mut unsettled = endpoints.len();
    let mut traces: Vec<Trace> = Vec::new();
    let mut lines = history.read_back::<Line>()?;
    let mut accounted = None;
    while unsettled > 0 && lines.bytes() < ALL {
        let Some(line) = lines.next() else { break };
        accounted.get_or_insert_with(|| line.run.clone());
        let id = line.id();
        let Some((at, one)) = index.get(&id).and_then(|at| Some((*at, seen.get_mut(*at)?))) else { continue };
        if one.settled || line.verdict == Verdict::Skipped || line.ts > now {
            continue;
        }
        if line.verify {
            one.verified_in = Some(line.run.clone());
        } else if one.verified_in.as_ref() == Some(&line.run) {
            let second = traces.iter_mut().rfind(|trace| trace.endpoint == at);
            if let Some(second) = second.filter(|second| second.verdict == Verdict::Down) {
                second.began = line.ts;
            }
            continue;
        }
        let Some((_, policy)) = endpoints.get(at) else { continue };
        let newest = *one.newest.get_or_insert(line.ts);
        one.ups = if line.verdict == Verdict::Up { one.ups.saturating_add(1) } else { 0 };
        let calm = policy.flap.changes == 0 || line.ts < earlier(newest, policy.flap.window);
        one.settled = one.ups >= enough(policy) && calm;
        unsettled -= usize::from(one.settled);
        traces.push(Trace {
            endpoint: at,
            at: line.ts,
            began: line.ts,
            verdict: line.verdict,
            reason: line.reason,
            blame: line.blame,
            maintenance: line.maintenance,
            parent: line.suppressed_by.clone(),
        });
        if one.words.is_none() && line.verdict != Verdict::Up {
            one.words = Some(line.fact());
        }
    }
    traces.reverse();
    for trace in &traces {
        if let Some((id, _)) = endpoints.get(trace.endpoint) {
            learn(state, id, trace.verdict, trace.at);
        }
    }
    state.accounted = accounted.or_else(|| state.accounted.take());
    if incidents {
        let told = traces.iter().filter_map(|trace| {
            let (id, policy) = *endpoints.get(trace.endpoint)?;
            Some((trace.fact(id, seen.get(trace.endpoint)?), policy))
        });
        state.book.relearn(told);
    }
    Ok(lines.failed())
}

/// After so many ups in a row nothing older matters: no incident is open, no result is counted.
fn enough(policy: &Alerting) -> u32 {
    match policy.after {
        Threshold::Consecutive(_) => policy.recover_after.max(1),
        Threshold::Of { of, .. } => policy.recover_after.max(of).max(1),
    }
}

impl Trace {
    fn fact(&self, id: &EndpointId, seen: &Seen) -> Fact {
        let words = seen.words.as_ref();
        Fact {
            id: id.clone(),
            verdict: self.verdict,
            reason: self.reason,
            blame: self.blame,
            message: words.and_then(|words| words.message.clone()),
            evidence: None,
            url: words.and_then(|words| words.url.clone()),
            pool: words.and_then(|words| words.pool.clone()),
            runbook: None,
            heal: None,
            started: self.began,
            ended: self.at,
            suppressed_by: self.parent.clone(),
            maintenance: self.maintenance,
            silenced: None,
            counts: true,
        }
    }
}

fn learn(state: &mut State, id: &EndpointId, verdict: Verdict, ts: Timestamp) {
    let entry = state.endpoints.entry(id.to_string()).or_default();
    if entry.started.is_some_and(|started| started > ts) {
        return;
    }
    let since = if entry.verdict == Some(verdict) { entry.since } else { None };
    *entry = EndpointState {
        slot_at: entry.slot_at.max(Some(ts)),
        claimed_by: None,
        verdict: Some(verdict),
        since: since.or(Some(ts)),
        started: Some(ts),
        ended: Some(ts),
        other: std::mem::take(&mut entry.other),
    };
}
