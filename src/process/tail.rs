//! The end of what a command printed.

use crate::model::Redactor;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use tokio::io::{AsyncRead, AsyncReadExt as _};

const KEPT: usize = 16 * 1024;
const PIECE: usize = 8 * 1024;

/// The last 16 KiB of both outputs, as they came, and before them as much as a secret may take that reaches into them.
#[derive(Debug)]
pub(super) struct Tail<'a> {
    kept: Mutex<VecDeque<u8>>,
    redactor: &'a Redactor,
    most: usize,
}

impl<'a> Tail<'a> {
    pub(super) fn new(redactor: &'a Redactor) -> Self {
        Self { kept: Mutex::default(), redactor, most: KEPT + redactor.reach() }
    }

    /// Reads to the end, whatever comes: a full pipe would stop the command.
    pub(super) async fn drain(&self, pipe: Option<impl AsyncRead + Unpin>) {
        let Some(mut pipe) = pipe else { return };
        let mut piece = vec![0; PIECE];
        while let Ok(read @ 1..) = pipe.read(&mut piece).await {
            self.put(&piece[..read]);
        }
    }

    fn put(&self, bytes: &[u8]) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(bytes);
        let over = kept.len().saturating_sub(self.most);
        kept.drain(..over);
    }

    /// As text without secrets; what is no UTF-8 becomes U+FFFD.
    pub(super) fn text(&self) -> String {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        self.redactor.end(&String::from_utf8_lossy(kept.make_contiguous()), KEPT)
    }
}
