//! Finds many secrets in one pass, however long they are.
//!
//! An automaton has a state for each byte it knows, and one for a key of a mebibyte would take gigabytes. So it knows a
//! longer secret only by its beginning; where that occurs, the whole is looked for by itself, in linear time.

use aho_corasick::{AhoCorasick, BuildError, MatchKind};
use memchr::memmem;
use std::collections::BTreeSet;
use std::ops::Range;

/// So many bytes of a secret are in an automaton at most.
pub(super) const KNOWN: usize = 64;

/// Finds what is in a sorted list of byte strings.
#[derive(Debug)]
pub(super) struct Finder {
    /// The short ones, whole.
    whole: Option<AhoCorasick>,
    /// The beginnings of the others.
    beginnings: Option<AhoCorasick>,
    /// For each of the beginnings, which of the list begin so and are longer.
    groups: Vec<Vec<usize>>,
}

impl Finder {
    /// # Errors
    /// An automaton could not be built.
    pub(super) fn new(forms: &[String]) -> Result<Self, BuildError> {
        let build = |kind, patterns: &[&[u8]]| {
            (!patterns.is_empty()).then(|| AhoCorasick::builder().match_kind(kind).build(patterns)).transpose()
        };
        let whole: Vec<&[u8]> = forms.iter().map(String::as_bytes).filter(|form| form.len() <= KNOWN).collect();
        let (mut beginnings, mut groups) = (Vec::<&[u8]>::new(), Vec::<Vec<usize>>::new());
        for (at, form) in forms.iter().enumerate().filter(|(_, form)| form.len() > KNOWN) {
            let beginning = &form.as_bytes()[..KNOWN];
            match groups.last_mut() {
                Some(group) if beginnings.last() == Some(&beginning) => group.push(at),
                _ => {
                    beginnings.push(beginning);
                    groups.push(vec![at]);
                }
            }
        }
        Ok(Self {
            whole: build(MatchKind::LeftmostLongest, &whole)?,
            beginnings: build(MatchKind::Standard, &beginnings)?,
            groups,
        })
    }

    /// Where in the text something of the list stands, which must be the list that it was made from.
    pub(super) fn find(&self, forms: &[String], text: &[u8]) -> Vec<Range<usize>> {
        let whole = self.whole.iter().flat_map(|finder| finder.find_iter(text)).map(|one| one.range());
        let mut found: Vec<Range<usize>> = whole.collect();
        let Some(beginnings) = &self.beginnings else { return found };
        let mut begun = BTreeSet::new();
        for one in beginnings.find_overlapping_iter(text) {
            if begun.insert(one.pattern().as_usize()) {
                for form in self.groups[one.pattern().as_usize()].iter().filter_map(|at| forms.get(*at)) {
                    let stands = memmem::find_iter(&text[one.start()..], form.as_bytes());
                    found.extend(stands.map(|at| one.start() + at..one.start() + at + form.len()));
                }
            }
        }
        found
    }

    /// Bytes of memory that the automata take.
    #[cfg(test)]
    pub(super) fn memory(&self) -> usize {
        self.whole.iter().chain(&self.beginnings).map(AhoCorasick::memory_usage).sum()
    }
}
