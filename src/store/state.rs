//! What lives between two runs, and its form in `state.json`.

use super::salvage::{Salvage, salvage};
use crate::alert::Outbox;
use crate::heal::Ledger;
use crate::incident::{Book, Fact};
use crate::model::Verdict;
use crate::model::time::moment_opt;
use crate::proxy::ExitHealth;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

mod decode;

/// The version that this canary reads and writes.
pub(super) const VERSION: u64 = 1;

/// All of the state. Fields that this release doesn't know are kept as they are.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct State {
    /// By `channel/endpoint`.
    pub endpoints: BTreeMap<String, EndpointState>,
    /// When the last run was recorded: the time of its commit.
    #[serde(serialize_with = "moment_opt::serialize")]
    pub last_run_at: Option<Timestamp>,
    /// Exits of the proxy pools by `POOL/HOST:PORT`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub exits: BTreeMap<String, ExitHealth>,
    /// Where round robin goes on, by pool.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub turns: BTreeMap<String, u64>,
    /// Incidents, and what was silenced.
    #[serde(skip_serializing_if = "is_default")]
    pub book: Book,
    /// What people are yet to be told.
    #[serde(skip_serializing_if = "is_default")]
    pub outbox: Outbox,
    /// What remediation was tried.
    #[serde(skip_serializing_if = "is_default")]
    pub ledger: Ledger,
    /// Failing results that wait for what healing makes of them, by `channel/endpoint`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub unheard: BTreeMap<String, Unheard>,
    /// The last run whose history lines are all accounted for here: what the history has after them, nobody has counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accounted: Option<String>,
    /// The runs after it that recorded and were told not to count (`--no-alerts`), oldest first: nobody is to count theirs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub apart: Vec<String>,
    /// Fields of other releases.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// So many runs apart are remembered; a run needs some bytes of each.
const APART: usize = 256;

impl State {
    /// Notes that all lines up to this run's are taken in.
    pub fn account(&mut self, run: &str) {
        self.accounted = Some(run.to_owned());
        self.apart.clear();
    }

    /// Notes that a run's lines are nobody's to count.
    pub fn set_apart(&mut self, run: &str) {
        if self.apart.last().is_none_or(|last| last != run) {
            self.apart.push(run.to_owned());
        }
        if self.apart.len() > APART {
            // What was still uncounted before it is long past.
            self.accounted = Some(self.apart.remove(0));
        }
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A failing result of a run that heals. Its incident hears the second look instead; when the run is killed before that,
/// the next one lets it hear this.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unheard {
    /// The run.
    pub run: String,
    /// The result.
    pub fact: Fact,
}

/// What is remembered of one endpoint.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct EndpointState {
    /// When the run began that last claimed or probed a slot; for comparing slots it is rounded as the present one is.
    #[serde(serialize_with = "moment_opt::serialize")]
    pub slot_at: Option<Timestamp>,
    /// The run that has claimed the slot and has not committed yet: when it lives no more, nobody has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_by: Option<String>,
    /// The last committed verdict.
    pub verdict: Option<Verdict>,
    /// When this verdict began.
    #[serde(serialize_with = "moment_opt::serialize")]
    pub since: Option<Timestamp>,
    /// When the last committed result's probe began.
    #[serde(serialize_with = "moment_opt::serialize")]
    pub started: Option<Timestamp>,
    /// When it ended.
    #[serde(serialize_with = "moment_opt::serialize")]
    pub ended: Option<Timestamp>,
    /// Fields of other releases.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

/// What reading the state found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    /// The state; of a damaged one what could be kept, and an empty one when there was none.
    pub state: State,
    /// Whether a whole state was there.
    pub found: bool,
    /// What was wrong with it.
    pub damaged: Option<Damage>,
    /// What was read without the lock: who reads the same bytes under it need not decode them. None where the time of
    /// reading had a part in the state.
    pub bytes: Option<Vec<u8>>,
}

/// A state file that could not be read as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Where the damaged file is now.
    pub path: PathBuf,
    /// The parts that were left out, `outbox.entries[3]`; none when it is all of them.
    pub lost: Option<Vec<String>>,
}

impl Damage {
    /// Whether anything of this part of the state (`book`) was lost.
    pub fn has(&self, part: &str) -> bool {
        self.lost.as_ref().is_none_or(|lost| {
            lost.iter()
                .any(|one| one.strip_prefix(part).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '['])))
        })
    }
}

pub(super) enum Decoded {
    Absent,
    Whole {
        state: Box<State>,
        /// Whether the time of reading had a part in it.
        bounded: bool,
    },
    Damaged(Box<Salvage>),
}

/// Reads a state file. Times of results that lie after `now` are a wrong clock's; left alone they would outrank every result for as long as
/// the clock was ahead. `slot_at` stays: slots are compared for being another one, and rounding may put them ahead.
///
/// # Errors
/// The version, when it is a newer one.
pub(super) fn decode(bytes: &[u8], now: Timestamp) -> Result<Decoded, u64> {
    if let Some(mut state) = decode::whole(bytes)? {
        let bounded = bound(&mut state, now);
        return Ok(Decoded::Whole { state: Box::new(state), bounded });
    }
    let mut salvage = salvage(bytes);
    bound(&mut salvage.state, now);
    Ok(Decoded::Damaged(Box::new(salvage)))
}

/// Whether there was anything to bound.
fn bound(state: &mut State, now: Timestamp) -> bool {
    let mut bounded = false;
    let mut clamp = |time: &mut Option<Timestamp>| {
        bounded |= time.is_some_and(|time| time > now);
        *time = time.map(|time| time.min(now));
    };
    clamp(&mut state.last_run_at);
    for endpoint in state.endpoints.values_mut() {
        clamp(&mut endpoint.since);
        clamp(&mut endpoint.started);
        clamp(&mut endpoint.ended);
    }
    bounded
}

pub(super) fn encode(state: &State) -> io::Result<Vec<u8>> {
    #[derive(Serialize)]
    struct Document<'a> {
        version: u64,
        #[serde(flatten)]
        state: &'a State,
    }
    let mut bytes = serde_json::to_vec(&Document { version: VERSION, state })?;
    bytes.push(b'\n');
    Ok(bytes)
}
