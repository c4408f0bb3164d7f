//! `${VAR}`, `${VAR:-default}`, `${VAR:?message}`, `${file:PATH}`, `${cred:NAME}`: replaced once, in string values, after
//! parsing. `$${` is a literal `${`; any other `$` is itself.

use super::environment::Environment;
use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Most bytes of a `${file:PATH}`.
const FILE_MAX: u64 = 1 << 20;

/// A string value with its references replaced.
#[derive(Clone, Debug, Default)]
pub(super) struct Expanded {
    /// The text; nothing stands in the place of what is unset.
    pub(super) text: String,
    /// The references in it, in order.
    pub(super) parts: Vec<Part>,
}

/// One reference within an [`Expanded`].
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// The bytes of the text that it became.
    pub(super) range: Range<usize>,
    /// As written: `${VAR:-default}`.
    pub(super) written: Arc<str>,
    /// Where its value came from.
    pub(super) origin: Origin,
}

/// Where the value of a reference came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// The variable of this name.
    Variable(String),
    /// The default that is written in the configuration itself.
    Default,
    /// A file or a credential.
    Sealed,
    /// It has none, for this reason.
    Unset(String),
}

impl Part {
    /// The variable's name, or `file:PATH`, `cred:NAME`.
    pub(super) fn source(&self) -> &str {
        let inner = self.written.trim_start_matches("${").trim_end_matches('}');
        let end = [":-", ":?"].into_iter().filter_map(|mark| inner.find(mark)).min();
        &inner[..end.unwrap_or(inner.len())]
    }
}

impl Expanded {
    /// A text that is itself.
    pub(super) fn literal(text: &str) -> Self {
        Self { text: text.to_owned(), parts: Vec::new() }
    }

    /// Adds another one after this one.
    pub(super) fn append(&mut self, other: &Self) {
        let shift = self.text.len();
        self.text.push_str(&other.text);
        self.parts.extend(
            other
                .parts
                .iter()
                .map(|part| Part { range: part.range.start + shift..part.range.end + shift, ..part.clone() }),
        );
    }

    /// Whether a reference in it has no value: then the text means nothing.
    pub(super) fn is_unset(&self) -> bool {
        self.unset().next().is_some()
    }

    /// Why it is unset.
    pub(super) fn unset(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match &part.origin {
            Origin::Unset(why) => Some(why.as_str()),
            Origin::Variable(_) | Origin::Default | Origin::Sealed => None,
        })
    }

    /// The references that became nothing although they are set or have a default.
    pub(super) fn hollow(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| part.range.is_empty() && !matches!(part.origin, Origin::Unset(_)))
    }

    /// The parts whose value came from outside of the file.
    pub(super) fn foreign(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| matches!(part.origin, Origin::Variable(_) | Origin::Sealed))
    }

    /// The text with these stretches replaced, and with references that have no value, or became nothing, as they are
    /// written, so that it reads back the same.
    pub(super) fn shown(&self, cuts: Vec<(Range<usize>, String)>) -> String {
        let hollow = self.parts.iter().filter(|part| part.range.is_empty());
        let mut cuts: Vec<_> = hollow.map(|part| (part.range.clone(), part.written.to_string())).chain(cuts).collect();
        cuts.sort_by_key(|(range, _)| (range.start, range.end));
        let (mut out, mut at) = (String::with_capacity(self.text.len()), 0);
        for (range, instead) in cuts {
            if range.start >= at {
                out.push_str(&self.text[at..range.start].replace("${", "$${"));
                out.push_str(&instead);
                at = range.end;
            }
        }
        out.push_str(&self.text[at..].replace("${", "$${"));
        out
    }
}

/// Whether a `${` stands in a text.
pub(super) fn has_reference(text: &str) -> bool {
    text.contains('$') && text.contains("${")
}

/// Replaces references, and remembers what they stood for.
#[derive(Debug, Default)]
pub(super) struct Expander {
    base: PathBuf,
    known: RefCell<HashMap<String, Found>>,
}

#[derive(Clone, Debug)]
enum Found {
    Value(Arc<str>),
    Nothing(String),
}

impl Expander {
    /// Relative paths of `${file:PATH}` are relative to `base`.
    pub(super) fn new(base: &Path) -> Self {
        Self { base: base.to_owned(), known: RefCell::default() }
    }

    /// The text with references replaced; what is not known yet is asked of `env`.
    ///
    /// # Errors
    /// Says which reference is malformed.
    pub(super) fn expand(&self, text: &str, env: Option<&dyn Environment>) -> Result<Expanded, String> {
        let mut out = Expanded::default();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            let escaped = rest[..at].ends_with('$');
            out.text.push_str(if escaped { &rest[..at - 1] } else { &rest[..at] });
            if escaped {
                out.text.push_str("${");
                rest = &rest[at + 2..];
                continue;
            }
            let Some(length) = rest[at..].find('}') else {
                return Err("`${` without its `}`; a literal `${` is written `$${`".to_owned());
            };
            let written = &rest[at..=at + length];
            rest = &rest[at + length + 1..];
            let start = out.text.len();
            let (value, origin) = self.reference(written, env)?;
            out.text.push_str(&value);
            out.parts.push(Part { range: start..out.text.len(), written: Arc::from(written), origin });
        }
        out.text.push_str(rest);
        Ok(out)
    }

    fn reference(&self, written: &str, env: Option<&dyn Environment>) -> Result<(Arc<str>, Origin), String> {
        let inner = &written[2..written.len() - 1];
        let nothing = || Arc::from("");
        if let Some(path) = inner.strip_prefix("file:") {
            return Ok(match self.look_up(inner, env.is_some(), || self.file(path, env)) {
                Found::Value(value) => (value, Origin::Sealed),
                Found::Nothing(why) => (nothing(), Origin::Unset(format!("`{written}` can't be read: {why}"))),
            });
        }
        if let Some(name) = inner.strip_prefix("cred:") {
            let read = || env.map_or_else(|| Err(String::new()), |env| env.credential(name));
            return Ok(match self.look_up(inner, env.is_some(), read) {
                Found::Value(value) => (value, Origin::Sealed),
                Found::Nothing(why) => (nothing(), Origin::Unset(format!("`{written}` can't be read: {why}"))),
            });
        }
        let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
        let (name, rest) = inner.split_at(end);
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let known_form = rest.is_empty() || rest.starts_with(":-") || rest.starts_with(":?");
        if !is_name || !known_form || rest.contains("${") {
            return Err(format!(
                "`{written}` is none of ${{VAR}}, ${{VAR:-default}}, ${{VAR:?message}}, ${{file:PATH}} and ${{cred:NAME}}; \
                 a literal `${{` is written `$${{`"
            ));
        }
        let found = self.look_up(name, env.is_some(), || {
            env.and_then(|env| env.var(name)).ok_or_else(|| format!("the variable {name} is not set"))
        });
        Ok(match (found, rest.strip_prefix(":-"), rest.strip_prefix(":?")) {
            (Found::Value(value), _, None) if !value.is_empty() => (value, Origin::Variable(name.to_owned())),
            (_, Some(default), _) => (Arc::from(default), Origin::Default),
            (Found::Value(value), _, Some(_)) if !value.is_empty() => (value, Origin::Variable(name.to_owned())),
            (Found::Value(_), _, Some(words)) => {
                (nothing(), Origin::Unset(format!("the variable {name} is empty: {words}")))
            }
            (Found::Nothing(_), _, Some(words)) => {
                (nothing(), Origin::Unset(format!("the variable {name} is not set: {words}")))
            }
            (Found::Value(value), None, None) => (value, Origin::Variable(name.to_owned())),
            (Found::Nothing(why), None, None) => (nothing(), Origin::Unset(why)),
        })
    }

    /// What is not known is only kept when the environment was there to be asked.
    fn look_up(&self, key: &str, known: bool, find: impl FnOnce() -> Result<String, String>) -> Found {
        if let Some(found) = self.known.borrow().get(key) {
            return found.clone();
        }
        let found = match find() {
            Ok(value) => Found::Value(Arc::from(value)),
            Err(why) => Found::Nothing(why),
        };
        if known {
            self.known.borrow_mut().insert(key.to_owned(), found.clone());
        }
        found
    }

    fn file(&self, path: &str, env: Option<&dyn Environment>) -> Result<String, String> {
        let Some(env) = env else { return Err(String::new()) };
        let bytes = env.read_file(&self.base.join(path), FILE_MAX)?;
        let mut text = String::from_utf8(bytes).map_err(|_| "not UTF-8 text".to_owned())?;
        if text.ends_with('\n') {
            text.pop();
            if text.ends_with('\r') {
                text.pop();
            }
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{Expander, Origin};
    use crate::config::environment::Fixed;
    use std::path::Path;

    fn env() -> Fixed {
        let mut env = Fixed::default();
        for (name, value) in [("A", "alpha"), ("EMPTY", ""), ("NESTED", "${A}"), ("_x1", "under")] {
            env.vars.insert(name.to_owned(), value.to_owned());
        }
        env.files.insert("/etc/canary/token".to_owned(), b"from-file\r\n".to_vec());
        env.files.insert("/run/two".to_owned(), b"a\n\n".to_vec());
        env.files.insert("/run/bytes".to_owned(), vec![0xff]);
        env.files.insert("/run/big".to_owned(), vec![b'x'; (1 << 20) + 1]);
        env.credentials.insert("c".to_owned(), "sealed".to_owned());
        env
    }

    #[test]
    fn replaces_each_form() {
        let reader = Expander::new(Path::new("/etc/canary"));
        for (text, wanted) in [
            ("plain", "plain"),
            ("${A}", "alpha"),
            ("x${A}y${_x1}", "xalphayunder"),
            ("${A:-d}", "alpha"),
            ("${NO:-d}", "d"),
            ("${EMPTY:-d}", "d"),
            ("${NO:-}", ""),
            ("${EMPTY}", ""),
            ("${A:?needed}", "alpha"),
            ("$${A}", "${A}"),
            ("$$${A}", "$${A}"),
            ("$A $ $$ {A} 5$", "$A $ $$ {A} 5$"),
            ("${NESTED}", "${A}"),
            ("${file:token}", "from-file"),
            ("${file:/run/two}", "a\n"),
            ("${cred:c}", "sealed"),
            ("${NO:-a:-b c/d}", "a:-b c/d"),
        ] {
            let expanded = reader.expand(text, Some(&env())).expect(text);
            assert!(!expanded.is_unset(), "{text}");
            assert_eq!(expanded.text, wanted, "{text}");
        }
    }

    #[test]
    fn says_what_is_unset() {
        let reader = Expander::new(Path::new("/etc/canary"));
        for (text, wanted) in [
            ("${NO}", "the variable NO is not set"),
            ("${NO:?ask ops}", "the variable NO is not set: ask ops"),
            ("${EMPTY:?ask ops}", "the variable EMPTY is empty: ask ops"),
            ("${file:none}", "`${file:none}` can't be read: no such file"),
            ("${file:/run/bytes}", "`${file:/run/bytes}` can't be read: not UTF-8 text"),
            ("${file:/run/big}", "`${file:/run/big}` can't be read: larger than 1MiB"),
            ("${cred:none}", "`${cred:none}` can't be read: no such credential"),
        ] {
            let expanded = reader.expand(text, Some(&env())).expect(text);
            assert_eq!(expanded.unset().collect::<Vec<_>>(), [wanted], "{text}");
        }
    }

    #[test]
    fn refuses_what_is_malformed() {
        let reader = Expander::new(Path::new("/"));
        for text in ["${", "${}", "${A", "${1A}", "${A-b}", "${A:b}", "${A:=b}", "${a b}", "${A:-${B}}", "${é}"] {
            assert!(reader.expand(text, Some(&env())).is_err(), "{text}");
        }
    }

    #[test]
    fn remembers_without_the_environment() {
        let reader = Expander::new(Path::new("/"));
        reader.expand("${A}", Some(&env())).expect("expands");
        let again = reader.expand("${A}", None).expect("expands");
        assert_eq!((again.text.as_str(), &again.parts[0].origin), ("alpha", &Origin::Variable("A".to_owned())));
    }

    #[test]
    fn shows_masks_and_reads_back() {
        let reader = Expander::new(Path::new("/"));
        let expanded = reader.expand("a$${b}${A}${NO:-}c", Some(&env())).expect("expands");
        assert_eq!(expanded.shown(vec![(expanded.parts[0].range.clone(), "***".to_owned())]), "a$${b}***${NO:-}c");
    }
}
