//! The byte stream to a receiver, as the mail library and the HTTP library want theirs.

use lettre::transport::smtp::client::AsyncTokioStream;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// What carries the bytes.
#[derive(Debug)]
enum Io {
    Tcp(TcpStream),
    Tls(Box<TlsStream<Wire>>),
}

/// A connection.
#[derive(Debug)]
pub(super) struct Wire {
    io: Io,
    peer: SocketAddr,
    /// Received by somebody who read further than they wanted: comes first. A mail server speaks first, so its greeting may
    /// stand right behind the proxy's answer.
    ahead: Vec<u8>,
}

impl Wire {
    /// TCP.
    ///
    /// # Errors
    /// It is not connected any more.
    pub(super) fn tcp(stream: TcpStream) -> io::Result<Self> {
        let peer = stream.peer_addr()?;
        // A small second write (after the TLS handshake) would else wait for the first one's acknowledgement.
        let _ = stream.set_nodelay(true);
        Ok(Self { io: Io::Tcp(stream), peer, ahead: Vec::new() })
    }

    /// TLS over another wire.
    pub(super) fn tls(stream: TlsStream<Self>) -> Self {
        let peer = stream.get_ref().0.peer;
        Self { io: Io::Tls(Box::new(stream)), peer, ahead: Vec::new() }
    }

    /// The same stream for the next speaker; `ahead` was received and belongs to them.
    pub(super) fn handed_on(self, ahead: Vec<u8>) -> Self {
        Self { ahead, ..self }
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, room: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.ahead.is_empty() {
            let count = self.ahead.len().min(room.remaining());
            room.put_slice(&self.ahead[..count]);
            self.ahead.drain(..count);
            return Poll::Ready(Ok(()));
        }
        match &mut self.io {
            Io::Tcp(stream) => Pin::new(stream).poll_read(cx, room),
            Io::Tls(stream) => Pin::new(stream).poll_read(cx, room),
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match &mut self.io {
            Io::Tcp(stream) => Pin::new(stream).poll_write(cx, bytes),
            Io::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.io {
            Io::Tcp(stream) => Pin::new(stream).poll_flush(cx),
            Io::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.io {
            Io::Tcp(stream) => Pin::new(stream).poll_shutdown(cx),
            Io::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
