//! Endpoint over channel over `defaults`: maps merge by key, lists replace, alternatives replace each other. A null hides
//! what lies below it, so that the built-in value applies.

use super::condition::{TAKE_NULL, is_operators};
use super::grammar::{Block, ENDPOINT, Keys, Shape};
use super::tree::{Entry, Node, Value};
use std::sync::Arc;

/// One layer over another, as settings of an endpoint.
pub(super) fn over(upper: &Arc<Node>, lower: &Arc<Node>) -> Arc<Node> {
    blocks(upper, lower, &ENDPOINT)
}

/// `schema: NAME` as `expect: {schema: NAME}`.
pub(super) fn spelled_out(node: &Arc<Node>) -> Arc<Node> {
    let Some(schema) = node.entry("schema") else { return node.clone() };
    let short = Node::map(schema.place, vec![schema.clone()]);
    let expect = match node.entry("expect").filter(|entry| !entry.value.is_null()) {
        Some(entry) => over_shape(&short, &entry.value, &Shape::Block(&super::grammar::CHECKS)),
        None => short,
    };
    let mut entries: Vec<Entry> =
        node.entries().iter().filter(|entry| !matches!(&*entry.key, "schema" | "expect")).cloned().collect();
    entries.push(Entry { key: Arc::from("expect"), place: schema.place, value: expect });
    Node::map(node.place, entries)
}

/// A layer without what is bound to its origin.
pub(super) fn without_credentials(node: &Arc<Node>) -> Arc<Node> {
    let bound = |key: &str| matches!(key, "auth" | "headers" | "tls");
    if !node.entries().iter().any(|entry| bound(&entry.key)) {
        return node.clone();
    }
    let entries = node.entries().iter().filter_map(|entry| match &*entry.key {
        "auth" | "headers" => None,
        "tls" => {
            let kept = |entry: &&Entry| !matches!(&*entry.key, "client_cert" | "client_key");
            let kept = entry.value.entries().iter().filter(kept).cloned().collect();
            Some(Entry { value: Node::map(entry.value.place, kept), ..entry.clone() })
        }
        _ => Some(entry.clone()),
    });
    Node::map(node.place, entries.collect())
}

fn over_shape(upper: &Arc<Node>, lower: &Arc<Node>, shape: &Shape) -> Arc<Node> {
    if !matches!((&upper.value, &lower.value), (Value::Map(_), Value::Map(_))) {
        return upper.clone();
    }
    match shape {
        Shape::Block(block) => blocks(upper, lower, block),
        Shape::Map(keys, of) => maps(upper, lower, *keys, of),
        Shape::Either(_, shapes) => match shapes.iter().find(|shape| matches!(shape, Shape::Block(_))) {
            Some(shape) => over_shape(upper, lower, shape),
            None => upper.clone(),
        },
        Shape::Condition if is_operators(upper) && is_operators(lower) => conditions(upper, lower),
        Shape::Json => maps(upper, lower, Keys::Any(""), &Shape::Json),
        _ => upper.clone(),
    }
}

fn blocks(upper: &Arc<Node>, lower: &Arc<Node>, block: &'static Block) -> Arc<Node> {
    if !matches!(upper.value, Value::Map(_)) {
        return if upper.is_null() { lower.clone() } else { upper.clone() };
    }
    let mut entries: Vec<Entry> = Vec::with_capacity(upper.entries().len() + lower.entries().len());
    for entry in upper.entries() {
        let below = lower.entry(&entry.key);
        let value = match (below, block.key(&entry.key)) {
            (Some(below), Some(key)) => over_shape(&entry.value, &below.value, &key.shape),
            _ => entry.value.clone(),
        };
        entries.push(Entry { value, ..entry.clone() });
    }
    let replaced = |key: &str| {
        let group = block.alternatives.iter().find(|group| group.contains(&key));
        group.is_some_and(|group| group.iter().any(|other| *other != key && upper.get(other).is_some()))
    };
    let inherited = lower.entries().iter().filter(|entry| upper.entry(&entry.key).is_none() && !replaced(&entry.key));
    entries.extend(inherited.cloned());
    Node::map(upper.place, entries)
}

fn maps(upper: &Arc<Node>, lower: &Arc<Node>, keys: Keys, of: &Shape) -> Arc<Node> {
    let same = |one: &str, other: &str| match keys {
        Keys::Header | Keys::Answer => one.eq_ignore_ascii_case(other),
        Keys::Name(_) | Keys::JsonPath | Keys::Variable | Keys::Any(_) => one == other,
    };
    let find = |node: &Arc<Node>, key: &str| node.entries().iter().find(|entry| same(&entry.key, key)).cloned();
    let mut entries = Vec::with_capacity(upper.entries().len() + lower.entries().len());
    for entry in upper.entries() {
        let value = match find(lower, &entry.key) {
            Some(below) => over_shape(&entry.value, &below.value, of),
            None => entry.value.clone(),
        };
        entries.push(Entry { value, ..entry.clone() });
    }
    entries.extend(lower.entries().iter().filter(|entry| find(upper, &entry.key).is_none()).cloned());
    Node::map(upper.place, entries)
}

fn conditions(upper: &Arc<Node>, lower: &Arc<Node>) -> Arc<Node> {
    let keep = |entry: &&Entry| !entry.value.is_null() || TAKE_NULL.contains(&&*entry.key);
    let mut entries: Vec<Entry> = upper.entries().iter().filter(keep).cloned().collect();
    entries.extend(lower.entries().iter().filter(|entry| upper.entry(&entry.key).is_none()).cloned());
    Node::map(upper.place, entries)
}
