//! The engine: what attempts of one run share, and the door through which they come.

use super::attempt::Attempt;
use super::auth::{CachedToken, Tokens};
use super::broken::Broken;
use super::deadline::Deadline;
use super::dial::{Peer, connect, look_up};
use super::pulse::Pulse;
use super::resolve::Resolver;
use super::tls::Configs;
use crate::config::settings::{ProxyUrl, Request, Transport};
use crate::model::{Failure, Observation, Phases, Redactor, Stage, Trace};
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use tokio::time::Instant;
use url::{Host, Url};

/// The wall clock, handed in.
pub type Clock = Arc<dyn Fn() -> jiff::Timestamp + Send + Sync>;

/// What an engine needs to know beforehand.
pub struct Options {
    /// OAuth2 tokens that an earlier run kept.
    pub tokens: Vec<CachedToken>,
    /// Masks the configuration's secrets in what attempts report.
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
/// futures are `Send`. Lookups, the watch over this machine's pace, and the helpers of HTTP/2 connections and token
/// requests are spawned, all else runs in the caller's future and ends when that is dropped.
#[derive(Clone, Debug)]
pub struct Engine {
    pub(super) shared: Arc<Shared>,
}

/// What all attempts use.
pub(super) struct Shared {
    pub(super) resolver: Resolver,
    pub(super) tls: Configs,
    pub(super) tokens: Tokens,
    pub(super) now: Clock,
    pub(super) pulse: Arc<Pulse>,
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
            tokens: Tokens::new(tokens, redactor),
            now,
            pulse: Pulse::new(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// One attempt: resolve, connect, shake hands, send, read to the last byte, redirects and token included.
    ///
    /// It ends within `transport.timeout`, and whatever it does, at `cut`. How many attempts run at once is the caller's
    /// to bound.
    pub async fn attempt(&self, request: &Request, transport: &Transport, via: &Via<'_>, cut: Instant) -> Observation {
        Attempt::new(self, transport, *via, cut).run(request).await
    }

    /// A TCP connection to this URL's host and port, closed at once: the address that answered, or the stage that failed.
    ///
    /// # Errors
    ///
    /// The stage is `Dns` or `Connect`. It ends within `transport.timeout`, and at `cut`.
    pub async fn reach(&self, url: &Url, transport: &Transport, cut: Instant) -> Result<SocketAddr, Stage> {
        // The host of a scheme that URLs don't know is text, be it an address.
        let bare = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let host = match bare.parse() {
            Ok(IpAddr::V4(v4)) => Host::Ipv4(v4),
            Ok(IpAddr::V6(v6)) => Host::Ipv6(v6),
            Err(_) => Host::Domain(bare),
        };
        let peer = Peer { host: &host, port: url.port_or_known_default().unwrap_or(443), public_only: false };
        let deadline = Deadline::new(transport.timeout, cut);
        let reached = async {
            let resolver = &self.shared.resolver;
            let addresses = look_up(resolver, peer, transport, &deadline, &mut Phases::default()).await?;
            connect(&addresses, &deadline.step(transport.connect_timeout)).await
        };
        reached.await.map(|(_, address)| address).map_err(|broken: Broken| broken.stage)
    }

    /// Whether names were looked up and the resolver answered for none, not even that there is no such name.
    pub fn no_name_found(&self) -> bool {
        self.shared.resolver.no_name_found()
    }

    /// The tokens to keep for the next run; they are secrets, the only ones that may be written, to a file of mode 0600.
    pub fn tokens(&self) -> Vec<CachedToken> {
        self.shared.tokens.kept()
    }

    /// Masks the configuration's secrets, and every token that was used so far: those that were fetched are known only here.
    pub fn redactor(&self) -> Redactor {
        self.shared.tokens.redactor()
    }
}

/// A failure as the model has it.
pub(super) fn failure(broken: Broken, mut trace: Trace, sent: bool) -> Failure {
    let Broken { stage, kind, fault, detail, status, refusal } = broken;
    trace.refusal = refusal;
    Failure { trace, status, stage, kind, fault, sent, detail }
}
