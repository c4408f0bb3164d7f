//! The exits of the pools during a run: who rests, whose turn it is, and what `control` said through each.

use crate::config::settings::{Pool, Strategy};
use crate::model::{EndpointId, Name};
use crate::proxy::order::First;
use crate::proxy::{ExitHealth, order};
use crate::store::State;
use crate::world::clock;
use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;
use tokio::sync::OnceCell;

/// What all probes of a run share about exits.
#[derive(Debug)]
pub struct Exits {
    /// The pools of the configuration.
    pub pools: IndexMap<Name, Pool>,
    book: RefCell<Book>,
}

/// What `control` said along one way, once it was asked: what is wrong, or nothing.
type Control = Rc<OnceCell<Option<String>>>;

#[derive(Debug, Default)]
struct Book {
    health: BTreeMap<String, ExitHealth>,
    changed: BTreeSet<String>,
    turns: BTreeMap<String, u64>,
    controls: HashMap<String, Control>,
}

impl Exits {
    /// With what earlier runs knew.
    pub fn new(pools: IndexMap<Name, Pool>, state: Option<&State>) -> Self {
        let (health, turns) = state.map(|state| (state.exits.clone(), state.turns.clone())).unwrap_or_default();
        Self { pools, book: RefCell::new(Book { health, turns, ..Book::default() }) }
    }

    /// `POOL/HOST:PORT`, with a number where a pool has several exits at one address.
    pub fn key(name: &Name, pool: &Pool, exit: usize) -> String {
        let shown = pool.exits.get(exit).map(|one| one.shown.as_str()).unwrap_or_default();
        match pool.exits.iter().take(exit).filter(|one| one.shown == shown).count() {
            0 => format!("{name}/{shown}"),
            same => format!("{name}/{shown}#{}", same + 1),
        }
    }

    /// In which order the pool's exits are to be asked for this endpoint.
    pub fn order(&self, name: &Name, pool: &Pool, endpoint: &EndpointId) -> Vec<usize> {
        let mut book = self.book.borrow_mut();
        let health: Vec<ExitHealth> = (0..pool.exits.len())
            .map(|exit| book.health.get(&Self::key(name, pool, exit)).cloned().unwrap_or_default())
            .collect();
        let first = match pool.strategy {
            Strategy::RoundRobin => {
                let turn = book.turns.entry(name.to_string()).or_default();
                let now = *turn;
                *turn = turn.wrapping_add(1);
                First::RoundRobin(now)
            }
            Strategy::Random => First::Random(clock::random_unit()),
            Strategy::Sticky => First::Sticky(endpoint),
        };
        order(&health, first, clock::now(), pool.quarantine)
    }

    /// An exit did its work.
    pub fn works(&self, key: &str) {
        let mut book = self.book.borrow_mut();
        if book.health.get(key).is_some_and(|health| *health != ExitHealth::default()) {
            book.health.insert(key.to_owned(), ExitHealth::default());
            book.changed.insert(key.to_owned());
        }
    }

    /// An exit is to blame: it rests for the pool's quarantine.
    pub fn blame(&self, key: &str, pool: &Pool, why: &str) {
        let now = clock::now();
        let rest = SignedDuration::try_from(pool.quarantine).unwrap_or(SignedDuration::ZERO);
        let mut book = self.book.borrow_mut();
        let health = book.health.entry(key.to_owned()).or_default();
        health.quarantined_until = Some(now.saturating_add(rest).unwrap_or(now));
        health.failed_at = Some(now);
        health.failures = health.failures.saturating_add(1);
        health.last_error = Some(crate::text::escape::shorten(why, 200).into_owned());
        book.changed.insert(key.to_owned());
    }

    /// The one answer of `control` through this exit (or directly) in this round.
    pub fn control(&self, key: &str) -> Rc<OnceCell<Option<String>>> {
        Rc::clone(self.book.borrow_mut().controls.entry(key.to_owned()).or_default())
    }

    /// What `control` said holds no longer: whoever asks next asks anew.
    pub fn forget_controls(&self) {
        self.book.borrow_mut().controls.clear();
    }

    /// Writes what this run learned into the state; exits that no pool has any more are forgotten.
    pub fn save(&self, state: &mut State, now: Timestamp) {
        self.learnt().save(state, now);
    }

    /// What this run has learned so far.
    pub fn learnt(&self) -> Learnt {
        let book = self.book.borrow();
        let pools = self.pools.iter();
        Learnt {
            known: pools
                .flat_map(|(name, pool)| (0..pool.exits.len()).map(move |exit| Self::key(name, pool, exit)))
                .collect(),
            pools: self.pools.keys().map(ToString::to_string).collect(),
            health: book.changed.iter().filter_map(|key| Some((key.clone(), book.health.get(key)?.clone()))).collect(),
            turns: book.turns.clone(),
        }
    }
}

/// What a run learned of exits, for the state.
#[derive(Clone, Debug)]
pub struct Learnt {
    known: BTreeSet<String>,
    pools: BTreeSet<String>,
    health: BTreeMap<String, ExitHealth>,
    turns: BTreeMap<String, u64>,
}

impl Learnt {
    /// Writes it down; exits that no pool has any more are forgotten.
    pub fn save(self, state: &mut State, now: Timestamp) {
        state.exits.extend(self.health);
        state.exits.retain(|key, health| {
            self.known.contains(key)
                && (health.quarantined_until.is_some_and(|until| until > now) || health.failures > 0)
        });
        state.turns.extend(self.turns);
        state.turns.retain(|pool, _| self.pools.contains(pool));
    }
}
