//! One run from claim to record. What it returns is finished but for the outputs, and the heartbeat that follows them.

use super::bookkeeper::Bookkeeper;
use super::clocks::Clocks;
use super::decisions::Decisions;
use super::dispatch::{Dispatched, dispatch};
use super::exit::{self, FailOn};
use super::exits::Exits;
use super::online::Online;
use super::permits::Permits;
use super::plan::Plan;
use super::probe::Prober;
use super::record::{self, Commit, NotRecorded};
use super::send::{Curfew, Sender};
use super::tell::Audience;
use super::{circumstances, due, mend, opening, recall, rollups, tokens};
use crate::config::settings::{HistorySettings, Pool};
use crate::deliver::Courier;
use crate::history::Appended;
use crate::model::{ExitReason, Name, ProbeResult, Redactor, RunReport, Secret, Summary, Verdict};
use crate::probe::{Engine, Options};
use crate::store::State;
use crate::world::signals::Signal;
use crate::world::{clock, limits};
use indexmap::IndexMap;
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, watch};
use tokio::time::Instant;

/// How a run is to be made.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line are bools")]
pub struct Settings {
    /// `--fail-on`.
    pub fail_on: FailOn,
    /// `--concurrency`.
    pub concurrency: usize,
    /// `--deadline`: the whole run, recording included.
    pub deadline: Duration,
    /// `--due`.
    pub due: bool,
    /// `defaults.spread`.
    pub spread: bool,
    /// `proxies`.
    pub pools: IndexMap<Name, Pool>,
    /// `connectivity.targets`.
    pub connectivity: Vec<Secret>,
    /// `--wait` and `--wait-interval`.
    pub wait: Option<(Duration, Duration)>,
    /// Where the state is; none when the run must not touch it.
    pub state_dir: Option<PathBuf>,
    /// Whether the environment names the trust store (SSL_CERT_FILE, SSL_CERT_DIR).
    pub trust_store_is_named: bool,
    /// The signal that ends the run early, once one comes.
    pub signal: watch::Receiver<Option<Signal>>,
    /// PATH, HOME and LANG for commands.
    pub command_env: Vec<(String, String)>,
    /// `heartbeat.url`, when this run may ping it.
    pub heartbeat: Option<Secret>,
    /// Who is to be told of what; `counts` is false with `--no-alerts`.
    pub audience: Audience,
    /// Whether decisions are to be gathered (`-v`).
    pub explains: bool,
    /// Whether anything may be healed.
    pub heals: bool,
    /// `history`; none when nothing is recorded.
    pub history: Option<HistorySettings>,
}

/// What a run came to.
#[derive(Debug)]
pub struct Finished {
    /// The report; its exit code knows everything but the outputs.
    pub report: RunReport,
    /// canary's own failures so far.
    pub own: Vec<ExitReason>,
    /// The signal that ended it early.
    pub signal: Option<Signal>,
    /// Decisions with their reasons, for `-v`.
    pub decisions: Vec<String>,
    /// Those of the report's warnings that are said even with `-q`.
    pub pressing: Vec<String>,
    /// Said in place of results when nothing is due.
    pub nothing_due: Option<String>,
    /// What is left to be done when the outputs are written.
    pub heartbeat: Option<Heartbeat>,
}

/// The last step of a run that may take it.
#[derive(Debug)]
pub struct Heartbeat {
    url: Secret,
    courier: Courier,
    ends: Instant,
}

impl Heartbeat {
    /// Pings; `failed` is whether canary failed at its own job, outputs included.
    ///
    /// # Errors
    /// Why nobody heard it, for a person. That changes no exit code.
    pub async fn beat(&self, failed: bool) -> Result<(), String> {
        self.courier.heartbeat(&self.url, failed, self.ends).await.map_err(|why| format!("heartbeat: {why}"))
    }
}

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

/// Probes and records. `seen` gets every probed result of the round that counts as it comes; with `--wait` only the last
/// round's, at its end.
pub async fn run(
    mut plan: Plan,
    settings: &Settings,
    redactor: &Redactor,
    seen: &mut dyn FnMut(Sight<'_>),
) -> Finished {
    let began = Instant::now();
    let started_at = clock::now();
    let run = clock::new_run_id(started_at);
    let ends = began + settings.deadline;
    let cut = ends - reserve(settings.deadline);
    let mut notes = Notes::default();

    let (state, mut known) = opening::open(settings, started_at, &mut notes).unzip();
    let mut vigil = None;
    if settings.due {
        vigil = due::apply(&mut plan, settings, (state.as_ref().zip(known.as_ref()), &run), started_at, &mut notes);
    }
    let concurrency = limits::probes_that_fit(settings.concurrency);
    if concurrency < settings.concurrency && plan.probed().count() > concurrency {
        notes.warnings.push(format!(
            "only {concurrency} probes at once instead of {}: the limit of open files is low (ulimit -n)",
            settings.concurrency
        ));
    }
    let prober = Rc::new(Prober {
        engine: Engine::new(Options {
            tokens: state.as_ref().map(tokens::read).unwrap_or_default(),
            redactor: redactor.clone(),
            now: Arc::new(clock::now),
            trust_store_is_named: settings.trust_store_is_named,
        }),
        exits: Exits::new(settings.pools.clone(), known.as_ref().map(|known| &known.state)),
        clocks: Clocks::default(),
        online: Online::new(&settings.connectivity),
        permits: Permits::new(plan.probed().map(|item| &*item.endpoint), concurrency),
        warnings: RefCell::default(),
        decisions: Decisions::new(settings.explains),
        rules: RefCell::default(),
    });
    let mut dispatched = rounds(&plan, settings, &prober, cut, settings.signal.clone(), seen).await;
    for id in &dispatched.panicked {
        notes.own.push(ExitReason::Internal);
        notes.warnings.push(format!("{id}: canary itself broke while probing it; please report this"));
    }
    notes.warnings.append(&mut prober.warnings.borrow_mut());
    notes.warnings.extend(prober.clocks.skew().map(|skew| skew.words()));

    let stored = known.as_ref().map(|known| &known.state);
    circumstances::mark(&plan, &mut dispatched.results, stored, &settings.audience);
    let mut healing = Vec::new();
    let committed = {
        let book = Bookkeeper {
            plan: &plan,
            settings,
            prober: &prober,
            dir: state.as_ref(),
            run: &run,
            slot_at: started_at,
            cut,
            reserve: reserve(settings.deadline),
            known: known.as_ref(),
            watched: vigil.is_some(),
        };
        let first = book.first(&dispatched, &mut notes);
        match first {
            Some((state, claimed)) if !claimed.claims.is_empty() => {
                let mut finished = |result: &ProbeResult| seen(Sight::Result(result));
                let mended = book.mend(state, claimed, &mut dispatched, &mut notes, &mut finished).await;
                healing = mended.1;
                mended.0
            }
            first => first.map(|(state, _)| state),
        }
    };
    let told = committed.as_ref().filter(|_| settings.audience.counts);
    let courier = Courier::new(redactor.clone(), settings.command_env.clone(), settings.trust_store_is_named);
    let curfew = Curfew::new(ends - reserve(settings.deadline) / 4, Some(settings.signal.clone()));
    let sender = Sender {
        courier: &courier,
        exits: &prober.exits,
        audience: &settings.audience,
        run: &run,
        curfew: &curfew,
        ends,
        desk: &Mutex::default(),
    };
    let mut alerts = Vec::new();
    if let (Some(dir), Some(known)) = (&state, told) {
        alerts = sender.all(dir, known).await.noted(&mut notes);
    } else if let Some(file) = opening::history(settings).filter(|_| settings.audience.counts) {
        // The state can't be written (a full disk): what opens now is told all the same.
        let recorded: Vec<&ProbeResult> = record::recorded(&plan, &dispatched.results).collect();
        let mut state = known.take().unwrap_or_default().state;
        let summary = Summary::of(&dispatched.results);
        let commit = Commit {
            exits: &prober.exits,
            audience: &settings.audience,
            run: &run,
            summary: &summary,
            slot_at: started_at,
        };
        let (now, own) = (clock::now(), Some(notes.appended.bytes).filter(|bytes| *bytes > 0));
        let mut aside = recall::catch_up(&mut state, None, (&file, own), &settings.audience, (&run, &summary), now);
        aside.add(record::apply(&mut state, &recorded, &commit, &mend::Remarks::default(), now), false);
        notes.press(aside.warning(now));
        alerts = sender.unrecorded(&state).await.noted(&mut notes);
    }
    if let Some(state) = state.as_ref().filter(|_| settings.history.is_some()) {
        notes.keep(tokens::write(state, &prober.engine));
    }
    // What comes now finds room where the first state was: rollups, and open incidents as they are shown.
    drop(known);
    if let (Some(state), Some(history)) = (&state, opening::history(settings))
        && notes.appended.bytes > 0
    {
        let intervals = settings.audience.intervals();
        let remark = rollups::keep_near(state, &history, &notes.appended, intervals, clock::now());
        prober.decisions.extend(|| remark);
    }
    let given_up =
        committed.as_ref().map(|state| mend::given_up(&plan, &dispatched.results, state)).unwrap_or_default();
    let told = committed.filter(|_| settings.audience.counts);
    let incidents = told.map(|state| open_incidents(&state, started_at)).unwrap_or_default();
    let signal = dispatched.signal.or(*settings.signal.borrow());
    let (exit_code, exit_reasons) = exit::decide(&dispatched.results, settings.fail_on, &notes.own, signal);
    let masks = prober.redactor();
    let redacted = |texts: &[String]| texts.iter().map(|text| masks.redact(text).into_owned()).collect::<Vec<_>>();
    let report = RunReport {
        run,
        started_at,
        duration: began.elapsed(),
        exit_code,
        exit_reasons,
        results: dispatched.results,
        incidents,
        alerts,
        healing,
        given_up,
        warnings: redacted(&notes.warnings),
        waiting: notes.waiting.map(|text| masks.redact(&text).into_owned()),
    };
    let pressing = redacted(&notes.pressing);
    let decisions = redacted(&prober.decisions.take());
    // Who was cut short is no run over all, and not failing at its job either.
    let last = settings.heartbeat.clone().filter(|_| signal.is_none()).map(|url| Heartbeat { url, courier, ends });
    let nothing_due = notes.nothing_due;
    Finished { report, own: notes.own, signal, decisions, pressing, nothing_due, heartbeat: last }
}

/// What the run has to say beside its results.
#[derive(Debug, Default)]
pub struct Notes {
    /// For a person.
    pub warnings: Vec<String>,
    /// Those of them that are said even with `-q`: nobody else will tell.
    pub pressing: Vec<String>,
    /// For the exit code.
    pub own: Vec<ExitReason>,
    /// When nothing is due: what will be first, and when.
    pub nothing_due: Option<String>,
    /// What is not delivered yet.
    pub waiting: Option<String>,
    /// What the run's appends to the history come to.
    pub appended: Appended,
}

impl Notes {
    /// Adds a warning, if there is one, that is said even with `-q`.
    pub fn press(&mut self, warning: Option<String>) {
        self.pressing.extend(warning.clone());
        self.warnings.extend(warning);
    }

    /// Keeps the value, or notes what could not be done.
    pub fn keep<T>(&mut self, done: Result<T, NotRecorded>) -> Option<T> {
        done.map_err(|NotRecorded { reason, message }| {
            self.own.push(reason);
            if !self.warnings.contains(&message) {
                self.warnings.push(message);
            }
        })
        .ok()
    }
}

/// The part of the deadline that is kept for recording and delivery: the last max(5s, 10 %), at most half of it. Delivery
/// leaves the last quarter of it to what comes after: writing down what was delivered, outputs, the heartbeat.
fn reserve(deadline: Duration) -> Duration {
    Duration::from_secs(5).max(deadline / 10).min(deadline / 2)
}

/// One round, or with `--wait` as many as it takes until all are up or the time is over.
async fn rounds(
    plan: &Plan,
    settings: &Settings,
    prober: &Rc<Prober>,
    cut: Instant,
    mut signal: watch::Receiver<Option<Signal>>,
    seen: &mut dyn FnMut(Sight<'_>),
) -> Dispatched {
    let Some((wait, pause)) = settings.wait else {
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
        let next = next_round(began + wait, pause, round_began.elapsed()).filter(|next| *next < cut);
        let mut last = all_up || round.signal.is_some() || next.is_none();
        if let Some(next) = next.filter(|_| !last) {
            seen(Sight::Waiting { results: &round.results, passed: began.elapsed(), of: wait });
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
    (latest > now + pause / 10).then(|| latest.min(now + pause))
}

/// The incidents that are open, and those that this run saw end.
fn open_incidents(state: &State, started_at: jiff::Timestamp) -> Vec<serde_json::Value> {
    let ended = state.book.past().iter().filter(|incident| incident.ended_at.is_some_and(|end| end >= started_at));
    let open = state.book.open().into_iter();
    open.chain(ended).filter_map(|incident| serde_json::to_value(incident.view()).ok()).collect()
}
