//! `json`: conditions on what JSONPaths select.

use super::age;
use super::compare::equal;
use super::problems::{Problems, Words};
use super::rules::{Condition, JsonCheck};
use super::say::{push_index, push_name};
use super::value::broken;
use crate::model::{Reason, Severity};
use jiff::Timestamp;
use serde_json::Value;
use serde_json_path::{NormalizedPath, PathElement};

/// Collects the violations of one check.
pub(super) fn check(root: &Value, check: &JsonCheck, severity: Severity, now: Timestamp, problems: &mut Problems<'_>) {
    let condition = &check.condition;
    let source = &*check.path.source;
    let nodes = check.path.path.query(root);
    if condition.exists == Some(false) {
        if !nodes.is_empty() {
            each_node(root, check, |path, value| {
                problems.push(Reason::Json, severity, |say| {
                    Words::at(&path(), say, &format!("{} should not be there", say.value(value)))
                });
            });
        }
        return;
    }
    if let Some(wanted) = &condition.count {
        let count = Value::from(nodes.len());
        for part in broken(&count, wanted) {
            problems.push(Reason::Json, severity, |say| {
                Words::at(source, say, &format!("count {}", part.words(&count, say)))
            });
        }
    }
    if nodes.is_empty() {
        let demanded = condition.exists == Some(true) || condition.count.is_none() || condition.any.is_some();
        if demanded && !condition.optional {
            problems.push(Reason::Json, severity, |say| Words::at(source, say, "nothing there"));
        }
        return;
    }
    if let Some(wanted) = &condition.any
        && !nodes.iter().any(|node| equal(node, wanted))
        && !(condition.optional && nodes.iter().all(|node| node.is_null()))
    {
        problems.push(Reason::Json, severity, |say| {
            let found: Vec<Value> = nodes.iter().take(11).map(|node| (*node).clone()).collect();
            Words::at(source, say, &format!("none is {}, found {}", say.value(wanted), say.choices(&found)))
        });
    }
    if nodes.iter().any(|node| !is_met(node, condition, now)) {
        each_node(root, check, |path, value| node(value, &path, condition, severity, now, problems));
    }
}

/// Whether one node satisfies everything that is asked of each.
fn is_met(value: &Value, condition: &Condition, now: Timestamp) -> bool {
    (condition.optional && value.is_null())
        || (broken(value, &condition.each).is_empty() && age::check(value, condition, now).is_none())
}

/// Collects what is wrong with one node: one problem for its value, one for its age.
fn node(
    value: &Value,
    path: &dyn Fn() -> String,
    condition: &Condition,
    severity: Severity,
    now: Timestamp,
    problems: &mut Problems<'_>,
) {
    if condition.optional && value.is_null() {
        return;
    }
    let parts = broken(value, &condition.each);
    if !parts.is_empty() {
        problems.push(Reason::Json, severity, |say| {
            let mut words: Vec<String> = parts.iter().map(|part| part.words(value, say)).collect();
            words.dedup();
            Words::at(&path(), say, &words.join("; "))
        });
    }
    if let Some(stale) = age::check(value, condition, now) {
        problems.push(Reason::Stale, severity, |say| Words::at(&path(), say, &stale.words(value, say)));
    }
}

/// Visits the selected nodes with their places, which cost more than the nodes alone.
fn each_node(root: &Value, check: &JsonCheck, mut visit: impl FnMut(&dyn Fn() -> String, &Value)) {
    for node in check.path.path.query_located(root).iter() {
        visit(&|| show(node.location()), node.node());
    }
}

fn show(location: &NormalizedPath<'_>) -> String {
    let mut path = "$".to_owned();
    for element in location.iter() {
        match element {
            PathElement::Name(name) => push_name(&mut path, name),
            PathElement::Index(index) => push_index(&mut path, *index),
        }
    }
    path
}
