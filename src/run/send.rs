//! The outbox after a commit: claim, send, settle, a receiver beside the other. The lock is never held while sending.

mod change;
mod curfew;
mod line;

pub use curfew::Curfew;

use super::exits::Exits;
use super::notes::Notes;
use super::tell::Audience;
use crate::alert::{Addressee, Claimant, Delivery, Entry, Flush, Kind, OVERDUE, Outbox, Settled};
use crate::config::settings::{Pool, ProxyUrl, Receiver, ReceiverKind, Route};
use crate::deliver::{Context, Courier, Reply};
use crate::model::time::elapsed;
use crate::model::{EndpointId, ExitReason, Name, Notice, Summary};
use crate::store::{State, StateDir};
use crate::text::duration::human;
use crate::world::{clock, host_name};
use futures_util::future::join_all;
use jiff::Timestamp;
use line::Line;
use serde_json::{Value, json};
use tokio::sync::Mutex;
use tokio::time::Instant;

/// So many notices of an entry that is given up are named.
const NAMED: usize = 5;

/// A receiver: as the outbox knows it, and how it is reached.
#[derive(Clone, Copy, Debug)]
pub struct Party<'a> {
    /// As far as queuing cares.
    pub to: &'a Addressee,
    /// Its settings.
    pub receiver: &'a Receiver,
}

impl<'a> Party<'a> {
    /// All receivers of the configuration.
    pub fn all(audience: &'a Audience) -> impl Iterator<Item = Self> {
        audience.addressees.iter().zip(&audience.receivers).map(|(to, receiver)| Self { to, receiver })
    }

    /// Alertmanager lets an alert end that nobody repeats.
    fn repeats_open(&self) -> bool {
        matches!(self.receiver.kind, ReceiverKind::Alertmanager { .. })
    }
}

/// With what and for whom a run sends.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    /// The ways to every kind of receiver.
    pub courier: &'a Courier,
    /// For receivers behind a pool.
    pub exits: &'a Exits,
    /// The receivers.
    pub audience: &'a Audience,
    /// The run's ULID.
    pub run: &'a str,
    /// When the last try is over, finished or not.
    pub curfew: &'a Curfew,
    /// Until when what was delivered may be written down.
    pub ends: Instant,
    /// One receiver at a time changes the state: they would only wait for each other's lock.
    pub desk: &'a Mutex<()>,
}

/// What came of sending.
#[derive(Debug, Default)]
pub struct Told {
    /// For `alerts` in the report.
    pub alerts: Vec<Value>,
    /// For a person.
    pub problems: Vec<Problem>,
    /// What is queued still, in a line.
    pub waiting: Option<String>,
}

/// Something that a person must hear of.
#[derive(Debug)]
pub struct Problem {
    /// What it makes of the exit code; none when it is only a warning.
    pub reason: Option<ExitReason>,
    /// What happened.
    pub text: String,
}

impl Told {
    fn alert(&mut self, entry: &Entry, state: &str, error: Option<&str>) {
        self.alerts.push(json!({
            "id": entry.id, "receiver": entry.receiver, "state": state, "error": error, "items": entry.items.len(),
        }));
    }

    fn is_empty(&self) -> bool {
        self.alerts.is_empty() && self.problems.is_empty()
    }

    fn warn(&mut self, text: String) {
        self.problems.push(Problem { reason: None, text });
    }

    fn fail(&mut self, reason: ExitReason, text: String) {
        self.problems.push(Problem { reason: Some(reason), text });
    }

    fn extend(&mut self, other: Self) {
        self.alerts.extend(other.alerts);
        self.problems.extend(other.problems);
    }

    /// Puts the problems into the run's notes; what is left is for the report.
    pub fn noted(self, notes: &mut Notes) -> Vec<Value> {
        for problem in self.problems {
            notes.own.extend(problem.reason);
            notes.warnings.push(problem.text);
        }
        notes.waiting = self.waiting;
        self.alerts
    }
}

impl Sender<'_> {
    /// Sends what is due to every receiver, and says what still waits for too long. `known` is the state as this run has just
    /// committed it: where nothing is queued in it, it is not read again.
    pub async fn all(&self, dir: &StateDir, known: &State) -> Told {
        if known.outbox.entries().is_empty() && !Party::all(self.audience).any(|party| party.repeats_open()) {
            return Told::default();
        }
        let mut told = self.flush(dir, Flush::No).await;
        self.forsake(dir, known, &mut told).await;
        let now = clock::now();
        if let Ok(read) = dir.peek(now) {
            stuck(&read.state.outbox, &self.audience.addressees, &mut told, now);
            told.waiting = read.state.outbox.waiting(now);
        }
        told
    }

    /// What has been waiting for a day for a receiver that the configuration does not have is given up, aloud: under its old
    /// name it would wait for ever.
    async fn forsake(&self, dir: &StateDir, known: &State, told: &mut Told) {
        let addressees = self.audience.addressees.clone();
        if !known.outbox.misses(&addressees) {
            return;
        }
        match self.change(dir, self.ends, move |state| state.outbox.forsake(&addressees, clock::now())).await {
            Ok(given_up) => {
                for entry in given_up {
                    told.alert(&entry, "lost", Some("the configuration has no such receiver"));
                    told.fail(ExitReason::AlertLost, given_up_words(&entry));
                }
            }
            Err(error) => told.fail(ExitReason::StateNotWritten, format!("alerts: {error}")),
        }
    }

    /// The same for `alerts flush`, which may ignore waits, without what waits for too long.
    pub async fn flush(&self, dir: &StateDir, flush: Flush) -> Told {
        let mut told = Told::default();
        let lines = Party::all(self.audience).map(|party| Line { sender: self, dir, party });
        for one in join_all(lines.map(|line| line.send(flush))).await {
            told.extend(one);
        }
        told
    }

    /// Sends a sample to one receiver, past the outbox.
    pub async fn sample(&self, party: Party<'_>, state: &State) -> Reply {
        let entry = Entry::sample(&party.to.name, self.run, &Summary::default(), clock::now());
        let around = Around::of(state, party.to, false);
        self.send(party, Kind::Test, &entry, &around).await
    }

    /// Sends what a state that can't be written would have queued, to every receiver at once; what is not accepted is lost,
    /// and said.
    pub async fn unrecorded(&self, state: &State) -> Told {
        let mut told = Told::default();
        for one in join_all(Party::all(self.audience).map(|party| self.unqueued(party, state))).await {
            told.extend(one);
        }
        told
    }

    /// One receiver's part of that: its entries in order, up to the first that is not accepted.
    async fn unqueued(&self, party: Party<'_>, state: &State) -> Told {
        let mut told = Told::default();
        let mut outbox = state.outbox.clone();
        let around = Around::of(state, party.to, party.repeats_open());
        let by = Claimant { run: self.run, flush: Flush::No, alone: true };
        let wait = loop {
            let entry = match outbox.claim(party.to, by, clock::now()) {
                Ok(entry) => entry,
                Err(wait) => break wait,
            };
            let reply = self.send(party, Kind::Alert, &entry, &around).await;
            for remark in reply.remarks {
                told.warn(format!("receiver {}: {remark}", party.to.name));
            }
            if outbox.settle(&entry.id, party.to, self.run, reply.answer, clock::now()) == Settled::Delivered {
                told.alert(&entry, "delivered", None);
            }
        };
        // What earlier runs queued is still in the file, if there is one.
        let name = &party.to.name;
        for entry in outbox.entries().iter().filter(|entry| entry.receiver == *name && entry.run == self.run) {
            let why = entry.error.clone().unwrap_or_else(|| wait.to_string());
            told.alert(entry, "lost", Some(&why));
            let text = format!("receiver {name}: {why}; lost, not queued: the state can't be written");
            told.fail(ExitReason::AlertLost, text);
        }
        told
    }

    async fn send(&self, party: Party<'_>, kind: Kind, entry: &Entry, around: &Around) -> Reply {
        let host = host_name();
        let context = Context {
            kind,
            host: &host,
            now: clock::now(),
            moved_to: around.chat.as_deref(),
            open: &around.open,
            longest_interval: self.audience.longest_interval(),
            cut: self.curfew.end(),
        };
        let way = self.way_of(&party.receiver.proxy, entry.tries);
        let mut reply = tokio::select! {
            reply = self.courier.deliver(&party.receiver.kind, &way.exits, entry, context) => reply,
            signal = self.curfew.cut_short() => {
                Delivery::Unclear { why: format!("{signal} ended the run before the receiver answered") }.into()
            }
        };
        if let Some((name, pool)) = way.pool {
            for met in reply.met.drain(..) {
                let Some(exit) = way.order.get(met.exit) else { continue };
                let key = Exits::key(name, pool, *exit);
                match met.broken {
                    None => self.exits.works(&key),
                    Some(why) => self.exits.blame(&key, pool, &why),
                }
            }
        }
        reply
    }

    /// Any exit of a pool will do for a receiver. Where the pool is sticky, a try sticks to another one than the try before:
    /// what lays a tunnel and swallows the message is not found out.
    fn way_of<'a>(&'a self, route: &'a Route, tries: u32) -> WayOut<'a> {
        let straight = WayOut { pool: None, order: Vec::new(), exits: Vec::new() };
        match route {
            Route::Direct => straight,
            Route::Url(url) => WayOut { exits: vec![url.clone()], ..straight },
            Route::Pool(name) => {
                let Some(pool) = self.exits.pools.get(name) else { return straight };
                let mut order =
                    self.exits.order(name, pool, &EndpointId::new(name.clone(), &format!("receiver{tries}")));
                order.truncate(usize::try_from(pool.max_exits).unwrap_or(usize::MAX));
                let exits = order.iter().filter_map(|exit| pool.exits.get(*exit)).cloned().collect();
                WayOut { pool: Some((name, pool)), order, exits }
            }
        }
    }
}

/// Through what a try goes.
struct WayOut<'a> {
    pool: Option<(&'a Name, &'a Pool)>,
    /// The exits' places in the pool.
    order: Vec<usize>,
    /// Those exits; none: straight.
    exits: Vec<ProxyUrl>,
}

/// Why nothing is sent to a receiver whose settings expand to nothing.
const UNSET: &str = "its settings expand to nothing in this run";

/// What waits for too long, and what was refused: every run says so until somebody mends or drops it.
fn stuck(outbox: &Outbox, addressees: &[Addressee], told: &mut Told, now: Timestamp) {
    let is_unset = |entry: &Entry| addressees.iter().any(|to| to.name == entry.receiver && !to.configured);
    for entry in outbox.overdue(now) {
        let (id, to) = (&entry.id, &entry.receiver);
        let mut why = entry.error.as_deref().unwrap_or("not tried yet");
        let (reason, how) = if let Some(end) = outbox.given_up_at(to) {
            why = "the configuration has no such receiver";
            (ExitReason::AlertOverdue, format!("name it again, or in {} it is given up", human(elapsed(now, end))))
        } else if is_unset(entry) {
            why = UNSET;
            (ExitReason::AlertOverdue, "set them, or `canary alerts flush --drop` gives up".to_owned())
        } else if entry.refused {
            (ExitReason::AlertRefused, "`canary alerts flush --failed` tries again, --drop gives up".to_owned())
        } else {
            (ExitReason::AlertOverdue, "`canary alerts list` shows it".to_owned())
        };
        let since = human(elapsed(entry.created_at, now));
        told.fail(reason, format!("notification {id} is not delivered to {to} for {since}: {why}; {how}"));
    }
    let fresh = || outbox.entries().iter().filter(|entry| elapsed(entry.created_at, now) <= OVERDUE);
    for entry in fresh().filter(|entry| is_unset(entry)) {
        told.warn(format!("notification {} waits for {}: {UNSET}", entry.id, entry.receiver));
    }
    for (entry, end) in fresh().filter_map(|entry| Some((entry, outbox.given_up_at(&entry.receiver)?))) {
        let (id, to, left) = (&entry.id, &entry.receiver, human(elapsed(now, end)));
        told.warn(format!(
            "notification {id} waits for {to}: the configuration has no such receiver; name it again, or in {left} it is given up"
        ));
    }
}

/// Names what nobody was told.
fn given_up_words(entry: &Entry) -> String {
    let notices = entry.items.iter().chain(entry.backlog.iter().map(|line| &line.last));
    let mut words: Vec<String> =
        notices.map(|one| format!("{} {} (incident {})", one.subject(), one.event, one.incident)).collect();
    let more = words.len().saturating_sub(NAMED);
    words.truncate(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let (id, to) = (&entry.id, &entry.receiver);
    format!(
        "notification {id} is given up: for a day the configuration has had no receiver {to}; nobody there was told of {}{more}",
        words.join(", ")
    )
}

/// What a message needs besides its entry, read with it.
struct Around {
    chat: Option<String>,
    open: Vec<Notice>,
}

impl Around {
    fn of(state: &State, to: &Addressee, with_open: bool) -> Self {
        let mut open = Vec::new();
        if with_open {
            let theirs = state.book.open().into_iter().filter(|incident| incident.told.contains(&to.name));
            open.extend(theirs.map(|incident| incident.notice(clock::now())));
        }
        Self { chat: state.outbox.moved_to(to).map(str::to_owned), open }
    }
}
