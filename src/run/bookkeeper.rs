//! What a run writes, in its order: history lines, then the state; then, when something is healed, both once more.
//!
//! A crash between any two of them repeats what follows, never skips it.

use super::circumstances;
use super::dispatch::Dispatched;
use super::mend::{self, Acted, Bench, Claimed, Scope};
use super::notes::Notes;
use super::opening::{self, Opened};
use super::recall::{self, Recorded};
use super::record::{self, Commit, Committed};
use super::round::Round;
use super::tell::{self, Aside};
use crate::alert::Run;
use crate::heal::Outcome;
use crate::model::{ExitReason, Healing, Notice, ProbeResult, Summary};
use crate::store::{State, StateDir, StoreError, Vigil};
use crate::world::clock;
use jiff::Timestamp;
use std::collections::HashSet;
use tokio::time::Instant;

/// Writes for one run.
#[derive(Clone, Copy, Debug)]
pub struct Bookkeeper<'a> {
    /// The run.
    pub round: Round<'a>,
    /// The state as it was opened; none when it can't be used or must not be touched.
    pub opened: Option<&'a Opened>,
    /// The run's vigil, where it keeps one already.
    pub vigil: Option<&'a Vigil>,
}

/// What was written.
#[derive(Debug)]
pub struct Kept {
    /// The state after the last commit that worked; none when none did.
    pub state: Option<State>,
    /// What was tried to mend failing endpoints.
    pub healing: Vec<Healing>,
}

/// What one change of the state came to.
struct Changed<T> {
    value: T,
    aside: Aside,
    warning: Option<String>,
}

impl<'a> Bookkeeper<'a> {
    /// Records and commits the results. Where that began attempts to heal, makes them, looks again, and records and commits
    /// what came of it; the second looks replace the failing results, and `finished` sees them.
    pub async fn keep(
        &self,
        probed: &mut Dispatched,
        notes: &mut Notes,
        finished: &mut dyn FnMut(&ProbeResult),
    ) -> Kept {
        let Some(Committed { state, value: claimed }) = self.record(probed, notes) else {
            return Kept { state: None, healing: Vec::new() };
        };
        if claimed.claims.is_empty() {
            return Kept { state: Some(state), healing: Vec::new() };
        }
        // Whoever claimed something keeps one.
        let Some(vigil) = self.vigil.or(claimed.vigil.as_ref()) else {
            return Kept { state: Some(state), healing: Vec::new() };
        };
        let acted = self.heal(&claimed, vigil, probed, notes).await;
        let kept = self.record_healing(state, acted, probed, notes, finished);
        // Till now its vigil has told other runs that this one lives.
        drop(claimed);
        kept
    }

    /// History first, then in one commit all that nobody heals, and the attempts of the rest.
    fn record(&self, probed: &Dispatched, notes: &mut Notes) -> Option<Committed<Claimed<'a>>> {
        let Round { plan, settings, prober, begun } = self.round;
        let recorded: Vec<&ProbeResult> = record::recorded(plan, &probed.results).collect();
        let summary = Summary::of(&probed.results);
        let rules = prober.rules.borrow().clone();
        let redactor = prober.redactor();
        let left = begun.cut.saturating_duration_since(Instant::now());
        let heals = settings.heals && probed.signal.is_none();
        let written = self.write(&recorded, &summary, notes, |dir, state, aside, now| {
            let scope = Scope {
                plan,
                rules: &rules,
                audience: &settings.audience,
                redactor: &redactor,
                run: &begun.id,
                dir,
                left,
                heals,
                vigil: self.vigil,
            };
            let claimed = mend::claim(state, &scope, &probed.results, now)?;
            let healed: HashSet<_> = claimed.claims.iter().map(|claim| &claim.endpoint.id).collect();
            let rest: Vec<&ProbeResult> =
                recorded.iter().copied().filter(|result| !healed.contains(&result.id)).collect();
            let told = record::apply(state, &rest, &self.commit(&summary), &claimed.remarks, now);
            aside.add(told, prober.decisions.wanted());
            claimed.heard(state);
            self.queue(state, &claimed.notices, &summary, aside, now);
            Ok(claimed)
        })?;
        prober.decisions.extend(|| written.value.decisions.iter().cloned());
        notes.warnings.extend(written.value.warnings.iter().cloned());
        Some(written)
    }

    /// Makes the attempts, and looks again.
    async fn heal<'c>(
        &self,
        claimed: &'c Claimed<'a>,
        vigil: &Vigil,
        probed: &mut Dispatched,
        notes: &mut Notes,
    ) -> Vec<Acted<'c>> {
        let Round { settings, prober, begun, .. } = self.round;
        let bench = Bench {
            vigil,
            prober,
            results: &probed.results,
            env: &settings.command_env,
            cut: begun.cut,
            reserve: begun.reserve,
            signal: &settings.signal,
        };
        let acted = mend::act(bench, &claimed.claims).await;
        let unstarted = acted.iter().filter(|one| one.done.outcome == Outcome::NotStarted);
        prober.decisions.extend(|| {
            let path = settings.command_env.iter().find(|(name, _)| name == "PATH").map(|(_, path)| path);
            unstarted
                .filter_map(|one| Some(format!("{}: heal: PATH is {}", one.claim.endpoint.id, path?)))
                .collect::<Vec<_>>()
        });
        probed.signal = probed.signal.or(*settings.signal.borrow());
        notes.warnings.append(&mut prober.warnings.borrow_mut());
        acted
    }

    /// Writes what came of healing. `state` is that of the first commit, which stays where the second fails.
    fn record_healing(
        &self,
        state: State,
        mut acted: Vec<Acted>,
        probed: &mut Dispatched,
        notes: &mut Notes,
        finished: &mut dyn FnMut(&ProbeResult),
    ) -> Kept {
        let Round { settings, prober, begun, .. } = self.round;
        let failing = probed.results.clone();
        self.put_in_place(&mut acted, &mut probed.results, notes, finished);
        let looked: Vec<&ProbeResult> = acted.iter().filter_map(|one| one.looked.as_ref().ok()).collect();
        let summary = Summary::of(&probed.results);
        let heard: Vec<&ProbeResult> = acted.iter().filter_map(|one| probed.results.get(one.claim.index)).collect();
        let written = self.write(&looked, &summary, notes, |_, state, aside, now| {
            let about = (begun.id.as_str(), settings.audience.counts);
            let (remarks, notices) = mend::settle(state, about, (&acted, &failing), now);
            let told = record::apply(state, &heard, &self.commit(&summary), &remarks, now);
            aside.add(told, prober.decisions.wanted());
            self.queue(state, &notices, &summary, aside, now);
            Ok(())
        });
        let healing = mend::tell(&begun.id, &acted, &failing);
        Kept { state: Some(written.map_or(state, |written| written.state)), healing }
    }

    /// The second looks replace the failing results, and are marked as those were.
    fn put_in_place(
        &self,
        acted: &mut [Acted],
        results: &mut [ProbeResult],
        notes: &mut Notes,
        finished: &mut dyn FnMut(&ProbeResult),
    ) {
        let mut looked_at = HashSet::new();
        for one in &*acted {
            if let (Some(slot), Ok(result)) = (results.get_mut(one.claim.index), &one.looked) {
                slot.clone_from(result);
                looked_at.insert(one.claim.index);
            }
        }
        let Round { plan, settings, .. } = self.round;
        let stored = self.opened.map(Opened::state);
        circumstances::mark_some(plan, results, stored, &settings.audience, |at| looked_at.contains(&at));
        for one in acted {
            match &mut one.looked {
                Ok(result) => {
                    if let Some(marked) = results.get(one.claim.index) {
                        result.clone_from(marked);
                        finished(marked);
                    }
                }
                Err(why) => {
                    notes.warnings.extend(why.words().map(|words| format!("{}: {words}", one.claim.endpoint.id)));
                }
            }
        }
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
        let Round { settings, prober, begun, .. } = self.round;
        let file = opening::history(settings)?;
        let locked = self.opened.map(|opened| (opened, record::lock(&opened.dir)));
        let mut own = None;
        if locked.is_some() || opening::may_write(settings) {
            if let Some(appended) = notes.keep(record::history(&file, &begun.id, lines)) {
                own = Some(appended.bytes).filter(|bytes| *bytes > 0);
                notes.warnings.extend(appended.warnings.iter().cloned());
                notes.appended.add(appended);
            }
        } else if !lines.is_empty() {
            notes.own.push(ExitReason::HistoryNotWritten);
        }
        let (opened, locked) = locked?;
        let mut locked = notes.keep(locked)?;
        let (now, audience) = (clock::now(), &settings.audience);
        let changed = record::change(&mut locked, &opened.read, now, |state| {
            let mut aside = Aside::default();
            let mut warning = None;
            if audience.counts {
                warning = tell::enter(state, audience, &begun.id, now);
                let recorded = Recorded { history: &file, own };
                aside = recall::catch_up(state, Some(&opened.dir), recorded, audience, self.run(summary), now);
            }
            change(&opened.dir, state, &mut aside, now).map(|value| Changed { value, aside, warning })
        });
        let Committed { state, value: Changed { value, aside, warning } } = notes.keep(changed)?;
        notes.warnings.extend(warning);
        notes.press(aside.warning(now));
        prober.decisions.extend(|| aside.unsaid);
        Some(Committed { state, value })
    }

    /// Queues what healing has to say.
    fn queue(&self, state: &mut State, notices: &[Notice], summary: &Summary, aside: &mut Aside, now: Timestamp) {
        let unqueued = tell::queue(state, &self.round.settings.audience, notices, self.run(summary), now);
        aside.unsaid.extend(unqueued.iter().map(tell::why_unqueued));
    }

    /// The run as its messages name it.
    fn run<'c>(&'c self, summary: &'c Summary) -> Run<'c> {
        Run { id: &self.round.begun.id, summary }
    }

    fn commit<'c>(&'c self, summary: &'c Summary) -> Commit<'c> {
        let Round { settings, prober, begun, .. } = self.round;
        Commit { exits: &prober.exits, audience: &settings.audience, run: self.run(summary), slot_at: begun.at }
    }
}
