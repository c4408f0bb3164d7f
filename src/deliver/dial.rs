//! A connection to a receiver: straight, or by a tunnel through a proxy.

use super::trust::Trust;
use super::wire::Wire;
use crate::config::settings::ProxyUrl;
use crate::disk;
use crate::model::Redactor;
use crate::text::userinfo::userinfo;
use crate::tunnel::{Refused, To, connect, socks};
use rustls_pki_types::ServerName;
use std::fmt::Display;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;
use url::{Host, Url};

/// RFC 1928, section 3.
const SOCKS: u16 = 1080;

/// Why there is no connection.
pub(super) struct NoWay {
    /// For a person.
    pub(super) why: String,
    /// Whether the proxy is to blame: not where this machine is, or the proxy only says that the receiver can't be reached.
    pub(super) is_exits: bool,
}

impl NoWay {
    /// Nobody's fault that is known.
    pub(super) fn plain(why: &dyn Display) -> Self {
        Self { why: why.to_string(), is_exits: false }
    }

    /// No connection to the proxy itself, or one that ended.
    fn at_exit(error: &io::Error) -> Self {
        let is_exits = matches!(
            error.kind(),
            ErrorKind::ConnectionRefused
                | ErrorKind::ConnectionReset
                | ErrorKind::ConnectionAborted
                | ErrorKind::BrokenPipe
                | ErrorKind::HostUnreachable
                | ErrorKind::TimedOut
                | ErrorKind::UnexpectedEof
        );
        Self { why: disk::cause(error), is_exits }
    }
}

impl From<Refused> for NoWay {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Io(error) => {
                let what =
                    if error.kind() == ErrorKind::UnexpectedEof { "closed".to_owned() } else { disk::cause(&error) };
                Self { why: format!("{what} before the tunnel stood"), is_exits: true }
            }
            Refused::Answer(refusal, why) => Self { why, is_exits: !refusal.cannot_reach_target() },
        }
    }
}

/// Connects straight; the caller bounds the time.
pub(super) async fn straight(host: &Host<&str>, port: u16) -> io::Result<Wire> {
    Wire::tcp(TcpStream::connect((bare(host).as_str(), port)).await?)
}

/// Connects through the proxy; the caller bounds the time.
pub(super) async fn through(
    proxy: &ProxyUrl,
    (host, port): (&Host<&str>, u16),
    trust: &Trust,
    redactor: &Redactor,
) -> Result<Wire, NoWay> {
    let url = Url::parse(proxy.url.expose()).map_err(|why| NoWay::plain(&why))?;
    let login = userinfo(&url);
    // `socks5` is the one scheme where names are looked up here.
    if url.scheme() == "socks5" {
        let found = lookup_host((bare(host), port)).await.map_err(|error| NoWay::plain(&disk::cause(&error)))?;
        let mut last = NoWay::plain(&"the receiver has no address");
        for address in found {
            let mut wire = reach(&url, trust).await?;
            match socks(&mut wire, To::Address(address), login.as_ref()).await.map_err(NoWay::from) {
                Ok(()) => return Ok(wire),
                Err(no) if no.is_exits => return Err(no),
                Err(no) => last = no,
            }
        }
        return Err(last);
    }
    let mut wire = reach(&url, trust).await?;
    if url.scheme() == "socks5h" {
        socks(&mut wire, To::Name(host, port), login.as_ref()).await?;
        return Ok(wire);
    }
    let ahead = connect(&mut wire, (host, port), login.as_ref(), redactor).await?;
    Ok(wire.handed_on(ahead))
}

/// Connects to the proxy itself.
async fn reach(url: &Url, trust: &Trust) -> Result<Wire, NoWay> {
    let host = url.host().ok_or_else(|| NoWay::plain(&"the proxy's URL has no host"))?;
    let port = url.port_or_known_default().unwrap_or(SOCKS);
    let wire = straight(&host, port).await.map_err(|error| NoWay::at_exit(&error))?;
    if url.scheme() == "https" {
        return secure(wire, &host, trust).await;
    }
    Ok(wire)
}

/// TLS with whoever is at the other end.
pub(super) async fn secure(wire: Wire, host: &Host<&str>, trust: &Trust) -> Result<Wire, NoWay> {
    let config = trust.client().map_err(|why| NoWay::plain(&why))?;
    let name = ServerName::try_from(bare(host)).map_err(|why| NoWay::plain(&why))?;
    match TlsConnector::from(Arc::new(config)).connect(name, wire).await {
        Ok(stream) => Ok(Wire::tls(stream)),
        Err(error) => Err(NoWay { why: format!("no TLS: {}", disk::cause(&error)), is_exits: true }),
    }
}

/// An IPv6 address without its brackets.
fn bare(host: &Host<&str>) -> String {
    match host {
        Host::Domain(name) => (*name).to_owned(),
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    }
}
