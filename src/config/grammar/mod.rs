//! The grammar of `probes.yaml` as tables: which keys a block has, what they hold, what they mean. The checker, the
//! JSON Schema and `config show` all read these, so that they can't drift apart.

mod alerting;
mod checks;
mod endpoint;
mod root;
pub(super) mod words;

pub(super) use alerting::{ALERTING, RECEIVER_TYPES};
pub(super) use checks::CHECKS;
pub(super) use endpoint::{CHANNEL, DEFAULTS, ENDPOINT};
pub(super) use root::ROOT;

use std::time::Duration;

/// A map with known keys.
#[derive(Debug)]
pub(super) struct Block {
    /// What it is, with an article: `an endpoint`.
    pub(super) title: &'static str,
    /// Its keys.
    pub(super) keys: &'static [&'static [Key]],
    /// Of each group, at most one key may be given.
    pub(super) alternatives: &'static [&'static [&'static str]],
    /// Of each group, one key must be given.
    pub(super) required: &'static [&'static [&'static str]],
    /// Whether `x-*` keys are ignored.
    pub(super) extensible: bool,
}

impl Block {
    /// A block without further rules.
    pub(super) const fn new(title: &'static str, keys: &'static [&'static [Key]]) -> Self {
        Self { title, keys, alternatives: &[], required: &[], extensible: false }
    }

    /// The key of this name.
    pub(super) fn key(&self, name: &str) -> Option<&'static Key> {
        self.all().find(|key| key.name == name)
    }

    /// Every key.
    pub(super) fn all(&self) -> impl Iterator<Item = &'static Key> {
        self.keys.iter().flat_map(|group| group.iter())
    }
}

/// One key of a block.
#[derive(Debug)]
pub(super) struct Key {
    /// Its name.
    pub(super) name: &'static str,
    /// What it holds.
    pub(super) shape: Shape,
    /// What it means, for the JSON Schema.
    pub(super) doc: &'static str,
}

/// Shortens the tables.
pub(super) const fn key(name: &'static str, shape: Shape, doc: &'static str) -> Key {
    Key { name, shape, doc }
}

/// What a value may be.
#[derive(Debug)]
pub(super) enum Shape {
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
pub(super) enum Keys {
    /// Names by the contract's rule.
    Name(&'static str),
    /// Header names; they compare without case.
    Header,
    /// JSONPaths.
    JsonPath,
    /// Variables of a process environment.
    Variable,
    /// Anything that is not empty.
    Any(&'static str),
}

/// What a reference points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ref {
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
pub(super) struct Text {
    /// What is expected, with an article.
    pub(super) expected: &'static str,
    /// The rule, after expansion.
    pub(super) check: fn(&str) -> Result<(), String>,
    /// Whether `${…}` is replaced.
    pub(super) expand: bool,
    /// Whether numbers and booleans are taken as they are written.
    pub(super) scalars: bool,
    /// What of it is shown.
    pub(super) shown: Shown,
}

/// What `config show` shows of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
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
pub(super) const SOME_TIME: Shape = Shape::Duration(Duration::from_millis(1), crate::text::duration::LONGEST);
/// Any duration.
pub(super) const ANY_TIME: Shape = Shape::Duration(Duration::ZERO, crate::text::duration::LONGEST);
