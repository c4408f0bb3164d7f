//! The byte stream of one connection, with a notebook: what went over it and how it ended is written down as it
//! happens, so that a failure is told by facts.

use super::exchange::HEAD_BYTES;
use std::fmt;
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

/// Most bytes handed up at once, so that a reader who stops has not read much more than it wanted.
const LARGEST_READ: usize = 16 << 10;

/// Reads of one head in a row before others get their turn: a flood of small messages is work without end.
const READS_IN_A_ROW: u8 = 2;

/// Bytes of a response's beginning that are kept for the message.
const KEPT: usize = 2 << 10;

/// How a direction of the stream ended.
#[derive(Clone, Debug)]
pub(super) enum End {
    /// An orderly end of stream.
    Closed,
    /// A TLS stream that ended without TLS's own goodbye: anybody may have cut it.
    Truncated,
    /// Reset by the peer.
    Reset,
    /// The TLS session failed.
    Tls(rustls::Error),
    /// Anything else, in words.
    Other(String),
}

/// What went over a stream.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// Bytes received.
    pub(super) received: u64,
    /// Bytes handed to the stream for sending.
    pub(super) sent: u64,
    /// The first bytes received.
    pub(super) first: Vec<u8>,
    /// Line ends received while the response's head was awaited.
    pub(super) lines: usize,
    /// How receiving ended.
    pub(super) end: Option<End>,
    /// Whether sending failed.
    pub(super) unsendable: bool,
    /// The head has been read: no more is kept or counted.
    head_done: bool,
}

/// A shared notebook.
#[derive(Clone, Debug, Default)]
pub(super) struct Notebook(Arc<Mutex<Facts>>);

impl Notebook {
    /// What is known now.
    pub(super) fn facts(&self) -> MutexGuard<'_, Facts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether as much came as a head may have, and none had its end.
    fn is_endless(&self) -> bool {
        let facts = self.facts();
        !facts.head_done && facts.received >= u64::from(HEAD_BYTES)
    }

    /// Stops looking into what is received.
    pub(super) fn head_is_done(&self) {
        self.facts().head_done = true;
    }
}

/// What carries the bytes.
pub(super) enum Io {
    /// TCP.
    Tcp(TcpStream),
    /// TLS over another wire.
    Tls(Box<TlsStream<Wire>>),
}

/// A stream with its notebook.
pub(super) struct Wire {
    io: Io,
    notebook: Notebook,
    /// Received by somebody who read further than they wanted: comes first.
    ahead: Vec<u8>,
    /// Reads of the head since the last rest; none where nobody rests.
    reads: Option<u8>,
    hearing: Hearing,
}

/// Whether reading is open.
enum Hearing {
    Open,
    /// Only once something has been sent; who asked before is woken then.
    AfterSending(Option<Waker>),
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire").field("notebook", &self.notebook).finish_non_exhaustive()
    }
}

impl Wire {
    /// With a fresh notebook.
    pub(super) fn new(io: Io) -> Self {
        Self { io, notebook: Notebook::default(), ahead: Vec::new(), reads: None, hearing: Hearing::Open }
    }

    /// The notebook, readable while others own the wire.
    pub(super) fn notebook(&self) -> Notebook {
        self.notebook.clone()
    }

    /// The same stream with a fresh notebook, for the next speaker; `ahead` was received and belongs to them.
    pub(super) fn handed_on(self, ahead: Vec<u8>) -> Self {
        Self { ahead, ..Self::new(self.io) }
    }

    /// Ready to carry one request and its response.
    ///
    /// HTTP/1 reads nothing before something has been sent: a server that speaks first, as an overloaded one does, gives
    /// its answer then, where hyper would take it for nobody's.
    pub(super) fn for_exchange(self, h2: bool) -> Self {
        let hearing = if h2 { Hearing::Open } else { Hearing::AfterSending(None) };
        Self { hearing, reads: Some(0), ..self }
    }
}

impl Facts {
    fn note_read(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            self.end.get_or_insert(End::Closed);
            return;
        }
        self.received += bytes.len() as u64;
        if !self.head_done {
            let room = KEPT.saturating_sub(self.first.len()).min(bytes.len());
            self.first.extend_from_slice(&bytes[..room]);
            self.lines += bytes.split(|byte| *byte == b'\n').count() - 1;
        }
    }

    fn note_error(&mut self, error: &io::Error) {
        self.end.get_or_insert_with(|| End::of(error));
    }
}

impl End {
    /// By the error's type.
    pub(super) fn of(error: &io::Error) -> Self {
        if let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
            return Self::Tls(tls.clone());
        }
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Truncated,
            io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted | io::ErrorKind::BrokenPipe => {
                Self::Reset
            }
            _ => Self::Other(super::broken::io_words(error)),
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let wire = self.get_mut();
        if let Hearing::AfterSending(waiting) = &mut wire.hearing {
            *waiting = Some(cx.waker().clone());
            return Poll::Pending;
        }
        if let Some(reads) = &mut wire.reads {
            if *reads < READS_IN_A_ROW {
                *reads += 1;
            } else if wire.notebook.facts().head_done {
                wire.reads = None;
            } else {
                *reads = 0;
                // Its first poll asks to be woken after everybody else, which is all that is wanted of it.
                return pin!(tokio::task::yield_now()).poll(cx).map(Ok);
            }
        }
        // hyper bounds one head; early answers (1xx) without end would keep it busy for ever.
        if wire.reads.is_some() && wire.notebook.is_endless() {
            let words = "its headers, early answers included, have no end within 300 KiB";
            wire.notebook.facts().end.get_or_insert_with(|| End::Other(words.to_owned()));
            return Poll::Ready(Err(io::Error::other(words)));
        }
        if !wire.ahead.is_empty() {
            let taken = wire.ahead.len().min(buf.remaining());
            buf.put_slice(&wire.ahead[..taken]);
            wire.notebook.facts().note_read(&wire.ahead[..taken]);
            wire.ahead.drain(..taken);
            return Poll::Ready(Ok(()));
        }
        let before = buf.filled().len();
        let polled = if buf.remaining() > LARGEST_READ {
            let mut part = ReadBuf::new(buf.initialize_unfilled_to(LARGEST_READ));
            let polled = wire.io.poll_read(cx, &mut part);
            let read = part.filled().len();
            buf.advance(read);
            polled
        } else {
            wire.io.poll_read(cx, buf)
        };
        match &polled {
            Poll::Ready(Ok(())) => wire.notebook.facts().note_read(&buf.filled()[before..]),
            Poll::Ready(Err(error)) => wire.notebook.facts().note_error(error),
            Poll::Pending => {}
        }
        polled
    }
}

impl Wire {
    fn note_write(&mut self, polled: &Poll<io::Result<usize>>) {
        if polled.is_ready()
            && let Hearing::AfterSending(Some(waiting)) = std::mem::replace(&mut self.hearing, Hearing::Open)
        {
            waiting.wake();
        }
        match polled {
            Poll::Ready(Ok(written)) => self.notebook.facts().sent += *written as u64,
            Poll::Ready(Err(error)) => {
                let mut facts = self.notebook.facts();
                facts.unsendable = true;
                facts.note_error(error);
            }
            Poll::Pending => {}
        }
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        let polled = wire.io.poll_write(cx, buf);
        wire.note_write(&polled);
        polled
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wire = self.get_mut();
        let polled = match &mut wire.io {
            Io::Tcp(tcp) => Pin::new(tcp).poll_write_vectored(cx, bufs),
            Io::Tls(tls) => Pin::new(tls).poll_write_vectored(cx, bufs),
        };
        wire.note_write(&polled);
        polled
    }

    fn is_write_vectored(&self) -> bool {
        match &self.io {
            Io::Tcp(tcp) => tcp.is_write_vectored(),
            Io::Tls(tls) => tls.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().io {
            Io::Tcp(tcp) => Pin::new(tcp).poll_flush(cx),
            Io::Tls(tls) => Pin::new(tls).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.get_mut().io {
            // Who shuts it down drops it next, and closing says the same in one call instead of two.
            Io::Tcp(_) => Poll::Ready(Ok(())),
            Io::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}

impl Io {
    fn poll_read(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Tcp(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Self::Tls(tls) => Pin::new(tls).poll_read(cx, buf),
        }
    }

    fn poll_write(&mut self, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        match self {
            Self::Tcp(tcp) => Pin::new(tcp).poll_write(cx, buf),
            Self::Tls(tls) => Pin::new(tls).poll_write(cx, buf),
        }
    }
}
