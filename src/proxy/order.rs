//! In which order a pool's exits are asked.

use crate::model::EndpointId;
use crate::text::fnv::fnv1a;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What is known of an exit between two runs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExitHealth {
    /// Not asked before this time, unless no other is left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarantined_until: Option<Timestamp>,
    /// When it last failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<Timestamp>,
    /// Failures in a row.
    #[serde(default)]
    pub failures: u32,
    /// What was wrong the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
}

impl ExitHealth {
    /// Whether it rests at `now`. A time further ahead than `longest` comes from a wrong clock and counts for nothing.
    pub fn rests(&self, now: Timestamp, longest: Duration) -> bool {
        let longest = jiff::SignedDuration::try_from(longest).unwrap_or(jiff::SignedDuration::MAX);
        self.quarantined_until.is_some_and(|until| until > now && until.duration_since(now) <= longest)
    }
}

/// How the first exit is chosen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum First<'a> {
    /// The next one each time; the number counts up.
    RoundRobin(u64),
    /// Any; the number is random in 0..1.
    Random(f64),
    /// The same for one endpoint.
    Sticky(&'a EndpointId),
}

/// The positions of all exits in the order in which to ask them: rested ones from the first chosen on, then those in
/// quarantine, the one that has rested longest first.
pub fn order(health: &[ExitHealth], first: First<'_>, now: Timestamp, quarantine: Duration) -> Vec<usize> {
    let count = health.len();
    if count == 0 {
        return Vec::new();
    }
    let start = match first {
        First::RoundRobin(turn) => usize::try_from(turn % count as u64).unwrap_or_default(),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "0..count"
        )]
        First::Random(unit) => (unit.clamp(0.0, 1.0) * count as f64) as usize % count,
        First::Sticky(id) => usize::try_from(fnv1a(id.to_string().as_bytes()) % count as u64).unwrap_or_default(),
    };
    let (mut fresh, mut resting): (Vec<usize>, Vec<usize>) =
        (0..count).map(|step| (start + step) % count).partition(|at| !health[*at].rests(now, quarantine));
    resting.sort_by_key(|at| health[*at].quarantined_until);
    fresh.append(&mut resting);
    fresh
}

#[cfg(test)]
mod tests {
    use super::{ExitHealth, First, order};
    use crate::model::{EndpointId, Name};
    use jiff::{SignedDuration, Timestamp};
    use std::time::Duration;

    const QUARANTINE: Duration = Duration::from_mins(10);

    fn until(seconds: i64) -> ExitHealth {
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(seconds);
        ExitHealth { quarantined_until: Some(at), ..ExitHealth::default() }
    }

    #[test]
    fn goes_round_and_leaves_the_resting_for_last() {
        let now = Timestamp::UNIX_EPOCH + SignedDuration::from_secs(1_000);
        let health = [ExitHealth::default(), until(1_200), ExitHealth::default(), until(1_100)];
        assert_eq!(order(&health, First::RoundRobin(0), now, QUARANTINE), [0, 2, 3, 1]);
        assert_eq!(order(&health, First::RoundRobin(1), now, QUARANTINE), [2, 0, 3, 1]);
        assert_eq!(order(&health, First::RoundRobin(6), now, QUARANTINE), [2, 0, 3, 1]);
        assert_eq!(order(&[], First::RoundRobin(3), now, QUARANTINE), [0usize; 0]);
    }

    #[test]
    fn a_quarantine_from_a_wrong_clock_counts_for_nothing() {
        let health = [until(999_999), ExitHealth::default()];
        assert_eq!(order(&health, First::Random(0.0), Timestamp::UNIX_EPOCH, QUARANTINE), [0, 1]);
        assert_eq!(order(&health, First::Random(0.999), Timestamp::UNIX_EPOCH, QUARANTINE), [1, 0]);
    }

    #[test]
    fn sticky_is_the_same_each_time() {
        let id = EndpointId::new(Name::parse("vk").expect("a name"), "api");
        let health = vec![ExitHealth::default(); 7];
        let first = order(&health, First::Sticky(&id), Timestamp::UNIX_EPOCH, QUARANTINE);
        assert_eq!(first, order(&health, First::Sticky(&id), Timestamp::UNIX_EPOCH, QUARANTINE));
    }
}
