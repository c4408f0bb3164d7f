//! A connection that is read a byte at a time while its tunnel is made. A mail server speaks first: what comes right behind
//! the proxy's answer is its greeting, which whoever reads the answer must leave alone.

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::HttpConnector;
use std::error::Error;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead as _, AsyncWrite as _, ReadBuf};
use tokio::net::TcpStream;
use tower_service::Service;

/// The connection.
pub(super) struct Sip(pub(super) TcpStream);

impl Read for Sip {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, mut room: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        let mut byte = [0; 1];
        let mut one = ReadBuf::new(&mut byte);
        if room.remaining() > 0 {
            ready!(Pin::new(&mut self.0).poll_read(cx, &mut one))?;
            room.put_slice(one.filled());
        }
        Poll::Ready(Ok(()))
    }
}

impl Write for Sip {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

/// Connects to the proxy itself.
#[derive(Clone)]
pub(super) struct Near(pub(super) HttpConnector);

impl Service<Uri> for Near {
    type Response = Sip;
    type Error = Box<dyn Error + Send + Sync>;
    type Future = Pin<Box<dyn Future<Output = Result<Sip, Self::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, place: Uri) -> Self::Future {
        let connecting = self.0.call(place);
        Box::pin(async move { Ok(Sip(connecting.await?.into_inner())) })
    }
}
