//! One run from plan to report. What it returns is finished but for the outputs, and the heartbeat that follows them.

use super::begun::Begun;
use super::bookkeeper::Bookkeeper;
use super::clocks::Clocks;
use super::decisions::Decisions;
use super::dispatch::Dispatched;
use super::exits::Exits;
use super::finish::{Finished, Left};
use super::notes::Notes;
use super::online::Online;
use super::opening::Opened;
use super::permits::Permits;
use super::plan::Plan;
use super::probe::Prober;
use super::rounds::{Sight, rounds};
use super::settings::Settings;
use super::{circumstances, due, news, opening, rollups, tokens};
use crate::deliver::Courier;
use crate::model::{ExitReason, Redactor};
use crate::probe::{Engine, Options};
use crate::store::StateDir;
use crate::world::{clock, limits};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// What the steps after probing look at and none changes.
#[derive(Clone, Copy, Debug)]
pub struct Round<'a> {
    /// What the run is about.
    pub plan: &'a Plan,
    /// How it is made.
    pub settings: &'a Settings,
    /// What probed, and probes again.
    pub prober: &'a Prober,
    /// Its name and its hours.
    pub begun: &'a Begun,
}

/// Makes a run. `seen` gets every probed result of the round that counts as it comes; with `--wait` only the last round's,
/// at its end.
pub async fn run(
    mut plan: Plan,
    settings: &Settings,
    redactor: &Redactor,
    seen: &mut dyn FnMut(Sight<'_>),
) -> Finished {
    let begun = Begun::now(settings.deadline);
    let mut notes = Notes::default();
    notes.warnings.extend(settings.without.iter().cloned());

    // Plan: what was selected, and with --due is due by what is known.
    let mut opened = opening::open(settings, begun.at, &mut notes);
    let vigil = due::apply(&mut plan, settings, opened.as_ref(), &begun, &mut notes);

    // Probe and judge.
    let prober = Rc::new(prober(&plan, settings, redactor, opened.as_ref(), &mut notes));
    let mut probed = rounds(&plan, settings, &prober, begun.cut, seen).await;
    note(&probed, &prober, &mut notes);
    circumstances::mark(&plan, &mut probed.results, opened.as_ref().map(Opened::state), &settings.audience);
    let round = Round { plan: &plan, settings, prober: &prober, begun: &begun };

    // Record and commit; heal, then record and commit what came of it.
    let book = Bookkeeper { round, opened: opened.as_ref(), vigil: vigil.as_ref() };
    let kept = book.keep(&mut probed, &mut notes, &mut |result| seen(Sight::Result(result))).await;

    // Send.
    let courier = Courier::new(redactor.clone(), settings.command_env.clone(), settings.trust_store_is_named);
    let news = news::send(round, &courier, opened.as_mut(), kept.state.as_ref(), &probed.results, &mut notes).await;

    // Keep the caches, where there is room again for what was read of the state; report. Outputs and heartbeat are the caller's.
    let dir = opened.map(|opened| opened.dir);
    keep_caches(round, dir.as_ref(), &mut notes);
    Finished::of(round, Left { probed, kept, news, courier, notes })
}

/// What probes: as many at once as the system lets, with what earlier runs learnt.
fn prober(plan: &Plan, settings: &Settings, redactor: &Redactor, opened: Option<&Opened>, notes: &mut Notes) -> Prober {
    let concurrency = limits::probes_that_fit(settings.concurrency);
    if concurrency < settings.concurrency && plan.probed().count() > concurrency {
        notes.warnings.push(format!(
            "only {concurrency} probes at once instead of {}: the limit of open files is low (ulimit -n)",
            settings.concurrency
        ));
    }
    Prober {
        engine: Engine::new(Options {
            tokens: opened.map(|opened| tokens::read(&opened.dir)).unwrap_or_default(),
            redactor: redactor.clone(),
            now: Arc::new(clock::now),
            trust_store_is_named: settings.trust_store_is_named,
        }),
        exits: Exits::new(settings.pools.clone(), opened.map(Opened::state)),
        clocks: Clocks::default(),
        online: Online::new(&settings.connectivity),
        permits: Permits::new(plan.probed().map(|item| &*item.endpoint), concurrency),
        warnings: RefCell::default(),
        decisions: Decisions::new(settings.explains),
        rules: RefCell::default(),
    }
}

/// What a person should know of the probing.
fn note(probed: &Dispatched, prober: &Prober, notes: &mut Notes) {
    for id in &probed.panicked {
        notes.own.push(ExitReason::Internal);
        notes.warnings.push(format!("{id}: canary itself broke while probing it; please report this"));
    }
    notes.warnings.append(&mut prober.warnings.borrow_mut());
    notes.warnings.extend(prober.clocks.skew().map(|skew| skew.words()));
}

/// Tokens, and the rollups once the history has grown enough.
fn keep_caches(round: Round<'_>, dir: Option<&StateDir>, notes: &mut Notes) {
    let (Some(dir), Some(history)) = (dir, opening::history(round.settings)) else { return };
    notes.keep(tokens::write(dir, &round.prober.engine));
    if notes.appended.bytes > 0 {
        let intervals = round.settings.audience.intervals();
        let remark = rollups::keep_near(dir, &history, &notes.appended, intervals, clock::now());
        round.prober.decisions.extend(|| remark);
    }
}
