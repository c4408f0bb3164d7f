//! `latency`.

use super::problems::{Problems, Words};
use crate::model::{Reason, Severity};
use crate::text::duration;
use std::time::Duration;

/// Collects the violation when the attempt took longer than allowed.
pub(super) fn check(took: Duration, most: Duration, severity: Severity, problems: &mut Problems<'_>) {
    if took > most {
        let millis = took.as_secs_f64() * 1e3;
        problems.push(Reason::Latency, severity, |_| {
            Words::new(format!("took {millis:.1}ms, longer than the {} allowed", duration::format(most)))
        });
    }
}
