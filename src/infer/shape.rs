//! What was seen in one place of all samples.

use super::format::Format;
use super::names;
use indexmap::IndexMap;
use serde_json::{Map, Value};

/// More different words than this are no `enum`.
const WORDS: usize = 6;

/// The longest word of an `enum`.
const LONGEST_WORD: usize = 24;

/// Everything that stood in one place.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    pub(super) null: bool,
    pub(super) boolean: bool,
    pub(super) number: Option<Numbers>,
    pub(super) string: Option<Strings>,
    pub(super) array: Option<Items>,
    pub(super) object: Option<Members>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Numbers {
    pub(super) whole: bool,
    pub(super) negative: bool,
}

#[derive(Clone, Debug)]
pub(super) struct Strings {
    pub(super) formats: Vec<Format>,
    /// The words and how often each was seen; none when something else stood there or there were too many.
    pub(super) words: Option<IndexMap<String, u32>>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Items {
    /// None when every array was empty.
    pub(super) items: Option<Box<Shape>>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Members {
    /// How many objects.
    pub(super) seen: u32,
    /// The named ones, in the order in which they were first seen.
    pub(super) named: IndexMap<String, Member>,
    /// All others together.
    pub(super) others: Option<Box<Shape>>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Member {
    /// In how many objects.
    pub(super) seen: u32,
    pub(super) shape: Shape,
}

impl Shape {
    pub(super) fn absorb(&mut self, value: &Value, hidden: &dyn Fn(&str) -> bool) {
        match value {
            Value::Null => self.null = true,
            Value::Bool(_) => self.boolean = true,
            Value::Number(number) => {
                let text = number.to_string();
                let one = Numbers {
                    whole: text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'),
                    negative: text.starts_with('-'),
                };
                join(&mut self.number, one, Numbers::join);
            }
            Value::String(text) => join(&mut self.string, Strings::of(text), Strings::join),
            Value::Array(values) => {
                let items = self.array.get_or_insert_default();
                for value in values {
                    items.items.get_or_insert_default().absorb(value, hidden);
                }
            }
            Value::Object(entries) => self.object.get_or_insert_default().absorb(entries, hidden),
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.null |= other.null;
        self.boolean |= other.boolean;
        if let Some(one) = other.number {
            join(&mut self.number, one, Numbers::join);
        }
        if let Some(one) = other.string {
            join(&mut self.string, one, Strings::join);
        }
        if let Some(one) = other.array {
            let items = self.array.get_or_insert_default();
            if let Some(one) = one.items {
                items.items.get_or_insert_default().merge(*one);
            }
        }
        if let Some(one) = other.object {
            self.object.get_or_insert_default().merge(one);
        }
    }
}

fn join<T>(kept: &mut Option<T>, one: T, join: impl Fn(&mut T, T)) {
    match kept {
        Some(kept) => join(kept, one),
        None => *kept = Some(one),
    }
}

impl Numbers {
    fn join(&mut self, other: Self) {
        self.whole &= other.whole;
        self.negative |= other.negative;
    }
}

impl Strings {
    fn of(text: &str) -> Self {
        let is_word = text.len() <= LONGEST_WORD
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte == b'-');
        Self {
            formats: Format::ALL.into_iter().filter(|format| format.fits(text)).collect(),
            words: is_word.then(|| IndexMap::from([(text.to_owned(), 1)])),
        }
    }

    fn join(&mut self, other: Self) {
        self.formats.retain(|format| other.formats.contains(format));
        self.words = match (self.words.take(), other.words) {
            (Some(mut words), Some(more)) => {
                for (word, count) in more {
                    *words.entry(word).or_default() += count;
                }
                Some(words).filter(|words| words.len() <= WORDS)
            }
            (_, _) => None,
        };
    }
}

impl Members {
    fn absorb(&mut self, entries: &Map<String, Value>, hidden: &dyn Fn(&str) -> bool) {
        self.seen += 1;
        for (key, value) in entries {
            if names::is_id(key) || hidden(key) {
                self.others.get_or_insert_default().absorb(value, hidden);
                continue;
            }
            let member = self.named.entry(key.clone()).or_default();
            member.seen += 1;
            member.shape.absorb(value, hidden);
        }
    }

    fn merge(&mut self, other: Self) {
        self.seen += other.seen;
        for (key, member) in other.named {
            let kept = self.named.entry(key).or_default();
            kept.seen += member.seen;
            kept.shape.merge(member.shape);
        }
        if let Some(others) = other.others {
            self.others.get_or_insert_default().merge(*others);
        }
    }

    /// Whether the keys name things that come and go, so that what counts is what each of them is.
    pub(super) fn is_map(&self, name: &str) -> bool {
        if self.named.is_empty() {
            return self.others.is_some();
        }
        let all_objects = self.named.values().all(|member| member.shape.is_object());
        let named_so = names::is_collection(name) && all_objects;
        let come_and_go = self.named.len() >= 3 && self.named.values().all(|member| member.seen < self.seen);
        let alike = self.named.len() >= 3 && all_objects && self.are_alike();
        named_so || self.named.len() > 64 || (come_and_go && self.named.len() > self.seen as usize) || alike
    }

    fn are_alike(&self) -> bool {
        let keys = |member: &Member| {
            let mut keys: Vec<String> =
                member.shape.object.iter().flat_map(|object| object.named.keys().cloned()).collect();
            keys.sort_unstable();
            keys
        };
        let mut all = self.named.values().map(keys);
        let Some(first) = all.next() else { return false };
        first.len() >= 2 && all.all(|other| other == first)
    }

    /// All members together.
    pub(super) fn together(&self) -> Shape {
        let mut shape = self.others.as_deref().cloned().unwrap_or_default();
        for member in self.named.values() {
            shape.merge(member.shape.clone());
        }
        shape
    }
}

impl Shape {
    fn is_object(&self) -> bool {
        self.object.is_some()
            && !self.null
            && !self.boolean
            && self.number.is_none()
            && self.string.is_none()
            && self.array.is_none()
    }
}
