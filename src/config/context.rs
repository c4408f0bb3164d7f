//! What one loading of a file knows and collects.

use super::diagnostic::{Issue, Issues};
use super::environment::Environment;
use super::expand::{Expanded, Expander, has_reference};
use super::secrets::Secrets;
use super::settings::{ClientIdentity, Waiting};
use super::tree::{Kind, Node, Place, Value, number};
use crate::judge::schema::{Schema, SchemaSet};
use crate::judge::{Condition, JsonPath, Pattern};
use crate::model::{EndpointId, Name};
use crate::text::{duration, size};
use rustls_pki_types::CertificateDer;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Whose setting is being read: decides whether an unset variable matters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Owner {
    /// Every run's.
    Everyone,
    /// An endpoint's.
    Endpoint(EndpointId),
    /// A pool's, and so that of the endpoints that use it.
    Pool(Name),
    /// A schema's, and so that of the endpoints that use it.
    Schema(Name),
    /// A receiver's, the heartbeat's: theirs alone.
    Telling,
}

/// The names that the file defines.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) schemas: HashSet<String>,
    pub(super) pools: HashSet<String>,
    pub(super) receivers: HashSet<String>,
    pub(super) endpoints: HashSet<String>,
}

/// TLS files read so far, by path; none where reading failed.
#[derive(Debug, Default)]
pub(super) struct Pems {
    pub(super) authorities: HashMap<String, Option<Arc<Vec<CertificateDer<'static>>>>>,
    pub(super) identities: HashMap<(String, String), Option<Arc<ClientIdentity>>>,
}

/// The state of one loading.
pub(super) struct Context<'e> {
    pub(super) env: &'e dyn Environment,
    pub(super) base: PathBuf,
    pub(super) expander: Expander,
    pub(super) known: Known,
    pub(super) issues: Issues,
    /// How many times a mistake was noted, repetitions too.
    pub(super) mistakes: u64,
    pub(super) secrets: Secrets,
    pub(super) owner: Owner,
    /// Whether the tree has been checked and is being decoded: only then unset variables are noted.
    pub(super) decoding: bool,
    pub(super) unset: Vec<(Owner, Issue)>,
    unset_seen: HashSet<(Owner, Place)>,
    /// How many near matches were looked for: in a large file that takes a while, and nobody reads hundreds.
    pub(super) suggestions: u32,
    /// With the place that brings them into file order.
    pub(super) not_configured: Vec<(Place, String)>,
    pub(super) waiting: Vec<(Place, Waiting)>,
    pub(super) warnings: Vec<(Place, String)>,
    /// Process arguments, to be held against the secrets once all are known.
    pub(super) arguments: Vec<(Place, Expanded)>,
    pub(super) schemas: SchemaSet,
    pub(super) pems: Pems,
    inline: HashMap<*const Node, Option<Arc<Schema>>>,
    regexes: HashMap<String, Pattern>,
    paths: HashMap<String, JsonPath>,
    /// Conditions without mistakes and references, by how they are written.
    pub(super) conditions: HashMap<Vec<u8>, Arc<Condition>>,
}

impl<'e> Context<'e> {
    /// A fresh one for a file in the directory `base`.
    pub(super) fn new(env: &'e dyn Environment, base: &Path) -> Self {
        Self {
            env,
            base: base.to_owned(),
            expander: Expander::new(base),
            known: Known::default(),
            issues: Issues::default(),
            mistakes: 0,
            secrets: Secrets::default(),
            owner: Owner::Everyone,
            decoding: false,
            unset: Vec::new(),
            unset_seen: HashSet::new(),
            suggestions: 0,
            not_configured: Vec::new(),
            waiting: Vec::new(),
            warnings: Vec::new(),
            arguments: Vec::new(),
            schemas: SchemaSet::default(),
            pems: Pems::default(),
            inline: HashMap::new(),
            regexes: HashMap::new(),
            paths: HashMap::new(),
            conditions: HashMap::new(),
        }
    }

    /// Notes a mistake.
    pub(super) fn issue(&mut self, issue: Issue) {
        self.mistakes += 1;
        self.issues.push(issue);
    }

    /// The text of a scalar, expanded; none when it is no scalar, null, malformed, or unset (which is noted).
    pub(super) fn text(&mut self, node: &Node) -> Option<Expanded> {
        let scalar = node.scalar().filter(|scalar| scalar.kind != Kind::Null)?;
        if scalar.kind != Kind::Text || !has_reference(&scalar.text) {
            return Some(Expanded::literal(&scalar.text));
        }
        let expanded = self.expander.expand(&scalar.text, Some(self.env)).ok()?;
        if !expanded.is_unset() {
            return Some(expanded);
        }
        if self.decoding && self.unset_seen.insert((self.owner.clone(), node.place)) {
            for why in expanded.unset() {
                let mut issue = Issue::new(node.place, why);
                if why.starts_with("the variable") {
                    issue = issue.help("set it in the environment or in the env file");
                }
                self.unset.push((self.owner.clone(), issue));
            }
        }
        None
    }

    /// The same, unless it is empty.
    pub(super) fn some_text(&mut self, node: &Node) -> Option<String> {
        self.word(node).map(Cow::into_owned)
    }

    /// The same, borrowed where it holds no reference.
    fn word<'n>(&mut self, node: &'n Node) -> Option<Cow<'n, str>> {
        let text = match node.scalar()? {
            scalar if scalar.kind == Kind::Null => return None,
            scalar if has_reference(&scalar.text) => Cow::Owned(self.text(node)?.text),
            scalar => Cow::Borrowed(&*scalar.text),
        };
        Some(text).filter(|text| !text.is_empty())
    }

    fn word_of<'n>(&mut self, parent: &'n Node, key: &str) -> Option<Cow<'n, str>> {
        parent.get(key).and_then(|node| self.word(node))
    }

    /// A string of `parent`'s `key`.
    pub(super) fn string(&mut self, parent: &Node, key: &str) -> Option<String> {
        self.word_of(parent, key).map(Cow::into_owned)
    }

    /// A duration.
    pub(super) fn duration(&mut self, parent: &Node, key: &str) -> Option<Duration> {
        self.word_of(parent, key).and_then(|text| duration::parse(&text).ok())
    }

    /// A size.
    pub(super) fn size(&mut self, parent: &Node, key: &str) -> Option<u64> {
        self.word_of(parent, key).and_then(|text| size::parse(&text).ok())
    }

    /// A boolean.
    pub(super) fn boolean(&mut self, parent: &Node, key: &str) -> Option<bool> {
        self.word_of(parent, key).and_then(|text| boolean(&text))
    }

    /// A whole number.
    pub(super) fn integer(&mut self, parent: &Node, key: &str) -> Option<i64> {
        self.word_of(parent, key).and_then(|text| number(&text)?.as_i64())
    }

    /// A whole number above zero.
    pub(super) fn count(&mut self, parent: &Node, key: &str) -> Option<u32> {
        self.integer(parent, key).and_then(|number| u32::try_from(number).ok())
    }

    /// Each string of a list, or the one that stands in its place.
    pub(super) fn strings(&mut self, parent: &Node, key: &str) -> Vec<String> {
        let Some(node) = parent.get(key) else { return Vec::new() };
        if node.scalar().is_some() {
            return self.some_text(node).into_iter().collect();
        }
        node.items().iter().filter_map(|item| self.some_text(item)).collect()
    }

    /// A compiled regex; a malformed one was reported by the checker.
    pub(super) fn regex(&mut self, text: &str) -> Option<Pattern> {
        if let Some(known) = self.regexes.get(text) {
            return Some(known.clone());
        }
        let pattern = Pattern::parse(text).ok()?;
        self.regexes.insert(text.to_owned(), pattern.clone());
        Some(pattern)
    }

    /// A parsed JSONPath; each distinct one is parsed once.
    ///
    /// # Errors
    /// Says in words what is malformed.
    pub(super) fn json_path(&mut self, text: &str) -> Result<JsonPath, String> {
        if let Some(known) = self.paths.get(text) {
            return Ok(known.clone());
        }
        let path = JsonPath::parse(text)?;
        self.paths.insert(text.to_owned(), path.clone());
        Ok(path)
    }

    /// A schema by name or inline, compiled; a wrong one is noted once.
    pub(super) fn schema(&mut self, node: &Arc<Node>) -> Option<Arc<Schema>> {
        if node.scalar().is_some_and(|scalar| scalar.kind == Kind::Text) {
            let name = self.some_text(node)?;
            return self.known.schemas.contains(&name).then(|| self.schemas.compile(&name).ok()).flatten();
        }
        if let Some(known) = self.inline.get(&Arc::as_ptr(node)) {
            return known.clone();
        }
        if !matches!(node.value, Value::Map(_)) && !node.scalar().is_some_and(|scalar| scalar.kind == Kind::Bool) {
            // The grammar's check has said so already.
            return None;
        }
        let compiled = match self.schemas.compile_inline(&node.to_plain_json()) {
            Ok(schema) => Some(schema),
            Err(words) => {
                self.issue(Issue::new(node.place, format!("the inline schema can't be used: {words}")));
                None
            }
        };
        self.inline.insert(Arc::as_ptr(node), compiled.clone());
        compiled
    }

    /// A path that a setting names, from the configuration's directory.
    pub(super) fn beside(&self, path: &str) -> String {
        self.base.join(path).to_string_lossy().into_owned()
    }

    /// Reads a file that a setting names, relative to the configuration.
    ///
    /// # Errors
    /// Says in words why it can't be read, with the path as written.
    pub(super) fn file(&self, path: &str, max: u64) -> Result<Vec<u8>, String> {
        self.env.read_file(&self.base.join(path), max).map_err(|why| format!("`{path}` can't be read: {why}"))
    }
}

/// The words that YAML takes for a boolean.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" => Some(true),
        "false" | "False" | "FALSE" => Some(false),
        _ => None,
    }
}
