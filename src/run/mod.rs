//! The order of effects: plan, claim, probe, judge, record, write, exit code. The only place that knows it.
//!
//! ```text
//! plan ─▶ claim (with --due) ─▶ dispatch: one task a probe ─▶ record: history, then state ─▶ send ─▶ outputs ─▶ heartbeat
//!                                 probe: attempts, judgement     mend: claim, act, look again, record
//! ```

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
pub mod inquiry;
pub mod mend;
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
pub mod sample;
pub mod send;
pub mod tell;
pub mod tokens;
pub mod view;

pub use exit::FailOn;
pub use plan::Plan;
