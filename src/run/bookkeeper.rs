//! What a run writes, in its order: history lines, then the state; then, when something is healed, both once more.
//!
//! A crash between any two of them repeats what follows, never skips it.

use super::dispatch::Dispatched;
use super::mend::{self, Bench, Claimed, Scope};
use super::plan::Plan;
use super::probe::Prober;
use super::recall::{self, Recorded};
use super::record::{self, Commit, Committed};
use super::round::{Notes, Settings};
use super::tell::{self, Aside};
use super::{circumstances, opening};
use crate::alert::Run;
use crate::heal::Outcome;
use crate::model::{ExitReason, Healing, ProbeResult, Summary};
use crate::store::{Read, State, StateDir, StoreError};
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
    pub known: Option<&'a Read>,
    /// Whether the run keeps its vigil already.
    pub watched: bool,
}

/// What healing came to.
#[derive(Debug)]
pub struct Mended {
    /// The state after the last commit that worked.
    pub state: State,
    /// The attempts.
    pub healing: Vec<Healing>,
}

/// What one change of the state came to.
struct Changed<T> {
    value: T,
    aside: Aside,
    warning: Option<String>,
}

impl Bookkeeper<'_> {
    /// Writes the results: history first, then in one commit all that nobody heals, and the attempts of the rest.
    pub fn first(&self, dispatched: &Dispatched, notes: &mut Notes) -> Option<Committed<Claimed>> {
        let recorded: Vec<&ProbeResult> = record::recorded(self.plan, &dispatched.results).collect();
        let summary = Summary::of(&dispatched.results);
        let rules = self.prober.rules.borrow().clone();
        let audience = &self.settings.audience;
        let left = self.cut.saturating_duration_since(Instant::now());
        let heals = self.settings.heals && dispatched.signal.is_none();
        let written = self.write(&recorded, &summary, notes, |dir, state, aside, now| {
            let scope = Scope {
                plan: self.plan,
                rules: &rules,
                audience,
                run: self.run,
                dir,
                left,
                heals,
                watched: self.watched,
            };
            let claimed = mend::claim(state, &scope, &dispatched.results, now)?;
            let healed: HashSet<_> = claimed.claims.iter().filter_map(|claim| claim.id(self.plan)).collect();
            let rest: Vec<&ProbeResult> =
                recorded.iter().copied().filter(|result| !healed.contains(&result.id)).collect();
            let told = record::apply(state, &rest, &self.commit(&summary), &claimed.remarks, now);
            aside.add(told, self.prober.decisions.wanted());
            claimed.heard(state);
            let unqueued = tell::queue(state, audience, &claimed.notices, self.told_of(&summary), now);
            aside.unsaid.extend(unqueued.iter().map(tell::why_unqueued));
            Ok(claimed)
        });
        let written = written?;
        self.prober.decisions.extend(|| written.value.decisions.iter().cloned());
        notes.warnings.extend(written.value.warnings.iter().cloned());
        Some(written)
    }

    /// Heals, and writes what came of it. The second looks replace the failing results.
    pub async fn mend(
        &self,
        first: Committed<Claimed>,
        dispatched: &mut Dispatched,
        notes: &mut Notes,
        finished: &mut dyn FnMut(&ProbeResult),
    ) -> Mended {
        let Committed { state, value: claimed } = first;
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
        let unstarted = acted.iter().filter(|one| one.done.outcome == Outcome::NotStarted);
        self.prober.decisions.extend(|| {
            let path = self.settings.command_env.iter().find(|(name, _)| name == "PATH").map(|(_, path)| path);
            unstarted
                .filter_map(|one| Some((one.claim.id(self.plan)?, path?)))
                .map(|(id, path)| format!("{id}: heal: PATH is {path}"))
                .collect::<Vec<_>>()
        });
        dispatched.signal = dispatched.signal.or(*self.settings.signal.borrow());
        notes.warnings.append(&mut self.prober.warnings.borrow_mut());
        let failing = dispatched.results.clone();
        let mut looked_at = HashSet::new();
        for one in &acted {
            if let (Some(slot), Ok(result)) = (dispatched.results.get_mut(one.claim.index), &one.looked) {
                slot.clone_from(result);
                looked_at.insert(one.claim.index);
            }
        }
        circumstances::mark_some(
            self.plan,
            &mut dispatched.results,
            self.known.map(|known| &known.state),
            &self.settings.audience,
            |at| looked_at.contains(&at),
        );
        for one in &mut acted {
            let id = one.claim.id(self.plan).map(ToString::to_string).unwrap_or_default();
            match &mut one.looked {
                Ok(result) => {
                    if let Some(marked) = dispatched.results.get(one.claim.index) {
                        result.clone_from(marked);
                        finished(marked);
                    }
                }
                Err(why) => notes.warnings.extend(why.words().map(|words| format!("{id}: {words}"))),
            }
        }
        let looked: Vec<&ProbeResult> = acted.iter().filter_map(|one| one.looked.as_ref().ok()).collect();
        let summary = Summary::of(&dispatched.results);
        let heard: Vec<&ProbeResult> = acted.iter().filter_map(|one| dispatched.results.get(one.claim.index)).collect();
        let audience = &self.settings.audience;
        let written = self.write(&looked, &summary, notes, |_, state, aside, now| {
            let about = (self.plan, self.run, audience.counts);
            let (remarks, notices) = mend::settle(state, about, (&acted, &failing), now);
            let told = record::apply(state, &heard, &self.commit(&summary), &remarks, now);
            aside.add(told, self.prober.decisions.wanted());
            let unqueued = tell::queue(state, audience, &notices, self.told_of(&summary), now);
            aside.unsaid.extend(unqueued.iter().map(tell::why_unqueued));
            Ok(())
        });
        drop(claimed);
        let healing = mend::tell(self.plan, self.run, &acted, &failing);
        Mended { state: written.map_or(state, |written| written.state), healing }
    }

    /// Lines into the history, then a commit, both under the state's lock: a crash between the two repeats, never skips.
    /// Without a usable state the lines are written all the same, and the next run takes in what it missed. What others
    /// left uncounted is heard before `change`, which adds what it tells.
    fn write<T>(
        &self,
        lines: &[&ProbeResult],
        summary: &Summary,
        notes: &mut Notes,
        change: impl FnOnce(&StateDir, &mut State, &mut Aside, Timestamp) -> Result<T, StoreError>,
    ) -> Option<Committed<T>> {
        let file = opening::history(self.settings)?;
        let locked = self.dir.map(|dir| (dir, record::lock(dir)));
        let mut own = None;
        if locked.is_some() || opening::may_write(self.settings) {
            if let Some(appended) = notes.keep(record::history(&file, self.run, lines)) {
                own = Some(appended.bytes).filter(|bytes| *bytes > 0);
                notes.warnings.extend(appended.warnings.iter().cloned());
                notes.appended.add(appended);
            }
        } else if !lines.is_empty() {
            notes.own.push(ExitReason::HistoryNotWritten);
        }
        let (dir, locked) = locked?;
        let mut locked = notes.keep(locked)?;
        let (now, audience) = (clock::now(), &self.settings.audience);
        let unseen = Read::default();
        let changed = record::change(&mut locked, self.known.unwrap_or(&unseen), now, |state| {
            let mut aside = Aside::default();
            let mut warning = None;
            if audience.counts {
                warning = tell::enter(state, audience, self.run, now);
                let recorded = Recorded { history: &file, own };
                aside = recall::catch_up(state, Some(dir), recorded, audience, self.told_of(summary), now);
            }
            change(dir, state, &mut aside, now).map(|value| Changed { value, aside, warning })
        });
        let Committed { state, value: Changed { value, aside, warning } } = notes.keep(changed)?;
        notes.warnings.extend(warning);
        notes.press(aside.warning(now));
        self.prober.decisions.extend(|| aside.unsaid);
        Some(Committed { state, value })
    }

    /// The run as its messages name it.
    fn told_of<'c>(&'c self, summary: &'c Summary) -> Run<'c> {
        Run { id: self.run, summary }
    }

    fn commit<'c>(&'c self, summary: &'c Summary) -> Commit<'c> {
        Commit {
            exits: &self.prober.exits,
            audience: &self.settings.audience,
            run: self.told_of(summary),
            slot_at: self.slot_at,
        }
    }
}
