//! `body`: conditions on its text.

use super::problems::{Problems, Words};
use super::rules::BodyChecks;
use crate::model::{Reason, Severity};

/// Whether anything is asked, so that the text is only decoded when needed.
pub(super) fn is_asked(checks: &BodyChecks) -> bool {
    let BodyChecks { contains, not_contains, matches, not_matches } = checks;
    !(contains.is_empty() && not_contains.is_empty() && matches.is_empty() && not_matches.is_empty())
}

/// Collects what is wrong with the text.
pub(super) fn check(text: &str, checks: &BodyChecks, severity: Severity, problems: &mut Problems<'_>) {
    let mut wrong = |verb: &str, wanted: &str| {
        problems.push(Reason::Body, severity, |say| Words::new(format!("body {verb} {}", say.quoted(wanted))));
    };
    for part in checks.contains.iter().filter(|part| !text.contains(part.as_str())) {
        wrong("does not contain", part);
    }
    for part in checks.not_contains.iter().filter(|part| text.contains(part.as_str())) {
        wrong("contains", part);
    }
    for pattern in checks.matches.iter().filter(|pattern| !pattern.0.is_match(text)) {
        wrong("does not match", pattern.0.as_str());
    }
    for pattern in checks.not_matches.iter().filter(|pattern| pattern.0.is_match(text)) {
        wrong("matches", pattern.0.as_str());
    }
}
