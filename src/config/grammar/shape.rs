//! The building blocks of the tables.

use std::time::Duration;

/// A map with known keys.
#[derive(Debug)]
pub(in crate::config) struct Block {
    /// What it is, with an article: `an endpoint`.
    pub(in crate::config) title: &'static str,
    /// Its keys.
    pub(in crate::config) keys: &'static [&'static [Key]],
    /// Of each group, at most one key may be given.
    pub(in crate::config) alternatives: &'static [&'static [&'static str]],
    /// Of each group, one key must be given.
    pub(in crate::config) required: &'static [&'static [&'static str]],
    /// Whether `x-*` keys are ignored.
    pub(in crate::config) extensible: bool,
}

impl Block {
    /// A block without further rules.
    pub(in crate::config) const fn new(title: &'static str, keys: &'static [&'static [Key]]) -> Self {
        Self { title, keys, alternatives: &[], required: &[], extensible: false }
    }

    /// The key of this name.
    pub(in crate::config) fn key(&self, name: &str) -> Option<&'static Key> {
        self.all().find(|key| key.name == name)
    }

    /// Every key.
    pub(in crate::config) fn all(&self) -> impl Iterator<Item = &'static Key> {
        self.keys.iter().flat_map(|group| group.iter())
    }
}

/// One key of a block.
#[derive(Debug)]
pub(in crate::config) struct Key {
    /// Its name.
    pub(in crate::config) name: &'static str,
    /// What it holds.
    pub(in crate::config) shape: Shape,
    /// What it means, for the JSON Schema.
    pub(in crate::config) doc: &'static str,
}

/// Shortens the tables.
pub(in crate::config) const fn key(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, doc }
}

/// What a value may be.
#[derive(Debug)]
pub(in crate::config) enum Shape {
    /// A map with known keys.
    Block(&'static Block),
    /// A map whose key `type` says which keys it has.
    Tagged(&'static [(&'static str, &'static Block)]),
    /// A map with free keys.
    Map(Keys, &'static Shape),
    /// A list.
    List(&'static Shape),
    /// A list that is not empty.
    Some(&'static Shape),
    /// One, or a list.
    OneOrMany(&'static Shape),
    /// The first that fits by its kind; the words say what is expected.
    Either(&'static str, &'static [Shape]),
    /// A string.
    Text(&'static Text),
    /// `true` or `false`.
    Bool,
    /// A whole number within bounds.
    Integer(i64, i64),
    /// A number within bounds.
    Number(f64, f64),
    /// A duration within bounds.
    Duration(Duration, Duration),
    /// A size within bounds.
    Size(u64, u64),
    /// One of these, compared with the text as written.
    Words(&'static [&'static str]),
    /// A status, class or range.
    Status,
    /// The name of something that the file defines.
    Ref(Ref),
    /// A schema's name, or an inline JSON Schema.
    Schema,
    /// A schema's file, or an inline JSON Schema.
    Document,
    /// What selected nodes must satisfy.
    Condition,
    /// Any JSON value.
    Json,
}

/// What the free keys of a map are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::config) enum Keys {
    /// Names by the contract's rule.
    Name(&'static str),
    /// Names of headers that are sent; they compare without case.
    Header,
    /// Names of headers that a response may carry.
    Answer,
    /// JSONPaths.
    JsonPath,
    /// Variables of a process environment.
    Variable,
    /// Anything that is not empty.
    Any(&'static str),
}

/// What a reference points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::config) enum Ref {
    /// A receiver.
    Receiver,
    /// A pool or `direct`.
    PoolOrDirect,
    /// A pool, `direct` or a proxy's URL.
    Proxy,
    /// `channel/endpoint`.
    Endpoint,
}

/// A kind of string.
#[derive(Debug)]
pub(in crate::config) struct Text {
    /// What is expected, with an article.
    pub(in crate::config) expected: &'static str,
    /// The rule, after expansion.
    pub(in crate::config) check: fn(&str) -> Result<(), String>,
    /// Whether `${…}` is replaced.
    pub(in crate::config) expand: bool,
    /// Whether numbers and booleans are taken as they are written.
    pub(in crate::config) scalars: bool,
    /// What of it is shown.
    pub(in crate::config) shown: Shown,
}

/// What `config show` shows of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::config) enum Shown {
    /// All of it but known secrets.
    Plain,
    /// All of it: a word that has to be read again.
    Open,
    /// What came from outside of the file as it is written.
    Written,
    /// All of it, made absolute where the configuration's own path is.
    File,
    /// None of it.
    Secret,
    /// All but what came from outside of the file.
    Literal,
    /// A URL: scheme, host, port, and the literal parts of the rest but userinfo.
    Url,
}

/// Any duration above zero.
pub(in crate::config) const SOME_TIME: Shape =
    Shape::Duration(Duration::from_millis(1), crate::text::duration::LONGEST);
/// Any duration.
pub(in crate::config) const ANY_TIME: Shape = Shape::Duration(Duration::ZERO, crate::text::duration::LONGEST);
