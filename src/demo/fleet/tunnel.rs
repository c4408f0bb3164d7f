//! One connection to a proxy: HTTP CONNECT (RFC 9110, 9.3.6) or SOCKS5 (RFC 1928, 1929), told apart by the first byte.

use super::behaviour::{Behaviour, Ending, Reply};
use super::exchange::{self, After, Incoming, Wire};
use super::journal::Recorded;
use super::relay::{Relay, Script};
use super::service::Running;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::{Bytes, BytesMut};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[cfg(test)]
mod tests;

/// SOCKS version 5.
const SOCKS: u8 = 5;
/// The version of the user and password negotiation.
const LOGIN: u8 = 1;
/// Method: no login.
const OPEN: u8 = 0;
/// Method: user and password.
const PASSWORD: u8 = 2;
/// Method: none that is acceptable.
const NONE: u8 = 0xff;
/// Reply: general failure.
const GENERAL: u8 = 1;
/// Reply: connection refused.
const REFUSED: u8 = 5;
/// Reply: address type not supported.
const ADDRESS_TYPE: u8 = 8;

/// Serves one connection to its end.
pub(super) async fn serve<W: Wire>(mut wire: W, running: &Running, script: Script) -> io::Result<()> {
    let mut buffer = BytesMut::with_capacity(4096);
    if wire.read_buf(&mut buffer).await? == 0 {
        return Ok(());
    }
    if buffer[0] == SOCKS {
        socks(wire, buffer, running, &script).await
    } else {
        connect(wire, buffer, running, &script).await
    }
}

async fn connect<W: Wire>(mut wire: W, mut buffer: BytesMut, running: &Running, script: &Script) -> io::Result<()> {
    let request = match exchange::read_request(&mut wire, &mut buffer).await? {
        Incoming::Request(request) => request,
        Incoming::End => return Ok(()),
        Incoming::Nonsense => return answer(&mut wire, &Reply::new(400, "")).await,
    };
    running.journal.asked(request.clone());
    if request.method != "CONNECT" {
        return answer(&mut wire, &Reply::new(405, "")).await;
    }
    if let Some((user, password)) = &script.credentials {
        let wanted = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
        if request.header("proxy-authorization") != Some(&wanted) {
            let reply = Reply::new(407, "").header("proxy-authenticate", "Basic realm=\"exit\"");
            return answer(&mut wire, &reply).await;
        }
    }
    match script.relay.resolve(&request.target) {
        Relay::Works => match reach(&request.target).await {
            Ok(upstream) => {
                established(&mut wire).await?;
                copy(wire, &buffer, upstream).await
            }
            Err(_) => answer(&mut wire, &Reply::new(502, "")).await,
        },
        Relay::Answer(behaviour) => perform(&mut wire, behaviour, &request).await.map(drop),
        Relay::SocksReply(_) => answer(&mut wire, &Reply::new(502, "")).await,
        Relay::Silent => exchange::end(&mut wire, Ending::Hang).await,
        Relay::Accept(behaviour) => {
            established(&mut wire).await?;
            impersonate(wire, buffer, behaviour).await
        }
        // `resolve` has already chosen among what it holds.
        Relay::Split { .. } => Ok(()),
    }
}

async fn socks<W: Wire>(mut wire: W, mut buffer: BytesMut, running: &Running, script: &Script) -> io::Result<()> {
    let count = usize::from(take(&mut wire, &mut buffer, 2).await?[1]);
    let offered = take(&mut wire, &mut buffer, count).await?;
    let method = if script.credentials.is_some() { PASSWORD } else { OPEN };
    if !offered.contains(&method) {
        wire.write_all(&[SOCKS, NONE]).await?;
        return exchange::end(&mut wire, Ending::Close).await;
    }
    wire.write_all(&[SOCKS, method]).await?;
    wire.flush().await?;
    if let Some((user, password)) = &script.credentials {
        let length = usize::from(take(&mut wire, &mut buffer, 2).await?[1]);
        let given_user = take(&mut wire, &mut buffer, length).await?;
        let length = usize::from(take(&mut wire, &mut buffer, 1).await?[0]);
        let given_password = take(&mut wire, &mut buffer, length).await?;
        let admitted = given_user == user.as_bytes() && given_password == password.as_bytes();
        wire.write_all(&[LOGIN, u8::from(!admitted)]).await?;
        wire.flush().await?;
        if !admitted {
            return exchange::end(&mut wire, Ending::Close).await;
        }
    }
    let kind = take(&mut wire, &mut buffer, 4).await?[3];
    let host = match kind {
        1 => Ipv4Addr::from(array(&take(&mut wire, &mut buffer, 4).await?)?).to_string(),
        3 => {
            let length = usize::from(take(&mut wire, &mut buffer, 1).await?[0]);
            String::from_utf8_lossy(&take(&mut wire, &mut buffer, length).await?).into_owned()
        }
        4 => format!("[{}]", Ipv6Addr::from(array(&take(&mut wire, &mut buffer, 16).await?)?)),
        _ => return refuse(&mut wire, ADDRESS_TYPE).await,
    };
    let port = u16::from_be_bytes(array(&take(&mut wire, &mut buffer, 2).await?)?);
    let target = format!("{host}:{port}");
    let request =
        Recorded { method: "SOCKS5".to_owned(), target: target.clone(), headers: Vec::new(), body: Bytes::new() };
    running.journal.asked(request);
    match script.relay.resolve(&target) {
        Relay::Works => match reach(&target).await {
            Ok(upstream) => {
                reply(&mut wire, 0).await?;
                copy(wire, &buffer, upstream).await
            }
            Err(_) => refuse(&mut wire, REFUSED).await,
        },
        Relay::Answer(_) => refuse(&mut wire, GENERAL).await,
        Relay::SocksReply(code) => refuse(&mut wire, *code).await,
        Relay::Silent => exchange::end(&mut wire, Ending::Hang).await,
        Relay::Accept(behaviour) => {
            reply(&mut wire, 0).await?;
            impersonate(wire, buffer, behaviour).await
        }
        // `resolve` has already chosen among what it holds.
        Relay::Split { .. } => Ok(()),
    }
}

/// Whom the client wants: a loopback address, or this machine under any name.
async fn reach(target: &str) -> io::Result<TcpStream> {
    let no_target = || io::Error::from(io::ErrorKind::InvalidInput);
    let (host, port) = target.rsplit_once(':').ok_or_else(no_target)?;
    let port = port.parse().map_err(|_| no_target())?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let ip = host.parse().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    if !ip.is_loopback() {
        return Err(io::ErrorKind::NetworkUnreachable.into());
    }
    TcpStream::connect(SocketAddr::new(ip, port)).await
}

/// Copies both ways until both sides are done; `early` came right behind the request.
async fn copy<W: Wire>(mut wire: W, early: &[u8], mut upstream: TcpStream) -> io::Result<()> {
    upstream.set_nodelay(true)?;
    upstream.write_all(early).await?;
    tokio::io::copy_bidirectional(&mut wire, &mut upstream).await.map(drop)
}

/// The proxy itself in the target's place.
async fn impersonate<W: Wire>(mut wire: W, mut buffer: BytesMut, behaviour: &Behaviour) -> io::Result<()> {
    if matches!(behaviour, Behaviour::Raw { .. }) {
        if buffer.is_empty() {
            wire.read_buf(&mut buffer).await?;
        }
        let nothing =
            Recorded { method: String::new(), target: String::new(), headers: Vec::new(), body: Bytes::new() };
        return perform(&mut wire, behaviour, &nothing).await.map(drop);
    }
    loop {
        match exchange::read_request(&mut wire, &mut buffer).await? {
            Incoming::Request(request) => {
                if perform(&mut wire, behaviour, &request).await? == After::Closed {
                    return Ok(());
                }
            }
            Incoming::End => return Ok(()),
            Incoming::Nonsense => return answer(&mut wire, &Reply::new(400, "")).await,
        }
    }
}

async fn perform<W: Wire>(wire: &mut W, behaviour: &Behaviour, request: &Recorded) -> io::Result<After> {
    match behaviour.resolve(request, 0) {
        Some(behaviour) => exchange::play(wire, &behaviour, request).await,
        None => Ok(After::Closed),
    }
}

async fn established<W: Wire>(wire: &mut W) -> io::Result<()> {
    wire.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?;
    wire.flush().await
}

/// This response and no further one.
async fn answer<W: Wire>(wire: &mut W, reply: &Reply) -> io::Result<()> {
    wire.write_all(&reply.head()).await?;
    wire.flush().await?;
    exchange::end(wire, Ending::Close).await
}

/// A SOCKS reply with the bound address 0.0.0.0:0.
async fn reply<W: Wire>(wire: &mut W, code: u8) -> io::Result<()> {
    wire.write_all(&[SOCKS, code, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    wire.flush().await
}

async fn refuse<W: Wire>(wire: &mut W, code: u8) -> io::Result<()> {
    reply(wire, code).await?;
    exchange::end(wire, Ending::Close).await
}

/// The next so many bytes.
async fn take<W: Wire>(wire: &mut W, buffer: &mut BytesMut, count: usize) -> io::Result<BytesMut> {
    while buffer.len() < count {
        if wire.read_buf(buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(buffer.split_to(count))
}

fn array<const N: usize>(bytes: &[u8]) -> io::Result<[u8; N]> {
    bytes.try_into().map_err(|_| io::ErrorKind::InvalidData.into())
}
