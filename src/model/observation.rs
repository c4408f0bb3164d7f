//! What happened in one attempt: facts, no opinion.

use bytes::Bytes;
use http::HeaderMap;
use serde::Serialize;
use std::net::SocketAddr;
use std::time::Duration;

/// How one attempt ended.
#[derive(Clone, Debug)]
pub enum Observation {
    /// One whole valid HTTP response arrived.
    Response(Box<Response>),
    /// None did.
    Failure(Box<Failure>),
}

impl Observation {
    /// What is known of the way, whatever the end.
    pub fn trace(&self) -> &Trace {
        match self {
            Self::Response(response) => &response.trace,
            Self::Failure(failure) => &failure.trace,
        }
    }
}

/// A whole response; the body is decoded (content-encoding undone) and within `max_body`.
#[derive(Clone, Debug)]
pub struct Response {
    /// What is known of the way.
    pub trace: Trace,
    /// HTTP status code.
    pub status: u16,
    /// The final response's headers.
    pub headers: HeaderMap,
    /// The decoded body.
    pub body: Bytes,
}

/// No whole response.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What is known of the way until then.
    pub trace: Trace,
    /// The status, where a response had begun.
    pub status: Option<u16>,
    /// Where it failed.
    pub stage: Stage,
    /// How it failed.
    pub kind: FailureKind,
    /// On whose side, as far as the attempt alone can tell.
    pub fault: Fault,
    /// Whether any byte of the request may have reached the target: then a non-idempotent request isn't repeated.
    pub sent: bool,
    /// For a person: `connection refused 127.0.0.1:8767`. May hold text of the remote: escape when shown.
    pub detail: String,
}

/// The step of an attempt that failed. The code that failed says so; nobody reads error texts for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// Looking the host up.
    Dns,
    /// Until the TCP connection stands.
    Connect,
    /// Until the tunnel through a proxy stands.
    Proxy,
    /// The TLS handshake with the target.
    Tls,
    /// Sending the request.
    Send,
    /// Waiting for and reading the response's head.
    Head,
    /// Reading and decoding the body.
    Body,
    /// Following a redirect.
    Redirect,
    /// Getting a token.
    Auth,
}

/// How a stage failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// It ran out of time.
    Timeout,
    /// It ended with an error.
    Broken,
    /// The content-encoding could not be undone.
    Decode,
    /// The decoded body passed `max_body`.
    TooLarge,
    /// The certificates were refused for their dates.
    Untimely {
        /// From when all of them hold, Unix seconds.
        from: i64,
        /// Until when all of them hold, Unix seconds.
        until: i64,
    },
}

/// On whose side a failure lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The target's.
    Target,
    /// A proxy's.
    Exit,
    /// The local resolver's.
    Resolver,
    /// The network's near this machine.
    Network,
    /// This machine's: descriptors, memory, ports, trust store, clock.
    Local,
    /// Nobody's: the run's deadline or a signal ended the attempt.
    Cut,
}

/// How an exit refused, for telling "it can't reach the target" from all else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExitRefusal {
    /// The exit itself could not be connected to: lookup, TCP, or its own TLS.
    Unreachable,
    /// It wants other credentials: HTTP 407, or SOCKS5 authentication refused.
    Credentials,
    /// It answered CONNECT with this status.
    Status(u16),
    /// It answered with this SOCKS5 reply code (RFC 1928, section 6).
    Socks(u8),
    /// It closed, stalled, or spoke something else.
    Garbled,
}

impl ExitRefusal {
    /// Whether the exit says that it can't reach the target: CONNECT 502–504, SOCKS5 replies 3–6.
    pub fn cannot_reach_target(self) -> bool {
        match self {
            Self::Status(status) => matches!(status, 502..=504),
            Self::Socks(reply) => matches!(reply, 3..=6),
            Self::Unreachable | Self::Credentials | Self::Garbled => false,
        }
    }
}

/// What is known of an attempt's way, also when it failed half-way.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    /// The URL that answered, secrets masked, when redirects were followed.
    pub final_url: Option<String>,
    /// The address connected to (the proxy's when there is one).
    pub remote_addr: Option<SocketAddr>,
    /// `1.0`, `1.1` or `2`.
    pub http_version: Option<&'static str>,
    /// How long each stage took, all hops of redirects added up.
    pub phases: Phases,
    /// From the attempt's start to its end.
    pub elapsed: Duration,
    /// How long of that this machine stood still, where it was a good part.
    pub stalled: Duration,
    /// Redirects followed.
    pub redirects: u32,
    /// The certificate that runs out first among those presented and used.
    pub cert: Option<Certificate>,
    /// `POOL/HOST:PORT` of the exit used.
    pub proxy: Option<String>,
    /// What the exit said when it laid no tunnel.
    pub refusal: Option<ExitRefusal>,
    /// Bytes of the decoded body received.
    pub bytes: u64,
    /// Remarks for `-v`, such as an ignored byte order mark.
    pub notes: Vec<String>,
}

/// How long each stage took; a stage that was not reached, or not needed, has none.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Phases {
    /// Looking the host up.
    pub dns: Option<Duration>,
    /// Until the TCP connection stood, a proxy's tunnel included.
    pub connect: Option<Duration>,
    /// The TLS handshake.
    pub tls: Option<Duration>,
    /// From the connection's readiness to the response's head.
    pub ttfb: Option<Duration>,
    /// From the head to the body's last byte.
    pub download: Option<Duration>,
}

impl Serialize for Phases {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;
        let mut out = serializer.serialize_struct("Phases", 5)?;
        out.serialize_field("dns_ms", &self.dns.map(millis))?;
        out.serialize_field("connect_ms", &self.connect.map(millis))?;
        out.serialize_field("tls_ms", &self.tls.map(millis))?;
        out.serialize_field("ttfb_ms", &self.ttfb.map(millis))?;
        out.serialize_field("download_ms", &self.download.map(millis))?;
        out.end()
    }
}

/// A duration in milliseconds with two decimals, as all `*_ms` keys are written.
pub fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e5).round() / 1e2
}

/// The certificate that decides how long the target stays trusted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// End of validity, Unix seconds.
    pub not_after: i64,
    /// Its subject, for the message.
    pub subject: String,
    /// Whether it is the server's own; else an authority's in the presented chain.
    pub is_leaf: bool,
}
