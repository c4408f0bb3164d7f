//! The actions, each once, side by side; then the second looks.

use super::Claim;
use crate::config::settings::{Endpoint, HealRule, HealRun};
use crate::heal::{ActionKey, Outcome, pause};
use crate::model::{ProbeResult, Reason};
use crate::probe::Via;
use crate::process::GRACE;
use crate::remedy::{self, Done, Limits, Subject};
use crate::run::plan::Plan;
use crate::run::probe::{self, Prober};
use crate::world::clock;
use crate::world::signals::{Signal, came};
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

/// What came of one attempt. Texts are redacted.
#[derive(Clone, Debug)]
pub struct Acted {
    /// The attempt.
    pub claim: Claim,
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
    /// What the run is about.
    pub plan: &'a Plan,
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
pub async fn act(bench: Bench<'_>, claims: &[Claim]) -> Vec<Acted> {
    // The second looks are judged by how things are then.
    bench.prober.look_afresh();
    let mut groups: BTreeMap<&ActionKey, Vec<&Claim>> = BTreeMap::new();
    for claim in claims {
        groups.entry(&claim.key).or_default().push(claim);
    }
    let acted = join_all(groups.into_values().map(|group| bench.group(group))).await;
    let mut acted: Vec<Acted> = acted.into_iter().flatten().collect();
    acted.sort_by_key(|one| one.claim.index);
    acted
}

impl Bench<'_> {
    fn left(&self) -> Duration {
        self.cut.saturating_duration_since(Instant::now())
    }

    async fn stopped(&self) {
        came(Some(self.signal)).await;
    }

    /// All attempts that share one action.
    async fn group(self, group: Vec<&Claim>) -> Vec<Acted> {
        let Some(leader) = group.iter().find(|claim| claim.attempt.shared_with.is_none()) else { return Vec::new() };
        let Some((endpoint, rule)) = self.rule(leader) else { return Vec::new() };
        let (started, began) = (clock::now(), Instant::now());
        let mut done = self.run(endpoint, rule, leader).await;
        let (ended, took) = (clock::now(), began.elapsed());
        let redactor = self.prober.redactor();
        redactor.redact_in_place(&mut done.message);
        let action = redactor.redact(&shown(&rule.run)).into_owned();
        let looks = group.into_iter().map(|claim| {
            let (done, action) = (done.clone(), action.clone());
            async move {
                let looked =
                    if done.outcome == Outcome::Interrupted { Err(Unlooked::Stopped) } else { self.look(claim).await };
                Acted { claim: claim.clone(), done, action, started, ended, took, looked }
            }
        });
        join_all(looks).await
    }

    fn rule(&self, claim: &Claim) -> Option<(&Endpoint, &HealRule)> {
        let endpoint = &*self.plan.items.get(claim.index)?.endpoint;
        Some((endpoint, endpoint.heal.get(claim.rule)?))
    }

    async fn run(&self, endpoint: &Endpoint, rule: &HealRule, claim: &Claim) -> Done {
        let (result, redactor) = (self.results.get(claim.index), self.prober.redactor());
        match &rule.run {
            HealRun::Command(command) => {
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
                remedy::command(command, self.env, subject, Limits { timeout, grace }, &redactor, self.stopped()).await
            }
            HealRun::Http(request) => {
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
            HealRun::HandOver => unreachable!("nothing is claimed for `run: none`"),
        }
    }

    /// Waits, and probes again.
    async fn look(&self, claim: &Claim) -> Result<ProbeResult, Unlooked> {
        let Some((endpoint, _)) = self.rule(claim).filter(|(_, rule)| rule.verify) else {
            return Err(Unlooked::NotAsked);
        };
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

/// What is run, for a person. Not redacted yet.
pub fn shown(run: &HealRun) -> String {
    match run {
        HealRun::HandOver => "none".to_owned(),
        HealRun::Command(command) => remedy::shown(&command.argv),
        HealRun::Http(request) => format!("{} {}", request.method, request.shown_url),
    }
}
