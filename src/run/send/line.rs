//! One receiver's line: its turn, its entries one after the other.

use super::super::exits::Learnt;
use super::super::record::LOCK_WAIT;
use super::change::off_the_loop;
use super::{Around, Party, Sender, Told};
use crate::alert::{Claimant, Entry, Flush, Kind, LEASE, LONGEST_TRY, Settled};
use crate::config::settings::Route;
use crate::deliver::Reply;
use crate::model::{ExitReason, IncidentId};
use crate::store::{State, StateDir, StoreError};
use crate::text::duration::human;
use crate::world::clock;
use std::collections::HashSet;
use std::fs::File;
use std::time::Duration;

/// How often a run looks whether another one is done with a receiver.
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);

const _: () = assert!(
    LONGEST_TRY.as_millis() + LOCK_WAIT.as_millis() <= LEASE.as_millis(),
    "a run that still sends must not lose its claim"
);

/// A receiver, and all that sending to it takes.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) sender: &'a Sender<'a>,
    pub(super) dir: &'a StateDir,
    pub(super) party: Party<'a>,
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

/// What this run may send now.
struct Claimed {
    entry: Entry,
    around: Around,
}

/// Whether more may be sent to a receiver in this run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    GoOn,
    Stop,
}

impl Line<'_> {
    /// Sends what is due.
    pub(super) async fn send(self, mut flush: Flush) -> Told {
        let mut told = Told::default();
        let turn = self.turn(flush).await;
        if matches!(turn, Turn::Theirs) {
            return told;
        }
        loop {
            if self.sender.curfew.is_over() {
                if self.waits(flush).await {
                    let name = &self.party.to.name;
                    let why = match self.sender.curfew.signal() {
                        Some(signal) => format!("{signal} ended the run before it was told"),
                        None => "no time was left before the deadline".to_owned(),
                    };
                    told.warn(format!("receiver {name}: {why}; kept, tried by the next run"));
                }
                break;
            }
            let claimed = match self.claim(flush, matches!(turn, Turn::Ours(_))).await {
                Ok(claimed) => claimed,
                Err(error) => {
                    self.not_written(&error, &mut told);
                    break;
                }
            };
            let Some(Claimed { entry, around }) = claimed else { break };
            if flush == Flush::Failed {
                // what is refused once more stays so
                flush = Flush::Now;
            }
            let mut reply = self.sender.send(self.party, Kind::Alert, &entry, &around).await;
            for remark in reply.remarks.drain(..) {
                told.warn(format!("receiver {}: {remark}", self.party.to.name));
            }
            if let Some(chat) = &reply.moved_to {
                let name = &self.party.to.name;
                told.warn(format!("receiver {name}: the group has become a supergroup: set its chat_id to {chat}"));
            }
            if self.settle(&entry, reply, &mut told).await == Next::Stop {
                break;
            }
        }
        let idle = told.is_empty();
        if idle && self.party.repeats_open() && self.party.to.configured && !self.sender.curfew.is_over() {
            self.keep_alive(&mut told).await;
        }
        told
    }

    /// Waits for the turn while there is anything to send that whoever has it has not seen yet.
    async fn turn(&self, flush: Flush) -> Turn {
        loop {
            match self.dir.sending(&self.party.to.name) {
                Ok(Some(held)) => return Turn::Ours(held),
                Ok(None) => {}
                Err(_) => return Turn::Unclear,
            }
            if !self.waits(flush).await || self.sender.curfew.is_over() {
                return Turn::Theirs;
            }
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
    }

    /// Whether something is due.
    async fn waits(&self, flush: Flush) -> bool {
        let now = clock::now();
        let by = Claimant { run: self.sender.run, flush, alone: false };
        self.look().await.is_some_and(|mut state| state.outbox.claim(self.party.to, by, now).is_ok())
    }

    /// The state as it is; none when it can't be read.
    async fn look(&self) -> Option<State> {
        let dir = self.dir.clone();
        off_the_loop(move || dir.peek(clock::now()).ok().map(|read| read.state)).await
    }

    async fn claim(&self, flush: Flush, alone: bool) -> Result<Option<Claimed>, StoreError> {
        let (run, to, repeats) = (self.sender.run.to_owned(), self.party.to.clone(), self.party.repeats_open());
        self.sender
            .change(self.dir, self.sender.curfew.end(), move |state| {
                let entry = state.outbox.claim(&to, Claimant { run: &run, flush, alone }, clock::now()).ok()?;
                Some(Claimed { entry, around: Around::of(state, &to, repeats) })
            })
            .await
    }

    /// Writes down what came of a try.
    async fn settle(&self, entry: &Entry, reply: Reply, told: &mut Told) -> Next {
        let (run, to, id) = (self.sender.run.to_owned(), self.party.to.clone(), entry.id.clone());
        let exits = self.exits();
        let why = reply.answer.delivery.why().unwrap_or_default().to_owned();
        let settled = self.sender.change(self.dir, self.sender.ends, move |state| {
            if let Some(exits) = exits {
                exits.save(state, clock::now());
            }
            if let Some(chat) = reply.moved_to {
                state.outbox.moved(&to.name, chat);
            }
            let now = clock::now();
            let settled = state.outbox.settle(&id, &to, &run, reply.answer, now);
            (settled, state.outbox.again_in(&to.name, now))
        });
        let (settled, again) = match settled.await {
            Ok(settled) => settled,
            Err(error) => {
                self.not_written(&error, told);
                return Next::Stop;
            }
        };
        let (name, said) = (&self.party.to.name, why.as_str());
        match settled {
            Settled::Delivered => {
                told.alert(entry, "delivered", None);
                Next::GoOn
            }
            Settled::Pending => {
                told.alert(entry, "pending", Some(said));
                let again = again.map_or("by the next run".to_owned(), |wait| format!("in {}", human(wait)));
                told.warn(format!("receiver {name}: {said}; kept, tried again {again}"));
                Next::Stop
            }
            Settled::Refused => {
                told.alert(entry, "refused", Some(said));
                let text = format!("receiver {name} refused for good: {said}; kept until its settings change");
                told.fail(ExitReason::AlertRefused, text);
                Next::GoOn
            }
            Settled::NotOurs => Next::Stop,
        }
    }

    /// What was learnt of exits while sending: the next try, in whatever run, goes by it.
    fn exits(&self) -> Option<Learnt> {
        matches!(self.party.receiver.proxy, Route::Pool(_)).then(|| self.sender.exits.learnt())
    }

    /// All open incidents are posted on every run.
    async fn keep_alive(&self, told: &mut Told) {
        let Some(state) = self.look().await else { return };
        let around = Around::of(&state, self.party.to, true);
        if around.open.is_empty() {
            return;
        }
        let reply = self.sender.send(self.party, Kind::Alert, &Entry::default(), &around).await;
        if let Some(exits) = self.exits() {
            let saved =
                self.sender.change(self.dir, self.sender.ends, move |state| exits.save(state, clock::now())).await;
            if let Err(error) = saved {
                self.not_written(&error, told);
            }
        }
        if let Some(why) = reply.answer.delivery.why() {
            told.warn(format!("receiver {}: open incidents were not repeated: {why}", self.party.to.name));
            return;
        }
        let (mut state, name) = (state, self.party.to.name.clone());
        let open: HashSet<IncidentId> = around.open.into_iter().map(|notice| notice.incident).collect();
        if !state.outbox.knows(&name, &open) {
            return;
        }
        let known = self.sender.change(self.dir, self.sender.ends, move |state| state.outbox.knows(&name, &open)).await;
        if let Err(error) = known {
            self.not_written(&error, told);
        }
    }

    fn not_written(&self, error: &StoreError, told: &mut Told) {
        told.fail(ExitReason::StateNotWritten, format!("alerts for {}: {error}", self.party.to.name));
    }
}
