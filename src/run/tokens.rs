//! The token cache between two runs.

use super::record::NotRecorded;
use crate::model::ExitReason;
use crate::probe::{CachedToken, Engine};
use crate::store::StateDir;

/// The cached tokens; none when the cache is missing or damaged: it may be lost.
pub fn read(state: &StateDir) -> Vec<CachedToken> {
    state.read_tokens().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

/// Writes the engine's tokens when they differ from those on disk.
///
/// # Errors
/// What was not written, and why.
pub fn write(state: &StateDir, engine: &Engine) -> Result<(), NotRecorded> {
    let failed = |message: String| NotRecorded { reason: ExitReason::StateNotWritten, message };
    let before = state.read_tokens();
    let tokens = engine.tokens();
    if tokens.is_empty() && before.is_none() {
        return Ok(());
    }
    let bytes = serde_json::to_vec(&tokens).map_err(|error| failed(error.to_string()))?;
    if before.as_deref() == Some(&bytes) {
        return Ok(());
    }
    state.write_tokens(&bytes).map_err(|error| failed(error.to_string()))
}
