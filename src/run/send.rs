//! The outbox after a commit: claim, send, settle, a receiver beside the other. The lock is never held while sending.

use super::courier::{self, Tried};
use super::probe::Prober;
use super::record::LOCK_WAIT;
use super::round::{Notes, Settings};
use crate::alert::{Addressee, Claimant, Delivery, Entry, Flush, Settled};
use crate::config::settings::Receiver;
use crate::model::ExitReason;
use crate::store::{State, StateDir, StoreError};
use crate::world::clock;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::time::Instant;

/// Sends what is due to every receiver, and tells what came of it for `alerts` in the report.
pub async fn all(
    prober: &Prober,
    settings: &Settings,
    dir: &StateDir,
    run: &str,
    notes: &mut Notes,
    cut: Instant,
) -> Vec<Value> {
    let receivers = settings.audience.addressees.iter().zip(&settings.audience.receivers);
    let mut told = Vec::new();
    for (alerts, problems) in join_all(receivers.map(|(to, receiver)| one(prober, dir, run, (to, receiver), cut))).await
    {
        told.extend(alerts);
        for (reason, problem) in problems {
            notes.own.extend(reason);
            notes.warnings.push(problem);
        }
    }
    if let Ok(read) = dir.peek(clock::now()) {
        let late = read.state.outbox.overdue(clock::now()).count();
        if late > 0 {
            notes.own.push(ExitReason::AlertOverdue);
        }
    }
    told
}

/// Sends what a state that can't be written would have queued; what is not accepted is lost, and said.
pub async fn unrecorded(
    prober: &Prober,
    settings: &Settings,
    state: &mut State,
    run: &str,
    notes: &mut Notes,
    cut: Instant,
) -> Vec<Value> {
    let mut told = Vec::new();
    for (to, receiver) in settings.audience.addressees.iter().zip(&settings.audience.receivers) {
        let by = Claimant { run, flush: Flush::No, alone: true };
        let Ok(entry) = state.outbox.claim(to, by, clock::now()) else { continue };
        let chat = state.outbox.moved_to(to).map(str::to_owned);
        let tried = courier::deliver(prober, receiver, &entry, chat.as_deref(), cut).await;
        let delivered = tried.answer.delivery == Delivery::Accepted;
        let outcome = if delivered { "delivered" } else { "lost" };
        told.push(json!({
            "id": entry.id, "receiver": to.name, "state": outcome, "error": null, "items": entry.items.len(),
        }));
        if !delivered {
            notes.own.push(ExitReason::AlertLost);
            notes
                .warnings
                .push(format!("receiver {}: not delivered, and not queued: the state can't be written", to.name));
        }
    }
    told
}

type Told = (Vec<Value>, Vec<(Option<ExitReason>, String)>);

async fn one(
    prober: &Prober,
    dir: &StateDir,
    run: &str,
    (to, receiver): (&Addressee, &Receiver),
    cut: Instant,
) -> Told {
    let (mut told, mut problems) = (Vec::new(), Vec::new());
    while Instant::now() < cut {
        let claimed = change(dir, |state| {
            let by = Claimant { run, flush: Flush::No, alone: false };
            let entry = state.outbox.claim(to, by, clock::now()).ok()?;
            Some((entry, state.outbox.moved_to(to).map(str::to_owned)))
        });
        let (entry, chat) = match claimed {
            Ok(Some(claimed)) => claimed,
            Ok(None) => break,
            Err(error) => {
                problems.push((Some(ExitReason::StateNotWritten), format!("alerts for {}: {error}", to.name)));
                break;
            }
        };
        let tried = courier::deliver(prober, receiver, &entry, chat.as_deref(), cut).await;
        match settle(dir, run, to, &entry, tried) {
            Ok((settled, why)) => {
                let settled_as = match settled {
                    Settled::Delivered => "delivered",
                    Settled::Pending => "pending",
                    Settled::Refused => "refused",
                    Settled::NotOurs => break,
                };
                told.push(json!({
                    "id": entry.id, "receiver": to.name, "state": settled_as, "error": why, "items": entry.items.len(),
                }));
                match settled {
                    Settled::Delivered => {}
                    Settled::Pending | Settled::NotOurs => {
                        let why = why.unwrap_or_default();
                        problems
                            .push((None, format!("receiver {}: {why}; kept, tried again by the next run", to.name)));
                        break;
                    }
                    Settled::Refused => {
                        let why = why.unwrap_or_default();
                        let text =
                            format!("receiver {} refused for good: {why}; kept until its settings change", to.name);
                        problems.push((Some(ExitReason::AlertRefused), text));
                    }
                }
            }
            Err(error) => {
                problems.push((Some(ExitReason::StateNotWritten), format!("alerts for {}: {error}", to.name)));
                break;
            }
        }
    }
    (told, problems)
}

fn settle(
    dir: &StateDir,
    run: &str,
    to: &Addressee,
    entry: &Entry,
    tried: Tried,
) -> Result<(Settled, Option<String>), StoreError> {
    change(dir, |state| {
        if let Some(chat) = tried.moved_to {
            state.outbox.moved(&to.name, chat);
        }
        let settled = state.outbox.settle(&entry.id, to, run, tried.answer, clock::now());
        let left = state.outbox.entries().iter().find(|one| one.id == entry.id && one.receiver == to.name);
        (settled, left.and_then(|one| one.error.clone()))
    })
}

/// One change of the state under its lock.
fn change<T>(dir: &StateDir, change: impl FnOnce(&mut State) -> T) -> Result<T, StoreError> {
    let mut locked = dir.lock(LOCK_WAIT)?;
    let mut state = locked.read(clock::now())?.state;
    let before = state.clone();
    let value = change(&mut state);
    if state != before {
        locked.commit(&state)?;
    }
    Ok(value)
}
