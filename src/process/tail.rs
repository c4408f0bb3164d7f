//! The end of what a command printed.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use tokio::io::{AsyncRead, AsyncReadExt as _};

const KEPT: usize = 16 * 1024;
const PIECE: usize = 8 * 1024;

/// The last 16 KiB of both outputs, as they came.
#[derive(Debug, Default)]
pub(super) struct Tail(Mutex<VecDeque<u8>>);

impl Tail {
    /// Reads to the end, whatever comes: a full pipe would stop the command.
    pub(super) async fn drain(&self, pipe: Option<impl AsyncRead + Unpin>) {
        let Some(mut pipe) = pipe else { return };
        let mut piece = vec![0; PIECE];
        while let Ok(read @ 1..) = pipe.read(&mut piece).await {
            self.put(&piece[..read]);
        }
    }

    fn put(&self, bytes: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(bytes);
        let over = kept.len().saturating_sub(KEPT);
        kept.drain(..over);
    }

    /// As text; what is no UTF-8 becomes U+FFFD.
    pub(super) fn text(&self) -> String {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(kept.make_contiguous()).into_owned()
    }
}
