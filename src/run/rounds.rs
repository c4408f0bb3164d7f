//! All probes once, or with `--wait` until all are up; and what is seen of them meanwhile.

use super::dispatch::{Dispatched, dispatch};
use super::plan::Plan;
use super::probe::Prober;
use super::settings::{Settings, Wait};
use crate::model::{ProbeResult, Verdict};
use std::rc::Rc;
use std::time::Duration;
use tokio::time::Instant;

/// Nobody waits for less than this once more.
const SOON: Duration = Duration::from_millis(100);

/// What a run shows of itself while it goes on.
#[derive(Clone, Copy, Debug)]
pub enum Sight<'a> {
    /// A result of the round that counts.
    Result(&'a ProbeResult),
    /// `--wait`: a round is over and another one follows.
    Waiting {
        /// What the round found.
        results: &'a [ProbeResult],
        /// Since the waiting began.
        passed: Duration,
        /// So long it may be.
        of: Duration,
    },
}

/// Probes and judges: one round, or with `--wait` as many as it takes until all are up or the time is over.
pub async fn rounds(
    plan: &Plan,
    settings: &Settings,
    prober: &Rc<Prober>,
    cut: Instant,
    seen: &mut dyn FnMut(Sight<'_>),
) -> Dispatched {
    let mut signal = settings.signal.clone();
    let Some(Wait { at_most, pause }) = settings.wait else {
        return dispatch(plan, prober, cut, signal, &mut |result| seen(Sight::Result(result))).await;
    };
    let began = Instant::now();
    loop {
        let round_began = Instant::now();
        // Warnings, decisions and evidence are those of the round that counts.
        prober.warnings.borrow_mut().clear();
        prober.decisions.take();
        prober.look_afresh();
        let round = dispatch(plan, prober, cut, signal.clone(), &mut |_| {}).await;
        let all_up = round.results.iter().all(|result| matches!(result.verdict, Verdict::Up | Verdict::Skipped));
        let next = next_round(began + at_most, pause, round_began.elapsed()).filter(|next| *next < cut);
        let mut last = all_up || round.signal.is_some() || next.is_none();
        if let Some(next) = next.filter(|_| !last) {
            seen(Sight::Waiting { results: &round.results, passed: began.elapsed(), of: at_most });
            last = tokio::select! {
                () = tokio::time::sleep_until(next) => false,
                Ok(()) = signal.changed() => true,
            };
        }
        if last {
            let probed = round.results.iter().filter(|result| result.verdict != Verdict::Skipped);
            probed.for_each(|result| seen(Sight::Result(result)));
            let signal = round.signal.or(*signal.borrow());
            return Dispatched { signal, ..round };
        }
    }
}

/// When the next round begins: after the pause, but the last one so that it ends with the waiting, if it takes as long as
/// the one before. None when no time is left for one that could find anything else.
fn next_round(over: Instant, pause: Duration, took: Duration) -> Option<Instant> {
    let now = Instant::now();
    let latest = over.checked_sub(took)?;
    (latest > now + SOON.min(pause / 10)).then(|| latest.min(now + pause))
}
