//! The file's text: decoding, lines, and which stretches of it must not be shown.

use super::secrets::userinfo_of;
use super::tree::{Kind, Node, Place, Value};
use crate::model::Redactor;
use crate::model::names_secret;
use crate::model::secret::MASK;
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
    hidden: BTreeMap<u32, Vec<Place>>,
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
        let mut hidden = BTreeMap::new();
        hide(root, false, &mut HashSet::new(), &mut hidden);
        Self { name: name.to_owned(), redactor, lines: lines_of(text), hidden, guess: false }
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
        for place in self.hidden.get(&number).into_iter().flatten() {
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

/// Collects the places of literal values under keys that name secrets.
fn hide(node: &Node, secret: bool, seen: &mut HashSet<(Place, bool)>, hidden: &mut BTreeMap<u32, Vec<Place>>) {
    if !seen.insert((node.place, secret)) {
        return;
    }
    match &node.value {
        Value::Scalar(scalar) => {
            if secret && scalar.kind != Kind::Null && !is_bare_reference(&scalar.text) {
                hidden.entry(node.place.line).or_default().push(node.place);
            }
        }
        Value::List(items) => items.iter().for_each(|item| hide(item, secret, seen, hidden)),
        Value::Map(entries) => {
            for entry in entries {
                hide(&entry.value, secret || names_a_secret(&entry.key), seen, hidden);
            }
        }
    }
}

/// Whether a key of the configuration holds a secret; `$.token` and `client_key` (a path) do not.
fn names_a_secret(key: &str) -> bool {
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
