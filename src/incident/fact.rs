//! What one run found out about one endpoint, as far as incidents care.

use crate::model::time::moment;
use crate::model::{Blame, EndpointId, ProbeResult, Reason, Verdict};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// One result with its circumstances. Texts are already redacted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    /// Which endpoint.
    pub id: EndpointId,
    /// Its verdict; after a remediation that of the second look.
    pub verdict: Verdict,
    /// Why.
    pub reason: Option<Reason>,
    /// Whose fault.
    pub blame: Option<Blame>,
    /// The same for a person.
    pub message: Option<String>,
    /// Of the failing response's body.
    pub evidence: Option<String>,
    /// The URL with secrets masked.
    pub url: Option<String>,
    /// The proxy pool used.
    pub pool: Option<String>,
    /// The endpoint's `runbook`.
    pub runbook: Option<String>,
    /// What remediation did or refused to do: said in openings and reminders.
    pub heal: Option<String>,
    /// When the probe began.
    #[serde(with = "moment")]
    pub started: Timestamp,
    /// When it ended.
    #[serde(with = "moment")]
    pub ended: Timestamp,
    /// The down parent.
    pub suppressed_by: Option<EndpointId>,
    /// Whether a maintenance window was open.
    pub maintenance: bool,
    /// The id of the silence that covers it.
    pub silenced: Option<String>,
    /// False for `--no-alerts`: recorded, and counting for nothing else.
    pub counts: bool,
}

/// Why nothing is opened for an endpoint at present, though everything is recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Muted {
    /// A maintenance window is open.
    Maintenance,
    /// The silence of this id covers it.
    Silence(String),
    /// This parent is down.
    Parent(EndpointId),
}

impl Fact {
    /// The fact behind a result; `runbook`, `silenced`, `heal` and `counts` are the caller's to set.
    pub fn of(result: &ProbeResult) -> Self {
        let exchange = result.exchange.as_ref();
        Self {
            id: result.id.clone(),
            verdict: result.verdict,
            reason: result.reason,
            blame: result.blame,
            message: result.message.clone(),
            evidence: result.evidence.as_ref().map(|evidence| evidence.body.clone()),
            url: exchange.map(|exchange| exchange.url.clone()),
            pool: exchange.and_then(|exchange| pool_of(exchange.proxy.as_deref()?)),
            runbook: None,
            heal: None,
            started: result.started,
            ended: result.ended,
            suppressed_by: result.suppressed_by.clone(),
            maintenance: result.maintenance,
            silenced: None,
            counts: true,
        }
    }

    /// The host asked.
    pub fn host(&self) -> Option<String> {
        host_of(self.url.as_deref()?)
    }

    /// Why nothing may be opened; none when something may.
    pub fn muted(&self) -> Option<Muted> {
        if self.maintenance {
            return Some(Muted::Maintenance);
        }
        if let Some(silence) = &self.silenced {
            return Some(Muted::Silence(silence.clone()));
        }
        self.suppressed_by.clone().map(Muted::Parent)
    }
}

/// The host of a URL.
fn host_of(url: &str) -> Option<String> {
    url::Url::parse(url).ok()?.host_str().map(str::to_owned)
}

/// The pool of `POOL/HOST:PORT`.
pub fn pool_of(proxy: &str) -> Option<String> {
    proxy.split_once('/').map(|(pool, _)| pool.to_owned())
}
