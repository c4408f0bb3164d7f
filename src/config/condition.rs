//! What the nodes that a JSONPath selects must satisfy: a plain value, or operators.

use super::check::{What, broken};
use super::context::{Context, boolean};
use super::diagnostic::Issue;
use super::expand::has_reference;
use super::grammar::words;
use super::tree::{Kind, Node, Value, number};
use crate::judge::{Condition, JsonType, Pattern, ValueCheck};
use crate::text::{duration, suggest};
use serde_json::{Number, Value as Json};
use std::sync::Arc;
use std::time::Duration;

/// The operators on selected nodes with what they mean.
pub(super) const OPERATORS: [(&str, &str); 19] = [
    ("eq", "Equal to this value."),
    ("ne", "Not equal to this value."),
    ("gt", "A number above this."),
    ("gte", "A number of at least this."),
    ("lt", "A number below this."),
    ("lte", "A number of at most this."),
    ("in", "Equal to one of these."),
    ("not_in", "Equal to none of these."),
    ("matches", "A string in which this regex (Rust syntax, unanchored) finds something."),
    ("contains", "A string that holds this text, or an array that holds this element."),
    ("exists", "Whether anything must be selected, or nothing may."),
    ("type", "One of these JSON types."),
    ("length", "The length of a string, array or object: a number, or operators on it."),
    ("count", "How many nodes are selected: a number, or operators on it."),
    ("any", "At least one selected node equals this value."),
    ("max_age", "A time no older than this."),
    ("min_age", "A time at least this old."),
    ("assume_tz", "The zone of times without an offset; UTC when left out."),
    ("optional", "true: nothing selected, or null, passes too."),
];

/// Those that make sense of a length or a count.
pub(super) const ON_NUMBERS: [&str; 8] = ["eq", "ne", "gt", "gte", "lt", "lte", "in", "not_in"];

/// Those for which null is a value; for the others it takes an inherited one away.
pub(super) const TAKE_NULL: [&str; 5] = ["eq", "ne", "contains", "any", "type"];

/// Whether a value is a map of operators. One with any other key is compared as it is.
pub(super) fn is_operators(node: &Node) -> bool {
    let known = |key: &str| OPERATORS.iter().any(|(name, _)| *name == key);
    !node.entries().is_empty() && node.entries().iter().all(|entry| known(&entry.key))
}

/// Reads a condition and notes what is wrong with it. Equal ones are read once and shared, unless something is wrong with
/// them or they hold a reference: then their place matters.
pub(super) fn read(cx: &mut Context<'_>, node: &Arc<Node>) -> Arc<Condition> {
    let mut written = Vec::new();
    let is_constant = write_down(node, &mut written);
    if is_constant && let Some(known) = cx.conditions.get(&written) {
        return known.clone();
    }
    let mistakes = cx.mistakes;
    let condition = Arc::new(read_anew(cx, node));
    if is_constant && cx.mistakes == mistakes {
        cx.conditions.insert(written, condition.clone());
    }
    condition
}

/// Writes a value down so that only equal ones are written the same; false when a `${` stands in it.
fn write_down(node: &Node, out: &mut Vec<u8>) -> bool {
    let sized = |out: &mut Vec<u8>, sort: u8, size: usize| {
        out.push(sort);
        out.extend(size.to_le_bytes());
    };
    match &node.value {
        Value::Scalar(scalar) => {
            sized(out, scalar.kind as u8, scalar.text.len());
            out.extend(scalar.text.as_bytes());
            !has_reference(&scalar.text)
        }
        Value::List(items) => {
            sized(out, b'[', items.len());
            items.iter().all(|item| write_down(item, out))
        }
        Value::Map(entries) => {
            sized(out, b'{', entries.len());
            entries.iter().all(|entry| {
                sized(out, b':', entry.key.len());
                out.extend(entry.key.as_bytes());
                write_down(&entry.value, out)
            })
        }
    }
}

fn read_anew(cx: &mut Context<'_>, node: &Arc<Node>) -> Condition {
    let mut condition = Condition::default();
    if !is_operators(node) {
        condition.each.eq = json(cx, node);
        return condition;
    }
    for entry in node.entries() {
        let value = &entry.value;
        if value.is_null() && !TAKE_NULL.contains(&&*entry.key) {
            continue;
        }
        match &*entry.key {
            "exists" => condition.exists = flag(cx, value, "`exists`"),
            "optional" => condition.optional = flag(cx, value, "`optional`").unwrap_or_default(),
            "count" => condition.count = Some(Box::new(amount(cx, value, "`count`"))),
            "any" => condition.any = json(cx, value),
            "max_age" => condition.max_age = age(cx, value, "`max_age`"),
            "min_age" => condition.min_age = age(cx, value, "`min_age`"),
            "assume_tz" => {
                let expected = "a time zone such as Europe/Moscow";
                if let Some(text) = string(cx, value, "`assume_tz`", expected) {
                    match words::zone(&text) {
                        Ok(zone) => condition.assume_tz = Some(zone),
                        Err(words) => cx.issue(broken(value, What::This, &text, &words, expected)),
                    }
                }
            }
            operator => operate(cx, operator, value, &mut condition.each),
        }
    }
    if condition.assume_tz.is_some()
        && condition.max_age.is_none()
        && condition.min_age.is_none()
        && let Some(entry) = node.entry("assume_tz")
    {
        cx.issue(Issue::new(entry.place, "`assume_tz` says nothing without `max_age` or `min_age` beside it"));
    }
    condition
}

fn operate(cx: &mut Context<'_>, operator: &str, value: &Arc<Node>, check: &mut ValueCheck) {
    match operator {
        "eq" => check.eq = json(cx, value),
        "ne" => check.ne = json(cx, value),
        "gt" => check.gt = bound(cx, value, "`gt`"),
        "gte" => check.gte = bound(cx, value, "`gte`"),
        "lt" => check.lt = bound(cx, value, "`lt`"),
        "lte" => check.lte = bound(cx, value, "`lte`"),
        "in" => check.one_of = several(cx, value, "`in`"),
        "not_in" => check.none_of = several(cx, value, "`not_in`"),
        "contains" => check.contains = json(cx, value),
        "matches" => check.matches = pattern(cx, value),
        "type" => check.types = types(cx, value),
        "length" => check.length = Some(Box::new(amount(cx, value, "`length`"))),
        _ => {}
    }
}

/// A JSON value with references replaced in its strings.
fn json(cx: &mut Context<'_>, node: &Arc<Node>) -> Option<Json> {
    let mut complete = true;
    check_numbers(cx, node);
    let value = node.to_json(&mut |node, text| {
        if cx.checked_text(node, text).is_none() {
            complete = false;
        }
        cx.text(node).map_or_else(|| Json::from(""), |expanded| Json::from(expanded.text))
    });
    complete.then_some(value)
}

fn check_numbers(cx: &mut Context<'_>, node: &Arc<Node>) {
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| check_numbers(cx, item)),
        Value::Map(entries) => entries.iter().for_each(|entry| check_numbers(cx, &entry.value)),
        Value::Scalar(scalar) if scalar.kind == Kind::Float && number(&scalar.text).is_none() => {
            cx.issue(Issue::new(node.place, format!("JSON has no `{}`", scalar.text)));
        }
        Value::Scalar(_) => {}
    }
}

/// The text of a string; anything else is noted.
fn string(cx: &mut Context<'_>, node: &Arc<Node>, what: &str, expected: &str) -> Option<String> {
    let Some(text) = node.text() else {
        cx.wrong(node, what, expected);
        return None;
    };
    let text = cx.checked_text(node, text).map(|(text, _)| text.into_owned());
    cx.text(node);
    text
}

fn scalar_text(cx: &mut Context<'_>, node: &Arc<Node>) -> Option<(Kind, bool, String)> {
    let scalar = node.scalar()?;
    let expanded = scalar.kind == Kind::Text && has_reference(&scalar.text);
    let text = cx.checked_text(node, &scalar.text);
    cx.text(node);
    Some((scalar.kind, expanded, text.map_or_else(String::new, |(text, _)| text.into_owned())))
}

fn is_unset(cx: &Context<'_>, node: &Node) -> bool {
    let text = node.text().unwrap_or_default();
    cx.expander.expand(text, Some(cx.env)).map_or(true, |expanded| expanded.is_unset())
}

fn flag(cx: &mut Context<'_>, node: &Arc<Node>, what: &str) -> Option<bool> {
    match scalar_text(cx, node) {
        Some((Kind::Bool, _, text)) => boolean(&text),
        Some((_, true, _)) if is_unset(cx, node) => None,
        Some((_, true, text)) if boolean(&text).is_some() => boolean(&text),
        _ => {
            cx.wrong(node, what, "true or false");
            None
        }
    }
}

fn bound(cx: &mut Context<'_>, node: &Arc<Node>, what: &str) -> Option<Number> {
    let found = match scalar_text(cx, node) {
        Some((Kind::Integer | Kind::Float, _, text)) => number(&text),
        Some((_, true, _)) if is_unset(cx, node) => return None,
        Some((_, true, text)) => number(&text),
        _ => None,
    };
    if found.is_none() {
        cx.wrong(node, what, "a number");
    }
    found
}

fn age(cx: &mut Context<'_>, node: &Arc<Node>, what: &str) -> Option<Duration> {
    if node.text().is_some() && is_unset(cx, node) {
        cx.text(node);
        return None;
    }
    let expected = "a duration such as 5m";
    let text = string(cx, node, what, expected)?;
    match duration::parse(&text) {
        Ok(age) => Some(age),
        Err(words) => {
            cx.issue(broken(node, What::Words(what), &text, &words, expected));
            None
        }
    }
}

fn several(cx: &mut Context<'_>, node: &Arc<Node>, what: &str) -> Option<Vec<Json>> {
    match &node.value {
        Value::List(items) if items.is_empty() => {
            cx.issue(Issue::new(node.place, format!("{what} is an empty list")).label("give at least one value"));
            None
        }
        Value::List(items) => items.iter().map(|item| json(cx, item)).collect(),
        Value::Scalar(_) | Value::Map(_) => {
            cx.wrong(node, what, "a list of values");
            None
        }
    }
}

fn pattern(cx: &mut Context<'_>, node: &Arc<Node>) -> Option<Pattern> {
    let Some(text) = node.text() else {
        cx.wrong(node, "`matches`", "a regex");
        return None;
    };
    let known = cx.regex(text);
    if known.is_none()
        && let Err(words) = Pattern::parse(text)
    {
        cx.issue(Issue::new(node.place, words));
    }
    known
}

fn types(cx: &mut Context<'_>, node: &Arc<Node>) -> Option<Vec<JsonType>> {
    let items = match &node.value {
        Value::List(items) => items.clone(),
        Value::Scalar(_) | Value::Map(_) => vec![node.clone()],
    };
    let mut types = Vec::new();
    for item in &items {
        let word = item.scalar().map(|scalar| &*scalar.text).unwrap_or_default();
        if let Some(known) = JsonType::from_word(word) {
            types.push(known);
            continue;
        }
        let words = JsonType::WORDS.map(|(word, _)| word);
        let label = match suggest::nearest(word, words) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("expected one of {}", words.join(", ")),
        };
        let shown = crate::text::escape::terminal(word).into_owned();
        cx.issue(Issue::new(item.place, format!("`{shown}` is not a JSON type")).label(label));
    }
    (!types.is_empty()).then_some(types)
}

/// A whole number, or operators on one.
fn amount(cx: &mut Context<'_>, node: &Arc<Node>, what: &str) -> ValueCheck {
    let mut check = ValueCheck::default();
    if !matches!(node.value, Value::Map(_)) {
        match scalar_text(cx, node) {
            Some((Kind::Integer, _, text)) => check.eq = number(&text).map(Json::Number),
            Some((_, true, _)) if is_unset(cx, node) => {}
            Some((_, true, text)) if number(&text).is_some_and(|n| !n.is_f64()) => {
                check.eq = number(&text).map(Json::Number);
            }
            _ => cx.wrong(node, what, "a whole number, or operators such as {gte: 1}"),
        }
        return check;
    }
    for entry in node.entries() {
        if ON_NUMBERS.contains(&&*entry.key) {
            operate(cx, &entry.key, &entry.value, &mut check);
        } else {
            let label = match suggest::nearest(&entry.key, ON_NUMBERS) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("expected one of {}", ON_NUMBERS.join(", ")),
            };
            let shown = crate::text::escape::terminal(&entry.key).into_owned();
            cx.issue(Issue::new(entry.place, format!("unknown operator `{shown}` in {what}")).label(label));
        }
    }
    check
}
