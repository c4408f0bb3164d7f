//! One HTTP request and what can be said about its end.

use super::exits::{Exits, Peer};
use super::talk::talk;
use super::trust::Trust;
use crate::alert::Delivery;
use crate::disk;
use crate::model::Redactor;
use crate::retry::retry_after;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use jiff::Timestamp;
use reqwest::{Client, Response, Url, redirect::Policy};
use std::error::Error;
use std::io;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

/// The most of an answer that is read.
const MOST: usize = 64 * 1024;
/// For the way to the receiver: shorter than a whole try, so that a try's end says whether anything was sent.
pub(super) const CONNECT: Duration = Duration::from_secs(5);
pub(super) const AGENT: &str = concat!("canary/", env!("CARGO_PKG_VERSION"));

/// How a receiver is reached.
#[derive(Clone, Copy)]
pub(super) struct Way<'a> {
    pub(super) trust: &'a Trust,
    /// None: straight.
    pub(super) exits: &'a Exits<'a>,
    pub(super) redactor: &'a Redactor,
    pub(super) until: Instant,
    pub(super) now: Timestamp,
}

/// What is to be sent.
pub(super) struct Ask {
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// An answer's head, and as much of its body as there was time and room for.
pub(super) struct Answered {
    pub(super) status: u16,
    pub(super) after: Option<Duration>,
    pub(super) body: Vec<u8>,
    /// Whether the body is whole.
    whole: bool,
}

/// Whether the body of an answer matters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Read {
    /// Always.
    Body,
    /// Only to explain a status that is no yes.
    No,
}

impl Way<'_> {
    fn client(&self, url: &Url, left: Duration, place: &str) -> Result<Client, String> {
        let tls = if url.scheme() == "https" { self.trust.client() } else { Trust::nobody() };
        let builder = Client::builder()
            .tls_backend_preconfigured(tls?)
            .no_proxy()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .user_agent(AGENT)
            .connect_timeout(CONNECT.min(left / 2))
            .pool_max_idle_per_host(0);
        builder.build().map_err(|error| unreached(error, place))
    }

    /// POSTs JSON bytes as they are.
    ///
    /// # Errors
    /// What is to be said when no answer came.
    pub(super) async fn post(
        &self,
        url: &str,
        body: Vec<u8>,
        headers: &[(&'static str, String)],
        read: Read,
    ) -> Result<Answered, Delivery> {
        let mut all = HeaderMap::new();
        all.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(*name), HeaderValue::try_from(value)) {
                all.insert(name, value);
            }
        }
        self.ask(url, read, Ask { method: Method::POST, headers: all, body }).await
    }

    /// GETs.
    ///
    /// # Errors
    /// What is to be said when no answer came.
    pub(super) async fn get(&self, url: &str) -> Result<Answered, Delivery> {
        self.ask(url, Read::No, Ask { method: Method::GET, headers: HeaderMap::new(), body: Vec::new() }).await
    }

    async fn ask(&self, url: &str, read: Read, ask: Ask) -> Result<Answered, Delivery> {
        let slow = |why| Delivery::TryLater { why, after: None, slow: true };
        let later = |why| Delivery::TryLater { why, after: None, slow: false };
        let url = Url::parse(url).map_err(|error| slow(format!("its URL is no URL: {error}")))?;
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(later("no time was left for this try".to_owned()));
        }
        let place = place(&url);
        let sent = if self.exits.is_empty() {
            let client = self.client(&url, left, &place).map_err(slow)?;
            let request = client.request(ask.method, url).headers(ask.headers).body(ask.body);
            match timeout_at(self.until, request.send()).await {
                Ok(Err(error)) if error.is_connect() || error.is_builder() => {
                    return Err(later(unreached(error, &place)));
                }
                Ok(sent) => {
                    let sent = sent.map_err(|error| innermost(&error.without_url()).0);
                    Ok(sent.map(|response| (response, JoinSet::new())))
                }
                Err(late) => Err(late),
            }
        } else {
            let host = url.host().ok_or_else(|| slow("its URL has no host".to_owned()))?;
            let peer = Peer { host, port: url.port_or_known_default().unwrap_or(80), tls: url.scheme() == "https" };
            let wire = self.exits.open(&peer, self.trust, self.redactor, self.until).await.map_err(later)?;
            timeout_at(self.until, talk(wire, &url, ask)).await.map(|sent| sent.map_err(|error| innermost(&*error).0))
        };
        match sent {
            Ok(Ok((response, _task))) => {
                self.exits.worked();
                Ok(self.read(response, read).await)
            }
            Ok(Err(why)) => Err(Delivery::Unclear { why: format!("the request was sent to {place}, and then: {why}") }),
            Err(_) => {
                Err(Delivery::Unclear { why: format!("the request was sent to {place}, and no answer came in time") })
            }
        }
    }

    async fn read(&self, mut response: Response, read: Read) -> Answered {
        let status = response.status().as_u16();
        let after = retry_after(response.headers(), self.now);
        let mut answered = Answered { status, after, body: Vec::new(), whole: false };
        if read == Read::No && response.status().is_success() {
            return answered;
        }
        while let Ok(Ok(chunk)) = timeout_at(self.until, response.chunk()).await {
            let Some(chunk) = chunk else {
                answered.whole = true;
                break;
            };
            let room = MOST - answered.body.len();
            answered.body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if chunk.len() > room {
                break;
            }
        }
        answered
    }
}

impl Answered {
    /// What the status says, explained by the body.
    pub(super) fn delivery(&self) -> Delivery {
        Delivery::of_status(self.status, self.why(), self.after)
    }

    /// Whether the body ended before its end, and not because it was too much.
    pub(super) fn broke_off(&self) -> bool {
        !self.whole && self.body.len() < MOST
    }

    /// `HTTP 500: …`.
    pub(super) fn why(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        let text = text.trim();
        let colon = if text.is_empty() { "" } else { ": " };
        match self.status {
            300..=399 => format!("HTTP {}: it redirects, and canary does not follow: correct the URL", self.status),
            status => format!("HTTP {status}{colon}{text}"),
        }
    }
}

/// Host and port: the rest of a receiver's URL may be a secret.
fn place(url: &Url) -> String {
    let port = url.port_or_known_default().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}{port}", url.host_str().unwrap_or_default())
}

/// Why there was no connection, with the place instead of the URL.
fn unreached(error: reqwest::Error, place: &str) -> String {
    match innermost(&error.without_url()) {
        (_, true) => format!("connection refused {place}"),
        (cause, false) => format!("no connection to {place}: {cause}"),
    }
}

/// The innermost cause, and whether a connection was refused.
pub(super) fn innermost(error: &(dyn Error + 'static)) -> (String, bool) {
    let mut is_refused = false;
    let mut cause = error.to_string();
    let mut source = Some(error);
    while let Some(inner) = source {
        let io = inner.downcast_ref::<io::Error>();
        is_refused |= io.is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused);
        cause = io.map_or_else(|| inner.to_string(), disk::cause);
        source = inner.source();
    }
    (cause, is_refused)
}
