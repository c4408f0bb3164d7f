//! What the hosts' clocks say of this machine's: gathered in a round, and asked before a value is called stale.

use super::probe::Prober;
use crate::config::settings::Endpoint;
use crate::judge::skew::{self, Skew};
use crate::judge::{self, Judgement};
use crate::model::{Blame, FailureKind, Observation, Problem, Reason, Severity, Verdict};
use crate::world::clock;
use jiff::{SignedDuration, Timestamp};
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// So long one waits for what the others say.
const PATIENCE: Duration = Duration::from_secs(10);

/// The clocks of a round.
#[derive(Debug, Default)]
pub struct Clocks {
    /// By how many seconds each host is ahead.
    ahead: RefCell<HashMap<String, i64>>,
    /// Probes that have not had their say.
    awaited: Cell<usize>,
    all_spoke: Notify,
}

/// One probe's say, which it has had when this is dropped.
#[derive(Debug)]
pub struct Say<'a>(&'a Clocks);

impl Drop for Say<'_> {
    fn drop(&mut self) {
        self.0.awaited.set(self.0.awaited.get().saturating_sub(1));
        if self.0.awaited.get() == 0 {
            self.0.all_spoke.notify_waiters();
        }
    }
}

impl Clocks {
    /// A round of so many probes begins.
    pub fn begin(&self, probes: usize) {
        self.ahead.borrow_mut().clear();
        self.awaited.set(probes);
    }

    /// A probe begins.
    pub fn say(&self) -> Say<'_> {
        Say(self)
    }

    /// How far this machine's clock is off, as far as is known by now.
    pub fn skew(&self) -> Option<Skew> {
        skew::skew(self.ahead.borrow().values().copied().collect())
    }

    /// Keeps what an answer says. Of one host the answer that is nearest to this machine's clock counts.
    pub fn note(&self, endpoint: &Endpoint, seen: &Observation) {
        let Some(ahead) = skew::ahead(seen, clock::now()) else { return };
        let Some(host) = endpoint.request.url.host_str() else { return };
        let mut all = self.ahead.borrow_mut();
        match all.get_mut(host) {
            Some(known) if known.unsigned_abs() <= ahead.unsigned_abs() => {}
            Some(known) => *known = ahead,
            None => {
                all.insert(host.to_owned(), ahead);
            }
        }
    }

    /// The same once every probe has had its say, or who waits has been patient enough: what is asked after that needs time
    /// before `cut`, too.
    async fn skew_of_all(&self, cut: Instant) -> Option<Skew> {
        let spoken = self.all_spoke.notified();
        if self.awaited.get() > 0 {
            let patience = PATIENCE.min(cut.saturating_duration_since(Instant::now()) / 2);
            let _ = tokio::time::timeout(patience, spoken).await;
        }
        self.skew()
    }
}

/// Turns a verdict into unknown/local when values are stale, or certificates out of their dates, by a clock of this machine's
/// that is absurd, or wrong and the only one by which they are.
pub async fn excuse(prober: &Prober, endpoint: &Endpoint, seen: &Observation, judgement: &mut Judgement, cut: Instant) {
    match seen {
        Observation::Response(_) => stale(prober, endpoint, seen, judgement, cut).await,
        Observation::Failure(failure) => {
            if let FailureKind::Untimely { from, until } = failure.kind {
                untimely(prober, endpoint, from..=until, judgement, cut).await;
            }
        }
    }
}

/// Only who has the same wrong time as the target's own clock waits for what the others say.
async fn stale(prober: &Prober, endpoint: &Endpoint, seen: &Observation, judgement: &mut Judgement, cut: Instant) {
    let is_stale = |judgement: &Judgement| judgement.problems.iter().any(|problem| problem.kind == Reason::Stale);
    let now = clock::now();
    if !is_stale(judgement) {
        return;
    }
    if let Some(words) = skew::absurd(now) {
        return blame_clock(judgement, &words);
    }
    if !skew::ahead(seen, now).is_some_and(skew::is_off) {
        return;
    }
    let Some(skew) = prober.clocks.skew_of_all(cut).await else { return };
    let again = judge::judge(seen, &endpoint.rules, &prober.redactor(), right(&skew));
    if is_stale(&again) {
        return;
    }
    prober.decisions.note(|| format!("{}: stale only by a wrong clock: {}", endpoint.id, skew.words()));
    match again.verdict {
        Verdict::Down | Verdict::Degraded | Verdict::Unknown | Verdict::Skipped => *judgement = again,
        Verdict::Up => blame_clock(judgement, &skew.words()),
    }
}

/// An absurd clock shakes no hands at all.
async fn untimely(
    prober: &Prober,
    endpoint: &Endpoint,
    valid: RangeInclusive<i64>,
    judgement: &mut Judgement,
    cut: Instant,
) {
    let Some(skew) = prober.clocks.skew_of_all(cut).await else { return };
    if valid.contains(&right(&skew).as_second()) {
        prober.decisions.note(|| format!("{}: out of date only by a wrong clock: {}", endpoint.id, skew.words()));
        blame_clock(judgement, &skew.words());
    }
}

/// The right time by what the hosts say.
fn right(skew: &Skew) -> Timestamp {
    let now = clock::now();
    now.saturating_add(SignedDuration::from_secs(skew.seconds)).unwrap_or(now)
}

fn blame_clock(judgement: &mut Judgement, words: &str) {
    let before = judgement.message.take().unwrap_or_default();
    let message = format!("{words} (seen here: {before})");
    judgement.verdict = Verdict::Unknown;
    judgement.reason = Some(Reason::Local);
    judgement.blame = Some(Blame::Local);
    judgement.problems =
        vec![Problem { kind: Reason::Local, severity: Severity::Unknown, path: None, message: message.clone() }];
    judgement.message = Some(message);
}
