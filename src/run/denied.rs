//! Errors of the state directory for a person: where it is another user's, what to do about it.

use crate::history::HistoryError;
use crate::store::StoreError;
use crate::world::users;
use std::path::Path;

/// The state's error.
pub fn store(error: &StoreError) -> String {
    with_advice(error.to_string(), error.denied())
}

/// The history's.
pub fn history(error: &HistoryError) -> String {
    with_advice(error.to_string(), error.denied())
}

fn with_advice(text: String, denied: Option<&Path>) -> String {
    match denied.and_then(users::advice) {
        Some(advice) => format!("{text}; {advice}"),
        None => text,
    }
}
