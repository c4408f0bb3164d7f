//! Holds the tree against the grammar: unknown keys, wrong types, values out of bounds, dangling names; all at once.

use super::condition;
use super::context::{Context, boolean};
use super::diagnostic::Issue;
use super::expand::Expander;
use super::grammar::{Block, Keys, Ref, Shape, Text, words};
use super::tree::{Entry, Kind, Node, Value, number};
use crate::judge::{JsonPath, StatusRange};
use crate::model::Name;
use crate::text::{duration, escape, size, suggest};
use std::collections::HashMap;
use std::sync::Arc;

impl Context<'_> {
    /// Checks a value; `what` names it in messages: `` `timeout` ``.
    pub(super) fn check(&mut self, node: &Arc<Node>, shape: &Shape, what: &str) {
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
                Some(key) if !entry.value.is_null() => self.check(&entry.value, &key.shape, &format!("`{}`", key.name)),
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
        let mut issue = Issue::new(entry.place, format!("unknown key `{shown}` in {}", block.title));
        if &*entry.key == "auth" && block.title == "`defaults`" {
            issue = issue.label("credentials belong to a channel or an endpoint");
        } else if let Some(near) = suggest::nearest(&entry.key, block.all().map(|key| key.name)) {
            issue = issue.label(format!("did you mean `{near}`?"));
        } else if super::grammar::CHANNEL.key(&entry.key).is_some() && block.title == "an endpoint" {
            issue = issue.label("this belongs to the channel");
        } else {
            let known: Vec<&str> = block.all().map(|key| key.name).collect();
            issue = issue.help(format!("{} has the keys {}", block.title, known.join(", ")));
        }
        self.issue(issue);
    }

    fn check_tagged(&mut self, node: &Arc<Node>, types: &'static [(&'static str, &'static Block)], what: &str) {
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
            self.not_a_word(kind, "`type`", word, &names);
        }
    }

    fn check_map(&mut self, node: &Arc<Node>, keys: Keys, of: &Shape, what: &str) {
        let Value::Map(entries) = &node.value else {
            return self.wrong(node, what, "a map");
        };
        let mut folded: HashMap<String, &Entry> = HashMap::new();
        for entry in entries {
            let key = &*entry.key;
            let rule = match keys {
                Keys::Name(_) => Name::parse(key).map(drop),
                Keys::Header => words::header_name(key).map(drop),
                Keys::JsonPath => match JsonPath::parse(key) {
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
                    Keys::Header | Keys::JsonPath | Keys::Variable | Keys::Any(_) => Issue::new(entry.place, shown),
                };
                self.issue(issue);
            }
            if keys == Keys::Header
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
                self.check(&entry.value, of, &format!("`{}`", escape::terminal(key)));
            }
        }
    }

    fn check_list(&mut self, node: &Arc<Node>, of: &Shape, some: bool, what: &str) {
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
                self.check(item, of, &format!("an item of {what}"));
            }
        }
    }

    /// The scalar's text with references replaced; none when there is nothing to check: malformed (noted) or unset.
    pub(super) fn checked_text(&mut self, node: &Node, text: &str) -> Option<(String, bool)> {
        match self.expander.expand(text, Some(self.env)) {
            Err(words) => {
                self.issue(Issue::new(node.place, words));
                None
            }
            Ok(expanded) if expanded.is_unset() => None,
            Ok(expanded) => {
                let hollow = expanded.hollow().is_some();
                Some((expanded.text, hollow))
            }
        }
    }

    fn check_text(&mut self, node: &Arc<Node>, rule: &Text, what: &str) {
        let Some(scalar) = node.scalar() else { return self.wrong(node, what, rule.expected) };
        if scalar.kind != Kind::Text && !(rule.scalars && scalar.kind != Kind::Null) {
            return self.wrong(node, what, rule.expected);
        }
        let checked =
            if rule.expand { self.checked_text(node, &scalar.text) } else { Some((scalar.text.to_string(), false)) };
        let Some((text, hollow)) = checked else { return };
        if hollow {
            return;
        }
        if let Err(words) = (rule.check)(&text) {
            let issue = broken(node, what, &text, &words).label(format!("expected {}", rule.expected));
            self.issue(issue);
        }
    }

    fn check_schema(&mut self, node: &Arc<Node>, what: &str) {
        match &node.value {
            Value::Scalar(scalar) if scalar.kind == Kind::Text => {
                let Some((name, _)) = self.checked_text(node, &scalar.text) else { return };
                if !self.known.schemas.contains(&name) {
                    let known = std::mem::take(&mut self.known.schemas);
                    self.dangling(node, "schema", &name, known.iter().map(String::as_str));
                    self.known.schemas = known;
                }
            }
            Value::Map(_) => {
                self.schema(node);
            }
            Value::Scalar(scalar) if scalar.kind == Kind::Bool => {
                self.schema(node);
            }
            Value::Scalar(_) | Value::List(_) => self.wrong(node, what, "a schema's name, or an inline JSON Schema"),
        }
    }

    fn check_json(&mut self, node: &Arc<Node>) {
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| self.check_json(item)),
            Value::Map(entries) => entries.iter().for_each(|entry| self.check_json(&entry.value)),
            Value::Scalar(scalar) => match scalar.kind {
                Kind::Text => drop(self.checked_text(node, &scalar.text)),
                Kind::Float if number(&scalar.text).is_none() => {
                    self.issue(Issue::new(node.place, format!("JSON has no `{}`", scalar.text)));
                }
                Kind::Null | Kind::Bool | Kind::Integer | Kind::Float => {}
            },
        }
    }

    fn check_scalar(&mut self, node: &Arc<Node>, shape: &Shape, what: &str) {
        let expected = expected(shape);
        let Some(scalar) = node.scalar() else { return self.wrong(node, what, &expected) };
        let is_expanded = scalar.kind == Kind::Text && scalar.text.contains("${");
        let Some((text, hollow)) = self.checked_text(node, &scalar.text) else { return };
        let kind = scalar.kind;
        let fits = match shape {
            Shape::Bool => kind == Kind::Bool || (is_expanded && boolean(&text).is_some()),
            Shape::Integer(..) => kind == Kind::Integer || (is_expanded && number(&text).is_some_and(|n| !n.is_f64())),
            Shape::Number(..) => {
                matches!(kind, Kind::Integer | Kind::Float) || (is_expanded && number(&text).is_some())
            }
            Shape::Duration(..) | Shape::Ref(_) => kind == Kind::Text,
            Shape::Size(..) => matches!(kind, Kind::Text | Kind::Integer),
            _ => true,
        };
        if !fits {
            return self.wrong(node, what, &expected);
        }
        let in_words = |words: String| Err(words);
        let verdict = match shape {
            Shape::Integer(low, high) => match number(&text).and_then(|number| number.as_i64()) {
                Some(number) if (*low..=*high).contains(&number) => Ok(()),
                _ => in_words(format!("`{text}` is out of bounds")),
            },
            Shape::Number(low, high) => match number(&text).and_then(|number| number.as_f64()) {
                Some(number) if (*low..=*high).contains(&number) => Ok(()),
                _ => in_words(format!("`{text}` is out of bounds")),
            },
            Shape::Duration(low, high) => match duration::parse(&text) {
                Ok(time) if (*low..=*high).contains(&time) => Ok(()),
                Ok(_) => in_words(format!("`{text}` is out of bounds")),
                Err(words) => Err(words),
            },
            Shape::Size(low, high) => match size::parse(&text) {
                Ok(bytes) if (*low..=*high).contains(&bytes) => Ok(()),
                Ok(_) => in_words(format!("`{text}` is out of bounds")),
                Err(words) => Err(words),
            },
            Shape::Status => StatusRange::parse(&text).map(drop),
            Shape::Words(words) => {
                if !words.contains(&text.as_str()) {
                    self.not_a_word(node, what, &text, words);
                }
                return;
            }
            Shape::Ref(reference) => return self.check_reference(node, *reference, &text, hollow, what),
            _ => Ok(()),
        };
        if let Err(words) = verdict {
            let issue = broken(node, what, &text, &words).label(format!("expected {expected}"));
            self.issue(issue);
        }
    }

    fn check_reference(&mut self, node: &Arc<Node>, reference: Ref, text: &str, hollow: bool, what: &str) {
        if hollow {
            return;
        }
        let known = std::mem::take(&mut self.known);
        match reference {
            Ref::Receiver if !known.receivers.contains(text) => {
                self.dangling(node, "receiver", text, known.receivers.iter().map(String::as_str));
            }
            Ref::Endpoint if !known.endpoints.contains(text) => {
                self.dangling(node, "endpoint", text, known.endpoints.iter().map(String::as_str));
            }
            Ref::PoolOrDirect | Ref::Proxy if text == "direct" => {}
            Ref::Proxy if text.contains("://") => self.check_text(node, &words::PROXY_URL, what),
            Ref::PoolOrDirect | Ref::Proxy if !known.pools.contains(text) => {
                let names = known.pools.iter().map(String::as_str).chain(["direct"]);
                self.dangling(node, "pool", text, names);
            }
            Ref::Receiver | Ref::Endpoint | Ref::PoolOrDirect | Ref::Proxy => {}
        }
        self.known = known;
    }

    fn dangling<'k>(&mut self, node: &Node, noun: &str, name: &str, known: impl Iterator<Item = &'k str>) {
        let mut names: Vec<&str> = known.collect();
        names.sort_unstable();
        let shown = escape::terminal(&escape::shorten(name, 80)).into_owned();
        self.suggestions += 1;
        let near = if self.suggestions > 200 { None } else { suggest::nearest(name, names.iter().copied()) };
        let label = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if names.is_empty() => format!("the file defines no {noun}"),
            None if names.len() <= 8 => format!("known: {}", names.join(", ")),
            None => format!("none of the {} that the file defines", names.len()),
        };
        let words = broken(node, "", name, &format!("there is no {noun} `{shown}`"));
        self.issue(words.label(label));
    }

    fn not_a_word(&mut self, node: &Node, what: &str, text: &str, words: &[&str]) {
        let shown = escape::terminal(&escape::shorten(text, 60)).into_owned();
        let near = suggest::nearest(text, words.iter().copied());
        let label = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("expected {}", list(words)),
        };
        let issue = broken(node, what, text, &format!("`{shown}` is not {}", list(words)));
        self.issue(issue.label(label));
    }

    /// A value of the wrong kind.
    pub(super) fn wrong(&mut self, node: &Node, what: &str, expected: &str) {
        let issue = mismatch(node, what, expected);
        self.issue(issue);
    }
}

/// A value of the wrong kind.
fn mismatch(node: &Node, what: &str, expected: &str) -> Issue {
    let what = if what.is_empty() { "this".to_owned() } else { what.to_owned() };
    let issue = Issue::new(node.place, format!("{what} must be {expected}, not {}", describe(node)));
    issue.maybe_label(hint(node, expected))
}

/// A kind, with the value where it is short and tells something.
fn describe(node: &Node) -> String {
    match node.scalar() {
        Some(scalar) if scalar.kind != Kind::Null && scalar.text.chars().count() <= 40 => {
            format!("{} (`{}`)", node.describe(), escape::terminal(&scalar.text))
        }
        _ => node.describe().to_owned(),
    }
}

/// A value that breaks a rule; what a reference stands for is not shown.
fn broken(node: &Node, what: &str, text: &str, words: &str) -> Issue {
    let source = node.scalar().map_or("", |scalar| &scalar.text);
    let mut words = escape::terminal(words).into_owned();
    if source != text && !text.is_empty() {
        let shown = escape::terminal(text).into_owned();
        words = words.replace(&format!("`{shown}`"), &format!("what `{}` stands for", escape::terminal(source)));
        if words.contains(&shown) && shown.len() >= 4 {
            words = words.replace(&shown, "…");
        }
    }
    let words = if what.is_empty() { words } else { format!("{what}: {words}") };
    Issue::new(node.place, escape::shorten(&words, 300))
}

/// The one of several shapes that a value is meant to have, by its kind; its references have been looked up before.
pub(super) fn choose<'s>(expander: &Expander, node: &Node, shapes: &'s [Shape]) -> Option<&'s Shape> {
    let fits = |shape: &&Shape| match (&node.value, shape) {
        (Value::Map(_), Shape::Block(_) | Shape::Map(..))
        | (Value::List(_), Shape::List(_) | Shape::Some(_))
        | (Value::Scalar(_), Shape::Text(_)) => true,
        (Value::Scalar(scalar), Shape::Words(words)) => {
            let read = expander.expand(&scalar.text, None).ok();
            read.is_some_and(|expanded| words.contains(&expanded.text.as_str()))
        }
        (Value::Scalar(scalar), Shape::Integer(..)) => scalar.kind == Kind::Integer || scalar.text.contains("${"),
        _ => false,
    };
    shapes.iter().find(fits)
}

/// What a single value must be, with an article.
fn expected(shape: &Shape) -> String {
    match shape {
        Shape::Bool => "true or false".to_owned(),
        Shape::Integer(low, high) if low == high => format!("{low}"),
        Shape::Integer(low, i64::MAX) => format!("a whole number from {low}"),
        Shape::Integer(low, high) => format!("a whole number from {low} to {high}"),
        Shape::Number(low, high) => format!("a number from {low} to {high}"),
        Shape::Duration(low, high) => {
            let low = if low.is_zero() { "0s".to_owned() } else { duration::format(*low) };
            format!("a duration such as 500ms, 10s, 5m or 2h, from {low} to {}", duration::format(*high))
        }
        Shape::Size(low, high) => {
            format!("a size such as 64KiB or 1MiB, from {} to {}", size::format(*low), size::format(*high))
        }
        Shape::Words(words) => list(words),
        Shape::Status => "a status such as 200, \"2xx\" or \"200-299\"".to_owned(),
        Shape::Ref(Ref::Receiver) => "a receiver's name".to_owned(),
        Shape::Ref(Ref::PoolOrDirect) => "a pool's name or `direct`".to_owned(),
        Shape::Ref(Ref::Proxy) => "a pool's name, a proxy's URL or `direct`".to_owned(),
        Shape::Ref(Ref::Endpoint) => "a `channel/endpoint`".to_owned(),
        _ => "a single value".to_owned(),
    }
}

fn list(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [most @ .., last] => {
            let most = most.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
            format!("{most} or `{last}`")
        }
    }
}

/// For values that other YAML dialects read otherwise.
fn hint(node: &Node, expected: &str) -> Option<String> {
    let scalar = node.scalar()?;
    let text = &*scalar.text;
    if expected.starts_with("true or false") {
        return match text.to_ascii_lowercase().as_str() {
            "yes" | "on" | "y" => Some("write true: YAML 1.2 has no other word for it".to_owned()),
            "no" | "off" | "n" => Some("write false: YAML 1.2 has no other word for it".to_owned()),
            "true" | "false" => Some("leave the quotes out".to_owned()),
            _ => None,
        };
    }
    if expected.starts_with("a duration") {
        return (scalar.kind == Kind::Integer).then(|| format!("a duration has a unit: {text}s, {text}m, …"));
    }
    if expected.starts_with("a whole number") || expected.starts_with("a number") {
        return match scalar.kind {
            Kind::Text if number(text).is_some() => Some("leave the quotes out".to_owned()),
            Kind::Float => text.parse::<f64>().ok().filter(|n| n.fract() == 0.0).map(|n| format!("write {n}")),
            Kind::Null | Kind::Bool | Kind::Integer | Kind::Text => None,
        };
    }
    let quotable = matches!(scalar.kind, Kind::Bool | Kind::Integer | Kind::Float);
    quotable.then(|| format!("YAML reads this as {}; put it into quotes to make it a string", node.describe()))
}
