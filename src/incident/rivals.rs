//! Configurations that share one state: whether one may close the incidents of endpoints that only others have.

use crate::model::time::{elapsed, moment};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A configuration that was not used for so long is no rival any more.
const GONE: Duration = Duration::from_hours(24);
/// So many are remembered.
const MOST: usize = 8;

/// The configurations that runs used, the last one first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Rivals(Vec<Used>);

/// One of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Used {
    /// Its path.
    config: String,
    /// The last run with it …
    run: String,
    /// … and when that was.
    #[serde(with = "moment")]
    at: Timestamp,
    /// Whether it was used again after another one: then it has not merely moved.
    returned: bool,
    /// Whether its last run had to leave alone what it doesn't have.
    keeps: bool,
    /// Whether somebody was warned of it.
    warned: bool,
}

impl Rivals {
    /// Notes that a run uses this configuration. The first one after another leaves alone what it doesn't have; one after
    /// that may have moved, and does not, unless the two take turns.
    pub(super) fn enter(&mut self, config: &str, run: &str, now: Timestamp) {
        if self.0.first().is_some_and(|used| used.run == run) {
            return;
        }
        self.0.retain(|used| used.config == config || elapsed(used.at, now) <= GONE);
        let before = self.0.iter().position(|used| used.config == config);
        let mut mine = before.map(|at| self.0.remove(at)).unwrap_or_default();
        mine.returned = !self.0.is_empty() && (mine.returned || before.is_some_and(|at| at > 0));
        let take_turns = mine.returned || self.0.iter().any(|used| used.returned);
        mine.keeps = !self.0.is_empty() && (take_turns || before != Some(0));
        config.clone_into(&mut mine.config);
        run.clone_into(&mut mine.run);
        mine.at = now;
        self.0.insert(0, mine);
        self.0.truncate(MOST);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the run of now must leave alone what its configuration doesn't have.
    pub(super) fn keep(&self) -> bool {
        self.0.first().is_some_and(|used| used.keeps)
    }

    /// The other configuration, when it keeps something and nobody was warned of this yet.
    pub(super) fn warn(&mut self) -> Option<String> {
        let other = self.0.get(1).map(|used| used.config.clone())?;
        let mine = self.0.first_mut().filter(|used| used.keeps && !used.warned)?;
        mine.warned = true;
        Some(other)
    }
}

#[cfg(test)]
mod tests {
    use super::Rivals;
    use jiff::{SignedDuration, Timestamp};

    /// Which of these runs, one a minute, leaves alone what it doesn't have.
    fn play(rivals: &mut Rivals, configs: &str, from: i64) -> String {
        let each = configs.chars().zip(from..).map(|(config, minute)| {
            let now = Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minute);
            rivals.enter(&config.to_string(), &format!("run {minute}"), now);
            if rivals.keep() { 'k' } else { '.' }
        });
        each.collect()
    }

    #[test]
    fn what_moved_closes_with_its_second_run_and_what_takes_turns_never() {
        for (configs, wanted) in [
            ("aaa", "..."),
            ("aabbb", "..k.."),
            ("ababab", ".kkkkk"),
            ("abbabbbb", ".k.kkkkk"),
            ("abc", ".kk"),
            ("aabbcc", "..k.k."),
        ] {
            assert_eq!(play(&mut Rivals::default(), configs, 0), wanted, "{configs}");
        }
    }

    #[test]
    fn a_rival_that_is_gone_for_a_day_is_none() {
        let mut rivals = Rivals::default();
        assert_eq!(play(&mut rivals, "abab", 0), ".kkk");
        assert_eq!(play(&mut rivals, "bb", 24 * 60 + 2), "k.", "a was used a day ago, and then longer ago");
    }

    #[test]
    fn warns_once_of_each() {
        let mut rivals = Rivals::default();
        play(&mut rivals, "a", 0);
        assert_eq!(rivals.warn(), None);
        play(&mut rivals, "b", 1);
        assert_eq!((rivals.warn().as_deref(), rivals.warn()), (Some("a"), None));
        play(&mut rivals, "ab", 2);
        assert_eq!(rivals.warn(), None);
    }

    #[test]
    fn one_run_enters_once() {
        let mut rivals = Rivals::default();
        play(&mut rivals, "ab", 0);
        rivals.enter("b", "run 1", Timestamp::UNIX_EPOCH);
        assert!(rivals.keep());
    }
}
