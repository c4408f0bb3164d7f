//! A schema that unfolds to millions of checks of one value (`allOf` of `$ref`s of `allOf` …) is refused at load.

use super::reach::Named;
use serde_json::Value;
use std::collections::HashMap;

/// Most subschemas that may apply to one and the same value. Real schemas stay below a few hundred.
const MOST: u64 = 10_000;

/// Longest chain of references and applicators; a longer one counts as too many.
const LONGEST: usize = 500;

/// Checks every subschema of the document.
///
/// # Errors
/// Names the place that unfolds too far.
pub(super) fn check(document: &Value, named: &Named) -> Result<(), String> {
    let mut costs = Costs { named, known: HashMap::new(), depth: 0 };
    costs.walk(document, document, &mut String::new())
}

/// How many subschemas apply to a value that one node is applied to, by the node's address. A cycle counts as one:
/// the validator cuts it.
struct Costs<'a> {
    named: &'a Named,
    known: HashMap<*const Value, u64>,
    depth: usize,
}

impl<'a> Costs<'a> {
    fn walk(&mut self, node: &'a Value, root: &'a Value, path: &mut String) -> Result<(), String> {
        if self.cost(node, root) > MOST {
            return Err(format!(
                "at {}: more than {MOST} subschemas apply to one value here; flatten the nested allOf, anyOf, oneOf and $ref",
                if path.is_empty() { "the root" } else { path }
            ));
        }
        let length = path.len();
        match node {
            Value::Object(entries) => {
                for (key, child) in entries {
                    path.push('/');
                    path.push_str(&key.replace('~', "~0").replace('/', "~1"));
                    self.walk(child, root, path)?;
                    path.truncate(length);
                }
            }
            Value::Array(items) => {
                for (index, child) in items.iter().enumerate() {
                    path.push('/');
                    path.push_str(&index.to_string());
                    self.walk(child, root, path)?;
                    path.truncate(length);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        Ok(())
    }

    fn cost(&mut self, node: &'a Value, root: &'a Value) -> u64 {
        let Some(entries) = node.as_object() else { return 1 };
        if let Some(known) = self.known.get(&std::ptr::from_ref(node)) {
            return *known;
        }
        if self.depth > LONGEST {
            return u64::MAX;
        }
        self.depth += 1;
        self.known.insert(std::ptr::from_ref(node), 1);
        let mut cost = 1_u64;
        for (key, child) in entries {
            let more = match (key.as_str(), child) {
                ("$ref", Value::String(reference)) => {
                    self.target(reference, root).map_or(1, |(target, root)| self.cost(target, root))
                }
                ("allOf" | "anyOf" | "oneOf", Value::Array(branches)) => {
                    branches.iter().map(|branch| self.cost(branch, root)).fold(0, u64::saturating_add)
                }
                ("dependentSchemas" | "dependencies", Value::Object(branches)) => {
                    branches.values().map(|branch| self.cost(branch, root)).fold(0, u64::saturating_add)
                }
                ("not" | "if" | "then" | "else", child) => self.cost(child, root),
                _ => 0,
            };
            cost = cost.saturating_add(more);
        }
        self.known.insert(std::ptr::from_ref(node), cost);
        self.depth -= 1;
        cost
    }

    /// Follows a JSON pointer into this document or a named one; other references are left to the validator.
    fn target(&self, reference: &str, root: &'a Value) -> Option<(&'a Value, &'a Value)> {
        let (uri, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let root = if uri.is_empty() { root } else { self.named.get_from(&super::reach::uri_of(""), uri)? };
        Some((root.pointer(pointer)?, root))
    }
}
