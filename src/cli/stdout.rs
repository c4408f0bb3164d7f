//! What was asked for goes to stdout, whole, and nothing else.

use std::io::{self, BufWriter, StdoutLock, Write as _};
use std::ops::ControlFlow;

/// How writing ended.
#[derive(Debug)]
pub(super) enum Written {
    /// All of it, or the reader had enough (a closed pipe is success).
    Whole,
    /// The disk behind stdout is full, or worse.
    Failed(io::Error),
}

impl Written {
    fn of(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::Whole } else { Self::Failed(error) }
    }
}

/// Writes and flushes.
pub(super) fn write(bytes: &[u8]) -> Written {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush()).map_or_else(Written::of, |()| Written::Whole)
}

/// What is written piece by piece.
#[derive(Debug)]
pub(super) struct Pieces {
    out: BufWriter<StdoutLock<'static>>,
    ended: Option<Written>,
}

impl Pieces {
    /// Nothing is written yet.
    pub(super) fn new() -> Self {
        Self { out: BufWriter::with_capacity(64 << 10, io::stdout().lock()), ended: None }
    }

    /// Writes the next piece; breaks when there is no sense in a further one.
    pub(super) fn put(&mut self, piece: &[u8]) -> ControlFlow<()> {
        if self.ended.is_none()
            && let Err(error) = self.out.write_all(piece)
        {
            self.ended = Some(Written::of(error));
        }
        if self.ended.is_some() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Writes what is left.
    pub(super) fn end(mut self) -> Written {
        let flushed = |out: &mut BufWriter<_>| out.flush().map_or_else(Written::of, |()| Written::Whole);
        self.ended.take().unwrap_or_else(|| flushed(&mut self.out))
    }
}
