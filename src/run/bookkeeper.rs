//! What a run writes, in its order: history lines, then the state; then, when something is healed, both once more.
//!
//! A crash between any two of them repeats what follows, never skips it.

use super::circumstances;
use super::dispatch::Dispatched;
use super::mend::{self, Bench, Claimed, Scope};
use super::plan::Plan;
use super::probe::Prober;
use super::record::{self, Commit};
use super::round::{Notes, Settings};
use super::tell;
use crate::model::{ExitReason, Healing, ProbeResult, Summary};
use crate::store::{State, StateDir};
use crate::world::clock;
use jiff::Timestamp;
use std::collections::HashSet;
use std::time::Duration;
use tokio::time::Instant;

/// Writes for one run.
#[derive(Clone, Copy, Debug)]
pub struct Bookkeeper<'a> {
    /// What the run is about.
    pub plan: &'a Plan,
    /// How it is made.
    pub settings: &'a Settings,
    /// What probed, and probes again.
    pub prober: &'a Prober,
    /// Where the state is; none when it can't be used or must not be touched.
    pub dir: Option<&'a StateDir>,
    /// The run's ULID.
    pub run: &'a str,
    /// When the run began.
    pub slot_at: Timestamp,
    /// When probing and healing must be over …
    pub cut: Instant,
    /// … and what recording and delivery have after that.
    pub reserve: Duration,
    /// What the state knew at the run's start.
    pub known: Option<&'a State>,
}

impl Bookkeeper<'_> {
    /// Writes the results: history first, then in one commit all that nobody heals, and the attempts of the rest.
    pub fn first(&self, dispatched: &Dispatched, notes: &mut Notes) -> Option<(State, Claimed)> {
        let recorded: Vec<&ProbeResult> = record::recorded(self.plan, &dispatched.results).collect();
        let Some(dir) = self.dir.filter(|_| self.settings.history.is_some()) else {
            if self.settings.history.is_some() && self.settings.state_dir.is_some() && !recorded.is_empty() {
                notes.own.push(ExitReason::HistoryNotWritten);
            }
            return None;
        };
        self.append(dir, &recorded, notes);
        let summary = Summary::of(&dispatched.results);
        let rules = self.prober.rules.borrow().clone();
        let audience = &self.settings.audience;
        let scope = Scope {
            plan: self.plan,
            rules: &rules,
            audience,
            run: self.run,
            dir,
            left: self.cut.saturating_duration_since(Instant::now()),
            heals: self.settings.heals && dispatched.signal.is_none(),
        };
        let now = clock::now();
        let commit = self.commit(&summary);
        let changed = record::change(dir, now, |state| {
            let mut unsaid = Vec::new();
            if audience.counts {
                let orphans = mend::orphans(state, dir);
                unsaid = tell::hear(state, audience, &orphans, (self.run, &summary), now).reasons();
            }
            let claimed = mend::claim(state, &scope, &dispatched.results, now)?;
            let healed: HashSet<_> = claimed.claims.iter().filter_map(|claim| claim.id(self.plan)).collect();
            let rest: Vec<&ProbeResult> =
                recorded.iter().copied().filter(|result| !healed.contains(&result.id)).collect();
            unsaid.extend(record::apply(state, &rest, &commit, &claimed.remarks, now));
            claimed.heard(state);
            let unqueued = tell::queue(state, audience, &claimed.notices, (self.run, &summary), now);
            unsaid.extend(unqueued.iter().map(tell::why_unqueued));
            Ok((claimed, unsaid))
        });
        let (state, (claimed, unsaid)) = notes.keep(changed)?;
        let mut decisions = self.prober.decisions.borrow_mut();
        decisions.extend(unsaid);
        decisions.extend(claimed.decisions.iter().cloned());
        notes.warnings.extend(claimed.warnings.iter().cloned());
        Some((state, claimed))
    }

    /// Heals, and writes what came of it. The second looks replace the failing results.
    pub async fn mend(
        &self,
        state: State,
        claimed: Claimed,
        dispatched: &mut Dispatched,
        notes: &mut Notes,
        finished: &mut dyn FnMut(&ProbeResult),
    ) -> (Option<State>, Vec<Healing>) {
        let Some(dir) = self.dir else { return (Some(state), Vec::new()) };
        let bench = Bench {
            plan: self.plan,
            prober: self.prober,
            results: &dispatched.results,
            env: &self.settings.command_env,
            cut: self.cut,
            reserve: self.reserve,
            signal: &self.settings.signal,
        };
        let mut acted = mend::act(bench, &claimed.claims).await;
        dispatched.signal = dispatched.signal.or(*self.settings.signal.borrow());
        notes.warnings.append(&mut self.prober.warnings.borrow_mut());
        let failing = dispatched.results.clone();
        for one in &acted {
            if let (Some(slot), Ok(result)) = (dispatched.results.get_mut(one.claim.index), &one.looked) {
                slot.clone_from(result);
            }
        }
        let mut marked = dispatched.results.clone();
        circumstances::mark(self.plan, &mut marked, self.known, &self.settings.audience.intervals());
        let mut looked = Vec::new();
        for one in &mut acted {
            let at = one.claim.index;
            let id = one.claim.id(self.plan).map(ToString::to_string).unwrap_or_default();
            match &mut one.looked {
                Ok(result) => {
                    if let (Some(slot), Some(marked)) = (dispatched.results.get_mut(at), marked.get(at)) {
                        result.clone_from(marked);
                        slot.clone_from(marked);
                        finished(marked);
                    }
                    looked.push(&*result);
                }
                Err(why) => notes.warnings.extend(why.words().map(|words| format!("{id}: {words}"))),
            }
        }
        self.append(dir, &looked, notes);
        let summary = Summary::of(&dispatched.results);
        let heard: Vec<&ProbeResult> = acted.iter().filter_map(|one| dispatched.results.get(one.claim.index)).collect();
        let now = clock::now();
        let commit = self.commit(&summary);
        let audience = &self.settings.audience;
        let changed = record::change(dir, now, |state| {
            let about = (self.plan, self.run, audience.counts);
            let (remarks, notices) = mend::settle(state, about, (&acted, &failing), now);
            let mut unsaid = record::apply(state, &heard, &commit, &remarks, now);
            let unqueued = tell::queue(state, audience, &notices, (self.run, &summary), now);
            unsaid.extend(unqueued.iter().map(tell::why_unqueued));
            Ok(unsaid)
        });
        drop(claimed);
        let healing = mend::tell(self.plan, self.run, &acted, &failing);
        let Some((state, unsaid)) = notes.keep(changed) else { return (Some(state), healing) };
        self.prober.decisions.borrow_mut().extend(unsaid);
        (Some(state), healing)
    }

    fn append(&self, dir: &StateDir, results: &[&ProbeResult], notes: &mut Notes) {
        let Some(history) = &self.settings.history else { return };
        let file = record::file(dir, history);
        if let Some(appended) = notes.keep(record::history(&file, self.run, results)) {
            notes.warnings.extend(appended.warnings.iter().cloned());
            notes.appended.add(appended);
        }
    }

    fn commit<'c>(&'c self, summary: &'c Summary) -> Commit<'c> {
        Commit {
            exits: &self.prober.exits,
            audience: &self.settings.audience,
            run: self.run,
            summary,
            slot_at: self.slot_at,
        }
    }
}
