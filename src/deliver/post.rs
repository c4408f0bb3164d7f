//! One HTTP request and what can be said about its end.

use super::trust::Trust;
use crate::alert::Delivery;
use crate::config::settings::ProxyUrl;
use crate::disk;
use crate::retry::retry_after;
use jiff::Timestamp;
use reqwest::{Client, Proxy, RequestBuilder, Response, Url, redirect::Policy};
use std::error::Error as _;
use std::io;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// The most of an answer that is read.
const MOST: usize = 64 * 1024;
/// For the way to the receiver: shorter than a whole try, so that a try's end says whether anything was sent.
const CONNECT: Duration = Duration::from_secs(5);
const AGENT: &str = concat!("canary/", env!("CARGO_PKG_VERSION"));

/// How a receiver is reached.
#[derive(Clone, Copy)]
pub(super) struct Way<'a> {
    pub(super) trust: &'a Trust,
    pub(super) proxy: Option<&'a ProxyUrl>,
    pub(super) until: Instant,
    pub(super) now: Timestamp,
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
        let proxied = self.proxy.is_some_and(|proxy| proxy.url.expose().to_ascii_lowercase().starts_with("https:"));
        let tls = if url.scheme() == "https" || proxied { self.trust.client() } else { Trust::nobody() };
        let mut builder = Client::builder()
            .tls_backend_preconfigured(tls?)
            .no_proxy()
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .user_agent(AGENT)
            .connect_timeout(CONNECT.min(left / 2))
            .pool_max_idle_per_host(0);
        if let Some(proxy) = self.proxy {
            let all = Proxy::all(proxy.url.expose());
            builder = builder.proxy(all.map_err(|_| format!("the proxy {} cannot be used", proxy.shown))?);
        }
        builder.build().map_err(|error| told(error, place, self.proxy))
    }

    /// POSTs JSON bytes as they are.
    ///
    /// # Errors
    /// What is to be said when no answer came.
    pub(super) async fn post(
        &self,
        url: &str,
        body: Vec<u8>,
        headers: &[(&str, String)],
        read: Read,
    ) -> Result<Answered, Delivery> {
        self.ask(url, read, |client, url| {
            let request = client.post(url).header("content-type", "application/json").body(body);
            headers.iter().fold(request, |request, (name, value)| request.header(*name, value))
        })
        .await
    }

    /// GETs.
    ///
    /// # Errors
    /// What is to be said when no answer came.
    pub(super) async fn get(&self, url: &str) -> Result<Answered, Delivery> {
        self.ask(url, Read::No, Client::get).await
    }

    async fn ask(
        &self,
        url: &str,
        read: Read,
        make: impl FnOnce(&Client, Url) -> RequestBuilder,
    ) -> Result<Answered, Delivery> {
        let slow = |why| Delivery::TryLater { why, after: None, slow: true };
        let url = Url::parse(url).map_err(|error| slow(format!("its URL is no URL: {error}")))?;
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            let why = "no time was left for this try".to_owned();
            return Err(Delivery::TryLater { why, after: None, slow: false });
        }
        let place = place(&url);
        let client = self.client(&url, left, &place).map_err(slow)?;
        let sent = timeout_at(self.until, make(&client, url).send()).await;
        match sent {
            Ok(Ok(response)) => Ok(self.read(response, read).await),
            Ok(Err(error)) if error.is_connect() || error.is_builder() => {
                Err(Delivery::TryLater { why: told(error, &place, self.proxy), after: None, slow: false })
            }
            Ok(Err(error)) => Err(Delivery::Unclear { why: told(error, &place, self.proxy) }),
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

/// The innermost cause, with the place instead of the URL.
fn told(error: reqwest::Error, place: &str, proxy: Option<&ProxyUrl>) -> String {
    let through = proxy.map_or_else(String::new, |proxy| format!(" through {}", proxy.shown));
    let (what, then) =
        if error.is_connect() { ("no connection to", ":") } else { ("the request was sent to", ", and then:") };
    let error = error.without_url();
    let mut is_refused = false;
    let mut cause = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        let io = inner.downcast_ref::<io::Error>();
        is_refused |= io.is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused);
        cause = io.map_or_else(|| inner.to_string(), disk::cause);
        source = inner.source();
    }
    if is_refused && proxy.is_none() {
        return format!("connection refused {place}");
    }
    format!("{what} {place}{through}{then} {cause}")
}
