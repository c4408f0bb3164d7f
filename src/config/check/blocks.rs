//! Maps and lists: known keys, alternatives, what must be there.

use super::mistakes::{What, mismatch};
use crate::config::condition;
use crate::config::context::Context;
use crate::config::diagnostic::Issue;
use crate::config::expand::{Expander, has_reference};
use crate::config::grammar::{Block, CHANNEL, Keys, Shape, words};
use crate::config::source::{names_a_secret, secrets_in};
use crate::config::tree::{Entry, Kind, Node, Value};
use crate::model::Name;
use crate::text::{escape, suggest};
use std::collections::HashMap;
use std::sync::Arc;

/// A key that is near one of these holds a secret, whatever else it may be.
const SECRETS: [&str; 9] =
    ["auth", "bearer", "basic", "oauth2", "token", "secret", "password", "authorization", "credentials"];

impl Context<'_> {
    /// Checks a value; `what` names it in messages.
    pub(in crate::config) fn check(&mut self, node: &Arc<Node>, shape: &Shape, what: What<'_>) {
        match shape {
            Shape::Block(block) => self.check_block(node, block),
            Shape::Tagged(types) => self.check_tagged(node, types, what),
            Shape::Map(keys, of) => self.check_map(node, *keys, of, what),
            Shape::List(of) | Shape::Some(of) => self.check_list(node, of, matches!(shape, Shape::Some(_)), what),
            Shape::OneOrMany(of) => match &node.value {
                Value::List(_) => self.check_list(node, of, true, what),
                Value::Scalar(_) | Value::Map(_) => self.check(node, of, what),
            },
            Shape::Either(expected, shapes) => {
                if let Some(scalar) = node.scalar()
                    && self.checked_text(node, &scalar.text).is_none()
                {
                    return;
                }
                match choose(&self.expander, node, shapes) {
                    Some(shape) => self.check(node, shape, what),
                    None => self.wrong(node, what, expected),
                }
            }
            Shape::Text(text) => self.check_text(node, text, what),
            Shape::Schema => self.check_schema(node, what),
            Shape::Document => match &node.value {
                Value::Scalar(scalar) if scalar.kind == Kind::Bool => {}
                Value::Map(_) => {}
                Value::Scalar(_) | Value::List(_) => self.check_text(node, &words::FILE, what),
            },
            Shape::Condition => {
                condition::read(self, node);
            }
            Shape::Json => self.check_json(node),
            Shape::Bool
            | Shape::Integer(..)
            | Shape::Number(..)
            | Shape::Duration(..)
            | Shape::Size(..)
            | Shape::Words(_)
            | Shape::Status
            | Shape::Ref(_) => self.check_scalar(node, shape, what),
        }
    }

    fn check_block(&mut self, node: &Arc<Node>, block: &'static Block) {
        let Value::Map(entries) = &node.value else {
            if !node.is_null() {
                self.wrong(node, block.title, "a map of settings");
            }
            return;
        };
        for entry in entries {
            if block.extensible && entry.key.starts_with("x-") {
                continue;
            }
            match block.key(&entry.key) {
                Some(key) if !entry.value.is_null() => self.check(&entry.value, &key.shape, What::Key(key.name)),
                Some(_) => {}
                None => self.unknown_key(entry, block),
            }
        }
        for group in block.alternatives {
            let mut given = entries.iter().filter(|entry| group.contains(&&*entry.key) && !entry.value.is_null());
            if let (Some(first), Some(second)) = (given.next(), given.next()) {
                let words = format!("`{}` and `{}` exclude each other", first.key, second.key);
                self.issue(Issue::new(second.place, words).label("keep one of them"));
            }
        }
        if let Some(short) = node.entry("schema").filter(|entry| !entry.value.is_null())
            && node.get("expect").and_then(|expect| expect.get("schema")).is_some()
        {
            let issue = Issue::new(short.place, "`schema` is given twice: it is short for `expect: {schema: …}`");
            self.issue(issue.label("keep one of them"));
        }
        for group in block.required {
            if group.iter().all(|key| node.get(key).is_none()) {
                let missing = group.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" or ");
                self.issue(Issue::new(node.place, format!("{} needs {missing}", block.title)));
            }
        }
    }

    fn unknown_key(&mut self, entry: &Entry, block: &'static Block) {
        let shown = escape::terminal(&escape::shorten(&entry.key, 60)).into_owned();
        let near = suggest::nearest(&entry.key, block.all().map(|key| key.name));
        let is_secret = near.is_some_and(names_a_secret) || suggest::nearest(&entry.key, SECRETS).is_some();
        let hidden = secrets_in(&entry.key, &entry.value, is_secret);
        let mut issue = Issue::new(entry.place, format!("unknown key `{shown}` in {}", block.title)).hide(hidden);
        if &*entry.key == "auth" && block.title == "`defaults`" {
            issue = issue.label("credentials belong to a channel or an endpoint");
        } else if let Some(near) = near {
            issue = issue.label(format!("did you mean `{near}`?"));
        } else if CHANNEL.key(&entry.key).is_some() && block.title == "an endpoint" {
            issue = issue.label("this belongs to the channel");
        } else {
            let known: Vec<&str> = block.all().map(|key| key.name).collect();
            issue = issue.help(format!("{} has the keys {}", block.title, known.join(", ")));
        }
        self.issue(issue);
    }

    fn check_tagged(&mut self, node: &Arc<Node>, types: &'static [(&'static str, &'static Block)], what: What<'_>) {
        if !matches!(node.value, Value::Map(_)) {
            return self.wrong(node, what, "a map with `type` and its settings");
        }
        let Some(kind) = node.get("type") else {
            let known: Vec<&str> = types.iter().map(|(name, _)| *name).collect();
            return self.issue(
                Issue::new(node.place, format!("{what} needs `type`")).label(format!("one of {}", known.join(", "))),
            );
        };
        let word = kind.scalar().map(|scalar| &*scalar.text).unwrap_or_default();
        if let Some((_, block)) = types.iter().find(|(name, _)| *name == word) {
            self.check_block(node, block);
        } else {
            let names: Vec<&'static str> = types.iter().map(|(name, _)| *name).collect();
            self.not_a_word(kind, What::Key("type"), word, &names);
        }
    }

    fn check_map(&mut self, node: &Arc<Node>, keys: Keys, of: &Shape, what: What<'_>) {
        let Value::Map(entries) = &node.value else {
            return self.wrong(node, what, "a map");
        };
        let mut folded: HashMap<String, &Entry> = HashMap::new();
        for entry in entries {
            let key = &*entry.key;
            let rule = match keys {
                Keys::Name(_) => Name::parse(key).map(drop),
                Keys::Header => words::header_name(key).map(drop),
                Keys::Answer => words::any_header_name(key).map(drop),
                Keys::JsonPath => match self.json_path(key) {
                    Ok(_) => Ok(()),
                    Err(_) if !key.starts_with('$') => Err(format!("`{key}` is not a JSONPath: one starts with `$`")),
                    Err(words) => Err(words),
                },
                Keys::Variable if key.is_empty() || key.contains(['=', '\0']) => {
                    Err(format!("`{key}` is not a variable's name"))
                }
                Keys::Any(title) if key.is_empty() => Err(format!("{title} can't be empty")),
                Keys::Variable | Keys::Any(_) => Ok(()),
            };
            if let Err(words) = rule {
                let shown = escape::terminal(&words).into_owned();
                let issue = match keys {
                    Keys::Name(title) => {
                        let key = escape::terminal(&escape::shorten(key, 60)).into_owned();
                        Issue::new(entry.place, format!("`{key}` can't name {title}")).label(shown)
                    }
                    Keys::Header | Keys::Answer | Keys::JsonPath | Keys::Variable | Keys::Any(_) => {
                        Issue::new(entry.place, shown)
                    }
                };
                self.issue(issue);
            }
            if matches!(keys, Keys::Header | Keys::Answer)
                && let Some(first) = folded.insert(key.to_ascii_lowercase(), entry)
            {
                let words = format!("the header `{key}` is given twice: names compare without case");
                let label = format!("the first stands at {}:{}", first.place.line, first.place.column);
                self.issue(Issue::new(entry.place, words).label(label));
            }
            let nameless = matches!(keys, Keys::Name(_));
            if entry.value.is_null() {
                if nameless && !matches!(of, Shape::Block(block) if block.required.is_empty()) {
                    self.issue(Issue::new(entry.place, format!("`{key}` is empty")).label("give it its settings"));
                }
            } else {
                self.check(&entry.value, of, What::Key(key));
            }
        }
    }

    fn check_list(&mut self, node: &Arc<Node>, of: &Shape, some: bool, what: What<'_>) {
        let Value::List(items) = &node.value else {
            let label = node.scalar().map(|_| "put it into `[ ]`");
            return self.issue(mismatch(node, what, "a list").maybe_label(label.map(str::to_owned)));
        };
        if some && items.is_empty() {
            self.issue(Issue::new(node.place, format!("{what} is an empty list")).label("give at least one"));
        }
        for item in items {
            if item.is_null() {
                self.issue(Issue::new(item.place, format!("an item of {what} is empty")));
            } else {
                self.check(item, of, What::Item(&what));
            }
        }
    }
}

/// The one of several shapes that a value is meant to have, by its kind; its references have been looked up before.
pub(in crate::config) fn choose<'s>(expander: &Expander, node: &Node, shapes: &'s [Shape]) -> Option<&'s Shape> {
    let fits = |shape: &&Shape| match (&node.value, shape) {
        (Value::Map(_), Shape::Block(_) | Shape::Map(..))
        | (Value::List(_), Shape::List(_) | Shape::Some(_))
        | (Value::Scalar(_), Shape::Text(_)) => true,
        (Value::Scalar(scalar), Shape::Words(words)) => {
            let read = expander.expand(&scalar.text, None).ok();
            read.is_some_and(|expanded| words.contains(&expanded.text.as_str()))
        }
        (Value::Scalar(scalar), Shape::Integer(..)) => scalar.kind == Kind::Integer || has_reference(&scalar.text),
        _ => false,
    };
    shapes.iter().find(fits)
}
