//! Which events a receiver wants.

use crate::model::{Change, Event, Notice, Verdict};

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

impl AlertEvent {
    /// Whether a receiver with these `events` (all when empty) wants to hear of this.
    pub fn wanted(events: &[Self], notice: &Notice) -> bool {
        events.is_empty() || events.iter().any(|event| event.takes(notice))
    }

    fn takes(self, notice: &Notice) -> bool {
        let good = notice.ends() && notice.verdict != Some(Verdict::Down);
        match notice.event {
            Event::Open | Event::Unknown | Event::Flapping => self == Self::Open,
            // good news about an incident that goes on: either wish covers it
            Event::Remind if notice.change == Some(Change::Better) => self == Self::Remind || self == Self::Recover,
            Event::Remind => self == Self::Remind,
            Event::Steady => self == if good { Self::Recover } else { Self::Open },
            Event::Recover | Event::Removed => self == Self::Recover,
            Event::Healed | Event::HealFailed => self == Self::Heal,
        }
    }
}
