//! A tunnel through a proxy to the target: CONNECT or SOCKS5. Until it stands, what fails is the exit's.

use super::attempt::{host_of, sane, server_name};
use super::broken::{Broken, io_words};
use super::deadline::{Bound, Deadline};
use super::dial::{Peer, add, connect, look_up};
use super::engine::Engine;
use super::tls::handshake;
use super::wire::{Io, Wire};
use crate::config::settings::{HttpVersion, ProxyUrl, Tls, Transport};
use crate::model::{ExitRefusal, Fault, Phases, Stage, Trace};
use crate::text::userinfo::userinfo;
use crate::tunnel::{Refused, To, connect as connect_method, socks};
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};
use url::{Host, Url};

/// The part of `connect_timeout` that a proxy is given for one address before the next one is tried beside it.
const STAGGER: u32 = 4;

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
        None => way.once(To::Name(peer.host, peer.port)).await,
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
    async fn once(self, to: To<'_>) -> Tried {
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
                        racing.push(self.once(To::Address(address)));
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
    to: To<'_>,
    bound: &Bound,
) -> Result<Wire, Broken> {
    let login = userinfo(url);
    let asked = if url.scheme().starts_with("socks5") {
        bound.wait(socks(&mut wire, to, login.as_ref())).await.map(|asked| asked.map(|()| Vec::new()))
    } else {
        let redactor = engine.redactor();
        bound.wait(connect_method(&mut wire, (peer.host, peer.port), login.as_ref(), &redactor)).await
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
