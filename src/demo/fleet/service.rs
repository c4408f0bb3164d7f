//! One service of a fleet: its name, its routes, how its door opens.

use super::behaviour::Behaviour;
use super::journal::{Journal, Recorded};
use super::relay::{Relay, Script};
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
    pub(super) script: Option<Script>,
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
        Self { name: name.to_owned(), routes: Vec::new(), opening: Opening::Plain, refusing: false, script: None }
    }

    /// A proxy that works: HTTP CONNECT and SOCKS5 on one port, to loopback only. It has no routes.
    ///
    /// What it was asked for is in the journal: method `CONNECT` or `SOCKS5`, target HOST:PORT.
    pub fn proxy(name: &str) -> Self {
        Self { script: Some(Script { relay: Relay::Works, credentials: None }), ..Self::new(name) }
    }

    /// A proxy that does this.
    #[must_use]
    pub fn relaying(mut self, relay: Relay) -> Self {
        let credentials = self.script.and_then(|script| script.credentials);
        self.script = Some(Script { relay, credentials });
        self
    }

    /// A proxy that lets in only who knows these: 407 for the others, and for SOCKS no method or a refused login.
    #[must_use]
    pub fn asking(mut self, user: &str, password: &str) -> Self {
        let relay = self.script.map_or(Relay::Works, |script| script.relay);
        self.script = Some(Script { relay, credentials: Some((user.to_owned(), password.to_owned())) });
        self
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
    script: Mutex<Option<Script>>,
}

#[derive(Debug)]
struct Entry {
    route: Route,
    behaviour: Arc<Behaviour>,
    hits: usize,
}

impl Running {
    pub(super) fn new(service: Service) -> Self {
        let running = Self {
            opening: service.opening,
            journal: Journal::default(),
            routes: Mutex::new(Vec::new()),
            script: Mutex::new(service.script),
        };
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

    /// What it does as a proxy; none when it isn't one.
    pub(super) fn script(&self) -> Option<Script> {
        self.script.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes what it does as a proxy; false when it isn't one.
    pub(super) fn relay(&self, relay: Relay) -> bool {
        let mut script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        script.as_mut().map(|script| script.relay = relay).is_some()
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
