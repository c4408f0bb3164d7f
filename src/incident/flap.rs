//! Whether an endpoint goes up and down too often to report each turn.

use super::{Alerting, Fact, Track};
use crate::model::IncidentKind;
use crate::model::time::elapsed;
use jiff::Timestamp;

/// Which turns make it flap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wobble {
    /// It goes down and comes back.
    Hard(Timestamp),
    /// It opens and closes incidents without ever being down.
    Soft(Timestamp),
}

impl Track {
    /// Since when it flaps: the oldest of `changes` turns within `window`. Both the turns of the endpoint and those of its
    /// incidents are counted, each for itself: where thresholds are 1, degraded and up alone can fill a phone.
    pub(super) fn wobbles(&self, fact: &Fact, policy: &Alerting) -> Option<Wobble> {
        let enough = |turns: &[Timestamp]| {
            let need = usize::try_from(policy.flap.changes).unwrap_or(usize::MAX);
            let first = *turns.len().checked_sub(need).and_then(|at| turns.get(at))?;
            (elapsed(first, fact.started) <= policy.flap.window).then_some(first)
        };
        enough(&self.changes).map(Wobble::Hard).or_else(|| enough(&self.edges).map(Wobble::Soft))
    }

    /// Whether nothing changed for a whole window. Soft flapping also rests on up and degraded taking turns; for the hard kind
    /// that would keep an endpoint with a noisy warning flapping for ever.
    pub(super) fn is_steady(&self, fact: &Fact, policy: &Alerting, soft: bool) -> bool {
        let turned = self.changes.last().copied();
        let last = if soft { turned.max(self.shifted) } else { turned };
        last.is_none_or(|last| last > fact.started || elapsed(last, fact.started) >= policy.flap.window)
    }

    /// Whether the open incident is flapping.
    pub fn is_flapping(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.severity == IncidentKind::Flapping)
    }
}
