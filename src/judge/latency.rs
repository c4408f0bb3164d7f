//! `latency`.

use super::problems::{Problems, Words};
use crate::model::{Reason, Severity};
use crate::text::duration;
use std::time::Duration;

/// Collects the violation when the attempt took longer than allowed, also without the time in which this machine stood
/// still: that is not the target's.
pub(super) fn check(
    (took, stalled): (Duration, Duration),
    most: Duration,
    severity: Severity,
    problems: &mut Problems<'_>,
) {
    if took.saturating_sub(stalled) > most {
        let seen = match duration::brief(took) {
            // Rounded, it would not be longer.
            same if same == duration::brief(most) => format!("{:.1}ms", took.as_secs_f64() * 1e3),
            brief => brief,
        };
        problems.push(Reason::Latency, severity, |_| {
            Words::new(format!("took {seen}, longer than the {} allowed", duration::format(most)))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::judge::problems::Problems;
    use crate::model::{Redactor, Severity};
    use std::time::Duration;

    #[test]
    fn only_the_targets_own_time_counts() {
        let violates = |took: u64, stalled: u64| {
            let redactor = Redactor::default();
            let mut problems = Problems::new(&redactor);
            let times = (Duration::from_millis(took), Duration::from_millis(stalled));
            check(times, Duration::from_secs(1), Severity::Down, &mut problems);
            !problems.finish().is_empty()
        };
        assert!(violates(1_001, 0) && !violates(1_000, 0));
        assert!(!violates(2_500, 1_600) && violates(2_500, 1_400));
    }
}
