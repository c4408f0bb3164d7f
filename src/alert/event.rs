//! Which events a receiver wants.

/// One of `events`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlertEvent {
    /// `open`.
    Open,
    /// `remind`.
    Remind,
    /// `recover`.
    Recover,
    /// `heal`.
    Heal,
}
