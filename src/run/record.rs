//! What a run leaves behind: history lines first, then the state.

use super::denied;
use super::exits::Exits;
use super::mend::Remarks;
use super::plan::Plan;
use super::tell::{self, Audience, Told};
use crate::alert::Run;
use crate::history::{Appended, History};
use crate::model::{ExitReason, ProbeResult, Verdict};
use crate::store::{EndpointState, Locked, Read, State, StateDir, StoreError};
use crate::text::escape;
use jiff::Timestamp;
use std::time::Duration;

/// How long a run waits for another one that holds the state's lock.
pub const LOCK_WAIT: Duration = Duration::from_secs(10);

/// Bytes that a record seldom passes.
const USUAL_LINE: usize = 704;

/// Something that could not be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotRecorded {
    /// What the exit code makes of it.
    pub reason: ExitReason,
    /// Cause and path in one line.
    pub message: String,
}

/// The recorded results: those of configured endpoints that were probed.
pub fn recorded<'a>(plan: &'a Plan, results: &'a [ProbeResult]) -> impl Iterator<Item = &'a ProbeResult> {
    plan.items
        .iter()
        .zip(results)
        .filter(|(item, result)| item.recorded && result.verdict != Verdict::Skipped)
        .map(|(_, result)| result)
}

/// The results as the history has them: a line each, with its newline.
///
/// # Errors
/// What can't be written as JSON.
pub fn lines(run: &str, results: &[&ProbeResult]) -> serde_json::Result<Vec<u8>> {
    let mut text = Vec::with_capacity(results.len() * USUAL_LINE);
    for result in results {
        let start = text.len();
        serde_json::to_writer(&mut text, &result.history_line(run))?;
        escape::json_from(&mut text, start);
        text.push(b'\n');
    }
    Ok(text)
}

/// Appends the results to the history in one locked, fsynced write.
///
/// # Errors
/// What was not written, and why.
pub fn history(history: &History, run: &str, results: &[&ProbeResult]) -> Result<Appended, NotRecorded> {
    let failed = |message: String| NotRecorded { reason: ExitReason::HistoryNotWritten, message };
    let text = lines(run, results).map_err(|error| failed(error.to_string()))?;
    history.append(&text).map_err(|error| failed(denied::history(&error)))
}

/// What a commit changes beside the endpoints' last results.
#[derive(Debug)]
pub struct Commit<'a> {
    /// The exits' health.
    pub exits: &'a Exits,
    /// Who is to be told.
    pub audience: &'a Audience,
    /// The run.
    pub run: Run<'a>,
    /// When the run began.
    pub slot_at: Timestamp,
}

/// Takes the state's lock for the history's lines and the commit after them: whoever holds it knows that lines which no
/// commit took in are nobody's any more.
///
/// # Errors
/// Why it can't be had.
pub fn lock(dir: &StateDir) -> Result<Locked, NotRecorded> {
    dir.lock(LOCK_WAIT).map_err(not_kept)
}

/// A state as it is on the disk now, and what else the change came to.
#[derive(Debug)]
pub struct Committed<T> {
    /// The state.
    pub state: State,
    /// What the change returned.
    pub value: T,
}

/// Changes the state, re-read under the lock, in one atomic write. `seen` is what was read without the lock.
///
/// # Errors
/// What was not written, and why.
pub fn change<T>(
    locked: &mut Locked,
    seen: &Read,
    now: Timestamp,
    change: impl FnOnce(&mut State) -> Result<T, StoreError>,
) -> Result<Committed<T>, NotRecorded> {
    let mut state = locked.read_since(seen, now).map_err(not_kept)?;
    let value = change(&mut state).map_err(not_kept)?;
    locked.commit(&state).map_err(not_kept)?;
    Ok(Committed { state, value })
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn not_kept(error: StoreError) -> NotRecorded {
    NotRecorded { reason: ExitReason::StateNotWritten, message: denied::store(&error) }
}

/// What a commit makes of the state. Incidents hear the results before the endpoints' last ones are replaced. Returns what
/// is said, and why nothing else is.
pub fn apply(
    state: &mut State,
    results: &[&ProbeResult],
    commit: &Commit<'_>,
    remarks: &Remarks,
    now: Timestamp,
) -> Told {
    let told = if commit.audience.counts {
        let facts = tell::facts(state, commit.audience, results, remarks, now);
        tell::hear(state, commit.audience, &facts, commit.run, now)
    } else {
        state.set_apart(commit.run.id);
        Told::default()
    };
    merge(state, results, commit.slot_at, now);
    commit.exits.save(state, now);
    told
}

/// Whether a result began before the endpoint's last committed one ended.
pub fn is_overtaken(state: &State, result: &ProbeResult, now: Timestamp) -> bool {
    let ended = state.endpoints.get(&result.id.to_string()).and_then(|entry| entry.ended);
    ended.is_some_and(|ended| result.started < ended.min(now))
}

/// What a run's results make of the state. A result that began before the endpoint's last committed one ended changes
/// nothing: the other run knew better.
pub(super) fn merge(state: &mut State, results: &[&ProbeResult], slot_at: Timestamp, now: Timestamp) {
    for result in results {
        if is_overtaken(state, result, now) {
            continue;
        }
        let entry = state.endpoints.entry(result.id.to_string()).or_default();
        let since = if entry.verdict == Some(result.verdict) { entry.since } else { None };
        *entry = EndpointState {
            slot_at: Some(slot_at),
            claimed_by: None,
            verdict: Some(result.verdict),
            since: since.or(Some(result.started)),
            started: Some(result.started),
            ended: Some(result.ended),
            other: std::mem::take(&mut entry.other),
        };
    }
    state.last_run_at = Some(now);
}

#[cfg(test)]
mod tests {
    use super::merge;
    use crate::model::{EndpointId, Name, ProbeResult, Verdict};
    use crate::store::State;
    use jiff::{SignedDuration, Timestamp};

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds)
    }

    fn result(verdict: Verdict, started: i64, ended: i64) -> ProbeResult {
        let id = EndpointId::new(Name::parse("vk").expect("a name"), "health");
        ProbeResult { verdict, started: at(started), ended: at(ended), ..ProbeResult::skipped(id, at(0), "") }
    }

    #[test]
    fn since_survives_the_same_verdict_and_a_slow_run_changes_nothing() {
        let mut state = State::default();
        merge(&mut state, &[&result(Verdict::Down, 10, 12)], at(0), at(13));
        merge(&mut state, &[&result(Verdict::Down, 70, 71)], at(60), at(72));
        let entry = &state.endpoints["vk/health"];
        assert_eq!((entry.since, entry.started), (Some(at(10)), Some(at(70))));
        merge(&mut state, &[&result(Verdict::Up, 65, 200)], at(60), at(201));
        assert_eq!(state.endpoints["vk/health"].verdict, Some(Verdict::Down));
        merge(&mut state, &[&result(Verdict::Up, 130, 131)], at(120), at(132));
        assert_eq!(state.endpoints["vk/health"].since, Some(at(130)));
    }

    #[test]
    fn a_time_in_the_future_blocks_nothing() {
        let mut state = State::default();
        merge(&mut state, &[&result(Verdict::Down, 9_000, 9_001)], at(9_000), at(9_002));
        merge(&mut state, &[&result(Verdict::Up, 100, 101)], at(60), at(102));
        assert_eq!(state.endpoints["vk/health"].verdict, Some(Verdict::Down), "began before the clamped end");
        merge(&mut state, &[&result(Verdict::Up, 103, 104)], at(60), at(103));
        assert_eq!(state.endpoints["vk/health"].verdict, Some(Verdict::Up));
    }
}
