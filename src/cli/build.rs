//! What `--version` says of the build. Nothing of it depends on when or where the build ran.

use std::env::consts::{ARCH, OS};

/// `0.1.0 (rustls, ring; x86_64-linux-gnu)`; after the version the commit, when `CANARY_COMMIT` was set at build time.
pub(super) fn long_version() -> String {
    let commit = option_env!("CANARY_COMMIT").filter(|commit| !commit.is_empty());
    let commit = commit.map(|commit| format!("{commit}; ")).unwrap_or_default();
    let libc = if cfg!(target_env = "musl") {
        "-musl"
    } else if cfg!(target_env = "gnu") {
        "-gnu"
    } else {
        ""
    };
    format!("{} ({commit}rustls, ring; {ARCH}-{OS}{libc})", env!("CARGO_PKG_VERSION"))
}
