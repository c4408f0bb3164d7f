//! SOCKS5 (RFC 1928), with username and password (RFC 1929).

use super::refused::{Refused, garbled};
use crate::model::ExitRefusal;
use std::net::SocketAddr;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use url::Host;

const VERSION: u8 = 5;
const NO_LOGIN: u8 = 0;
const LOGIN: u8 = 2;
const LOGIN_VERSION: u8 = 1;
const CONNECT: u8 = 1;
const IPV4: u8 = 1;
const NAME: u8 = 3;
const IPV6: u8 = 4;

/// Where the proxy shall connect to.
#[derive(Clone, Copy, Debug)]
pub enum To<'a> {
    /// A name, or a literal, that the proxy resolves.
    Name(&'a Host<&'a str>, u16),
    /// An address looked up here.
    Address(SocketAddr),
}

/// Asks for a connection. Reads not one byte further than its answer.
///
/// # Errors
/// What the proxy said instead.
pub async fn socks<S: AsyncRead + AsyncWrite + Unpin>(
    wire: &mut S,
    to: To<'_>,
    login: Option<&(String, String)>,
) -> Result<(), Refused> {
    let greeting: &[u8] = if login.is_some() { &[VERSION, 2, NO_LOGIN, LOGIN] } else { &[VERSION, 1, NO_LOGIN] };
    wire.write_all(greeting).await?;
    wire.flush().await?;
    let mut chosen = [0; 2];
    wire.read_exact(&mut chosen).await?;
    match (chosen, login) {
        ([VERSION, NO_LOGIN], _) => {}
        ([VERSION, LOGIN], Some((username, password))) => log_in(wire, username, password).await?,
        ([VERSION, _], _) => return Err(credentials("it wants other credentials than its URL has")),
        _ => return Err(garbled("does not speak SOCKS5")),
    }
    wire.write_all(&request(to)?).await?;
    wire.flush().await?;
    let mut answer = [0; 4];
    wire.read_exact(&mut answer).await?;
    let [VERSION, reply, _, kind] = answer else { return Err(garbled("does not speak SOCKS5")) };
    if reply != 0 {
        let detail = format!("SOCKS5 reply {reply}: {}", reply_words(reply));
        return Err(Refused::Answer(ExitRefusal::Socks(reply), detail));
    }
    let address = match kind {
        IPV4 => 4,
        IPV6 => 16,
        NAME => usize::from(wire.read_u8().await?),
        _ => return Err(garbled("its SOCKS5 answer can't be read")),
    };
    let mut rest = vec![0; address + 2];
    wire.read_exact(&mut rest).await?;
    Ok(())
}

async fn log_in<S: AsyncRead + AsyncWrite + Unpin>(
    wire: &mut S,
    username: &str,
    password: &str,
) -> Result<(), Refused> {
    let (Ok(user_length), Ok(password_length)) = (u8::try_from(username.len()), u8::try_from(password.len())) else {
        return Err(credentials("SOCKS5 takes no user or password longer than 255 bytes"));
    };
    let mut message = vec![LOGIN_VERSION, user_length];
    message.extend_from_slice(username.as_bytes());
    message.push(password_length);
    message.extend_from_slice(password.as_bytes());
    wire.write_all(&message).await?;
    wire.flush().await?;
    let mut answer = [0; 2];
    wire.read_exact(&mut answer).await?;
    if answer[1] == 0 { Ok(()) } else { Err(credentials("SOCKS5 user or password refused")) }
}

fn request(to: To<'_>) -> Result<Vec<u8>, Refused> {
    let mut message = vec![VERSION, CONNECT, 0];
    let port = match to {
        To::Address(SocketAddr::V4(v4)) => push_v4(&mut message, v4.ip().octets(), v4.port()),
        To::Address(SocketAddr::V6(v6)) => push_v6(&mut message, v6.ip().octets(), v6.port()),
        To::Name(Host::Ipv4(v4), port) => push_v4(&mut message, v4.octets(), port),
        To::Name(Host::Ipv6(v6), port) => push_v6(&mut message, v6.octets(), port),
        To::Name(Host::Domain(name), port) => {
            let Ok(length) = u8::try_from(name.len()) else {
                return Err(garbled("SOCKS5 takes no name longer than 255 bytes"));
            };
            message.extend_from_slice(&[NAME, length]);
            message.extend_from_slice(name.as_bytes());
            port
        }
    };
    message.extend_from_slice(&port.to_be_bytes());
    Ok(message)
}

fn push_v4(message: &mut Vec<u8>, octets: [u8; 4], port: u16) -> u16 {
    message.push(IPV4);
    message.extend_from_slice(&octets);
    port
}

fn push_v6(message: &mut Vec<u8>, octets: [u8; 16], port: u16) -> u16 {
    message.push(IPV6);
    message.extend_from_slice(&octets);
    port
}

/// RFC 1928, section 6.
fn reply_words(reply: u8) -> &'static str {
    match reply {
        1 => "general failure",
        2 => "not allowed by its rules",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused",
        6 => "timed out",
        7 => "command not supported",
        8 => "address type not supported",
        _ => "unassigned code",
    }
}

fn credentials(words: &str) -> Refused {
    Refused::Answer(ExitRefusal::Credentials, words.to_owned())
}
