//! A tunnel through a proxy to the target: CONNECT or SOCKS5. Until it stands, what fails is the exit's.

use super::attempt::{host_of, sane, server_name};
use super::broken::{Broken, FOREIGN, io_words};
use super::deadline::{Bound, Deadline};
use super::dial::{Peer, add, connect, look_up};
use super::engine::Engine;
use super::errand::basic;
use super::socks;
use super::tls::handshake;
use super::wire::{Io, Wire};
use crate::config::settings::{HttpVersion, ProxyUrl, Tls, Transport};
use crate::model::{ExitRefusal, Fault, Phases, Stage, Trace};
use crate::text::escape::shorten;
use crate::text::userinfo::userinfo;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::{Instant, sleep_until};
use url::{Host, Url};

/// Largest head of a CONNECT's answer.
const HEAD: usize = 16 << 10;

/// The part of `connect_timeout` that a proxy is given for one address before the next one is tried beside it.
const STAGGER: u32 = 4;

/// How a proxy said no.
pub(super) enum Refused {
    /// The stream failed.
    Io(io::Error),
    /// In its own words.
    Answer(ExitRefusal, String),
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// Connects to the exit and has it connect to the peer, all within `connect_timeout`; the lookups have their own.
pub(super) async fn lay(
    engine: &Engine,
    exit: &ProxyUrl,
    peer: Peer<'_>,
    transport: &Transport,
    deadline: &Deadline,
    trace: &mut Trace,
) -> Result<Wire, Broken> {
    let url = Url::parse(exit.url.expose())
        .map_err(|_| Broken::new(Stage::Proxy, Fault::Local, "the proxy's URL can't be read"))?;
    // `socks5` is the one scheme where names are looked up here.
    let near = if url.scheme() == "socks5" {
        Some(look_up(&engine.shared.resolver, peer, transport, deadline, &mut trace.phases).await?)
    } else {
        None
    };
    let start = Instant::now();
    let laid = lay_timed(engine, &url, peer, near.as_deref(), transport, deadline, trace).await;
    add(&mut trace.phases.connect, start);
    laid.map_err(|mut broken| {
        broken.detail = format!("exit {}: {}", exit.shown, broken.detail);
        broken
    })
}

async fn lay_timed(
    engine: &Engine,
    url: &Url,
    peer: Peer<'_>,
    near: Option<&[SocketAddr]>,
    transport: &Transport,
    deadline: &Deadline,
    trace: &mut Trace,
) -> Result<Wire, Broken> {
    let unreachable = |broken: Broken| broken.at_exit(ExitRefusal::Unreachable);
    let host = host_of(url)?;
    let default = if url.scheme().starts_with("socks5") { 1080 } else { url.port_or_known_default().unwrap_or(80) };
    let proxy = Peer { host: &host, port: url.port().unwrap_or(default), public_only: false };
    // The endpoint's `resolve` and `ip_family` are about its target, not about the proxy.
    let plain = Transport { connect_timeout: transport.connect_timeout, ..Transport::default() };
    let mut unmeasured = Phases::default();
    let found =
        look_up(&engine.shared.resolver, proxy, &plain, deadline, &mut unmeasured).await.map_err(unreachable)?;
    let bound = deadline.step(transport.connect_timeout);
    let way = Way { engine, url, host: &host, found: &found, peer, bound: &bound };
    let (reached, laid) = match near {
        None => way.once(socks::To::Name(peer.host, peer.port)).await,
        Some(addresses) => way.race(addresses, transport.connect_timeout / STAGGER).await,
    };
    trace.remote_addr = reached.or(trace.remote_addr);
    laid
}

/// What every try of one tunnel needs.
#[derive(Clone, Copy)]
struct Way<'a> {
    engine: &'a Engine,
    url: &'a Url,
    host: &'a Host<&'a str>,
    /// The proxy's addresses.
    found: &'a [SocketAddr],
    peer: Peer<'a>,
    bound: &'a Bound,
}

/// The proxy's address, once it was reached, and what came of it.
type Tried = (Option<SocketAddr>, Result<Wire, Broken>);

impl Way<'_> {
    /// One connection to the proxy, which is asked for one to the target.
    async fn once(self, to: socks::To<'_>) -> Tried {
        let unreachable = |broken: Broken| broken.at_exit(ExitRefusal::Unreachable);
        let (stream, address) = match connect(self.found, self.bound).await {
            Ok(connected) => connected,
            Err(broken) => return (None, Err(unreachable(broken))),
        };
        let wire = Wire::new(Io::Tcp(stream));
        let laid = async {
            let wire = match self.url.scheme() {
                "https" => secure(self.engine, wire, self.host, self.bound).await.map_err(unreachable)?,
                _ => wire,
            };
            ask(self.engine, wire, self.url, self.peer, to, self.bound).await
        };
        (Some(address), laid.await)
    }

    /// The target's addresses one after the other, as a direct probe tries them: the next one when the proxy can't reach
    /// the one before, or has said nothing of it for `stagger`. A proxy that fails by itself is asked no further.
    async fn race(self, addresses: &[SocketAddr], stagger: Duration) -> Tried {
        let mut left = addresses.iter().copied();
        let mut racing = FuturesUnordered::new();
        let mut next_start = Instant::now();
        let mut more = true;
        let (mut reached, mut worst) = (None, None::<Broken>);
        loop {
            if more && (racing.is_empty() || Instant::now() >= next_start) {
                match left.next() {
                    Some(address) => {
                        racing.push(self.once(socks::To::Address(address)));
                        next_start = Instant::now() + stagger;
                    }
                    None => more = false,
                }
                continue;
            }
            tokio::select! {
                ended = racing.next() => match ended {
                    Some((at, Ok(wire))) => return (at, Ok(wire)),
                    Some((at, Err(broken))) => {
                        reached = at.or(reached);
                        more = more && matches!(broken.refusal, Some(ExitRefusal::Socks(_)));
                        next_start = Instant::now();
                        // That the target can't be reached says more than anything else.
                        let says_why = |broken: &Broken| broken.refusal.is_some_and(ExitRefusal::cannot_reach_target);
                        if !worst.as_ref().is_some_and(says_why) {
                            worst = Some(broken);
                        }
                    }
                    None => {
                        let none = || Broken::new(Stage::Dns, Fault::Local, "the target has no address");
                        return (reached, Err(worst.unwrap_or_else(none)));
                    }
                },
                () = sleep_until(next_start), if more => {}
            }
        }
    }
}

/// TLS to an `https` proxy, measured by the system's trust store.
async fn secure(engine: &Engine, wire: Wire, host: &Host<&str>, bound: &Bound) -> Result<Wire, Broken> {
    sane((engine.shared.now)())?;
    let base = engine.shared.tls.get(&Tls::default(), HttpVersion::V1)?;
    let name = server_name(None, host)?;
    let mut unmeasured = None;
    Ok(handshake(engine, wire, &base, name, bound, &mut unmeasured).await?.wire)
}

async fn ask(
    engine: &Engine,
    mut wire: Wire,
    url: &Url,
    peer: Peer<'_>,
    to: socks::To<'_>,
    bound: &Bound,
) -> Result<Wire, Broken> {
    let login = userinfo(url);
    let asked = if url.scheme().starts_with("socks5") {
        bound.wait(socks::ask(&mut wire, to, login.as_ref())).await.map(|asked| asked.map(|()| Vec::new()))
    } else {
        bound.wait(connect_method(engine, &mut wire, peer, login.as_ref())).await
    };
    let exit = |detail: String| Broken::new(Stage::Proxy, Fault::Exit, detail);
    match asked {
        Ok(Ok(ahead)) => Ok(wire.handed_on(ahead)),
        Ok(Err(Refused::Answer(refusal, detail))) => Err(exit(detail).at_exit(refusal)),
        Ok(Err(Refused::Io(error))) => {
            Err(exit(format!("{} before the tunnel stood", io_words(&error))).at_exit(ExitRefusal::Garbled))
        }
        Err(overrun) => Err(overrun
            .broken(Stage::Proxy, Fault::Exit, |span| format!("no tunnel in {span}"))
            .at_exit(ExitRefusal::Garbled)),
    }
}

/// CONNECT (RFC 9110, section 9.3.6). What came behind the answer's head belongs to the tunnel.
async fn connect_method(
    engine: &Engine,
    wire: &mut Wire,
    peer: Peer<'_>,
    login: Option<&(String, String)>,
) -> Result<Vec<u8>, Refused> {
    let authority = format!("{}:{}", peer.host, peer.port);
    let mut request = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n");
    if let Some((username, password)) = login {
        let _ = write!(request, "Proxy-Authorization: {}\r\n", basic(username, password));
    }
    request.push_str("\r\n");
    wire.write_all(request.as_bytes()).await?;
    wire.flush().await?;
    let mut head = Vec::with_capacity(512);
    let end = loop {
        if let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if head.len() > HEAD {
            return Err(garbled("its answer to CONNECT has no end"));
        }
        if wire.read_buf(&mut head).await? == 0 {
            return Err(garbled("closed without an answer to CONNECT"));
        }
    };
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    match status(line) {
        Some(200..=299) => Ok(head.split_off(end)),
        Some(407) => Err(Refused::Answer(
            ExitRefusal::Credentials,
            "proxy authentication required (407): check the user and password of its URL".to_owned(),
        )),
        Some(status) => {
            let line = engine.redactor().redact(&String::from_utf8_lossy(line)).into_owned();
            let words = format!("answered CONNECT with {:?}", shorten(&line, FOREIGN));
            Err(Refused::Answer(ExitRefusal::Status(status), words))
        }
        None => Err(garbled("its answer to CONNECT is not HTTP")),
    }
}

fn garbled(words: &str) -> Refused {
    Refused::Answer(ExitRefusal::Garbled, words.to_owned())
}

fn status(line: &[u8]) -> Option<u16> {
    let rest = line.strip_prefix(b"HTTP/1.")?;
    let code = std::str::from_utf8(rest.get(2..5)?).ok()?;
    code.parse().ok().filter(|code| (100..=599).contains(code))
}
