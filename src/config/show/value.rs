//! Nodes of the tree to values that may be seen, guided by the grammar.

use crate::config::address::join;
use crate::config::check::choose;
use crate::config::condition::{TAKE_NULL, is_operators};
use crate::config::context::boolean;
use crate::config::expand::Expanded;
use crate::config::grammar::{Block, Keys, Ref, Shape, Shown, Text};
use crate::config::load::Loaded;
use crate::config::secrets::Bounds;
use crate::config::tree::{Kind, Node, Value, number};
use crate::model::names_secret;
use crate::model::secret::MASK;
use serde_json::{Map, Value as Json};
use std::ops::Range;
use std::path::Path;

/// Looks at nodes of one loaded file.
pub(super) struct Viewer<'l> {
    loaded: &'l Loaded,
    base: Option<&'l Path>,
}

impl<'l> Viewer<'l> {
    /// Of this file.
    pub(super) fn new(loaded: &'l Loaded) -> Self {
        let base = loaded.config.path.as_deref().and_then(Path::parent).filter(|base| base.is_absolute());
        Self { loaded, base }
    }

    /// What may be seen of a value of this shape.
    pub(super) fn value(&self, node: &Node, shape: &Shape) -> Json {
        match (shape, &node.value) {
            (Shape::Block(block), Value::Map(_)) => self.block(node, block),
            (Shape::Tagged(types), Value::Map(_)) => {
                let word = node.get("type").and_then(|kind| kind.text()).unwrap_or_default();
                let block = types.iter().find(|(name, _)| *name == word);
                block.map_or(Json::Null, |(_, block)| self.block(node, block))
            }
            (Shape::Map(keys, of), Value::Map(entries)) => {
                let shown = entries.iter().filter(|entry| !entry.value.is_null()).map(|entry| {
                    let hidden =
                        matches!(keys, Keys::Header | Keys::Answer | Keys::Variable) && names_secret(&entry.key);
                    let is_value = matches!(of, Shape::Text(text) if text.shown == Shown::Literal);
                    let value =
                        if hidden && is_value { self.hidden(&entry.value) } else { self.value(&entry.value, of) };
                    (entry.key.to_string(), value)
                });
                Json::Object(shown.collect())
            }
            (Shape::List(of) | Shape::Some(of) | Shape::OneOrMany(of), Value::List(items)) => {
                items.iter().map(|item| self.value(item, of)).collect()
            }
            (Shape::OneOrMany(of), _) => self.value(node, of),
            (Shape::Either(_, shapes), _) => {
                choose(&self.loaded.expander, node, shapes).map_or(Json::Null, |shape| self.value(node, shape))
            }
            (Shape::Text(text), _) => self.text(node, text),
            (Shape::Schema | Shape::Document, Value::Scalar(scalar)) if scalar.kind == Kind::Text => {
                let text = self.open(node);
                if matches!(shape, Shape::Document) { self.absolute(text).into() } else { text.into() }
            }
            (Shape::Schema | Shape::Document, _) => node.to_plain_json(),
            (Shape::Condition, _) => self.condition(node),
            (Shape::Json, _) => node.to_json(&mut |node, _| Json::from(self.literal(node))),
            (Shape::Ref(Ref::Proxy), Value::Scalar(_)) if self.expanded(node).text.contains("://") => {
                self.url(&self.expanded(node)).into()
            }
            (_, Value::Scalar(scalar)) => typed(scalar.kind, self.open(node), shape),
            (_, Value::List(_) | Value::Map(_)) => Json::Null,
        }
    }

    fn block(&self, node: &Node, block: &'static Block) -> Json {
        let shown = block.all().filter_map(|key| {
            let value = node.get(key.name)?;
            Some((key.name.to_owned(), self.value(value, &key.shape)))
        });
        Json::Object(shown.collect::<Map<_, _>>())
    }

    fn condition(&self, node: &Node) -> Json {
        if !is_operators(node) {
            return node.to_json(&mut |node, _| Json::from(self.plain(node)));
        }
        let mut out = Map::new();
        for entry in node.entries() {
            let value = match &*entry.key {
                "matches" => entry.value.to_plain_json(),
                key if entry.value.is_null() && !TAKE_NULL.contains(&key) => continue,
                "length" | "count" if is_operators(&entry.value) => self.condition(&entry.value),
                "gt" | "gte" | "lt" | "lte" | "length" | "count" => {
                    self.read(&entry.value, |text| number(text).map(Json::Number))
                }
                "exists" | "optional" => self.read(&entry.value, |text| boolean(text).map(Json::Bool)),
                _ => entry.value.to_json(&mut |node, _| Json::from(self.plain(node))),
            };
            out.insert(entry.key.to_string(), value);
        }
        if out.is_empty() {
            // Operators that are all null still want a node; `{}` would be a value to equal.
            out.insert("exists".to_owned(), Json::Bool(true));
        }
        Json::Object(out)
    }

    fn read(&self, node: &Node, read: impl Fn(&str) -> Option<Json>) -> Json {
        node.to_json(&mut |node, _| {
            let text = self.plain(node);
            read(&text).unwrap_or(Json::from(text))
        })
    }

    /// Replaces `path` by the whole `url`.
    pub(super) fn whole_url(&self, shown: &mut Json, node: &Node, base: Option<&Node>) {
        let Json::Object(map) = shown else { return };
        if let (Some(path), Some(base)) = (node.get("path").filter(|_| node.get("url").is_none()), base) {
            let url = self.url(&join(&self.expanded(base), &self.expanded(path)));
            map.remove("path");
            map.insert("url".to_owned(), Json::from(url));
        }
    }

    fn expanded(&self, node: &Node) -> Expanded {
        let text = node.scalar().map(|scalar| &*scalar.text).unwrap_or_default();
        self.loaded.expander.expand(text, None).unwrap_or_else(|_| Expanded::literal(text))
    }

    fn text(&self, node: &Node, rule: &Text) -> Json {
        if !rule.expand {
            return node.to_plain_json();
        }
        match rule.shown {
            Shown::Plain => self.plain(node).into(),
            Shown::Open => self.open(node).into(),
            Shown::Written => node.to_plain_json(),
            Shown::File => self.absolute(self.open(node)).into(),
            Shown::Secret => self.hidden(node),
            Shown::Literal => self.literal(node).into(),
            Shown::Url => self.url(&self.expanded(node)).into(),
        }
    }

    fn redacted(&self, text: &str) -> String {
        self.loaded.config.redactor.redact(text).into_owned()
    }

    fn open(&self, node: &Node) -> String {
        self.expanded(node).shown(Vec::new())
    }

    fn plain(&self, node: &Node) -> String {
        self.redacted(&self.open(node))
    }

    fn literal(&self, node: &Node) -> String {
        let expanded = self.expanded(node);
        let cuts = expanded.foreign().filter(|part| !part.range.is_empty());
        let cuts = cuts.map(|part| (part.range.clone(), MASK.to_owned())).collect();
        self.redacted(&expanded.shown(cuts))
    }

    /// A secret; of one that is not configured only what it waits for.
    fn hidden(&self, node: &Node) -> Json {
        let expanded = self.expanded(node);
        let waits: String =
            expanded.parts.iter().filter(|part| part.range.is_empty()).map(|part| &*part.written).collect();
        let shown = if expanded.text.is_empty() && waits.is_empty() { "" } else { MASK };
        Json::from(if waits.is_empty() { shown } else { &waits })
    }

    fn url(&self, expanded: &Expanded) -> String {
        let bounds = Bounds::of(&expanded.text);
        let mut cuts: Vec<(Range<usize>, String)> = Vec::new();
        let waits = |range: &Range<usize>| {
            expanded
                .parts
                .iter()
                .any(|part| part.range.is_empty() && range.start <= part.range.start && part.range.end <= range.end)
        };
        if let Some(userinfo) = bounds.userinfo.clone().filter(|userinfo| !waits(userinfo)) {
            let colon = expanded.text[userinfo.clone()].contains(':');
            cuts.push((userinfo, if colon { format!("{MASK}:{MASK}") } else { MASK.to_owned() }));
        }
        for part in expanded.foreign() {
            for range in bounds.secret_part(&part.range) {
                let text = &expanded.text[range.clone()];
                let inside = cuts.first().is_some_and(|(userinfo, _)| userinfo.contains(&range.start));
                if text != "/" && !inside {
                    let slash = if text.starts_with('/') { "/" } else { "" };
                    cuts.push((range, format!("{slash}{MASK}")));
                }
            }
        }
        self.redacted(&expanded.shown(cuts))
    }

    fn absolute(&self, path: String) -> String {
        match self.base {
            Some(base) if !path.is_empty() && !path.starts_with("${") => {
                base.join(path).components().collect::<std::path::PathBuf>().to_string_lossy().into_owned()
            }
            _ => path,
        }
    }
}

/// A single value in the type of its shape.
fn typed(kind: Kind, text: String, shape: &Shape) -> Json {
    let found = match shape {
        Shape::Bool => boolean(&text).map(Json::Bool),
        Shape::Words(words) if words == &["false"] => boolean(&text).map(Json::Bool),
        Shape::Integer(..) | Shape::Number(..) => number(&text).map(Json::Number),
        Shape::Status if kind == Kind::Integer => number(&text).map(Json::Number),
        _ => None,
    };
    found.unwrap_or_else(|| Json::from(text))
}
