//! `cert`: how long the served certificates still last.

use super::problems::{Problems, Words};
use crate::model::{Certificate, Reason, Severity};
use crate::text::{duration, plural};
use jiff::Timestamp;
use std::time::Duration;

/// Seconds in a day.
const DAY: i64 = 86_400;

/// Whole days left, rounded down: −1 from the first second after the end.
pub(super) fn days_left(cert: &Certificate, now: Timestamp) -> i64 {
    cert.not_after.saturating_sub(now.as_second()).div_euclid(DAY)
}

/// Collects the violation when less than the wanted time is left.
pub(super) fn check(
    cert: &Certificate,
    wanted: Duration,
    severity: Severity,
    now: Timestamp,
    problems: &mut Problems<'_>,
) {
    let left = i128::from(cert.not_after) * 1_000_000_000 - now.as_nanosecond();
    if left >= i128::try_from(wanted.as_nanos()).unwrap_or(i128::MAX) {
        return;
    }
    problems.push(Reason::Cert, severity, |say| {
        let days = days_left(cert, now);
        let count = |days: i64| plural::count(usize::try_from(days).unwrap_or_default(), "day");
        let left = match days {
            ..=-2 => format!("expired {} ago:", count(days.saturating_add(1).saturating_abs())),
            -1 => "expired less than a day ago:".to_owned(),
            days => format!("{} left on", count(days)),
        };
        let which = if cert.is_leaf { "" } else { " (intermediate)" };
        Words::new(format!("{left} {}{which}, wanted {}", say.path(&cert.subject), duration::format(wanted)))
    });
}

#[cfg(test)]
mod tests {
    use super::days_left;
    use crate::model::Certificate;
    use jiff::Timestamp;

    #[test]
    fn counts_whole_days_downwards() {
        let cert = |not_after| Certificate { not_after, subject: "CN=a".to_owned(), is_leaf: true };
        for (left, days) in [(86_400, 1), (86_399, 0), (0, 0), (-1, -1), (-86_400, -1), (-86_401, -2)] {
            assert_eq!(days_left(&cert(left), Timestamp::UNIX_EPOCH), days, "{left}");
        }
        assert!(days_left(&cert(i64::MIN), Timestamp::UNIX_EPOCH) < 0);
    }
}
