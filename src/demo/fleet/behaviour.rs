//! What a service does with a request, as data.

use super::journal::Recorded;
use bytes::Bytes;
use http::StatusCode;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What happens after a request has been read.
#[derive(Clone, Debug)]
pub enum Behaviour {
    /// A whole response; the connection stays open for another request.
    Respond(Reply),
    /// The head at once, the body in pieces with a pause before each.
    Drip {
        /// What is sent.
        reply: Reply,
        /// Bytes of one piece, at least 1.
        piece: usize,
        /// The wait before each piece.
        pause: Duration,
    },
    /// These very bytes, be they HTTP or not, and then an ending.
    Raw {
        /// What is sent.
        bytes: Bytes,
        /// How the connection ends.
        then: Ending,
    },
    /// A chunked body that never ends.
    Endless,
    /// One behaviour for requests with this header, another for those without.
    Guarded {
        /// The header's name, in any case.
        header: String,
        /// The exact value that lets in.
        value: String,
        /// What the right ones get.
        inside: Box<Behaviour>,
        /// What the others get.
        refusal: Box<Behaviour>,
    },
    /// A whole response, after which other routes of the service do something else: a restart.
    Changes {
        /// What is sent.
        reply: Reply,
        /// Routes with what they do from then on.
        routes: Vec<(String, Behaviour)>,
    },
    /// The first for the first request of this route, the second for the second; the last for all further ones.
    Sequence(Vec<Behaviour>),
    /// What a function of the request says.
    Made(Maker),
}

/// The function of [`Behaviour::Made`].
#[derive(Clone)]
pub struct Maker(Arc<dyn Fn(&Recorded) -> Behaviour + Send + Sync>);

impl fmt::Debug for Maker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Maker")
    }
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Closed in order (FIN).
    Close,
    /// Torn down (RST).
    Reset,
    /// Never: nothing more comes, the connection stays.
    Hang,
}

/// One HTTP/1.1 response.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// Header lines in order; `content-length` is added unless it or `transfer-encoding` is among them.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// The wait before the first byte.
    pub delay: Duration,
}

impl Reply {
    /// A response without headers.
    pub fn new(status: u16, body: impl Into<Bytes>) -> Self {
        Self { status, headers: Vec::new(), body: body.into(), delay: Duration::ZERO }
    }

    /// A response of type `application/json`.
    pub fn json(status: u16, body: impl Into<Bytes>) -> Self {
        Self::new(status, body).header("content-type", "application/json")
    }

    /// With one more header line.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Not before this long after the request.
    #[must_use]
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// Status line and headers, with the empty line behind them.
    pub(super) fn head(&self) -> Vec<u8> {
        let phrase = StatusCode::from_u16(self.status).ok().and_then(|status| status.canonical_reason());
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, phrase.unwrap_or("Unknown"));
        let mut framed = matches!(self.status, 100..=199 | 204 | 304);
        for (name, value) in &self.headers {
            framed |= name.eq_ignore_ascii_case("content-length") || name.eq_ignore_ascii_case("transfer-encoding");
            head.push_str(name);
            head.push_str(": ");
            head.push_str(value);
            head.push_str("\r\n");
        }
        if !framed {
            head.push_str("content-length: ");
            head.push_str(&self.body.len().to_string());
            head.push_str("\r\n");
        }
        head.push_str("\r\n");
        head.into_bytes()
    }

    /// The head and the first `length` bytes of the body.
    fn first(&self, length: usize) -> Bytes {
        let mut bytes = self.head();
        bytes.extend_from_slice(&self.body[..length.min(self.body.len())]);
        bytes.into()
    }
}

impl From<Reply> for Behaviour {
    fn from(reply: Reply) -> Self {
        Self::Respond(reply)
    }
}

impl Behaviour {
    /// Responds with JSON.
    pub fn json(status: u16, body: impl Into<Bytes>) -> Self {
        Reply::json(status, body).into()
    }

    /// Responds with plain text.
    pub fn text(status: u16, body: impl Into<Bytes>) -> Self {
        Reply::new(status, body).header("content-type", "text/plain; charset=utf-8").into()
    }

    /// Sends the client elsewhere.
    pub fn redirect(status: u16, location: &str) -> Self {
        Reply::new(status, "").header("location", location).into()
    }

    /// Never answers.
    pub fn silent() -> Self {
        Self::Raw { bytes: Bytes::new(), then: Ending::Hang }
    }

    /// Closes without a byte.
    pub fn close_early() -> Self {
        Self::Raw { bytes: Bytes::new(), then: Ending::Close }
    }

    /// Sends these bytes and closes.
    pub fn garbage(bytes: impl Into<Bytes>) -> Self {
        Self::Raw { bytes: bytes.into(), then: Ending::Close }
    }

    /// Announces the whole response, sends so many bytes of its body, and closes.
    pub fn cut_after(reply: &Reply, length: usize) -> Self {
        Self::Raw { bytes: reply.first(length), then: Ending::Close }
    }

    /// Announces the whole response, sends so many bytes of its body, and resets the connection.
    pub fn reset_after(reply: &Reply, length: usize) -> Self {
        Self::Raw { bytes: reply.first(length), then: Ending::Reset }
    }

    /// Announces the whole response, sends so many bytes of its body, and nothing more.
    pub fn stall_after(reply: &Reply, length: usize) -> Self {
        Self::Raw { bytes: reply.first(length), then: Ending::Hang }
    }

    /// Looks at each request first.
    pub fn made(maker: impl Fn(&Recorded) -> Self + Send + Sync + 'static) -> Self {
        Self::Made(Maker(Arc::new(maker)))
    }

    /// Only for requests with this header.
    #[must_use]
    pub fn guarded(self, header: &str, value: &str, refusal: Self) -> Self {
        let (header, value) = (header.to_owned(), value.to_owned());
        Self::Guarded { header, value, inside: Box::new(self), refusal: Box::new(refusal) }
    }

    /// What this one request gets; `hit` counts the requests of its route, from 0. None for an empty sequence.
    pub(super) fn resolve(&self, request: &Recorded, hit: usize) -> Option<Cow<'_, Self>> {
        match self {
            Self::Respond(_) | Self::Drip { .. } | Self::Raw { .. } | Self::Endless | Self::Changes { .. } => {
                Some(Cow::Borrowed(self))
            }
            Self::Guarded { header, value, inside, refusal } => {
                let admitted = request.header(header) == Some(value);
                if admitted { inside.resolve(request, hit) } else { refusal.resolve(request, hit) }
            }
            Self::Sequence(steps) => steps.get(hit).or(steps.last()).and_then(|step| step.resolve(request, hit)),
            Self::Made(Maker(make)) => make(request).resolve(request, hit).map(|made| Cow::Owned(made.into_owned())),
        }
    }
}
