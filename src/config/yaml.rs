//! Text to tree: YAML 1.2 with anchors, aliases and `<<` merge keys, within bounds that no file can make it leave.

use super::diagnostic::Issue;
use super::source::{lines_of, names_a_secret, secrets_in};
use super::tree::{Entry, Kind, Node, Place, Scalar, Value, resolve};
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, ScanError, Span, Tag};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// How deep values may nest, aliases followed. The contract's own blocks need less than 20.
const DEEPEST: usize = 100;
/// How many values aliases may stand for: so many in any case …
const ALIASED_FLOOR: u64 = 1_000_000;
/// … and so many for each value that is written out.
const ALIASED_PER_NODE: u64 = 10;

/// Parses one document. Mistakes that leave the rest readable are added to `issues`.
///
/// # Errors
/// The one mistake after which nothing can be read.
pub(super) fn parse(text: &str, issues: &mut Vec<Issue>) -> Result<Arc<Node>, Issue> {
    let mut builder = Builder::new(issues);
    let options = granit_parser::options! { flow_nesting_limit: DEEPEST, block_nesting_limit: DEEPEST };
    for event in Parser::new_from_str_with_options(text, options) {
        let (event, span) = event.map_err(|error| scan_error(text, &error))?;
        builder.take(event, span)?;
    }
    match builder.root {
        Some(root) if !root.node.is_null() => Ok(root.node),
        _ => Err(Issue::new(Place { line: 1, column: 1, width: 0 }, "the file holds no configuration")
            .help("`canary init` writes one to start from")),
    }
}

fn scan_error(text: &str, error: &ScanError) -> Issue {
    let line = error.marker().line();
    let lines = lines_of(text);
    let indent = lines.get(line.saturating_sub(1)).copied().unwrap_or_default();
    let tab = indent.chars().take_while(|c| c.is_whitespace()).position(|c| c == '\t');
    if let Some(tab) = tab {
        let place = Place { line: clamp(line), column: clamp(tab + 1), width: 1 };
        return Issue::new(place, "a tab can't indent YAML").label("use spaces");
    }
    let place = Place { line: clamp(line), column: clamp(error.marker().col() + 1), width: 1 };
    if *error.kind() == ErrorKind::RecursionLimitExceeded {
        return too_deep(place);
    }
    Issue::new(place, format!("this is not YAML: {}", error.info()))
}

fn clamp(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn place_of(span: Span) -> Place {
    let width = if span.end.line() == span.start.line() { span.end.col().saturating_sub(span.start.col()) } else { 0 };
    Place { line: clamp(span.start.line()), column: clamp(span.start.col() + 1), width: clamp(width) }
}

fn tag_place(span: Span, place: Place) -> Place {
    span.tag_span().map_or(place, place_of)
}

/// A finished value with what it would cost when written out.
#[derive(Clone)]
struct Built {
    node: Arc<Node>,
    size: u64,
    depth: usize,
}

/// A key while its value is awaited.
struct Key {
    text: Arc<str>,
    place: Place,
    merge: bool,
}

enum Frame {
    List {
        place: Place,
        anchor: usize,
        items: Vec<Arc<Node>>,
        size: u64,
        depth: usize,
    },
    Map {
        place: Place,
        anchor: usize,
        entries: Vec<Entry>,
        key: Option<Key>,
        merged: Vec<Arc<Node>>,
        size: u64,
        depth: usize,
    },
}

/// How many keys are compared one by one: hashing costs more than so many comparisons of addresses.
const FEW: usize = 16;

/// The keys of one map so far. Equal keys are one word of the builder's, so that their addresses tell them apart.
#[derive(Default)]
struct Seen {
    few: Vec<(*const u8, Place)>,
    many: HashMap<*const u8, Place>,
}

impl Seen {
    fn first(&self, key: &Arc<str>) -> Option<Place> {
        let key = key.as_ptr();
        let few = self.few.iter().find(|(word, _)| *word == key).map(|(_, place)| *place);
        few.or_else(|| self.many.get(&key).copied())
    }

    fn add(&mut self, entry: &Entry) {
        let key = entry.key.as_ptr();
        if self.few.len() < FEW {
            self.few.push((key, entry.place));
        } else {
            self.many.insert(key, entry.place);
        }
    }
}

struct Builder<'i> {
    issues: &'i mut Vec<Issue>,
    stack: Vec<Frame>,
    anchors: HashMap<usize, Built>,
    words: HashSet<Arc<str>>,
    root: Option<Built>,
    nodes: u64,
    aliased: u64,
}

impl<'i> Builder<'i> {
    fn new(issues: &'i mut Vec<Issue>) -> Self {
        Self {
            issues,
            stack: Vec::new(),
            anchors: HashMap::new(),
            words: HashSet::new(),
            root: None,
            nodes: 0,
            aliased: 0,
        }
    }

    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Issue> {
        let mut place = place_of(span);
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                place.width = 3;
                Err(Issue::new(place, "a second document starts here: the file must be one document"))
            }
            Event::Scalar(text, style, anchor, tag) => {
                let merge = style == ScalarStyle::Plain && tag.is_none() && text == "<<";
                if self.awaits_key() {
                    return self.key(&text, place, merge, anchor);
                }
                let kind = self.kind(&text, style, tag.as_deref(), tag_place(span, place));
                let node = Arc::new(Node { place, value: Value::Scalar(Scalar { text: text.into(), kind }) });
                self.finish(Built { node, size: 1, depth: 1 }, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.collection_tag(tag.as_deref(), "seq", tag_place(span, place));
                place.width = 1;
                self.open(Frame::List { place, anchor, items: Vec::new(), size: 1, depth: 0 })
            }
            Event::MappingStart(_, anchor, tag) => {
                self.collection_tag(tag.as_deref(), "map", tag_place(span, place));
                place.width = 1;
                let (entries, merged) = (Vec::new(), Vec::new());
                self.open(Frame::Map { place, anchor, entries, key: None, merged, size: 1, depth: 0 })
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(id) => self.alias(id, place),
            _ => Ok(()),
        }
    }

    fn awaits_key(&self) -> bool {
        matches!(self.stack.last(), Some(Frame::Map { key: None, .. }))
    }

    fn open(&mut self, frame: Frame) -> Result<(), Issue> {
        let place = match &frame {
            Frame::List { place, .. } | Frame::Map { place, .. } => *place,
        };
        if self.awaits_key() {
            return Err(Issue::new(place, "a key must be a single word, not a list or a map"));
        }
        if self.stack.len() >= DEEPEST {
            return Err(too_deep(place));
        }
        self.stack.push(frame);
        Ok(())
    }

    fn key(&mut self, text: &str, place: Place, merge: bool, anchor: usize) -> Result<(), Issue> {
        let known = self.words.get(text).cloned();
        let word = known.unwrap_or_else(|| {
            let word: Arc<str> = Arc::from(text);
            self.words.insert(word.clone());
            word
        });
        self.nodes += 1;
        if anchor != 0 {
            let value = Value::Scalar(Scalar { text: text.into(), kind: Kind::Text });
            let built = Built { node: Arc::new(Node { place, value }), size: 1, depth: 1 };
            self.anchors.insert(anchor, built);
        }
        match self.stack.last_mut() {
            Some(Frame::Map { key, .. }) => *key = Some(Key { text: word, place, merge }),
            _ => return Err(Issue::new(place, "a key stands outside of a map")),
        }
        Ok(())
    }

    fn alias(&mut self, id: usize, place: Place) -> Result<(), Issue> {
        let Some(built) = self.anchors.get(&id).cloned() else {
            return Err(Issue::new(place, "an alias inside of what its own anchor names never ends"));
        };
        if self.awaits_key() {
            let Some(scalar) = built.node.scalar() else {
                return Err(Issue::new(place, "a key must be a single word, not a list or a map"));
            };
            let text = scalar.text.clone();
            return self.key(&text, place, false, 0);
        }
        self.aliased += built.size;
        if self.aliased > ALIASED_FLOOR + ALIASED_PER_NODE * self.nodes {
            let words = format!("the aliases up to here stand for over {ALIASED_FLOOR} values");
            return Err(Issue::new(place, words).label("anchors that multiply like this are refused"));
        }
        self.finish(built, 0)
    }

    fn close(&mut self) -> Result<(), Issue> {
        match self.stack.pop() {
            Some(Frame::List { place, anchor, items, size, depth }) => {
                let node = Arc::new(Node { place, value: Value::List(items) });
                self.finish(Built { node, size, depth: depth + 1 }, anchor)
            }
            Some(Frame::Map { place, anchor, mut entries, merged, size, depth, .. }) => {
                self.unite(&mut entries, &merged);
                let node = Arc::new(Node { place, value: Value::Map(entries) });
                self.finish(Built { node, size, depth: depth + 1 }, anchor)
            }
            None => Ok(()),
        }
    }

    /// Own keys win over merged ones, earlier merged maps over later ones; of a key given twice the first stays.
    fn unite(&mut self, entries: &mut Vec<Entry>, merged: &[Arc<Node>]) {
        let mut seen = Seen::default();
        let stack = &self.stack;
        let in_secret = || {
            stack.iter().any(|frame| match frame {
                Frame::Map { key, .. } => key.as_ref().is_some_and(|key| names_a_secret(&key.text)),
                Frame::List { .. } => false,
            })
        };
        let issues = &mut *self.issues;
        entries.retain(|entry| match seen.first(&entry.key) {
            None => {
                seen.add(entry);
                true
            }
            Some(first) => {
                let words = format!("`{}` is given twice in one map", crate::text::escape::terminal(&entry.key));
                let label = format!("the first stands at {}:{}", first.line, first.column);
                let hidden = secrets_in(&entry.key, &entry.value, in_secret());
                issues.push(Issue::new(entry.place, words).label(label).hide(hidden));
                false
            }
        });
        let maps = merged.iter().flat_map(|node| match &node.value {
            Value::List(items) => items.iter().collect::<Vec<_>>(),
            Value::Map(_) | Value::Scalar(_) => vec![node],
        });
        for map in maps {
            if !matches!(map.value, Value::Map(_)) {
                let words = format!("`<<` merges maps, this is {}", map.describe());
                self.issues
                    .push(Issue::new(map.place, words).label("expected a map, an alias of one, or a list of them"));
            }
            for entry in map.entries() {
                if seen.first(&entry.key).is_none() {
                    seen.add(entry);
                    entries.push(entry.clone());
                }
            }
        }
    }

    fn finish(&mut self, built: Built, anchor: usize) -> Result<(), Issue> {
        if self.stack.len() + built.depth > DEEPEST {
            return Err(too_deep(built.node.place));
        }
        self.nodes += 1;
        if anchor != 0 {
            self.anchors.insert(anchor, built.clone());
        }
        match self.stack.last_mut() {
            None => self.root = Some(built),
            Some(Frame::List { items, size, depth, .. }) => {
                *size += built.size;
                *depth = built.depth.max(*depth);
                items.push(built.node);
            }
            Some(Frame::Map { entries, key, merged, size, depth, .. }) => {
                *size += built.size + 1;
                *depth = built.depth.max(*depth);
                match key.take() {
                    Some(key) if key.merge => merged.push(built.node),
                    Some(key) => entries.push(Entry { key: key.text, place: key.place, value: built.node }),
                    None => {}
                }
            }
        }
        Ok(())
    }

    fn kind(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, place: Place) -> Kind {
        let plain = if style == ScalarStyle::Plain { resolve(text) } else { Kind::Text };
        let Some(tag) = tag else { return plain };
        if tag.original() == "!" {
            return Kind::Text;
        }
        match tag.core_suffix() {
            Some("str") => Kind::Text,
            Some("null" | "bool" | "int" | "float") => resolve(text),
            _ => {
                self.unknown_tag(tag, place);
                plain
            }
        }
    }

    fn collection_tag(&mut self, tag: Option<&Tag>, known: &str, place: Place) {
        if let Some(tag) = tag
            && tag.core_suffix() != Some(known)
        {
            self.unknown_tag(tag, place);
        }
    }

    fn unknown_tag(&mut self, tag: &Tag, place: Place) {
        let words = format!("the tag `{}` means nothing here", crate::text::escape::terminal(&tag.original()));
        self.issues.push(Issue::new(place, words).label("leave the tag out"));
    }
}

fn too_deep(place: Place) -> Issue {
    Issue::new(place, format!("values nest more than {DEEPEST} deep here"))
}
