//! After the commit: what people are told, also where nothing could be committed.

use super::mend::Remarks;
use super::notes::Notes;
use super::opening::{self, Opened};
use super::recall::{self, Recorded};
use super::record::{self, Commit};
use super::round::Round;
use super::send::{Curfew, Sender};
use super::tell::Aside;
use crate::alert::{Outbox, Run};
use crate::deliver::Courier;
use crate::history::History;
use crate::model::{ProbeResult, Summary};
use crate::store::State;
use crate::world::clock;
use serde_json::Value;
use tokio::sync::Mutex;

/// What people are told.
#[derive(Debug, Default)]
pub struct News {
    /// For `alerts` in the report.
    pub alerts: Vec<Value>,
    /// The state that heard the results, where it could not be committed.
    pub uncommitted: Option<State>,
}

/// Sends what is due. `committed` is the state as this run committed it; where it could not (a full disk), what opens now is
/// told all the same, by what was known when the state was opened.
pub async fn send(
    round: Round<'_>,
    courier: &Courier,
    opened: Option<&mut Opened>,
    committed: Option<&State>,
    results: &[ProbeResult],
    notes: &mut Notes,
) -> News {
    let audience = &round.settings.audience;
    if !audience.counts {
        return News::default();
    }
    let sender = Sender {
        courier,
        exits: &round.prober.exits,
        audience,
        run: &round.begun.id,
        curfew: &Curfew::new(round.begun.last_try(), Some(round.settings.signal.clone())),
        ends: round.begun.ends,
        desk: &Mutex::default(),
    };
    match (opened, committed) {
        (Some(opened), Some(state)) => {
            News { alerts: sender.all(&opened.dir, state).await.noted(notes), uncommitted: None }
        }
        (opened, _) => {
            let Some(history) = opening::history(round.settings) else { return News::default() };
            let mut before = opened.map(|opened| std::mem::take(&mut opened.read.state));
            let is_known = before.is_some();
            let mut state = before.take().unwrap_or_default();
            decide(round, (&mut state, is_known), &history, results, notes);
            News { alerts: sender.unrecorded(&state).await.noted(notes), uncommitted: Some(state) }
        }
    }
}

/// What a commit would have made of the state, where none was possible. Of a state that is not known the history tells how
/// far its incidents are, but not what was said of them: then only what is still failing now is told, as an opening.
fn decide(
    round: Round<'_>,
    (state, is_known): (&mut State, bool),
    history: &History,
    results: &[ProbeResult],
    notes: &mut Notes,
) {
    let audience = &round.settings.audience;
    let recorded: Vec<&ProbeResult> = record::recorded(round.plan, results).collect();
    let summary = Summary::of(results);
    let run = Run { id: &round.begun.id, summary: &summary };
    let now = clock::now();
    let own = Some(notes.appended.bytes).filter(|bytes| *bytes > 0);
    let mut aside = recall::catch_up(state, None, Recorded { history, own }, audience, run, now);
    if !is_known {
        state.outbox = Outbox::default();
        state.book.waken();
        aside = Aside::default();
    }
    // What is written nowhere for long can't be counted from run to run: the first failure has to be enough.
    let audience = if notes.appended.bytes == 0 { &audience.at_once(state, now) } else { audience };
    let commit = Commit { exits: &round.prober.exits, audience, run, slot_at: round.begun.at };
    aside.add(record::apply(state, &recorded, &commit, &Remarks::default(), now), false);
    notes.press(aside.warning(now));
}
