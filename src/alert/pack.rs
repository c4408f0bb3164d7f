//! Lines into parts of a limited size.

use super::Story;
use super::story::Line;
use crate::text::escape::shorten;

/// How a medium writes a line, and how it counts.
#[derive(Clone, Copy)]
pub(super) struct Medium {
    pub(super) line: fn(&Line) -> String,
    pub(super) size: fn(&str) -> usize,
    /// The most that one part may hold.
    pub(super) limit: usize,
    /// The most parts.
    pub(super) parts: usize,
}

/// Room for `… and 1234567 more`.
const MORE: usize = 48;

/// The story in parts, split at line ends only. What doesn't fit is counted: `… and 470 more`.
pub(super) fn pack(story: &Story, medium: &Medium) -> Vec<String> {
    let mut parts = Parts { medium: *medium, done: Vec::new(), open: String::new() };
    for line in &story.head {
        parts.put(&parts.written(line));
    }
    let total: usize = story.blocks.iter().map(|block| block.items).sum();
    let mut told = 0;
    for (at, block) in story.blocks.iter().enumerate() {
        let lines: Vec<String> = block.lines.iter().map(|line| parts.written(line)).collect();
        let spare = if at + 1 == story.blocks.len() { None } else { Some(MORE) };
        if parts.holds(&lines, spare) {
            for line in &lines {
                parts.put(line);
            }
            told += block.items;
            continue;
        }
        if told == 0 {
            // a giant alone: as much of it as there is room for
            for line in &lines {
                if parts.holds(std::slice::from_ref(line), Some(MORE)) {
                    parts.put(line);
                }
            }
            told += block.items;
        }
        break;
    }
    if told < total {
        parts.put(&(medium.line)(&Line::plain(format!("… and {} more", total - told))));
    }
    parts.finish()
}

struct Parts {
    medium: Medium,
    done: Vec<String>,
    open: String,
}

impl Parts {
    /// A line in the medium's markup, shortened until one part can hold it with the count of what is left out.
    fn written(&self, line: &Line) -> String {
        let mut line = line.clone();
        loop {
            let text = (self.medium.line)(&line);
            if (self.medium.size)(&text) + MORE < self.medium.limit {
                return text;
            }
            let Some(longest) = line.0.iter_mut().max_by_key(|span| span.text.len()) else { return text };
            let half = longest.text.chars().count() / 2;
            longest.text = shorten(&longest.text, half.max(1)).into_owned();
        }
    }

    fn room(&self) -> usize {
        let used = (self.medium.size)(&self.open);
        self.medium.limit.saturating_sub(used + usize::from(used > 0))
    }

    /// Whether there is room for these lines and, where given, for one more of that size.
    fn holds(&self, lines: &[String], spare: Option<usize>) -> bool {
        let (mut done, mut used) = (self.done.len(), (self.medium.size)(&self.open));
        for size in lines.iter().map(|line| (self.medium.size)(line)).chain(spare) {
            let joined = if used == 0 { size } else { used + 1 + size };
            if joined > self.medium.limit {
                done += 1;
                used = size;
            } else {
                used = joined;
            }
        }
        done < self.medium.parts
    }

    fn put(&mut self, line: &str) {
        if !self.open.is_empty() && (self.medium.size)(line) > self.room() {
            self.done.push(std::mem::take(&mut self.open));
        }
        if !self.open.is_empty() {
            self.open.push('\n');
        }
        self.open.push_str(line);
    }

    fn finish(mut self) -> Vec<String> {
        if !self.open.is_empty() {
            self.done.push(self.open);
        }
        self.done
    }
}

/// Without markup, as the webhook's `text`, an email or a plain fallback has it.
pub(super) fn bare(line: &Line) -> String {
    line.bare()
}
