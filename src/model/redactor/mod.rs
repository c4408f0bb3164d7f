//! Keeps secrets out of everything canary writes: finds each in any shape it may come back in, and masks it.
//!
//! Where a text is shortened, masking comes first: of half a secret nobody would know that it is one.

mod finder;
mod forms;
mod peel;
#[cfg(test)]
mod tests;

use super::secret::{MASK, SHORTEST_GLOBAL};
use finder::Finder;
use peel::Peeled;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// How often escapes may be nested in each other: a URL within a query within a redirect has two.
const LAYERS: usize = 3;

/// Most bytes that one byte of a secret takes: `\u0073`.
const WIDEST: usize = 6;

/// The piece of a secret at the end of a cut text is masked from this many bytes on; less could be anything.
const SHORTEST_PIECE: usize = 4;

/// Finds every known secret in a text, raw, in base64, and in any mixture of percent and JSON escapes; and masks it.
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    /// One for each time that values were added.
    sets: Vec<Arc<Set>>,
}

/// Secrets that are looked for together.
#[derive(Debug)]
struct Set {
    /// All shapes of all values, sorted.
    forms: Vec<String>,
    /// Finds them; none if it could not be built, and then everything is taken for a secret.
    finder: Option<Finder>,
    /// Bytes of the longest value.
    longest: usize,
}

impl Redactor {
    /// Prepares for these values. Those shorter than [`SHORTEST_GLOBAL`] bytes are left to their own place.
    pub fn new<'a>(values: impl IntoIterator<Item = &'a str>) -> Self {
        Self::default().and(values)
    }

    /// The same for more values.
    #[must_use]
    pub fn and<'a>(&self, values: impl IntoIterator<Item = &'a str>) -> Self {
        let mut sets = self.sets.clone();
        sets.extend(Set::new(values).map(Arc::new));
        Self { sets }
    }

    /// The text without secrets.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self.find(text) {
            found if found.is_empty() => Cow::Borrowed(text),
            found => Cow::Owned(masked(text, 0, &found)),
        }
    }

    /// The same, in place.
    pub fn redact_in_place(&self, text: &mut String) {
        if let Cow::Owned(masked) = self.redact(text) {
            *text = masked;
        }
    }

    /// The same for a text whose end was cut off already: a secret's beginning at its end is masked too.
    pub fn redact_piece(&self, text: &str) -> String {
        let mut found = self.find(text);
        found.extend(self.sets.iter().filter_map(|set| set.piece_at_end(text)));
        masked(text, 0, &merged(found))
    }

    /// The end of a text, without secrets: its last `most` bytes before masking. Of a text whose front is missing already
    /// there must be [`Redactor::reach`] bytes more than `most`, so that the rest of a halved secret is not shown.
    pub fn end(&self, text: &str, most: usize) -> String {
        let from = text.ceil_char_boundary(text.len().saturating_sub(most));
        masked(text, from, &self.find(text))
    }

    /// Most bytes that one secret takes in a text.
    pub fn reach(&self) -> usize {
        self.sets.iter().map(|set| set.longest * WIDEST).max().unwrap_or_default()
    }

    /// The bytes at which secrets stand, in order and apart.
    pub fn find(&self, text: &str) -> Vec<Range<usize>> {
        if self.sets.is_empty() || text.is_empty() {
            return Vec::new();
        }
        if self.sets.iter().any(|set| set.finder.is_none()) {
            return std::iter::once(0..text.len()).collect();
        }
        let mut found: Vec<Range<usize>> = self.sets.iter().flat_map(|set| set.find(text.as_bytes())).collect();
        let mut peeled = Peeled::of(text);
        for _ in 0..LAYERS {
            let Some(layer) = peeled else { break };
            let stand = self.sets.iter().flat_map(|set| set.find(&layer.bytes));
            found.extend(stand.map(|one| layer.origin(one.start, one.end)));
            peeled = layer.further();
        }
        merged(found)
    }
}

impl Set {
    /// None where no value is long enough.
    fn new<'a>(values: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let (mut forms, mut longest) = (BTreeSet::new(), 0);
        for value in values.into_iter().filter(|value| value.len() >= SHORTEST_GLOBAL) {
            longest = longest.max(value.len());
            forms.extend(forms::forms_of(value));
        }
        if forms.is_empty() {
            return None;
        }
        let forms: Vec<String> = forms.into_iter().collect();
        let finder = Finder::new(&forms).ok();
        Some(Self { forms, finder, longest })
    }

    fn find(&self, text: &[u8]) -> Vec<Range<usize>> {
        self.finder.as_ref().map(|finder| finder.find(&self.forms, text)).unwrap_or_default()
    }

    /// Where at the text's end a shape of a secret begins that goes on behind it.
    fn piece_at_end(&self, text: &str) -> Option<Range<usize>> {
        let first = text.len().saturating_sub(self.longest * WIDEST);
        let last = text.len().checked_sub(SHORTEST_PIECE)?;
        let mut starts = (first..=last).filter(|start| text.is_char_boundary(*start));
        let begins = |start: &usize| {
            let piece = &text[*start..];
            let at = self.forms.partition_point(|form| form.as_str() < piece);
            self.forms.get(at).is_some_and(|form| form.starts_with(piece))
        };
        starts.find(begins).map(|start| start..text.len())
    }
}

/// Sorted, and those that overlap made one.
fn merged(mut found: Vec<Range<usize>>) -> Vec<Range<usize>> {
    if found.len() < 2 {
        return found;
    }
    found.sort_by_key(|range| range.start);
    let mut out: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match out.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

/// The text from this byte on, each of the stretches masked as a whole.
fn masked(text: &str, from: usize, found: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(text.len() - from.min(text.len()));
    let mut at = from;
    for range in found.iter().filter(|range| range.end > from) {
        let (start, end) = (text.floor_char_boundary(range.start), text.ceil_char_boundary(range.end));
        out.push_str(text.get(at..start).unwrap_or_default());
        out.push_str(MASK);
        at = at.max(end);
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}
