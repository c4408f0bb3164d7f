//! `headers`.

use super::problems::{Problems, Words};
use super::rules::HeaderCheck;
use super::say::Say;
use crate::model::secret::MASK;
use crate::model::{Reason, Severity, names_secret};
use http::HeaderMap;
use std::borrow::Cow;

/// Collects what is wrong with the lines of one header; each part is met when any one line meets it.
pub(super) fn check(headers: &HeaderMap, check: &HeaderCheck, severity: Severity, problems: &mut Problems<'_>) {
    let lines: Vec<Cow<'_, str>> =
        headers.get_all(&check.name).iter().map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
    let mut wrong = |words: &dyn Fn(Say<'_>) -> String| {
        problems.push(Reason::Header, severity, |say| Words {
            path: Some(check.name.clone()),
            message: format!("header {}: {}", check.name, words(say)),
        });
    };
    if check.exists == Some(false) {
        if !lines.is_empty() {
            wrong(&|say| format!("{} should not be there", found(&lines, check, say)));
        }
        return;
    }
    if lines.is_empty() {
        wrong(&|_| "not there".to_owned());
        return;
    }
    if let Some(wanted) = &check.equals
        && !lines.iter().any(|line| line == wanted)
    {
        wrong(&|say| format!("{} is not {}", found(&lines, check, say), say.quoted(wanted)));
    }
    if let Some(pattern) = &check.matches
        && !lines.iter().any(|line| pattern.0.is_match(line))
    {
        wrong(&|say| format!("{} does not match {}", found(&lines, check, say), say.quoted(pattern.0.as_str())));
    }
    if let Some(part) = &check.contains
        && !lines.iter().any(|line| line.contains(part))
    {
        wrong(&|say| format!("{} does not contain {}", found(&lines, check, say), say.quoted(part)));
    }
}

/// The lines as found; those of headers that usually carry credentials are not shown.
fn found(lines: &[Cow<'_, str>], check: &HeaderCheck, say: Say<'_>) -> String {
    if names_secret(&check.name) { MASK.to_owned() } else { say.quoted(&lines.join(", ")) }
}
