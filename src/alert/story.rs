//! An entry as lines, before any markup.

use super::{Entry, causes, words};
use crate::model::time::{clock, elapsed};
use crate::model::{Event, Notice};
use crate::text::duration::human;
use crate::text::plural::count;
use jiff::Timestamp;

/// More items than this are told in brief.
const BRIEF: usize = 8;

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) text: String,
    pub(super) style: Style,
}

/// How a piece looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Bold,
    Code,
}

/// One line: markup never crosses its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line(pub(super) Vec<Span>);

/// Lines that belong together, and how many items they tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) lines: Vec<Line>,
    pub(super) items: usize,
}

/// What is told: a head, then blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    pub(super) subject: String,
    pub(super) head: Vec<Line>,
    pub(super) blocks: Vec<Block>,
}

impl Span {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), style: Style::Plain }
    }

    pub(super) fn bold(text: impl Into<String>) -> Self {
        Self { text: text.into(), style: Style::Bold }
    }

    pub(super) fn code(text: impl Into<String>) -> Self {
        Self { text: text.into(), style: Style::Code }
    }
}

impl Line {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self(vec![Span::plain(text)])
    }

    fn bold(text: impl Into<String>) -> Self {
        Self(vec![Span::bold(text)])
    }

    /// Without any markup.
    pub(super) fn bare(&self) -> String {
        self.0.iter().map(|span| span.text.as_str()).collect()
    }
}

impl Story {
    /// Tells an entry: what is common first, then channel by channel.
    pub fn of(entry: &Entry, now: Timestamp) -> Self {
        let subject = headline(entry);
        let mut head = Vec::new();
        if entry.items.len() + entry.backlog.len() > 1 {
            head.push(Line::bold(subject.clone()));
        }
        head.extend(causes(&entry.items).into_iter().map(|cause| Line::plain(format!("⚠ {cause}"))));
        let ends = words::common_end(&entry.items);
        if let Some((n, of, why)) = &ends {
            let who = if n == of { format!("all {n} that recovered") } else { format!("{n} of {of} that recovered") };
            head.push(Line::plain(format!("{who} had failed for the same reason: {why}")));
        }
        if entry.repeat {
            head.push(Line::plain("This may be a repeat: an earlier try ended without a clear answer."));
        }
        let mut blocks = Vec::new();
        blocks.extend(digest(entry, now));
        let said = ends.as_ref().map(|(_, _, why)| why.as_str());
        blocks.extend(items(&entry.items, now, said));
        Self { subject, head, blocks }
    }

    /// A sample, for `alerts test`.
    pub fn sample(host: &str) -> Self {
        let text = format!("canary on {host} can reach this receiver. This is a test, nothing is wrong.");
        let block = Block { lines: vec![Line::plain(text)], items: 1 };
        Self { subject: "canary: test".to_owned(), head: Vec::new(), blocks: vec![block] }
    }
}

fn headline(entry: &Entry) -> String {
    if let ([one], []) = (entry.items.as_slice(), entry.backlog.as_slice()) {
        let what = match one.event {
            Event::Open | Event::Remind | Event::Steady => one.verdict.map_or("down", crate::model::Verdict::as_str),
            Event::Recover => "recovered",
            Event::Unknown => "cannot tell",
            Event::Flapping => "flapping",
            Event::Removed => "removed",
            Event::Healed => "mended",
            Event::HealFailed => "not mended, needs a human",
        };
        return format!("{}: {what}", one.subject());
    }
    let tell = |n: usize, what: &str| (n > 0).then(|| format!("{n} {what}"));
    let number = |wanted: &dyn Fn(&Notice) -> bool| entry.items.iter().filter(|item| wanted(item)).count();
    let is = |event: Event| move |item: &Notice| item.event == event && !item.ends();
    let steady = number(&|item| item.event == Event::Steady);
    let helpless = number(&is(Event::HealFailed));
    let parts: Vec<String> = [
        tell(number(&is(Event::Open)), "new"),
        tell(number(&is(Event::Unknown)), "cannot tell"),
        tell(number(&is(Event::Flapping)), "flapping"),
        tell(helpless, if helpless == 1 { "needs a human" } else { "need a human" }),
        tell(number(&is(Event::Remind)), "still open"),
        tell(number(&|item| item.event == Event::Recover), "recovered"),
        tell(steady, "steady"),
        tell(number(&is(Event::Healed)), "mended"),
        tell(number(&|item| item.event == Event::Removed), "removed"),
        tell(entry.backlog.iter().map(|line| line.messages as usize).sum(), "older"),
    ]
    .into_iter()
    .flatten()
    .collect();
    format!("canary: {}", parts.join(", "))
}

fn items(items: &[Notice], now: Timestamp, said: Option<&str>) -> Vec<Block> {
    let brief = items.len() > BRIEF;
    let mut channels: Vec<Option<&str>> = Vec::new();
    for item in items {
        let channel = channel(item);
        if !channels.contains(&channel) {
            channels.push(channel);
        }
    }
    let mut blocks = Vec::new();
    for name in &channels {
        let mine = items.iter().filter(|item| channel(item) == *name);
        let mut title = name.filter(|_| channels.len() > 1).map(|name| Line::bold(format!("— {name}")));
        for item in mine {
            let mut lines: Vec<Line> = title.take().into_iter().collect();
            lines.extend(words::lines(item, now, brief, said));
            blocks.push(Block { lines, items: 1 });
        }
    }
    blocks
}

fn channel(item: &Notice) -> Option<&str> {
    item.endpoint.as_ref().or(item.endpoints.first()).map(|id| id.channel.as_str())
}

fn digest(entry: &Entry, now: Timestamp) -> Vec<Block> {
    let mut title = Some(Line::bold("Could not be delivered for more than a day:"));
    let tell = |line: &super::Backlog| {
        let messages = count(line.messages as usize, "message");
        let last = words::phrase(&line.last, now);
        let when = clock(line.last.at, now);
        let ago = human(elapsed(line.last.at, now));
        let text = format!(": {messages} since {}; the last, {ago} ago at {when}: {last}", clock(line.first, now));
        let mut lines: Vec<Line> = title.take().into_iter().collect();
        lines.push(Line(vec![
            Span::plain(format!("{} ", words::mark(&line.last))),
            Span::bold(line.subject.clone()),
            Span::plain(text),
        ]));
        Block { lines, items: line.messages as usize }
    };
    entry.backlog.iter().map(tell).collect()
}
