//! Changing the state while messages are under way.

use super::super::record::LOCK_WAIT;
use super::Sender;
use crate::store::{State, StateDir, StoreError};
use crate::world::clock;
use tokio::time::Instant;

impl Sender<'_> {
    /// One change of the state under its lock, which is awaited until then at most: off the event loop, where other receivers'
    /// answers come in meanwhile.
    pub(super) async fn change<T: Send + 'static>(
        &self,
        dir: &StateDir,
        until: Instant,
        change: impl FnOnce(&mut State) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let _alone = self.desk.lock().await;
        let dir = dir.clone();
        let patience = LOCK_WAIT.min(until.saturating_duration_since(Instant::now()));
        off_the_loop(move || {
            let mut locked = dir.lock(patience)?;
            let mut state = locked.read(clock::now())?;
            let before = state.clone();
            let value = change(&mut state);
            if state != before {
                locked.commit(&state)?;
            }
            Ok(value)
        })
        .await
    }
}

/// Does what blocks the thread.
pub(super) async fn off_the_loop<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        // Nobody cancels it, so this is a panic, and goes on as one.
        Err(broken) => std::panic::resume_unwind(broken.into_panic()),
    }
}
