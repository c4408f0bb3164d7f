//! Whether a parent's failure explains an endpoint's.

use crate::model::time::elapsed;
use crate::model::{EndpointId, Verdict};
use jiff::Timestamp;
use std::time::Duration;

/// What is known of one endpoint that another depends on.
#[derive(Clone, Debug)]
pub struct Parent {
    /// Which.
    pub id: EndpointId,
    /// Its verdict of this run; none when it was not probed.
    pub now: Option<Verdict>,
    /// The verdict of the state, with the end of its probe.
    pub stored: Option<(Verdict, Timestamp)>,
    /// Its `interval`.
    pub interval: Duration,
}

/// The first parent that is down: by this run's verdict, else by a stored one younger than two intervals.
pub fn suppressed_by<'a>(parents: impl IntoIterator<Item = &'a Parent>, now: Timestamp) -> Option<&'a EndpointId> {
    parents.into_iter().find(|parent| verdict(parent, now) == Some(Verdict::Down)).map(|parent| &parent.id)
}

fn verdict(parent: &Parent, now: Timestamp) -> Option<Verdict> {
    match parent.now {
        Some(known @ (Verdict::Up | Verdict::Degraded | Verdict::Down | Verdict::Unknown)) => Some(known),
        Some(Verdict::Skipped) | None => {
            let (verdict, ended) = parent.stored?;
            (elapsed(ended, now) < parent.interval.saturating_mul(2)).then_some(verdict)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Parent, suppressed_by};
    use crate::model::{EndpointId, Name, Verdict};
    use std::time::Duration;

    #[test]
    fn takes_this_run_first_and_a_fresh_memory_second() {
        let now = "2026-11-23T10:00:00Z".parse().expect("a time");
        let cases = [
            (Some(Verdict::Down), None, true),
            (Some(Verdict::Up), Some((Verdict::Down, "2026-11-23T09:59:00Z")), false),
            (Some(Verdict::Unknown), Some((Verdict::Down, "2026-11-23T09:59:00Z")), false),
            (Some(Verdict::Skipped), Some((Verdict::Down, "2026-11-23T09:59:00Z")), true),
            (None, Some((Verdict::Down, "2026-11-23T09:58:01Z")), true),
            (None, Some((Verdict::Down, "2026-11-23T09:58:00Z")), false),
            (None, Some((Verdict::Degraded, "2026-11-23T09:59:00Z")), false),
            (None, None, false),
        ];
        for (at, (this, stored, down)) in cases.into_iter().enumerate() {
            let parent = Parent {
                id: EndpointId::new(Name::parse("vk").expect("a name"), "health"),
                now: this,
                stored: stored.map(|(verdict, ended)| (verdict, ended.parse().expect("a time"))),
                interval: Duration::from_mins(1),
            };
            assert_eq!(suppressed_by([&parent], now).is_some(), down, "case {at}");
        }
    }
}
