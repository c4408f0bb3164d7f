//! The order of effects: plan, probe, judge, record, commit, heal, send, report. The only place that knows it.
//!
//! ```text
//! opening ─▶ due ─▶ rounds ─▶ bookkeeper ─▶ news ─▶ finish ─▶ outputs (cli) ─▶ heartbeat
//!                     │           │           └ send: claim, deliver, settle, a receiver beside the other
//!                     │           └ record: history, then state ─▶ mend: claim, act, look again ─▶ record: both once more
//!                     └ dispatch: one task a probe ─▶ probe: attempts, judgement
//! ```
//! [`round::run`] is that line, step by step.

pub mod begun;
pub mod bookkeeper;
pub mod circumstances;
pub mod clocks;
pub mod decisions;
pub mod denied;
pub mod dispatch;
pub mod due;
pub mod exit;
pub mod exits;
mod fingerprint;
pub mod finish;
pub mod inquiry;
pub mod mend;
pub mod news;
pub mod notes;
pub mod online;
pub mod opening;
pub mod permits;
pub mod plan;
pub mod probe;
pub mod reach;
pub mod recall;
pub mod record;
pub mod replay;
pub mod rollups;
pub mod round;
pub mod rounds;
pub mod sample;
pub mod send;
pub mod settings;
pub mod tell;
pub mod tokens;
pub mod view;

pub use exit::FailOn;
pub use plan::Plan;
