//! The outbox after a commit: claim, send, settle, a receiver beside the other. The lock is never held while sending.

use super::exits::Exits;
use super::record::LOCK_WAIT;
use super::round::{Notes, Settings};
use super::tell::Audience;
use crate::alert::{Addressee, Claimant, Delivery, Entry, Flush, Kind, Outbox, Settled};
use crate::config::settings::{ProxyUrl, Receiver, ReceiverKind, Route};
use crate::deliver::{Context, Courier, Reply};
use crate::model::time::elapsed;
use crate::model::{EndpointId, ExitReason, Notice, Summary};
use crate::store::{State, StateDir, StoreError};
use crate::text::duration::human;
use crate::world::{clock, host_name};
use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::fs::File;
use std::time::Duration;
use tokio::time::Instant;

/// How often a run looks whether another one is done with a receiver.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

/// Sends what is due to every receiver, and tells what came of it for `alerts` in the report. `known` is the state as
/// this run has just committed it: where nothing is queued in it, it is not read again.
pub async fn all(
    (courier, exits): (&Courier, &Exits),
    settings: &Settings,
    (dir, known): (&StateDir, &State),
    run: &str,
    notes: &mut Notes,
    cut: Instant,
) -> Vec<Value> {
    if known.outbox.entries().is_empty() && !settings.audience.receivers.iter().any(repeats_open) {
        return Vec::new();
    }
    let (told, problems) = flush((courier, exits), &settings.audience, dir, (run, Flush::No), cut).await;
    for (reason, problem) in problems {
        notes.own.extend(reason);
        notes.warnings.push(problem);
    }
    let now = clock::now();
    if let Ok(read) = dir.peek(now) {
        stuck(&read.state.outbox, notes, now);
        notes.waiting = read.state.outbox.waiting(now);
    }
    told
}

/// What waits for too long, and what was refused: every run says so until somebody mends or drops it.
fn stuck(outbox: &Outbox, notes: &mut Notes, now: Timestamp) {
    for entry in outbox.overdue(now) {
        let (reason, how) = if entry.refused {
            (ExitReason::AlertRefused, "`canary alerts flush --failed` tries again, --drop gives up")
        } else {
            (ExitReason::AlertOverdue, "`canary alerts list` shows it")
        };
        let (id, to, why) = (&entry.id, &entry.receiver, entry.error.as_deref().unwrap_or("not tried yet"));
        let since = human(elapsed(entry.created_at, now));
        notes.own.push(reason);
        notes.warnings.push(format!("notification {id} is not delivered to {to} for {since}: {why}; {how}"));
    }
}

/// The same for `alerts flush`, which may ignore waits: what came of it, and what went wrong.
pub async fn flush(
    via: (&Courier, &Exits),
    audience: &Audience,
    dir: &StateDir,
    (run, flush): (&str, Flush),
    cut: Instant,
) -> Told {
    let receivers = audience.addressees.iter().zip(&audience.receivers);
    let (mut told, mut problems) = Told::default();
    let each = receivers.map(|(to, receiver)| one(via, audience, dir, (run, flush), (to, receiver), cut));
    for (alerts, troubles) in join_all(each).await {
        told.extend(alerts);
        problems.extend(troubles);
    }
    (told, problems)
}

/// Sends a sample to one receiver, past the outbox.
pub async fn sample(
    (courier, exits): (&Courier, &Exits),
    (to, receiver): (&Addressee, &Receiver),
    state: &State,
    run: &str,
) -> Delivery {
    let (now, host) = (clock::now(), host_name());
    let entry = Entry::sample(&to.name, run, &Summary::default(), now);
    let context = Context {
        kind: Kind::Test,
        host: &host,
        now,
        moved_to: state.outbox.moved_to(to),
        open: &[],
        longest_interval: Duration::ZERO,
    };
    let proxy = proxy_of(exits, &receiver.proxy);
    courier.deliver(&receiver.kind, proxy.as_ref(), &entry, context).await.answer.delivery
}

/// Sends what a state that can't be written would have queued; what is not accepted is lost, and said.
pub async fn unrecorded(
    (courier, exits): (&Courier, &Exits),
    settings: &Settings,
    state: &mut State,
    run: &str,
    notes: &mut Notes,
) -> Vec<Value> {
    let mut told = Vec::new();
    for (to, receiver) in settings.audience.addressees.iter().zip(&settings.audience.receivers) {
        let by = Claimant { run, flush: Flush::No, alone: true };
        let Ok(entry) = state.outbox.claim(to, by, clock::now()) else { continue };
        let around = circumstances(state, to, receiver);
        let tried = send((courier, exits), &settings.audience, receiver, &entry, &around).await;
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

/// For `alerts` in the report; then problems for a person, with what each makes of the exit code.
pub type Told = (Vec<Value>, Vec<(Option<ExitReason>, String)>);

async fn one(
    (courier, exits): (&Courier, &Exits),
    audience: &Audience,
    dir: &StateDir,
    (run, mut flush): (&str, Flush),
    (to, receiver): (&Addressee, &Receiver),
    cut: Instant,
) -> Told {
    let (mut told, mut problems) = (Vec::new(), Vec::new());
    let turn = turn(dir, (run, flush), to, cut).await;
    while !matches!(turn, Turn::Theirs) && Instant::now() < cut {
        let claimed = change(dir, |state| {
            let by = Claimant { run, flush, alone: matches!(turn, Turn::Ours(_)) };
            let entry = state.outbox.claim(to, by, clock::now()).ok()?;
            Some((entry, circumstances(state, to, receiver)))
        });
        let (entry, around) = match claimed {
            Ok(Some(claimed)) => claimed,
            Ok(None) => break,
            Err(error) => {
                problems.push((Some(ExitReason::StateNotWritten), format!("alerts for {}: {error}", to.name)));
                break;
            }
        };
        if flush == Flush::Failed {
            // what is refused once more stays so
            flush = Flush::Now;
        }
        let tried = send((courier, exits), audience, receiver, &entry, &around).await;
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
    if repeats_open(receiver)
        && told.is_empty()
        && problems.is_empty()
        && to.configured
        && !matches!(turn, Turn::Theirs)
    {
        keep_alive((courier, exits), audience, dir, (to, receiver), &mut problems).await;
    }
    (told, problems)
}

/// Who may send to a receiver.
enum Turn {
    /// This run and nobody else: what others were sending, they no longer are.
    Ours(#[expect(dead_code, reason = "held, not looked at")] File),
    /// Another process, which sends what is there too.
    Theirs,
    /// Nobody knows, so leases are waited for.
    Unclear,
}

/// Waits for the turn while there is anything to send that whoever has it has not seen yet.
async fn turn(dir: &StateDir, (run, flush): (&str, Flush), to: &Addressee, cut: Instant) -> Turn {
    loop {
        match dir.sending(&to.name) {
            Ok(Some(held)) => return Turn::Ours(held),
            Ok(None) => {}
            Err(_) => return Turn::Unclear,
        }
        let by = Claimant { run, flush, alone: false };
        let waits = dir.peek(clock::now()).is_ok_and(|mut read| read.state.outbox.claim(to, by, clock::now()).is_ok());
        if !waits || Instant::now() >= cut {
            return Turn::Theirs;
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
}

/// Alertmanager lets an alert end that nobody repeats.
fn repeats_open(receiver: &Receiver) -> bool {
    matches!(receiver.kind, ReceiverKind::Alertmanager { .. })
}

/// All open incidents are posted on every run.
async fn keep_alive(
    via: (&Courier, &Exits),
    audience: &Audience,
    dir: &StateDir,
    (to, receiver): (&Addressee, &Receiver),
    problems: &mut Vec<(Option<ExitReason>, String)>,
) {
    let Ok(read) = dir.peek(clock::now()) else { return };
    let around = circumstances(&read.state, to, receiver);
    if around.open.is_empty() {
        return;
    }
    match send(via, audience, receiver, &Entry::default(), &around).await.answer.delivery {
        Delivery::Accepted => {}
        Delivery::TryLater { why, .. } | Delivery::Refused { why } | Delivery::Unclear { why } => {
            problems.push((None, format!("receiver {}: open incidents were not repeated: {why}", to.name)));
        }
    }
}

fn settle(
    dir: &StateDir,
    run: &str,
    to: &Addressee,
    entry: &Entry,
    tried: Reply,
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

/// What a message needs besides its entry, read with it.
struct Around {
    chat: Option<String>,
    open: Vec<Notice>,
}

fn circumstances(state: &State, to: &Addressee, receiver: &Receiver) -> Around {
    let open = match receiver.kind {
        ReceiverKind::Alertmanager { .. } => {
            let theirs = state.book.open().into_iter().filter(|incident| incident.told.contains(&to.name));
            theirs.map(|incident| incident.notice(clock::now())).collect()
        }
        ReceiverKind::Telegram { .. }
        | ReceiverKind::Webhook { .. }
        | ReceiverKind::Slack { .. }
        | ReceiverKind::Email { .. }
        | ReceiverKind::Command(_) => Vec::new(),
    };
    Around { chat: state.outbox.moved_to(to).map(str::to_owned), open }
}

async fn send(
    (courier, exits): (&Courier, &Exits),
    audience: &Audience,
    receiver: &Receiver,
    entry: &Entry,
    around: &Around,
) -> Reply {
    let host = host_name();
    let context = Context {
        kind: Kind::Alert,
        host: &host,
        now: clock::now(),
        moved_to: around.chat.as_deref(),
        open: &around.open,
        longest_interval: audience.longest_interval(),
    };
    let proxy = proxy_of(exits, &receiver.proxy);
    courier.deliver(&receiver.kind, proxy.as_ref(), entry, context).await
}

/// Any exit of a pool will do for a receiver: the next try goes through the next one.
fn proxy_of(exits: &Exits, route: &Route) -> Option<ProxyUrl> {
    match route {
        Route::Direct => None,
        Route::Url(url) => Some(url.clone()),
        Route::Pool(name) => {
            let pool = exits.pools.get(name)?;
            let order = exits.order(name, pool, &EndpointId::new(name.clone(), "receiver"));
            order.first().and_then(|first| pool.exits.get(*first)).cloned()
        }
    }
}

/// One change of the state under its lock.
fn change<T>(dir: &StateDir, change: impl FnOnce(&mut State) -> T) -> Result<T, StoreError> {
    let mut locked = dir.lock(LOCK_WAIT)?;
    let mut state = locked.read(clock::now())?;
    let before = state.clone();
    let value = change(&mut state);
    if state != before {
        locked.commit(&state)?;
    }
    Ok(value)
}
