//! From a host and a port to a TCP connection.

use super::address::is_private;
use super::broken::{Broken, connect_fault, each_address, is_exhausted};
use super::deadline::{Bound, Deadline};
use super::eyeballs::Race;
use super::resolve::{Resolver, overrides};
use crate::config::settings::Transport;
use crate::model::{FailureKind, Fault, Phases, Stage};
use std::io;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::Instant;
use url::Host;

/// Where to connect to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Peer<'a> {
    /// Name or literal.
    pub(super) host: &'a Host<&'a str>,
    /// TCP port.
    pub(super) port: u16,
    /// Whether private addresses are refused: a redirect from a public host led here.
    pub(super) public_only: bool,
}

/// Adds the time since `start` to a phase; hops of redirects add up.
pub(super) fn add(phase: &mut Option<Duration>, start: Instant) {
    *phase = Some(phase.unwrap_or_default() + start.elapsed());
}

/// Looks the peer up; the time goes to `phases.dns`.
pub(super) async fn look_up(
    resolver: &Resolver,
    peer: Peer<'_>,
    transport: &Transport,
    deadline: &Deadline,
    phases: &mut Phases,
) -> Result<Vec<SocketAddr>, Broken> {
    let start = Instant::now();
    let found =
        deadline.step(transport.connect_timeout).wait(resolver.addresses(peer.host, peer.port, transport)).await;
    add(&mut phases.dns, start);
    let mut addresses = match found {
        Ok(Ok(addresses)) => addresses,
        Ok(Err(why)) => return Err(Broken::new(Stage::Dns, why.fault, why.detail)),
        Err(overrun) => {
            return Err(overrun.broken(Stage::Dns, Fault::Resolver, |span| {
                format!("no answer from the resolver for {} in {span}", peer.host)
            }));
        }
    };
    if peer.public_only && overrides(transport, &peer.host.to_string(), peer.port).is_empty() {
        addresses.retain(|address| !is_private(address.ip()));
        if addresses.is_empty() {
            let detail = format!("redirect from a public host to the private address of {}", peer.host);
            return Err(Broken::target(Stage::Redirect, detail));
        }
    }
    Ok(addresses)
}

/// Connects to one of the addresses within `bound`.
pub(super) async fn connect(addresses: &[SocketAddr], bound: &Bound) -> Result<(TcpStream, SocketAddr), Broken> {
    let mut race = Race::default();
    match bound.wait(race.run(addresses)).await {
        Ok(Some((stream, address))) => {
            // A small second write (after the TLS handshake) would else wait for the first one's acknowledgement.
            let _ = stream.set_nodelay(true);
            Ok((stream, address))
        }
        Ok(None) => Err(all_failed(&race.failed)),
        Err(overrun) => Err(overrun.broken(Stage::Connect, Fault::Target, |span| {
            if race.failed.is_empty() && race.waiting.len() <= 1 {
                format!("no TCP connection in {span}")
            } else {
                format!("no TCP connection in {span}: {}", each_address(&race.failed, &race.waiting))
            }
        })),
    }
}

fn all_failed(failed: &[(SocketAddr, io::Error)]) -> Broken {
    let timed_out = failed.iter().any(|(_, error)| error.kind() == io::ErrorKind::TimedOut);
    let kind = if timed_out { FailureKind::Timeout } else { FailureKind::Broken };
    Broken::new(Stage::Connect, fault_of_all(failed), each_address(failed, &[])).kind(kind)
}

/// This machine's want of descriptors outweighs all; then what a target said outweighs what kept us from asking it.
fn fault_of_all(failed: &[(SocketAddr, io::Error)]) -> Fault {
    if failed.iter().any(|(_, error)| is_exhausted(error)) {
        return Fault::Local;
    }
    let any = |fault: Fault| failed.iter().any(|(_, error)| connect_fault(error) == fault);
    if any(Fault::Target) {
        Fault::Target
    } else if any(Fault::Local) {
        Fault::Local
    } else {
        Fault::Network
    }
}

#[cfg(test)]
mod tests {
    use super::{Deadline, Fault, Host, Instant, Peer, Phases, Resolver, Stage, Transport, fault_of_all, look_up};
    use std::io::{Error, ErrorKind};
    use std::time::Duration;

    #[tokio::test]
    async fn a_public_host_may_not_send_to_a_private_one() {
        let deadline = Deadline::new(Duration::from_secs(5), Instant::now() + Duration::from_secs(5));
        let mut transport = Transport::default();
        let mut phases = Phases::default();
        for host in ["127.0.0.1", "localhost", "inner.example"] {
            transport.resolve = vec![("configured.example".to_owned(), "127.0.0.1".parse().expect("an address"), None)];
            let host = Host::parse(host).expect("a host");
            let host = match &host {
                Host::Domain(name) => Host::Domain(name.as_str()),
                Host::Ipv4(v4) => Host::Ipv4(*v4),
                Host::Ipv6(v6) => Host::Ipv6(*v6),
            };
            let peer = |public_only| Peer { host: &host, port: 80, public_only };
            if host == Host::Domain("inner.example") {
                transport.resolve[0].0 = "inner.example".to_owned();
                // What the configuration says of a host is allowed.
                let found = look_up(&Resolver::new(), peer(true), &transport, &deadline, &mut phases).await;
                assert!(found.is_ok());
                continue;
            }
            assert!(look_up(&Resolver::new(), peer(false), &transport, &deadline, &mut phases).await.is_ok());
            let refused = look_up(&Resolver::new(), peer(true), &transport, &deadline, &mut phases).await;
            assert_eq!(refused.expect_err("a refusal").stage, Stage::Redirect);
        }
    }

    #[test]
    fn blames_the_target_only_when_it_said_something() {
        let at = "127.0.0.1:1".parse().expect("an address");
        let emfile = || Error::from_raw_os_error(24);
        for (errors, fault) in [
            (vec![Error::from(ErrorKind::NetworkUnreachable)], Fault::Network),
            (vec![ErrorKind::NetworkUnreachable.into(), ErrorKind::ConnectionRefused.into()], Fault::Target),
            (vec![ErrorKind::AddrNotAvailable.into()], Fault::Local),
            (vec![ErrorKind::AddrNotAvailable.into(), ErrorKind::TimedOut.into()], Fault::Target),
            (vec![emfile(), ErrorKind::ConnectionRefused.into()], Fault::Local),
            (vec![Error::from_raw_os_error(1)], Fault::Local),
        ] {
            let failed = errors.into_iter().map(|error| (at, error)).collect::<Vec<_>>();
            assert_eq!(fault_of_all(&failed), fault, "{failed:?}");
        }
    }
}
