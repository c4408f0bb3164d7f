//! Mistakes in words: what is wrong, what was expected, what was probably meant.

use crate::config::context::Context;
use crate::config::diagnostic::Issue;
use crate::config::grammar::{Ref, Shape};
use crate::config::tree::{Kind, Node, number};
use crate::text::{duration, escape, size, suggest};
use std::fmt;

/// What a message calls the value that it is about. Put into words only when there is a mistake to tell.
#[derive(Clone, Copy)]
pub(in crate::config) enum What<'w> {
    /// "this".
    This,
    /// These very words.
    Words(&'w str),
    /// A key, in backticks.
    Key(&'w str),
    /// One of a list.
    Item(&'w What<'w>),
}

impl<'w> From<&'w str> for What<'w> {
    fn from(words: &'w str) -> Self {
        Self::Words(words)
    }
}

impl fmt::Display for What<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::This => out.write_str("this"),
            Self::Words(words) => out.write_str(words),
            Self::Key(key) => write!(out, "`{}`", escape::terminal(key)),
            Self::Item(list) => write!(out, "an item of {list}"),
        }
    }
}

impl Context<'_> {
    pub(super) fn dangling<'k>(&mut self, node: &Node, noun: &str, name: &str, known: impl Iterator<Item = &'k str>) {
        let mut names: Vec<&str> = known.collect();
        names.sort_unstable();
        self.suggestions += 1;
        let near = if self.suggestions > 200 { None } else { suggest::nearest(name, names.iter().copied()) };
        let label = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if names.is_empty() => format!("the file defines no {noun}"),
            None if names.len() <= 8 => format!("known: {}", names.join(", ")),
            None => format!("none of the {} that the file defines", names.len()),
        };
        let words = format!("there is no {noun} `{}`", escape::shorten(name, 80));
        self.issue(broken(node, What::This, name, &words, &format!("the name of a known {noun}")).label(label));
    }

    pub(super) fn not_a_word(&mut self, node: &Node, what: What<'_>, text: &str, words: &[&str]) {
        let near = suggest::nearest(text, words.iter().copied());
        let label = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("expected {}", list(words)),
        };
        let expected = if words.len() > 8 { "one of the words known here".to_owned() } else { list(words) };
        let told = format!("`{}` is not {expected}", escape::shorten(text, 60));
        self.issue(broken(node, what, text, &told, &expected).label(label));
    }

    /// A value of the wrong kind.
    pub(in crate::config) fn wrong<'w>(&mut self, node: &Node, what: impl Into<What<'w>>, expected: &str) {
        let issue = mismatch(node, what.into(), expected);
        self.issue(issue);
    }
}

/// A value of the wrong kind.
pub(super) fn mismatch(node: &Node, what: What<'_>, expected: &str) -> Issue {
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

/// A value that breaks a rule, told in `words`. What references stand for is not shown: then only what was expected is told.
pub(in crate::config) fn broken(node: &Node, what: What<'_>, text: &str, words: &str, expected: &str) -> Issue {
    let written = node.scalar().map_or("", |scalar| &scalar.text);
    let words = match (written == text, what) {
        (true, What::This) => words.to_owned(),
        (true, what) => format!("{what}: {words}"),
        (false, What::This) => format!("what `{written}` stands for is not {expected}"),
        (false, what) => format!("{what}: what `{written}` stands for is not {expected}"),
    };
    Issue::new(node.place, escape::shorten(&escape::terminal(&words), 300))
}

/// What a single value must be, with an article.
pub(super) fn expected(shape: &Shape) -> String {
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
    let is_string = !["false", "number", "map", "list", "off"].iter().any(|word| expected.contains(word));
    (quotable && is_string)
        .then(|| format!("YAML reads this as {}; put it into quotes to make it a string", node.describe()))
}
