//! The actions, each once, side by side; then the second looks.

use super::Claim;
use crate::config::settings::Action;
use crate::heal::{ActionKey, Outcome, pause};
use crate::model::{ProbeResult, Reason};
use crate::probe::Via;
use crate::process::GRACE;
use crate::remedy::{self, Done, Limits, Subject};
use crate::run::probe::{self, Prober};
use crate::store::Vigil;
use crate::world::clock;
use crate::world::signals::{Signal, came};
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

/// What came of one attempt. Texts are redacted.
#[derive(Clone, Debug)]
pub struct Acted<'p> {
    /// The attempt.
    pub claim: Claim<'p>,
    /// How its action ended.
    pub done: Done,
    /// What was run, for a person.
    pub action: String,
    /// When the action began.
    pub started: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// How long it took.
    pub took: Duration,
    /// The second look, or why there was none.
    pub looked: Result<ProbeResult, Unlooked>,
}

/// Why nobody looked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unlooked {
    /// `verify: false`.
    NotAsked,
    /// The deadline left too little: the next run has to.
    NoTime,
    /// A signal ended the run.
    Stopped,
}

impl Unlooked {
    /// For a person; nothing where it was wished.
    pub fn words(self) -> Option<&'static str> {
        match self {
            Self::NotAsked => None,
            Self::NoTime => Some("the deadline left no time to look again after healing: the next run does"),
            Self::Stopped => Some("a signal ended the run before anybody looked again after healing"),
        }
    }
}

/// What acting needs of the run.
#[derive(Clone, Copy, Debug)]
pub struct Bench<'a> {
    /// Leaves word of what is started.
    pub vigil: &'a Vigil,
    /// Probes again.
    pub prober: &'a Prober,
    /// The failing results.
    pub results: &'a [ProbeResult],
    /// PATH, HOME and LANG.
    pub env: &'a [(String, String)],
    /// When probing and healing must be over.
    pub cut: Instant,
    /// What recording and delivery have after that.
    pub reserve: Duration,
    /// The signal that ends the run.
    pub signal: &'a watch::Receiver<Option<Signal>>,
}

/// Makes all attempts.
pub async fn act<'p>(bench: Bench<'_>, claims: &[Claim<'p>]) -> Vec<Acted<'p>> {
    // The second looks are judged by how things are then.
    bench.prober.look_afresh();
    let mut groups: BTreeMap<&ActionKey, Group<'_, 'p>> = BTreeMap::new();
    for claim in claims {
        match groups.entry(&claim.attempt.action) {
            Entry::Vacant(place) => {
                place.insert(Group { leader: claim, others: Vec::new() });
            }
            Entry::Occupied(mut group) => group.get_mut().others.push(claim),
        }
    }
    let acted = join_all(groups.into_values().map(|group| bench.group(group))).await;
    let mut acted: Vec<Acted<'p>> = acted.into_iter().flatten().collect();
    acted.sort_by_key(|one| one.claim.index);
    acted
}

/// The attempts that share one action, which is run for the first of them.
struct Group<'a, 'p> {
    leader: &'a Claim<'p>,
    others: Vec<&'a Claim<'p>>,
}

impl Bench<'_> {
    fn left(&self) -> Duration {
        self.cut.saturating_duration_since(Instant::now())
    }

    async fn stopped(&self) {
        came(Some(self.signal)).await;
    }

    /// All attempts that share one action.
    async fn group<'p>(self, Group { leader, others }: Group<'_, 'p>) -> Vec<Acted<'p>> {
        let (started, began) = (clock::now(), Instant::now());
        let mut done = self.run(leader).await;
        let (ended, took) = (clock::now(), began.elapsed());
        let redactor = self.prober.redactor();
        redactor.redact_in_place(&mut done.message);
        let action = redactor.redact(&remedy::shown(leader.action)).into_owned();
        let looks = std::iter::once(leader).chain(others).map(|claim| {
            let (done, action) = (done.clone(), action.clone());
            async move {
                let looked =
                    if done.outcome == Outcome::Interrupted { Err(Unlooked::Stopped) } else { self.look(claim).await };
                Acted { claim: claim.clone(), done, action, started, ended, took, looked }
            }
        });
        join_all(looks).await
    }

    async fn run(&self, claim: &Claim<'_>) -> Done {
        let (endpoint, redactor) = (claim.endpoint, self.prober.redactor());
        let result = self.results.get(claim.index);
        match claim.action {
            Action::Command(command) => {
                let left = self.left();
                let timeout = command.timeout.min(left);
                // Two fifths of the reserve are enough to record, and a stubborn command gets the rest.
                let grace = GRACE.min(left.saturating_sub(timeout) + self.reserve * 2 / 5);
                let subject = Subject {
                    id: &endpoint.id,
                    reason: result.and_then(|result| result.reason),
                    url: &endpoint.request.shown_url,
                    attempt: claim.attempt.number,
                    incident: &claim.incident,
                };
                let limits = Limits { timeout, grace };
                remedy::command(command, self.env, subject, limits, &redactor, self.vigil, self.stopped()).await
            }
            Action::Http(request) => {
                let transport = remedy::transport(endpoint, request);
                let attempt = self.prober.engine.attempt(request, &transport, &Via::Direct, self.cut);
                tokio::select! {
                    seen = attempt => remedy::answered(&seen, &self.prober.redactor()),
                    () = self.stopped() => Done {
                        outcome: Outcome::Interrupted,
                        message: "canary was stopped while it waited for the answer".to_owned(),
                        exit_code: None,
                        status: None,
                        output: String::new(),
                    },
                }
            }
        }
    }

    /// Waits, and probes again.
    async fn look(&self, claim: &Claim<'_>) -> Result<ProbeResult, Unlooked> {
        let endpoint = claim.endpoint;
        if !claim.rule.verify {
            return Err(Unlooked::NotAsked);
        }
        let wait = pause(claim.attempt.wait, self.left(), endpoint.transport.timeout).ok_or(Unlooked::NoTime)?;
        let again = async {
            sleep(wait).await;
            let probing = AssertUnwindSafe(probe::probe(self.prober, endpoint, self.cut));
            probing.catch_unwind().await.unwrap_or_else(|_| probe::broken(endpoint))
        };
        let mut result = tokio::select! {
            result = again => result,
            () = self.stopped() => return Err(Unlooked::Stopped),
        };
        if result.reason == Some(Reason::Deadline) {
            return Err(Unlooked::NoTime);
        }
        result.verify = true;
        Ok(result)
    }
}
