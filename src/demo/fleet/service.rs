//! One service of a fleet: its name, its routes, how its door opens.

use super::behaviour::Behaviour;
use super::journal::{Journal, Recorded};
use super::route::Route;
use rustls::ServerConfig;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A service to be started. What no route fits gets FastAPI's 404, `{"detail":"Not Found"}`.
#[derive(Clone, Debug)]
pub struct Service {
    pub(super) name: String,
    pub(super) routes: Vec<(Route, Behaviour)>,
    pub(super) opening: Opening,
    pub(super) refusing: bool,
}

/// What happens on a fresh connection.
#[derive(Clone, Debug)]
pub(super) enum Opening {
    /// HTTP at once.
    Plain,
    /// A TLS handshake first.
    Tls(Arc<ServerConfig>),
    /// The connection is held, nothing is read or sent.
    Mute,
}

impl Service {
    /// A plain HTTP service without routes.
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), routes: Vec::new(), opening: Opening::Plain, refusing: false }
    }

    /// Does this for requests of this route: `/health`, `POST /token`, `/method/*`, `*`. The closest route counts.
    #[must_use]
    pub fn on(mut self, route: &str, behaviour: impl Into<Behaviour>) -> Self {
        self.routes.push((Route::parse(route), behaviour.into()));
        self
    }

    /// Speaks TLS.
    #[must_use]
    pub fn tls(mut self, config: Arc<ServerConfig>) -> Self {
        self.opening = Opening::Tls(config);
        self
    }

    /// Accepts connections and neither reads nor writes: no request, no handshake.
    #[must_use]
    pub fn mute(mut self) -> Self {
        self.opening = Opening::Mute;
        self
    }

    /// Holds its port without listening: connections are refused until [`super::Fleet::listen`].
    #[must_use]
    pub fn refusing(mut self) -> Self {
        self.refusing = true;
        self
    }
}

/// A service at run time, shared by its connections and the fleet's handle.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) opening: Opening,
    pub(super) journal: Journal,
    routes: Mutex<Vec<Entry>>,
}

#[derive(Debug)]
struct Entry {
    route: Route,
    behaviour: Arc<Behaviour>,
    hits: usize,
}

impl Running {
    pub(super) fn new(service: Service) -> Self {
        let running = Self { opening: service.opening, journal: Journal::default(), routes: Mutex::new(Vec::new()) };
        for (route, behaviour) in service.routes {
            running.set(route, behaviour);
        }
        running
    }

    /// Replaces the behaviour of this very route, or adds the route; its count starts over.
    pub(super) fn set(&self, route: Route, behaviour: Behaviour) {
        let mut routes = self.lock();
        routes.retain(|entry| entry.route != route);
        routes.push(Entry { route, behaviour: Arc::new(behaviour), hits: 0 });
    }

    /// The behaviour for this request and how many its route had before.
    pub(super) fn choose(&self, request: &Recorded) -> Option<(Arc<Behaviour>, usize)> {
        let mut routes = self.lock();
        let fitting = routes.iter_mut().filter_map(|entry| {
            let fit = entry.route.fit(&request.method, &request.target)?;
            Some((fit, entry))
        });
        let (_, entry) = fitting.max_by_key(|(fit, _)| *fit)?;
        entry.hits += 1;
        Some((Arc::clone(&entry.behaviour), entry.hits - 1))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Entry>> {
        self.routes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
