//! What many failures have in common.

use crate::model::Notice;
use std::collections::BTreeMap;

/// Common causes of the failures told together, the widest first: `all 4 share host 10.0.0.5`, `all 4 through pool
/// residential`, `12 of 14: connect (target)`. Three make a pattern when they are at least half; two do when they are all.
pub fn causes<'a>(items: impl IntoIterator<Item = &'a Notice>) -> Vec<String> {
    let bad: Vec<&Notice> = items.into_iter().filter(|item| !item.ends() && !item.is_about_healing()).collect();
    let same = |item: &Notice| {
        let reason = item.reason?;
        Some(item.blame.map_or_else(|| reason.to_string(), |blame| format!("{reason} ({blame})")))
    };
    let mut found = Vec::new();
    found.extend(widest(&bad, |item| item.host.clone()).map(|(n, what)| (n, format!("share host {what}"))));
    found.extend(widest(&bad, |item| item.pool.clone()).map(|(n, what)| (n, format!("through pool {what}"))));
    found.extend(widest(&bad, same).map(|(n, what)| (n, format!("for the same reason: {what}"))));
    found.sort_by_key(|(n, _)| std::cmp::Reverse(*n));
    let all = bad.len();
    found
        .into_iter()
        .map(|(n, what)| if n == all { format!("all {n} {what}") } else { format!("{n} of {all} {what}") })
        .collect()
}

fn widest(items: &[&Notice], key: impl Fn(&Notice) -> Option<String>) -> Option<(usize, String)> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for key in items.iter().filter_map(|item| key(item)) {
        *counts.entry(key).or_default() += 1;
    }
    let (what, n) = counts.into_iter().max_by_key(|(_, n)| *n)?;
    let telling = n >= 2 && (n == items.len() || (n >= 3 && n * 2 >= items.len()));
    telling.then_some((n, what))
}
