//! One connection: requests in, behaviours out.

use super::behaviour::{Behaviour, Ending, Reply};
use super::journal::Recorded;
use super::route::Route;
use super::service::Running;
use bytes::{Buf, BytesMut};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// Longer heads are not read: the client gets a 400.
const LONGEST_HEAD: usize = 64 * 1024;

/// One chunk of an endless body.
const CHUNK: [u8; 16 * 1024] = [b'x'; 16 * 1024];

/// How long a closed connection still takes in what the client sends, so that FIN does not become RST.
const LINGER: Duration = Duration::from_secs(1);

/// A TCP connection, bare or under TLS.
pub(super) trait Wire: AsyncRead + AsyncWrite + Unpin + Send {
    /// The TCP connection itself.
    fn tcp(&self) -> &TcpStream;
}

impl Wire for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Wire for Box<TlsStream<TcpStream>> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

/// Whether the connection may carry another request.
#[derive(PartialEq, Eq)]
pub(super) enum After {
    Another,
    Closed,
}

/// Serves one connection to its end.
pub(super) async fn serve<W: Wire>(mut wire: W, running: &Running) -> io::Result<()> {
    let mut buffer = BytesMut::with_capacity(4096);
    loop {
        let request = match read_request(&mut wire, &mut buffer).await? {
            Incoming::Request(request) => request,
            Incoming::End => return Ok(()),
            Incoming::Nonsense => {
                wire.write_all(&Reply::new(400, "").header("connection", "close").head()).await?;
                return end(&mut wire, Ending::Close).await;
            }
        };
        running.journal.asked(request.clone());
        let chosen = running.choose(&request);
        let behaviour = chosen.as_ref().and_then(|(behaviour, hit)| behaviour.resolve(&request, *hit));
        if let Some(Behaviour::Changes { routes, .. }) = behaviour.as_deref() {
            for (route, behaviour) in routes {
                running.set(Route::parse(route), behaviour.clone());
            }
        }
        let after = match behaviour {
            Some(behaviour) => play(&mut wire, &behaviour, &request).await?,
            None => respond(&mut wire, &Reply::json(404, r#"{"detail":"Not Found"}"#), &request).await?,
        };
        if after == After::Closed {
            return Ok(());
        }
    }
}

/// Does it; `behaviour` is resolved.
pub(super) async fn play<W: Wire>(wire: &mut W, behaviour: &Behaviour, request: &Recorded) -> io::Result<After> {
    match behaviour {
        Behaviour::Respond(reply) | Behaviour::Changes { reply, .. } => return respond(wire, reply, request).await,
        Behaviour::Drip { reply, piece, pause } => {
            tokio::time::sleep(reply.delay).await;
            wire.write_all(&reply.head()).await?;
            for piece in reply.body.chunks((*piece).max(1)) {
                wire.flush().await?;
                tokio::time::sleep(*pause).await;
                wire.write_all(piece).await?;
            }
            wire.flush().await?;
            return Ok(After::Another);
        }
        Behaviour::Raw { bytes, then } => {
            wire.write_all(bytes).await?;
            wire.flush().await?;
            end(wire, *then).await?;
        }
        Behaviour::Endless => {
            wire.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").await?;
            let size = format!("{:x}\r\n", CHUNK.len());
            loop {
                wire.write_all(size.as_bytes()).await?;
                wire.write_all(&CHUNK).await?;
                wire.write_all(b"\r\n").await?;
            }
        }
        // `resolve` has already chosen among what these hold.
        Behaviour::Guarded { .. } | Behaviour::Sequence(_) | Behaviour::Made(_) => {}
    }
    Ok(After::Closed)
}

async fn respond<W: Wire>(wire: &mut W, reply: &Reply, request: &Recorded) -> io::Result<After> {
    if !reply.delay.is_zero() {
        tokio::time::sleep(reply.delay).await;
    }
    let mut whole = reply.head();
    if request.method != "HEAD" {
        whole.extend_from_slice(&reply.body);
    }
    wire.write_all(&whole).await?;
    wire.flush().await?;
    let says_close = |value: Option<&str>| value.is_some_and(|value| value.eq_ignore_ascii_case("close"));
    let own = reply.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("connection"));
    if says_close(request.header("connection")) || says_close(own.map(|(_, value)| value.as_str())) {
        end(wire, Ending::Close).await?;
        return Ok(After::Closed);
    }
    Ok(After::Another)
}

/// Ends the connection this way.
pub(super) async fn end<W: Wire>(wire: &mut W, ending: Ending) -> io::Result<()> {
    match ending {
        Ending::Reset => wire.tcp().set_zero_linger(),
        Ending::Close => {
            wire.shutdown().await?;
            // A client that never closes is left alone after a while.
            tokio::time::timeout(LINGER, drain(wire)).await.unwrap_or(Ok(()))
        }
        Ending::Hang => drain(wire).await,
    }
}

/// Takes in what still comes, until the client closes.
async fn drain<W: Wire>(wire: &mut W) -> io::Result<()> {
    tokio::io::copy(wire, &mut tokio::io::sink()).await.map(drop)
}

/// What came.
pub(super) enum Incoming {
    Request(Recorded),
    End,
    Nonsense,
}

/// Reads one request, leaving in the buffer what belongs to the next.
pub(super) async fn read_request<W: Wire>(wire: &mut W, buffer: &mut BytesMut) -> io::Result<Incoming> {
    let head = loop {
        if let Some(end) = find(buffer, b"\r\n\r\n") {
            break end;
        }
        // 0x16 opens a TLS handshake: somebody speaks https to a plain port.
        if buffer.len() > LONGEST_HEAD || buffer.first() == Some(&0x16) {
            return Ok(Incoming::Nonsense);
        }
        if wire.read_buf(buffer).await? == 0 {
            return Ok(Incoming::End);
        }
    };
    let Some(mut request) = parse_head(&buffer[..head]) else { return Ok(Incoming::Nonsense) };
    buffer.advance(head + 4);
    let length = request.header("content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
    while buffer.len() < length {
        if wire.read_buf(buffer).await? == 0 {
            return Ok(Incoming::End);
        }
    }
    request.body = buffer.split_to(length).freeze();
    Ok(Incoming::Request(request))
}

fn parse_head(head: &[u8]) -> Option<Recorded> {
    let head = std::str::from_utf8(head).ok()?;
    let mut lines = head.split("\r\n");
    let mut start = lines.next()?.split(' ');
    let (method, target) = (start.next()?.to_owned(), start.next()?.to_owned());
    let headers = lines
        .map(|line| line.split_once(':').map(|(name, value)| (name.to_owned(), value.trim().to_owned())))
        .collect::<Option<_>>()?;
    Some(Recorded { method, target, headers, body: bytes::Bytes::new() })
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
