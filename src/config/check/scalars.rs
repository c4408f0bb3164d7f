//! Single values: types, bounds, and the small languages inside of strings.

use super::mistakes::{What, broken, expected};
use crate::config::context::{Context, boolean};
use crate::config::diagnostic::Issue;
use crate::config::expand::has_reference;
use crate::config::grammar::{Ref, Shape, Text, words};
use crate::config::tree::{Kind, Node, Value, number};
use crate::judge::StatusRange;
use crate::text::{duration, size};
use std::borrow::Cow;
use std::sync::Arc;

impl Context<'_> {
    /// The scalar's text with references replaced; none when there is nothing to check: malformed (noted) or unset.
    pub(in crate::config) fn checked_text<'t>(&mut self, node: &Node, text: &'t str) -> Option<(Cow<'t, str>, bool)> {
        if !has_reference(text) {
            return Some((Cow::Borrowed(text), false));
        }
        match self.expander.expand(text, Some(self.env)) {
            Err(words) => {
                self.issue(Issue::new(node.place, words));
                None
            }
            Ok(expanded) if expanded.is_unset() => None,
            Ok(expanded) => {
                let hollow = expanded.hollow().next().is_some();
                Some((Cow::Owned(expanded.text), hollow))
            }
        }
    }

    pub(super) fn check_text(&mut self, node: &Arc<Node>, rule: &Text, what: What<'_>) {
        let Some(scalar) = node.scalar() else { return self.wrong(node, what, rule.expected) };
        if scalar.kind != Kind::Text && !(rule.scalars && scalar.kind != Kind::Null) {
            return self.wrong(node, what, rule.expected);
        }
        let checked = if rule.expand {
            self.checked_text(node, &scalar.text)
        } else {
            Some((Cow::Borrowed(&*scalar.text), false))
        };
        let Some((text, hollow)) = checked else { return };
        if hollow {
            return;
        }
        if let Err(words) = (rule.check)(&text) {
            let issue = broken(node, what, &text, &words, rule.expected);
            self.issue(issue.label(format!("expected {}", rule.expected)));
        }
    }

    pub(super) fn check_schema(&mut self, node: &Arc<Node>, what: What<'_>) {
        match &node.value {
            Value::Scalar(scalar) if scalar.kind == Kind::Text => {
                let Some((name, _)) = self.checked_text(node, &scalar.text) else { return };
                if !self.known.schemas.contains(&*name) {
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

    pub(super) fn check_json(&mut self, node: &Arc<Node>) {
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

    pub(super) fn check_scalar(&mut self, node: &Arc<Node>, shape: &Shape, what: What<'_>) {
        let Some(scalar) = node.scalar() else { return self.wrong(node, what, &expected(shape)) };
        let is_expanded = scalar.kind == Kind::Text && has_reference(&scalar.text);
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
            return self.wrong(node, what, &expected(shape));
        }
        let outside = || Err(format!("`{text}` is out of bounds"));
        let verdict = match shape {
            Shape::Integer(1, 1)
                if number(&text).and_then(|number| number.as_i64()).is_some_and(|number| number > 1) =>
            {
                Err(format!("{text} is written for a newer canary: this one reads version 1"))
            }
            Shape::Integer(low, high) => match number(&text).and_then(|number| number.as_i64()) {
                Some(number) if (*low..=*high).contains(&number) => Ok(()),
                _ => outside(),
            },
            Shape::Number(low, high) => match number(&text).and_then(|number| number.as_f64()) {
                Some(number) if (*low..=*high).contains(&number) => Ok(()),
                _ => outside(),
            },
            Shape::Duration(low, high) => match duration::parse(&text) {
                Ok(time) if (*low..=*high).contains(&time) => Ok(()),
                Ok(_) => outside(),
                Err(words) => Err(words),
            },
            Shape::Size(low, high) => match size::parse(&text) {
                Ok(bytes) if (*low..=*high).contains(&bytes) => Ok(()),
                Ok(_) => outside(),
                Err(words) => Err(words),
            },
            Shape::Status => StatusRange::parse(&text).map(drop),
            Shape::Words(words) => {
                if !words.contains(&&*text) {
                    self.not_a_word(node, what, &text, words);
                }
                return;
            }
            Shape::Ref(reference) => return self.check_reference(node, *reference, &text, hollow, what),
            _ => Ok(()),
        };
        if let Err(words) = verdict {
            let expected = expected(shape);
            self.issue(broken(node, what, &text, &words, &expected).label(format!("expected {expected}")));
        }
    }

    pub(super) fn check_reference(
        &mut self,
        node: &Arc<Node>,
        reference: Ref,
        text: &str,
        hollow: bool,
        what: What<'_>,
    ) {
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
}
