//! The file's text: decoding, lines, and which stretches of it must not be shown.

use super::secrets::userinfo_of;
use super::tree::{Kind, Node, Place, Value};
use crate::model::Redactor;
use crate::model::names_secret;
use crate::model::secret::MASK;
use crate::text::escape;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

/// How much of a long line is shown before and after the marker's start, in characters.
const WINDOW: usize = 500;

/// The file as diagnostics see it.
#[derive(Debug)]
pub(super) struct Source<'t> {
    /// The file's name, for people.
    pub(super) name: String,
    /// Masks secrets in messages.
    pub(super) redactor: Redactor,
    lines: Vec<&'t str>,
    hidden: BTreeMap<u32, Vec<Hidden>>,
    guess: bool,
}

impl<'t> Source<'t> {
    /// A file that could not be parsed: secrets in its lines are guessed by their keys.
    pub(super) fn unparsed(name: &str, text: &'t str) -> Self {
        let (redactor, hidden) = (Redactor::default(), BTreeMap::new());
        Self { name: name.to_owned(), redactor, lines: lines_of(text), hidden, guess: true }
    }

    /// A parsed file: secrets in its lines are known by their places and values.
    pub(super) fn parsed(name: &str, text: &'t str, root: &Node, redactor: Redactor) -> Self {
        let lines = lines_of(text);
        let mut source = Self { name: name.to_owned(), redactor, lines, hidden: BTreeMap::new(), guess: false };
        hide(root, Secrecy::Open, &mut HashSet::new(), &mut |hidden| source.hide(hidden));
        source
    }

    /// Adds what must not be seen.
    pub(super) fn hide(&mut self, hidden: Hidden) {
        self.hidden.entry(hidden.place.line).or_default().push(hidden);
    }

    /// What is said of the value at this place, without the value when it must not be seen.
    pub(super) fn without<'m>(&self, place: Place, words: &'m str) -> Cow<'m, str> {
        let here = self.hidden.get(&place.line).into_iter().flatten();
        let mut words = Cow::Borrowed(words);
        for hidden in here.filter(|hidden| hidden.place == place && !hidden.text.is_empty()) {
            let whole = escape::terminal(&hidden.text).into_owned();
            let cut = [60, 80].map(|most| escape::terminal(&escape::shorten(&hidden.text, most)).into_owned());
            for shown in [whole].iter().chain(&cut) {
                let quoted = format!("`{shown}`");
                if words.contains(&quoted) {
                    words = Cow::Owned(words.replace(&quoted, &format!("`{MASK}`")));
                }
            }
        }
        words
    }

    /// The line of a place with secrets masked, and the bytes of it to mark. Of a very long line only the part around
    /// the place.
    pub(super) fn line(&self, place: Place) -> (String, Range<usize>) {
        let whole = self.lines.get((place.line as usize).saturating_sub(1)).copied().unwrap_or_default();
        let start = (place.column as usize).saturating_sub(1);
        let end = if place.width == 0 { usize::MAX } else { start + place.width as usize };
        let masks = self.masks(place.line, whole);
        let (mut out, mut marker, mut in_mask) = (String::with_capacity(whole.len().min(4 * WINDOW)), 0..0, false);
        for (at, c) in whole.chars().enumerate().skip(start.saturating_sub(WINDOW)).take(2 * WINDOW) {
            let masked = masks.iter().any(|range| range.contains(&at));
            if at == start {
                marker = out.len()..out.len();
            }
            if masked && !in_mask {
                out.push_str(MASK);
            } else if !masked {
                out.push(if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c });
            }
            in_mask = masked;
            if (start..end).contains(&at) {
                marker.end = out.len();
            }
        }
        if start >= whole.chars().count() {
            marker = out.len()..out.len();
        }
        (out, marker)
    }

    /// The stretches of a line, in characters, that must not be seen.
    fn masks(&self, number: u32, line: &str) -> Vec<Range<usize>> {
        let mut bytes = userinfo_of(line);
        bytes.extend(self.redactor.find(line));
        if self.guess {
            bytes.extend(guess(line));
        }
        let mut masks: Vec<Range<usize>> = bytes.iter().map(|range| chars_of(line, range)).collect();
        for Hidden { place, .. } in self.hidden.get(&number).into_iter().flatten() {
            let start = (place.column as usize).saturating_sub(1);
            masks.push(if place.width == 0 { start..usize::MAX } else { start..start + place.width as usize });
        }
        masks
    }
}

/// The lines as YAML counts them: a lone carriage return ends one too.
pub(super) fn lines_of(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    if lines.iter().any(|line| line.contains('\r')) {
        lines = lines.into_iter().flat_map(|line| line.split('\r')).collect();
    }
    lines
}

fn chars_of(line: &str, bytes: &Range<usize>) -> Range<usize> {
    let count = |end: usize| line.get(..end).map_or(usize::MAX, |text| text.chars().count());
    count(bytes.start)..count(bytes.end)
}

/// A literal value that must not be seen.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Hidden {
    place: Place,
    text: Box<str>,
}

/// How much of the literal values below a key is secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Secrecy {
    /// What is known elsewhere: values from outside, the userinfo of URLs.
    Open,
    /// The values that may be a userinfo before which the scheme was forgotten.
    Address,
    /// All.
    Whole,
}

impl Secrecy {
    /// What holds below this key.
    fn below(self, key: &str) -> Self {
        match self {
            Self::Whole => Self::Whole,
            Self::Open | Self::Address if names_a_secret(key) => Self::Whole,
            Self::Address => Self::Address,
            Self::Open if ADDRESSES.contains(&key) => Self::Address,
            Self::Open => Self::Open,
        }
    }

    fn hides(self, text: &str) -> bool {
        match self {
            Self::Open => false,
            Self::Address => text.contains('@') && text.contains(':') && !text.contains("://"),
            Self::Whole => !is_bare_reference(text),
        }
    }
}

/// The keys that hold URLs.
const ADDRESSES: [&str; 9] =
    ["url", "urls", "base_url", "api_url", "token_url", "proxy", "control", "targets", "confirm_via"];

/// The secrets in a value that the tree does not hold; `known` says that a key above it names a secret.
pub(super) fn secrets_in(key: &str, value: &Node, known: bool) -> Vec<Hidden> {
    let mut found = Vec::new();
    let above = if known { Secrecy::Whole } else { Secrecy::Open };
    hide(value, above.below(key), &mut HashSet::new(), &mut |hidden| found.push(hidden));
    found
}

/// Collects the places of literal values under keys that name secrets.
fn hide(node: &Node, secrecy: Secrecy, seen: &mut HashSet<(Place, Secrecy)>, add: &mut dyn FnMut(Hidden)) {
    if !seen.insert((node.place, secrecy)) {
        return;
    }
    match &node.value {
        Value::Scalar(scalar) => {
            if scalar.kind != Kind::Null && secrecy.hides(&scalar.text) {
                add(Hidden { place: node.place, text: scalar.text.clone() });
            }
        }
        Value::List(items) => items.iter().for_each(|item| hide(item, secrecy, seen, add)),
        Value::Map(entries) => {
            for entry in entries {
                hide(&entry.value, secrecy.below(&entry.key), seen, add);
            }
        }
    }
}

/// Whether a key of the configuration holds a secret; `$.token` and `client_key` (a path) do not.
pub(super) fn names_a_secret(key: &str) -> bool {
    let plain = !key.starts_with('$') && !matches!(key, "client_key" | "token_url");
    plain && (matches!(key, "auth" | "bearer" | "basic" | "oauth2") || names_secret(key))
}

/// `${VAR}` and the like name a secret but don't tell it.
fn is_bare_reference(text: &str) -> bool {
    text.starts_with("${") && text.find('}') == Some(text.len() - 1) && !text.contains(":-")
}

/// In a line that is no YAML, what follows `KEY:` when the key names a secret.
fn guess(line: &str) -> Vec<Range<usize>> {
    let Some((key, value)) = line.split_once(':') else { return Vec::new() };
    let names = key.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').any(names_a_secret);
    let later = value.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-').any(names_a_secret);
    (names || later).then_some(key.len() + 1..line.len()).into_iter().collect()
}
