//! `status`.

use super::problems::{Problems, Words};
use super::rules::StatusRange;
use crate::model::{Reason, Response, Severity};
use http::header::RETRY_AFTER;

/// Collects the violation when the status lies in none of the ranges; no ranges allow any.
pub(super) fn check(response: &Response, wanted: &[StatusRange], severity: Severity, problems: &mut Problems<'_>) {
    if wanted.is_empty() || wanted.iter().any(|range| range.contains(response.status)) {
        return;
    }
    problems.push(Reason::Status, severity, |say| {
        let mut message = format!("status {}", response.status);
        if let Some(wait) = response.headers.get(RETRY_AFTER) {
            message.push_str(", Retry-After: ");
            message.push_str(&say.path(&String::from_utf8_lossy(wait.as_bytes())));
        }
        message.push_str("; expected ");
        message.push_str(&wanted.iter().map(|range| show(*range)).collect::<Vec<_>>().join(", "));
        if let Some(proxy) = &response.trace.proxy {
            message.push_str(" (via exit ");
            message.push_str(proxy);
            message.push(')');
        }
        Words::new(message)
    });
}

/// As it is written: `200`, `2xx`, `200-204`.
fn show(range: StatusRange) -> String {
    let StatusRange { low, high } = range;
    if low == high {
        low.to_string()
    } else if low % 100 == 0 && high == low + 99 {
        format!("{}xx", low / 100)
    } else {
        format!("{low}-{high}")
    }
}
