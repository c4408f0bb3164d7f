//! What `$ref` may reach besides the document itself: the named schemas, by name or `$id`. Never network or files.

use jsonschema::{Retrieve, Uri};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::sync::Arc;
use url::Url;

/// Where named schemas live for URI arithmetic: a `$ref: health` in one of them becomes `canary:///schemas/health`.
const BASE: &str = "canary:///schemas/";

/// The base URI of a document without an `$id` of its own.
pub(super) fn uri_of(name: &str) -> String {
    format!("{BASE}{name}")
}

/// The named documents by every URI that means them.
#[derive(Clone, Debug)]
pub(super) struct Named {
    names: Arc<Vec<String>>,
    by_uri: Arc<HashMap<String, Arc<Value>>>,
}

impl Named {
    pub(super) fn new(documents: &BTreeMap<String, Arc<Value>>) -> Self {
        let mut by_uri = HashMap::new();
        for (name, document) in documents {
            let uri = uri_of(name);
            if let Some(id) = id_of(document) {
                by_uri.insert(join(&uri, id), Arc::clone(document));
            }
            by_uri.insert(uri, Arc::clone(document));
        }
        let names = Arc::new(documents.keys().cloned().collect());
        let mut set = Self { names, by_uri: Arc::new(by_uri) };
        for (name, document) in documents {
            set.reach_from(&uri_of(name), document);
        }
        set
    }

    /// Adds the URIs that a document's references to bare names become under an `$id`, which leads URI arithmetic
    /// away from the names.
    pub(super) fn reach_from(&mut self, base: &str, node: &Value) {
        match node {
            Value::Object(entries) => {
                let own = id_of(node).map(|id| join(base, id));
                let base = own.as_deref().unwrap_or(base);
                if let Some(Value::String(reference)) = entries.get("$ref") {
                    let name = reference.split('#').next().unwrap_or_default();
                    let uri = join(base, name);
                    if let Some(document) = self.by_uri.get(&uri_of(name)).cloned()
                        && !self.by_uri.contains_key(&uri)
                    {
                        Arc::make_mut(&mut self.by_uri).insert(uri, document);
                    }
                }
                for child in entries.values() {
                    self.reach_from(base, child);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| self.reach_from(base, item)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// The document that a URI without its fragment means.
    pub(super) fn get(&self, uri: &str) -> Option<&Arc<Value>> {
        let uri = uri.split('#').next().unwrap_or_default();
        self.by_uri.get(uri)
    }

    /// The document that a `$ref` in a document of this base means.
    pub(super) fn get_from(&self, base: &str, reference: &str) -> Option<&Arc<Value>> {
        self.get(&join(base, reference))
    }

    /// All names, for messages.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }
}

impl Retrieve for Named {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn Error + Send + Sync>> {
        match self.get(uri.as_str()) {
            Some(document) => Ok((**document).clone()),
            None => Err("not a named schema".into()),
        }
    }
}

/// How a URI is shown: the name alone where canary made it up.
pub(super) fn shown(uri: &str) -> &str {
    uri.strip_prefix(BASE).unwrap_or(uri)
}

/// `$id`, or `id` of draft 4, where it is more than a fragment.
fn id_of(document: &Value) -> Option<&str> {
    let id = document.get("$id").or_else(|| document.get("id"))?.as_str()?;
    (!id.starts_with('#')).then_some(id)
}

/// Resolves a reference (RFC 3986, section 5) and drops the fragment.
fn join(base: &str, reference: &str) -> String {
    let joined =
        Url::parse(base).and_then(|base| base.join(reference)).map_or_else(|_| reference.to_owned(), String::from);
    joined.split('#').next().unwrap_or_default().to_owned()
}
