//! The exits that a try may take: the next one where one makes no tunnel.

use super::dial::{NoWay, secure, through};
use super::post::CONNECT;
use super::trust::Trust;
use super::wire::Wire;
use crate::config::settings::ProxyUrl;
use crate::model::Redactor;
use crate::text::duration::human;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, timeout};
use url::Host;

/// An exit that had less time than this is not to blame for having made no tunnel.
const FAIR: Duration = Duration::from_secs(2);

/// What a try learnt of an exit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    /// Its place among those that the try was given.
    pub exit: usize,
    /// What is wrong with it; none when it did its work.
    pub broken: Option<String>,
}

/// Whom the tunnel is for.
pub(super) struct Peer<'a> {
    pub(super) host: Host<&'a str>,
    pub(super) port: u16,
    /// Whether TLS begins with the first byte.
    pub(super) tls: bool,
}

/// The exits of one try.
pub(super) struct Exits<'a> {
    in_order: &'a [ProxyUrl],
    /// The one that made the last tunnel: later requests of the same try begin with it.
    current: AtomicUsize,
    met: Mutex<Vec<Met>>,
}

impl<'a> Exits<'a> {
    pub(super) fn new(in_order: &'a [ProxyUrl]) -> Self {
        Self { in_order, current: AtomicUsize::new(0), met: Mutex::default() }
    }

    /// Whether the way is straight.
    pub(super) fn is_empty(&self) -> bool {
        self.in_order.is_empty()
    }

    /// The receiver spoke through the exit that made the last tunnel.
    pub(super) fn worked(&self) {
        if !self.is_empty() {
            self.note(Met { exit: self.current.load(Ordering::Relaxed), broken: None });
        }
    }

    /// What was learnt, in the order of learning.
    pub(super) fn met(self) -> Vec<Met> {
        self.met.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, met: Met) {
        self.met.lock().unwrap_or_else(PoisonError::into_inner).push(met);
    }

    /// A tunnel to the peer through the first exit that makes one, all by `until`. Each exit gets an equal share of the time
    /// that is left, and what follows gets one too.
    ///
    /// # Errors
    /// What each exit met, for a person.
    pub(super) async fn open(
        &self,
        peer: &Peer<'_>,
        trust: &Trust,
        redactor: &Redactor,
        until: Instant,
    ) -> Result<Wire, String> {
        let count = self.in_order.len();
        let first = self.current.load(Ordering::Relaxed);
        let mut failed = Vec::new();
        for step in 0..count {
            let exit = (first + step) % count;
            let proxy = &self.in_order[exit];
            let shares = u32::try_from(count - step).unwrap_or(u32::MAX).saturating_add(1);
            let limit = CONNECT.min(until.saturating_duration_since(Instant::now()) / shares);
            let no = match timeout(limit, lay(proxy, peer, trust, redactor)).await {
                Ok(Ok(wire)) => {
                    self.current.store(exit, Ordering::Relaxed);
                    return Ok(wire);
                }
                Ok(Err(no)) => no,
                Err(_) => NoWay { why: format!("no tunnel in {}", human(limit)), is_exits: limit >= FAIR },
            };
            failed.push(format!("through {}: {}", proxy.shown, no.why));
            if no.is_exits {
                self.note(Met { exit, broken: Some(no.why) });
            }
        }
        let colon = if failed.len() == 1 { "" } else { ":" };
        Err(format!("no connection to {}:{}{colon} {}", peer.host, peer.port, failed.join("; ")))
    }
}

/// What fails in the tunnel is not known to be the exit's fault; another one is tried all the same, since nothing was said.
async fn lay(proxy: &ProxyUrl, peer: &Peer<'_>, trust: &Trust, redactor: &Redactor) -> Result<Wire, NoWay> {
    let wire = through(proxy, (&peer.host, peer.port), trust, redactor).await?;
    if !peer.tls {
        return Ok(wire);
    }
    secure(wire, &peer.host, trust).await.map_err(|no| NoWay { is_exits: false, ..no })
}
