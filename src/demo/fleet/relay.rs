//! A proxy's script: what it does with those who want to go through it.

use super::behaviour::{Behaviour, Ending, Reply};
use bytes::Bytes;

/// What a proxy does once it knows where the client wants to go (HOST:PORT).
#[derive(Clone, Debug)]
pub enum Relay {
    /// Connects there and copies both ways. Every name is this machine; other machines are not reached (502, reply 3).
    Works,
    /// Answers CONNECT with this and makes no tunnel; SOCKS gets reply 1 (general failure).
    Answer(Behaviour),
    /// Answers SOCKS with this reply (RFC 1928, section 6) and closes; CONNECT gets a 502.
    SocksReply(u8),
    /// Reads where to and never answers.
    Silent,
    /// Says that the tunnel stands and does this itself to what comes: raw bytes at the first byte, else to a request.
    Accept(Behaviour),
    /// One for this HOST:PORT, another for all else.
    Split {
        /// The one HOST:PORT, as the client writes it.
        target: String,
        /// What it gets.
        does: Box<Relay>,
        /// What everything else gets.
        others: Box<Relay>,
    },
}

/// What a proxy does and whom it lets in.
#[derive(Clone, Debug)]
pub(super) struct Script {
    pub(super) relay: Relay,
    /// User and password, where they are asked for.
    pub(super) credentials: Option<(String, String)>,
}

impl Relay {
    /// Answers CONNECT with this status.
    pub fn status(status: u16) -> Self {
        Self::Answer(Reply::new(status, "").into())
    }

    /// A tunnel in which nothing ever comes back.
    pub fn accept_then_silence() -> Self {
        Self::Accept(Behaviour::silent())
    }

    /// A tunnel that is torn down at the first byte.
    pub fn accept_then_reset() -> Self {
        Self::Accept(Behaviour::Raw { bytes: Bytes::new(), then: Ending::Reset })
    }

    /// A tunnel that ends at a page of the proxy's own.
    pub fn accept_then_html() -> Self {
        let page = "<!doctype html><title>Pay your bill</title>";
        Self::Accept(Reply::new(200, page).header("content-type", "text/html; charset=utf-8").into())
    }

    /// Works but says of this HOST:PORT that it can't be reached (502).
    pub fn fail_for(target: &str) -> Self {
        Self::Works.but(target, Self::status(502))
    }

    /// The same, save for this HOST:PORT.
    #[must_use]
    pub fn but(self, target: &str, does: Self) -> Self {
        Self::Split { target: target.to_owned(), does: Box::new(does), others: Box::new(self) }
    }

    /// What this HOST:PORT gets; never a split.
    pub(super) fn resolve(&self, wanted: &str) -> &Self {
        match self {
            Self::Split { target, does, others } => if target == wanted { does } else { others }.resolve(wanted),
            Self::Works | Self::Answer(_) | Self::SocksReply(_) | Self::Silent | Self::Accept(_) => self,
        }
    }
}
