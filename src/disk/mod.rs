//! Files as canary needs them: private ones with nothing followed and nothing waited for, locks held with patience, and any
//! file replaced whole.
//!
//! It decides no names and knows no formats.

mod list;
mod lock;
mod open;
mod replace;

pub use list::{names, parent};
pub use lock::{Hold, LockError, acquire, acquire_hurried};
pub use open::{append, fresh, read};
pub use replace::{Readers, replace, sync_dir};

use std::io;

/// An I/O error in words, without the `(os error 13)` that helps nobody at night.
pub fn cause(error: &io::Error) -> String {
    let text = error.to_string();
    match text.rfind(" (os error ") {
        Some(at) if text.ends_with(')') => text[..at].to_owned(),
        _ => text,
    }
}
