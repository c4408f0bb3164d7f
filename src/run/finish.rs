//! A run's end: its report, its exit code, and the one thing that follows the outputs.

use super::bookkeeper::Kept;
use super::dispatch::Dispatched;
use super::exit;
use super::mend;
use super::news::News;
use super::notes::Notes;
use super::round::Round;
use crate::deliver::Courier;
use crate::model::{ExitReason, RunReport, Secret};
use crate::store::State;
use crate::world::clock;
use crate::world::signals::Signal;
use tokio::time::Instant;

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

/// What the steps of a run left.
#[derive(Debug)]
pub struct Left {
    /// The probes, the second looks in their places.
    pub probed: Dispatched,
    /// What was committed.
    pub kept: Kept,
    /// What people were told.
    pub news: News,
    /// Delivers the heartbeat, too.
    pub courier: Courier,
    /// What is to be said.
    pub notes: Notes,
}

impl Finished {
    /// Decides the exit code and puts the report together, every text redacted.
    pub fn of(round: Round<'_>, left: Left) -> Self {
        let Round { plan, settings, prober, begun } = round;
        let Left { probed, kept: Kept { state, healing }, news, courier, notes } = left;
        let given_up = state.as_ref().map(|state| mend::given_up(plan, &probed.results, state)).unwrap_or_default();
        let counted = state.or(news.uncommitted).filter(|_| settings.audience.counts);
        let incidents = counted.map(|state| incidents(&state, begun.at)).unwrap_or_default();
        let signal = probed.signal.or(*settings.signal.borrow());
        let (exit_code, exit_reasons) = exit::decide(&probed.results, settings.fail_on, &notes.own, signal);
        let masks = prober.redactor();
        let redacted = |texts: &[String]| texts.iter().map(|text| masks.redact(text).into_owned()).collect::<Vec<_>>();
        // Who was cut short is no run over all, and not failing at its job either.
        let url = settings.heartbeat.clone().filter(|_| signal.is_none());
        Self {
            report: RunReport {
                run: begun.id.clone(),
                started_at: begun.at,
                duration: begun.instant.elapsed(),
                exit_code,
                exit_reasons,
                results: probed.results,
                incidents,
                alerts: news.alerts,
                healing,
                given_up,
                warnings: redacted(&notes.warnings),
                waiting: notes.waiting.map(|text| masks.redact(&text).into_owned()),
            },
            decisions: redacted(&prober.decisions.take()),
            pressing: redacted(&notes.pressing),
            own: notes.own,
            nothing_due: notes.nothing_due,
            signal,
            heartbeat: url.map(|url| Heartbeat { url, courier, ends: begun.ends }),
        }
    }
}

/// The incidents that are open, and those that this run saw end.
fn incidents(state: &State, started_at: jiff::Timestamp) -> Vec<serde_json::Value> {
    let now = clock::now();
    let ended = state.book.past().iter().filter(|incident| (started_at..=now).contains(&incident.said_at));
    let open = state.book.open().into_iter();
    open.chain(ended).filter_map(|incident| serde_json::to_value(incident.view()).ok()).collect()
}
