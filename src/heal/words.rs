//! What was tried and what came of it, for a person. Notices, `heal list`, `incidents show` and the page say it with these
//! words and no others.

use super::{Outcome, Record};
use crate::text::duration::human;
use crate::text::plural::count;

/// What is said of a failure whose rule is `run: none`.
pub const HANDED_OVER: &str = "none by machine: a human is needed for this failure";

/// That no attempt is left.
pub(super) fn given_up(attempts: u32) -> String {
    format!("given up after {}", count(attempts as usize, "attempt"))
}

impl Outcome {
    /// As in a sentence: `not started`.
    pub fn words(self) -> &'static str {
        match self {
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Timeout => "timed out",
            Self::NotStarted => "not started",
            Self::Interrupted => "interrupted",
        }
    }
}

impl Record {
    /// How the last attempt ended: `failed: exit 1: unit not found`. None when there was none.
    pub fn ended(&self) -> Option<String> {
        let detail = self.detail.as_deref().filter(|detail| !detail.is_empty());
        match (self.outcome, detail) {
            (Some(outcome), Some(detail)) => Some(format!("{}: {detail}", outcome.words())),
            (Some(outcome), None) => Some(outcome.words().to_owned()),
            (None, _) => self.running.is_some().then(|| "under way".to_owned()),
        }
    }

    /// How far it has come: `2 of 10 attempts so far; the last failed: exit 1`. None when nothing was tried.
    pub fn tried(&self) -> Option<String> {
        if self.attempts == 0 {
            return None;
        }
        let so_far = || format!("{} of {} so far", self.attempts, count(self.max_attempts as usize, "attempt"));
        Some(self.gave_up().unwrap_or_else(so_far) + &self.last())
    }

    /// `given up after 10 attempts`, if so.
    pub fn gave_up(&self) -> Option<String> {
        self.is_exhausted().then(|| given_up(self.attempts))
    }

    /// `; the last failed: exit 1`, to follow how often it was tried.
    pub(super) fn last(&self) -> String {
        self.ended().map(|ended| format!("; the last {ended}")).unwrap_or_default()
    }

    /// How soon repairs were done: `3 repairs so far, half of them within 12s`. None when there was none.
    pub fn repairs_told(&self) -> Option<String> {
        let median = self.median_repair()?;
        let count = count(self.repairs.len(), "repair");
        Some(format!("{count} so far, half of them within {}", human(median)))
    }
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Record};

    #[test]
    fn says_how_far_it_has_come_and_how_the_last_ended() {
        let mut record = Record { max_attempts: 3, ..Record::default() };
        assert_eq!((record.tried(), record.ended(), record.repairs_told()), (None, None, None));
        record.attempts = 1;
        record.running = Some("run".to_owned());
        assert_eq!(record.tried().as_deref(), Some("1 of 3 attempts so far; the last under way"));
        record.running = None;
        record.outcome = Some(Outcome::NotStarted);
        record.detail = Some("systemctl: not found in PATH".to_owned());
        assert_eq!(
            record.tried().as_deref(),
            Some("1 of 3 attempts so far; the last not started: systemctl: not found in PATH")
        );
        (record.attempts, record.outcome, record.detail) = (3, Some(Outcome::Timeout), None);
        assert_eq!(record.tried().as_deref(), Some("given up after 3 attempts; the last timed out"));
        record.repairs = vec![65_000, 66_000, 3_000];
        assert_eq!(record.repairs_told().as_deref(), Some("3 repairs so far, half of them within 1m 5s"));
    }
}
