//! Why a step ended without a result: typed where it happened, so that nobody reads error texts for it later.

use crate::model::{ExitRefusal, FailureKind, Fault, Stage};
use crate::text::escape::shorten;
use std::io;
use std::net::SocketAddr;

/// Most characters of foreign text in one detail.
pub(super) const FOREIGN: usize = 200;

/// The end of an attempt at one step.
#[derive(Clone, Debug)]
pub(super) struct Broken {
    /// Which step.
    pub(super) stage: Stage,
    /// How.
    pub(super) kind: FailureKind,
    /// On whose side.
    pub(super) fault: Fault,
    /// For a person.
    pub(super) detail: String,
    /// The status, where a response had begun.
    pub(super) status: Option<u16>,
    /// What the exit said.
    pub(super) refusal: Option<ExitRefusal>,
}

impl Broken {
    /// An error, not a timeout, on somebody's side.
    pub(super) fn new(stage: Stage, fault: Fault, detail: impl Into<String>) -> Self {
        Self { stage, kind: FailureKind::Broken, fault, detail: detail.into(), status: None, refusal: None }
    }

    /// An error on the target's side.
    pub(super) fn target(stage: Stage, detail: impl Into<String>) -> Self {
        Self::new(stage, Fault::Target, detail)
    }

    /// Another kind of failure.
    pub(super) fn kind(mut self, kind: FailureKind) -> Self {
        self.kind = kind;
        self
    }

    /// Remembers the status of the response that had begun.
    pub(super) fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }

    /// The same failure on the way to an exit, or inside it: the exit's, unless it is this machine's own.
    pub(super) fn at_exit(mut self, refusal: ExitRefusal) -> Self {
        self.stage = Stage::Proxy;
        self.refusal = Some(refusal);
        self.fault = match self.fault {
            Fault::Target | Fault::Exit | Fault::Network => Fault::Exit,
            other @ (Fault::Resolver | Fault::Local | Fault::Cut) => other,
        };
        self
    }
}

/// Error numbers of `errno.h` that name a limit of this machine, as Linux, macOS and the BSDs number them.
mod errno {
    pub(super) const EPERM: i32 = 1;
    pub(super) const ENOMEM: i32 = 12;
    pub(super) const EINVAL: i32 = 22;
    pub(super) const ENFILE: i32 = 23;
    pub(super) const EMFILE: i32 = 24;
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(super) const ENOBUFS: i32 = 105;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(super) const ENOBUFS: i32 = 55;
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub(super) const EAFNOSUPPORT: i32 = 97;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub(super) const EAFNOSUPPORT: i32 = 47;
}

/// Whether this machine ran out of descriptors or memory: then nothing could be tried at all.
pub(super) fn is_exhausted(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::OutOfMemory
        || matches!(error.raw_os_error(), Some(errno::ENOMEM | errno::ENFILE | errno::EMFILE | errno::ENOBUFS))
}

/// On whose side a failed `connect` lies.
pub(super) fn connect_fault(error: &io::Error) -> Fault {
    match error.kind() {
        _ if is_exhausted(error) => Fault::Local,
        io::ErrorKind::AddrNotAvailable | io::ErrorKind::PermissionDenied | io::ErrorKind::AddrInUse => Fault::Local,
        _ if matches!(error.raw_os_error(), Some(errno::EPERM | errno::EINVAL)) => Fault::Local,
        _ if error.raw_os_error() == Some(errno::EAFNOSUPPORT) => Fault::Network,
        io::ErrorKind::NetworkUnreachable | io::ErrorKind::NetworkDown => Fault::Network,
        _ => Fault::Target,
    }
}

/// An I/O error in words, without the number.
pub(super) fn io_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => "connection refused".to_owned(),
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted => {
            "connection reset".to_owned()
        }
        io::ErrorKind::TimedOut => "timed out".to_owned(),
        io::ErrorKind::HostUnreachable => "no route to host".to_owned(),
        io::ErrorKind::NetworkUnreachable => "network unreachable".to_owned(),
        io::ErrorKind::NetworkDown => "network down".to_owned(),
        io::ErrorKind::AddrNotAvailable => "no free local port or address".to_owned(),
        io::ErrorKind::PermissionDenied => "not permitted on this machine".to_owned(),
        io::ErrorKind::UnexpectedEof => "closed".to_owned(),
        _ => match error.raw_os_error() {
            Some(errno::EMFILE) => "out of file descriptors".to_owned(),
            Some(errno::ENFILE) => "out of file descriptors, system-wide".to_owned(),
            Some(errno::ENOMEM | errno::ENOBUFS) => "out of memory".to_owned(),
            Some(errno::EPERM) => "not permitted on this machine".to_owned(),
            Some(errno::EINVAL) => "ruled out by this machine's routes".to_owned(),
            Some(errno::EAFNOSUPPORT) => "this machine does not speak the address's family:".to_owned(),
            _ => shorten(&error.to_string(), FOREIGN).into_owned(),
        },
    }
}

/// Each address with its error, in one line.
pub(super) fn each_address(failed: &[(SocketAddr, io::Error)], waiting: &[SocketAddr]) -> String {
    let failed = failed.iter().map(|(address, error)| format!("{} {address}", io_words(error)));
    let waiting = waiting.iter().map(|address| format!("no answer from {address}"));
    failed.chain(waiting).collect::<Vec<_>>().join("; ")
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::{Fault, connect_fault};
    use std::io::Error;

    #[test]
    fn what_this_machine_can_not_do_is_no_targets_fault() {
        // EPERM, EACCES, EINVAL, EMFILE, EADDRNOTAVAIL, ENOBUFS; EAFNOSUPPORT, ENETDOWN, ENETUNREACH; ECONNREFUSED, EHOSTUNREACH.
        for (fault, codes) in [
            (Fault::Local, &[1, 13, 22, 24, 99, 105][..]),
            (Fault::Network, &[97, 100, 101]),
            (Fault::Target, &[111, 113]),
        ] {
            for code in codes {
                assert_eq!(connect_fault(&Error::from_raw_os_error(*code)), fault, "{code}");
            }
        }
    }
}
