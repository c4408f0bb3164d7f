//! One attempt, hop by hop.

use super::address::{is_private, names_private};
use super::body;
use super::broken::Broken;
use super::deadline::Deadline;
use super::dial::{Peer, add, connect, look_up};
use super::engine::{Engine, Via, failure};
use super::errand::Errand;
use super::exchange::{Answer, Outgoing, exchange};
use super::pulse::Mark;
use super::redirect;
use super::tls::handshake;
use super::tunnel;
use super::wire::{Io, Wire};
use crate::config::settings::{Auth, HttpVersion, Request, Tls, Transport};
use crate::judge::skew::absurd;
use crate::model::{Fault, Observation, Response, Secret, Stage, Trace};
use crate::text::duration::human;
use crate::text::origin;
use bytes::Bytes;
use rustls_pki_types::ServerName;
use tokio::time::Instant;
use url::{Host, Url};

/// An attempt under way.
pub(super) struct Attempt<'a> {
    engine: &'a Engine,
    transport: &'a Transport,
    via: Via<'a>,
    deadline: Deadline,
    began: Mark,
    trace: Trace,
    /// Whether any byte of a request may have reached the target.
    sent: bool,
    /// Whether the last hop's host is on the public internet: from there no redirect may lead to a private address.
    was_public: bool,
}

/// A response read to its end.
struct Complete {
    status: u16,
    headers: http::HeaderMap,
    body: Bytes,
    at_home: bool,
}

impl<'a> Attempt<'a> {
    /// Its time begins now.
    pub(super) fn new(engine: &'a Engine, transport: &'a Transport, via: Via<'a>, cut: Instant) -> Self {
        let deadline = Deadline::new(transport.timeout, cut);
        let proxy = match via {
            Via::Direct => None,
            Via::Exit(exit) => Some(exit.shown.clone()),
        };
        let trace = Trace { proxy, ..Trace::default() };
        let began = engine.shared.pulse.mark();
        Self { engine, transport, via, deadline, began, trace, sent: false, was_public: false }
    }

    /// From the first byte to the last.
    pub(super) async fn run(mut self, request: &Request) -> Observation {
        let outcome = self.with_token(request).await;
        self.observed(outcome)
    }

    /// The same, whatever `auth` says.
    pub(super) async fn run_without_token(mut self, request: &Request) -> Observation {
        let outcome = self.follow(request, None).await;
        self.observed(outcome)
    }

    fn observed(self, outcome: Result<Complete, Broken>) -> Observation {
        let mut trace = self.trace;
        trace.elapsed = self.deadline.start.elapsed();
        match outcome {
            Ok(Complete { status, headers, body, .. }) => {
                trace.stalled = self.engine.shared.pulse.lost(self.began);
                if !trace.stalled.is_zero() {
                    let (lost, all) = (human(trace.stalled), human(trace.elapsed));
                    trace
                        .notes
                        .push(format!("this machine stood still for {lost} of {all}: no latency of the target's"));
                }
                Observation::Response(Box::new(Response { trace, status, headers, body }))
            }
            Err(broken) => {
                let broken = self.engine.shared.pulse.fair(broken, self.began);
                Observation::Failure(Box::new(failure(broken, trace, self.sent)))
            }
        }
    }

    /// Gets a token where one is needed; one from the cache that is refused is replaced once.
    async fn with_token(&mut self, request: &Request) -> Result<Complete, Broken> {
        let Auth::OAuth2(oauth2) = &request.auth else { return self.follow(request, None).await };
        let transport = token_transport(self.transport, &request.url, &oauth2.token_url);
        let tokens = &self.engine.shared.tokens;
        let token = tokens.get(self.engine, oauth2, &transport, self.via, &self.deadline).await?;
        let complete = self.follow(request, Some(&token.value)).await?;
        if !(token.was_cached && complete.at_home && matches!(complete.status, 401 | 403)) {
            return Ok(complete);
        }
        tokens.forget(oauth2, &token.value);
        let token = tokens.get(self.engine, oauth2, &transport, self.via, &self.deadline).await?;
        self.trace = Trace { proxy: self.trace.proxy.take(), ..Trace::default() };
        self.trace.notes.push(format!("the kept token was answered with {}; a new one was got", complete.status));
        self.follow(request, Some(&token.value)).await
    }

    /// Sends the request, follows redirects, reads the last response.
    async fn follow(&mut self, request: &Request, token: Option<&Secret>) -> Result<Complete, Broken> {
        let mut errand = Errand::new(request);
        loop {
            let mut answer = self.hop(&errand, token).await?;
            let status = answer.status;
            if self.transport.max_redirects == 0 || !redirect::is_redirect(status) {
                let body = self.read(&mut answer).await?;
                let Answer { headers, body: incoming, pump, .. } = answer;
                drop(incoming);
                pump.part().await;
                return Ok(Complete { status, headers, body, at_home: errand.at_home });
            }
            let (followed, limit) = (self.trace.redirects, self.transport.max_redirects);
            let redactor = &self.engine.redactor();
            let url = redirect::target(&errand.url, &answer.headers, followed, limit, redactor)
                .map_err(|broken| broken.with_status(status))?;
            if self.was_public && names_private(&url) {
                let detail = format!("redirect from a public host to {}", redirect::shown(&url, redactor));
                return Err(Broken::target(Stage::Redirect, detail).with_status(status));
            }
            self.trace.redirects += 1;
            self.trace.final_url = Some(redirect::shown(&url, redactor));
            let was_at_home = errand.at_home;
            errand = errand.redirected(status, url);
            if was_at_home && !errand.at_home {
                let note = "redirected to another origin: credentials, configured headers and body were not sent there";
                self.trace.notes.push(note.to_owned());
            }
        }
    }

    /// One request, until the response's head.
    async fn hop(&mut self, errand: &Errand<'_>, token: Option<&Secret>) -> Result<Answer, Broken> {
        let (wire, h2) = self.connect(&errand.url, errand.at_home).await?;
        let outgoing =
            Outgoing { method: &errand.method, url: &errand.url, headers: errand.headers(token), body: errand.body() };
        let notebook = wire.notebook();
        let start = Instant::now();
        let answered = exchange(self.engine, wire, h2, outgoing, &self.deadline.whole()).await;
        add(&mut self.trace.phases.ttfb, start);
        self.sent |= notebook.facts().sent > 0;
        let answer = answered?;
        self.trace.http_version = Some(answer.version);
        Ok(answer)
    }

    async fn read(&mut self, answer: &mut Answer) -> Result<Bytes, Broken> {
        let start = Instant::now();
        let whole = self.deadline.whole();
        let read = body::read(answer, self.transport.max_body, &whole, &mut self.trace.bytes).await;
        add(&mut self.trace.phases.download, start);
        read
    }

    /// A connection to the URL's origin, ready for HTTP, and whether it is HTTP/2.
    async fn connect(&mut self, url: &Url, at_home: bool) -> Result<(Wire, bool), Broken> {
        let is_https = url.scheme() == "https";
        let host = host_of(url)?;
        let tls = if is_https {
            sane((self.engine.shared.now)())?;
            let tls = if at_home { self.transport.tls.clone() } else { away(&self.transport.tls) };
            let base = self.engine.shared.tls.get(&tls, self.transport.http_version)?;
            Some((base, server_name(tls.server_name.as_deref(), &host)?))
        } else {
            None
        };
        let wire = self.dial(url, &host).await?;
        let Some((base, name)) = tls else {
            return Ok((wire, self.transport.http_version == HttpVersion::V2));
        };
        let start = Instant::now();
        let whole = self.deadline.whole();
        let earlier = self.trace.cert.take();
        let secured = handshake(self.engine, wire, &base, name, &whole, &mut self.trace.cert).await;
        add(&mut self.trace.phases.tls, start);
        let secured = secured?;
        self.trace.cert = [earlier, self.trace.cert.take()].into_iter().flatten().min_by_key(|cert| cert.not_after);
        if self.transport.http_version == HttpVersion::V2 && !secured.h2 {
            return Err(Broken::target(Stage::Head, "the server does not offer HTTP/2 (ALPN)"));
        }
        Ok((secured.wire, secured.h2))
    }

    /// A TCP connection to the host, or a tunnel that ends there.
    async fn dial(&mut self, url: &Url, host: &Host<&str>) -> Result<Wire, Broken> {
        let port = url.port_or_known_default().unwrap_or(0);
        let public_only = self.trace.redirects > 0 && self.was_public;
        let peer = Peer { host, port, public_only };
        let exit = match self.via {
            Via::Direct => None,
            Via::Exit(exit) => Some(exit),
        };
        let (resolver, transport) = (&self.engine.shared.resolver, self.transport);
        if let Some(exit) = exit {
            self.was_public = !names_private(url);
            return tunnel::lay(self.engine, exit, peer, transport, &self.deadline, &mut self.trace).await;
        }
        let addresses = look_up(resolver, peer, transport, &self.deadline, &mut self.trace.phases).await?;
        let start = Instant::now();
        let connected = connect(&addresses, &self.deadline.step(transport.connect_timeout)).await;
        add(&mut self.trace.phases.connect, start);
        let (stream, address) = connected?;
        self.trace.remote_addr = Some(address);
        self.was_public = !is_private(address.ip());
        Ok(Wire::new(Io::Tcp(stream)))
    }
}

/// The URL's host.
pub(super) fn host_of(url: &Url) -> Result<Host<&str>, Broken> {
    url.host().ok_or_else(|| Broken::new(Stage::Dns, Fault::Local, "the URL has no host"))
}

/// The name to ask for and to check.
pub(super) fn server_name(configured: Option<&str>, host: &Host<&str>) -> Result<ServerName<'static>, Broken> {
    let name = match (configured, host) {
        (Some(name), _) => ServerName::try_from(name.to_owned()).ok(),
        (None, Host::Ipv4(v4)) => Some(ServerName::from(std::net::IpAddr::V4(*v4))),
        (None, Host::Ipv6(v6)) => Some(ServerName::from(std::net::IpAddr::V6(*v6))),
        (None, Host::Domain(name)) => ServerName::try_from(name.strip_suffix('.').unwrap_or(name).to_owned()).ok(),
    };
    name.ok_or_else(|| {
        let name = configured.map_or_else(|| host.to_string(), str::to_owned);
        Broken::new(Stage::Tls, Fault::Local, format!("{name} is no name that a certificate can be for"))
    })
}

/// Certificates can't be checked by a clock that is decades off.
pub(super) fn sane(now: jiff::Timestamp) -> Result<(), Broken> {
    absurd(now).map_or(Ok(()), |words| Err(Broken::new(Stage::Tls, Fault::Local, words)))
}

/// What of the TLS settings goes to another origin: neither the client's certificate nor the name.
fn away(tls: &Tls) -> Tls {
    Tls { client: None, server_name: None, ..tls.clone() }
}

/// How the token is fetched: as the endpoint, but at another origin without what is meant for the endpoint's.
fn token_transport(transport: &Transport, endpoint: &Url, token_url: &Url) -> Transport {
    let tls = if origin::same(endpoint, token_url) { transport.tls.clone() } else { away(&transport.tls) };
    Transport { tls, max_redirects: 0, http_version: HttpVersion::Auto, ..transport.clone() }
}
