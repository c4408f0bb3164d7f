//! An alert that was due is never lost: the real binary, killed, starved and overlapped, against an independent reference.
//!
//! A binary of its own, so that it runs beside no test that measures time. `CANARY_KILLS=1000` makes more rounds,
//! `CANARY_TORTURE=all` lets every single file-system call fail instead of a sample.

mod kills;
mod odd;
mod overlaps;
mod random;
mod scene;
mod torture;
mod traced;

#[expect(dead_code, reason = "shared with tests/it, which uses more of it")]
#[path = "../it/support/mod.rs"]
mod support;
