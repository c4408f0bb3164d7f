//! Why a verdict is not `up`, whose fault that is, and the single violations behind it.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! words {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum $name { $($(#[$doc])* #[serde(rename = $word)] $variant,)+ }

        impl $name {
            /// Every one, in the contract's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word used in the configuration and in every output.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The one that has this word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.pad(self.as_str()) }
        }
    };
}

words! {
    /// The first thing that was wrong.
    Reason {
        /// The name has no address.
        Dns = "dns",
        /// No TCP connection.
        Connect = "connect",
        /// The TLS handshake failed.
        Tls = "tls",
        /// A stage ran out of time; the message names it.
        Timeout = "timeout",
        /// What came is not one whole valid HTTP response.
        Protocol = "protocol",
        /// A redirect that may not be followed, or too many.
        Redirect = "redirect",
        /// No exit could decide.
        Proxy = "proxy",
        /// This machine is cut off.
        Offline = "offline",
        /// This machine ran out of something.
        Local = "local",
        /// The status is not the expected one.
        Status = "status",
        /// The body breaks its JSON Schema.
        Schema = "schema",
        /// The body is not JSON, or a JSONPath condition failed.
        Json = "json",
        /// A header condition failed.
        Header = "header",
        /// A condition on the body's text failed.
        Body = "body",
        /// Slower than allowed.
        Latency = "latency",
        /// A certificate has too little time left.
        Cert = "cert",
        /// A timestamp is too old, too young or in the future.
        Stale = "stale",
        /// The content-encoding can't be undone.
        Decode = "decode",
        /// The decoded body is larger than `max_body`.
        BodyTooLarge = "body_too_large",
        /// No token could be had.
        Auth = "auth",
        /// The run's deadline or a signal cut the probe.
        Deadline = "deadline",
    }
}

words! {
    /// Whose fault a failure is.
    Blame {
        /// The probed service.
        Target = "target",
        /// A proxy on the way.
        Exit = "exit",
        /// The local name resolver.
        Resolver = "resolver",
        /// This machine's network.
        Network = "network",
        /// This machine.
        Local = "local",
    }
}

words! {
    /// How much one violation weighs.
    Severity {
        /// A violated `expect`, or a failure of the target.
        Down = "down",
        /// A violated `warn`.
        Degraded = "degraded",
        /// The cause of an `unknown`.
        Unknown = "unknown",
    }
}

/// One violation. At the most 100 stand in a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Its kind, in the words of [`Reason`].
    pub kind: Reason,
    /// What it does to the verdict.
    pub severity: Severity,
    /// Where in the response: a JSONPath for `schema`, `json` and `stale`, a header's name for `header`, else null.
    pub path: Option<String>,
    /// For a person, at most 300 characters of it from the remote.
    pub message: String,
}
