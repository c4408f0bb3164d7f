//! What was asked for goes to stdout, whole, and nothing else.

use std::io::{self, Write as _};

/// How writing ended.
#[derive(Debug)]
pub(super) enum Written {
    /// All of it, or the reader had enough (a closed pipe is success).
    Whole,
    /// The disk behind stdout is full, or worse.
    Failed(io::Error),
}

/// Writes and flushes.
pub(super) fn write(bytes: &[u8]) -> Written {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Ok(()) => Written::Whole,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Written::Whole,
        Err(error) => Written::Failed(error),
    }
}
