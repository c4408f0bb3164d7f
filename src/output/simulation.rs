//! `canary alerts simulate` for a person: the messages as they would have read, then what stayed silent, then the sums.

use crate::alert::{Account, Message};
use crate::model::EndpointId;
use crate::model::time::clock;
use crate::text::duration::human;
use crate::text::escape::{shorten, terminal};
use crate::text::plural::count;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

/// Characters of a list of names.
const NAMES: usize = 200;

/// One configuration beside another one.
#[derive(Clone, Copy, Debug)]
pub struct Side<'a> {
    /// Its file.
    pub name: &'a str,
    /// What it came to.
    pub account: &'a Account,
}

/// Everything about one configuration.
pub fn render(head: &str, account: &Account, now: Timestamp) -> String {
    let mut out = format!("{}\n\n", terminal(head));
    for message in account.messages() {
        put_message(&mut out, message, now);
    }
    let mut untold: Vec<_> = account.untold().collect();
    untold.sort_by_key(|(endpoint, _, span)| (*endpoint, std::cmp::Reverse(span.count)));
    if !untold.is_empty() {
        out.push_str("Nothing was said\n");
        let widest = untold.iter().map(|(endpoint, _, _)| endpoint.to_string().chars().count()).max().unwrap_or(0);
        for (endpoint, one, span) in untold {
            let line = format!("  {:<widest$}  {:>6} ×  {}", endpoint.to_string(), span.count, one.gist);
            let _ = writeln!(out, "{}", terminal(&line));
        }
        out.push('\n');
    }
    let counts = account.counts();
    let parts = [
        (account.messages().len() as u64, "message"),
        (counts.openings, "opening"),
        (counts.reminders, "reminder"),
        (counts.changes, "change"),
        (counts.flapping, "flapping edge"),
    ];
    let mut sums: Vec<String> = parts.map(|(n, noun)| count(usize::try_from(n).unwrap_or(usize::MAX), noun)).into();
    sums.push(if counts.recoveries == 1 {
        "1 recovery".to_owned()
    } else {
        format!("{} recoveries", counts.recoveries)
    });
    let _ = writeln!(out, "{}", sums.join(", "));
    let _ = writeln!(out, "already open at the start {}, noise {}", counts.already_open, counts.noise);
    if let Some(delay) = account.delay() {
        let [median, p95, longest] = [delay.median, delay.p95, delay.longest].map(human);
        let _ = writeln!(
            out,
            "from the first failing result to the message: median {median}, p95 {p95}, longest {longest}"
        );
    }
    out
}

fn put_message(out: &mut String, message: &Message, now: Timestamp) {
    let head = format!("{} to {}", clock(message.at, now), message.receivers.join(", "));
    let _ = writeln!(out, "{}", terminal(&head));
    for line in message.text().lines() {
        let line = format!("    {}", terminal(line));
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out.push('\n');
}

/// Two configurations side by side.
pub fn compared(head: &str, one: &Side<'_>, other: &Side<'_>) -> String {
    let mut rows: Vec<[String; 3]> = vec![[String::new(), one.name.to_owned(), other.name.to_owned()]];
    let mut row = |name: &str, value: &dyn Fn(&Account) -> String| {
        rows.push([name.to_owned(), value(one.account), value(other.account)]);
    };
    row("messages", &|account| account.messages().len().to_string());
    row("openings", &|account| account.counts().openings.to_string());
    row("reminders", &|account| account.counts().reminders.to_string());
    row("changes", &|account| account.counts().changes.to_string());
    row("flapping edges", &|account| account.counts().flapping.to_string());
    row("recoveries", &|account| account.counts().recoveries.to_string());
    row("noise", &|account| account.counts().noise.to_string());
    row("open at the start", &|account| account.counts().already_open.to_string());
    let time = |time: Option<Duration>| time.map_or("-".to_owned(), human);
    row("delay, median", &|account| time(account.delay().map(|delay| delay.median)));
    row("delay, p95", &|account| time(account.delay().map(|delay| delay.p95)));
    let rows: Vec<[String; 3]> = rows.into_iter().map(|row| row.map(|cell| terminal(&cell).into_owned())).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    let mut out = format!("{}\n\n", terminal(head));
    for [name, left, right] in &rows {
        let line = format!("{name:<a$}  {left:>b$}  {right:>c$}", a = widths[0], b = widths[1], c = widths[2]);
        let _ = writeln!(out, "{}", line.trim_end());
    }
    out.push('\n');
    for (side, than) in [(one, other), (other, one)] {
        let only: BTreeSet<&EndpointId> = side.account.alerted().difference(than.account.alerted()).collect();
        let names: Vec<String> = only.iter().map(ToString::to_string).collect();
        let names = if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
        let _ = writeln!(out, "{}", terminal(&format!("only with {}: {}", side.name, shorten(&names, NAMES))));
    }
    out
}
