//! The engine: what attempts of one run share, and the door through which they come.

use super::attempt::Attempt;
use super::auth::{CachedToken, Tokens};
use super::broken::Broken;
use super::resolve::Resolver;
use super::tls::Configs;
use crate::config::settings::{ProxyUrl, Request, Transport};
use crate::model::{Failure, FailureKind, Fault, Observation, Redactor, Stage, Trace};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout_at};
use url::Url;

/// The wall clock, handed in.
pub type Clock = Arc<dyn Fn() -> jiff::Timestamp + Send + Sync>;

/// What an engine needs to know beforehand.
pub struct Options {
    /// OAuth2 tokens that an earlier run kept.
    pub tokens: Vec<CachedToken>,
    /// Masks secrets in the URLs that attempts report.
    pub redactor: Redactor,
    /// For the validity of certificates and tokens.
    pub now: Clock,
    /// Whether SSL_CERT_FILE or SSL_CERT_DIR is set: then Mozilla's roots never stand in for an empty store.
    pub trust_store_is_named: bool,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("trust_store_is_named", &self.trust_store_is_named).finish_non_exhaustive()
    }
}

/// Along which way an attempt goes.
#[derive(Clone, Copy, Debug)]
pub enum Via<'a> {
    /// Straight to the target.
    Direct,
    /// Through a tunnel of this proxy.
    Exit(&'a ProxyUrl),
}

/// Makes attempts. Clones share everything. It wants a tokio runtime with time and I/O enabled, of any flavour; its
/// futures are `Send`. Lookups and the helpers of HTTP/2 connections and token requests are spawned, all else runs in
/// the caller's future and ends when that is dropped.
#[derive(Clone, Debug)]
pub struct Engine {
    pub(super) shared: Arc<Shared>,
}

/// What all attempts use.
pub(super) struct Shared {
    pub(super) resolver: Resolver,
    pub(super) tls: Configs,
    pub(super) tokens: Tokens,
    pub(super) redactor: Redactor,
    pub(super) now: Clock,
    hosts: Mutex<HashMap<Box<str>, Arc<Semaphore>>>,
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Engine {
    /// An engine that has done nothing yet: nothing is loaded before an attempt needs it.
    pub fn new(options: Options) -> Self {
        let Options { tokens, redactor, now, trust_store_is_named } = options;
        let shared = Shared {
            resolver: Resolver::new(),
            tls: Configs::new(Arc::clone(&now), trust_store_is_named),
            tokens: Tokens::new(tokens),
            redactor,
            now,
            hosts: Mutex::default(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// One attempt: resolve, connect, shake hands, send, read to the last byte, redirects and token included.
    ///
    /// It first waits for one of the host's `max_per_host` places (a host is `HOST:PORT`; hosts that redirects lead to
    /// need none). From then on it ends within `transport.timeout`, and whatever it does, at `cut`.
    pub async fn attempt(&self, request: &Request, transport: &Transport, via: &Via<'_>, cut: Instant) -> Observation {
        let waited = timeout_at(cut, self.place(&request.url, transport.max_per_host)).await;
        let Some(_place) = waited.ok().filter(|_| Instant::now() < cut) else {
            return Observation::Failure(Box::new(cut_in_the_queue(transport.max_per_host)));
        };
        Attempt::new(self, transport, *via, cut).run(request).await
    }

    /// The tokens to keep for the next run; they are secrets, the only ones that may be written, to a file of mode 0600.
    pub fn tokens(&self) -> Vec<CachedToken> {
        self.shared.tokens.kept()
    }

    /// Masks every token that was used so far; the configuration's redactor can't know those that were fetched.
    pub fn token_redactor(&self) -> Redactor {
        self.shared.tokens.redactor()
    }

    async fn place(&self, url: &Url, most: u32) -> Option<OwnedSemaphorePermit> {
        let host = format!("{}:{}", url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(0));
        let semaphore = {
            let mut hosts = self.shared.hosts.lock().unwrap_or_else(PoisonError::into_inner);
            let places = usize::try_from(most).unwrap_or(Semaphore::MAX_PERMITS).clamp(1, Semaphore::MAX_PERMITS);
            let fresh = || Arc::new(Semaphore::new(places));
            Arc::clone(hosts.entry(host.into_boxed_str()).or_insert_with(fresh))
        };
        semaphore.acquire_owned().await.ok()
    }
}

fn cut_in_the_queue(most: u32) -> Failure {
    let detail = format!("cut by the end of the run while waiting for its turn: max_per_host is {most}");
    let broken = Broken::new(Stage::Connect, Fault::Cut, detail).kind(FailureKind::Timeout);
    failure(broken, Trace::default(), false)
}

/// A failure as the model has it.
pub(super) fn failure(broken: Broken, mut trace: Trace, sent: bool) -> Failure {
    let Broken { stage, kind, fault, detail, status, refusal } = broken;
    trace.refusal = refusal;
    Failure { trace, status, stage, kind, fault, sent, detail }
}
