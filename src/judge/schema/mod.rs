//! JSON Schemas: compiled once, asked often. `$ref` reaches the document itself and the named ones, nothing else.

mod bound;
mod limits;
mod reach;
mod words;

#[cfg(test)]
mod tests;

use super::problems::{Problems, Words};
use crate::model::{Reason, Redactor, Severity};
use crate::text::suggest;
use reach::Named;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

/// Formats of OpenAPI 3.0 that JSON Schema does not know. A description of an API may name them: they assert nothing.
const OPENAPI_FORMATS: [&str; 7] = ["int32", "int64", "float", "double", "byte", "binary", "password"];

/// A compiled schema with the name under which it is known.
pub struct Schema {
    /// The name in `schemas:`, or `inline`.
    pub name: String,
    validator: jsonschema::Validator,
}

impl fmt::Debug for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Schema").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The documents of `schemas:` by name; what `$ref` may reach.
#[derive(Debug, Default)]
pub struct SchemaSet {
    documents: BTreeMap<String, Arc<Value>>,
    compiled: Mutex<HashMap<Key, Compiled>>,
    named: Mutex<Option<Named>>,
}

/// What a compiled schema is remembered by.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Key {
    Name(String),
    Inline(String),
}

type Compiled = Result<Arc<Schema>, String>;

impl SchemaSet {
    /// Adds a document under its name (a second one of the same name replaces it).
    pub fn add(&mut self, name: &str, document: Value) {
        self.documents.insert(name.to_owned(), Arc::new(document));
        self.compiled = Mutex::default();
        self.named = Mutex::default();
    }

    /// Compiles the document of this name; the same one is compiled once.
    ///
    /// # Errors
    /// Says in words what is wrong with the schema, and where in it: `at /properties/a/type: …`, a JSON pointer.
    pub fn compile(&self, name: &str) -> Result<Arc<Schema>, String> {
        let Some(document) = self.documents.get(name) else {
            let near = suggest::nearest(name, self.documents.keys().map(String::as_str));
            let hint = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(format!("no schema is named `{name}`{hint}"));
        };
        self.once(Key::Name(name.to_owned()), name, document)
    }

    /// Compiles a document that stands in the configuration itself; equal ones are compiled once.
    ///
    /// # Errors
    /// Says in words what is wrong with the schema, and where in it.
    pub fn compile_inline(&self, document: &Value) -> Result<Arc<Schema>, String> {
        self.once(Key::Inline(document.to_string()), "inline", document)
    }

    fn once(&self, key: Key, name: &str, document: &Value) -> Compiled {
        let mut compiled = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
        compiled.entry(key).or_insert_with(|| self.build(name, document)).clone()
    }

    fn build(&self, name: &str, document: &Value) -> Compiled {
        let mut named = self.named();
        named.reach_from(&reach::uri_of(name), document);
        bound::check(document, &named)?;
        let options = limits::exact(jsonschema::options())
            .with_base_uri(reach::uri_of(name))
            .with_retriever(named.clone())
            .should_validate_formats(true)
            .should_ignore_unknown_formats(false);
        let options = OPENAPI_FORMATS.iter().fold(options, |options, name| options.with_format(*name, |_| true));
        match options.build(document) {
            Ok(validator) => Ok(Arc::new(Schema { name: name.to_owned(), validator })),
            Err(error) => Err(words::of_schema(&error, document, &named)),
        }
    }

    fn named(&self) -> Named {
        let mut named = self.named.lock().unwrap_or_else(PoisonError::into_inner);
        named.get_or_insert_with(|| Named::new(&self.documents)).clone()
    }
}

/// Collects every violation of the schema by the document.
pub(super) fn check(root: &Value, schema: &Schema, severity: Severity, problems: &mut Problems<'_>) {
    if schema.validator.is_valid(root) {
        return;
    }
    for error in schema.validator.iter_errors(root) {
        problems.push(Reason::Schema, severity, |say| {
            Words::at(&words::path(root, error.instance_path().as_str()), say, &words::of_value(&error, root, say))
        });
    }
}

/// Nothing in a schema is a secret of the remote.
fn plain() -> Redactor {
    Redactor::default()
}
