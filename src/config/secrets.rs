//! What is secret: by the name of its key, by its place in a URL, by where its value came from.

use super::expand::{Expanded, Origin};
use crate::model::names_secret;
use base64::Engine as _;
use std::collections::{BTreeSet, HashSet};
use std::ops::Range;

/// So many words of one value are masked apart from it at most: a real one has a few, and a mebibyte of them is no token.
const MOST_WORDS: usize = 64;

/// Whether a variable of this name holds a secret although no secret place uses it.
fn is_secret_variable(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let ends = ["key", "token", "secret", "password", "passwd", "credential", "credentials", "cookie"];
    name.split('_').any(|word| {
        matches!(word, "pass" | "pwd" | "auth" | "authorization") || ends.iter().any(|end| word.ends_with(end))
    })
}

/// The secrets met while loading.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    values: BTreeSet<String>,
    /// Those that only name somebody: masked, but no reason to refuse a command.
    identities: BTreeSet<String>,
    variables: HashSet<String>,
    /// Whether any of them is written into the file itself.
    written: bool,
}

impl Secrets {
    /// A value that is secret as a whole.
    pub(super) fn whole(&mut self, expanded: &Expanded) {
        self.written |= !expanded.text.is_empty() && expanded.foreign().next().is_none();
        self.value(&expanded.text);
        self.parts(expanded);
    }

    /// A user's or client's name, or a scope: masked like everything in `auth`.
    pub(super) fn identity(&mut self, expanded: &Expanded) {
        self.identities.insert(expanded.text.clone());
    }

    /// A literal that is secret.
    pub(super) fn value(&mut self, text: &str) {
        if !text.is_empty() {
            self.values.insert(text.to_owned());
        }
    }

    /// A value of which only what came from outside of the file is secret.
    pub(super) fn parts(&mut self, expanded: &Expanded) {
        for part in expanded.foreign() {
            self.value(&expanded.text[part.range.clone()]);
            self.variable(&part.origin);
        }
    }

    /// The parts of a URL from outside of the file that lie in its userinfo, path or query, and a literal password.
    pub(super) fn url(&mut self, expanded: &Expanded) {
        let bounds = Bounds::of(&expanded.text);
        for part in expanded.foreign() {
            let inside = bounds.secret_part(&part.range);
            for range in &inside {
                let text = &expanded.text[range.clone()];
                if text != "/" {
                    self.value(text);
                    self.pieces(text);
                }
            }
            if !inside.is_empty() {
                self.variable(&part.origin);
            }
        }
        if let Some(userinfo) = &bounds.userinfo
            && let Some((user, password)) = expanded.text[userinfo.clone()].split_once(':')
        {
            let from = userinfo.end - password.len();
            self.written |= !password.is_empty()
                && !expanded.foreign().any(|part| part.range.end > from && part.range.start < userinfo.end);
            self.value(password);
            self.basic(&decoded(user), &decoded(password));
        }
    }

    /// What a remote may echo of a path and query alone: parameters' values, and segments that look like tokens.
    fn pieces(&mut self, text: &str) {
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let token = |segment: &&str| segment.len() >= 6 && segment.bytes().any(|byte| byte.is_ascii_digit());
        path.split('/').filter(token).take(MOST_WORDS).for_each(|segment| self.value(segment));
        for (_, value) in url::form_urlencoded::parse(query.as_bytes()).take(MOST_WORDS) {
            self.value(&value);
        }
    }

    /// A header's value: all of it when its name says so, with what follows the scheme or a cookie's name apart.
    pub(super) fn header(&mut self, name: &str, expanded: &Expanded) {
        self.parts(expanded);
        if names_secret(name) {
            self.written |= !expanded.text.is_empty() && expanded.foreign().next().is_none();
            self.value(&expanded.text);
            for word in expanded.text.split([' ', ';', '=']).filter(|word| word.len() >= 8).take(MOST_WORDS) {
                self.value(word);
            }
        }
    }

    /// A user with a password, also in the form of an `Authorization: Basic` header.
    pub(super) fn basic(&mut self, user: &str, password: &str) {
        self.value(password);
        self.value(&base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}")));
    }

    fn variable(&mut self, origin: &Origin) {
        if let Origin::Variable(name) = origin {
            self.variables.insert(name.clone());
        }
    }

    /// Whether a process argument would show a secret.
    pub(super) fn shows(&self, argument: &Expanded) -> bool {
        let by_origin = argument.parts.iter().any(|part| match &part.origin {
            Origin::Variable(name) => self.variables.contains(name) || is_secret_variable(name),
            Origin::Sealed => true,
            Origin::Default | Origin::Unset(_) => false,
        });
        let shortest = crate::model::secret::SHORTEST_GLOBAL;
        by_origin || self.values.iter().any(|value| value.len() >= shortest && argument.text.contains(value.as_str()))
    }

    /// Whether the file itself holds one.
    pub(super) fn are_written(&self) -> bool {
        self.written
    }

    /// The variables that hold one, by their use.
    pub(super) fn variables(&self) -> impl Iterator<Item = &String> {
        self.variables.iter()
    }

    /// All values.
    pub(super) fn values(&self) -> impl Iterator<Item = &str> {
        self.values.iter().chain(&self.identities).map(String::as_str)
    }
}

/// Percent escapes undone.
pub(super) fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Where in a URL's text its userinfo lies, and where its path begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bounds {
    /// Between `://` and the last `@` of the authority.
    pub(super) userinfo: Option<Range<usize>>,
    /// The path's, query's or fragment's first byte.
    pub(super) path: usize,
}

impl Bounds {
    /// Finds them; a text without `://` is all path.
    pub(super) fn of(text: &str) -> Self {
        let Some(colon) = text.find("://") else { return Self::default() };
        let authority = colon + 3;
        let path = text[authority..].find(['/', '?', '#']).map_or(text.len(), |at| authority + at);
        let userinfo = text[authority..path].rfind('@').map(|at| authority..authority + at);
        Self { userinfo, path }
    }

    /// What of a range must not be seen.
    pub(super) fn secret_part(&self, range: &Range<usize>) -> Vec<Range<usize>> {
        let cut = |other: &Range<usize>| range.start.max(other.start)..range.end.min(other.end);
        let userinfo = self.userinfo.iter().map(cut);
        userinfo.chain([cut(&(self.path..usize::MAX))]).filter(|range| range.start < range.end).collect()
    }
}

/// The userinfo of every URL in a text.
pub(super) fn userinfo_of(text: &str) -> Vec<Range<usize>> {
    text.match_indices("://")
        .filter_map(|(at, _)| {
            let from = at + 3;
            let end =
                text[from..].find(|c: char| c.is_whitespace() || "/?#\"'".contains(c)).unwrap_or(text.len() - from);
            let sign = text[from..from + end].rfind('@')?;
            (!only_references(&text[from..from + sign])).then_some(from..from + sign)
        })
        .collect()
}

/// Whether a userinfo such as `${USER}:${PASS}` tells nothing.
fn only_references(mut userinfo: &str) -> bool {
    while let Some(rest) = userinfo.strip_prefix("${") {
        match rest.split_once('}') {
            Some((inner, after)) if !inner.contains(":-") => userinfo = after.strip_prefix(':').unwrap_or(after),
            _ => return false,
        }
    }
    userinfo.is_empty()
}

#[cfg(test)]
mod tests {
    use super::{Bounds, names_secret, userinfo_of};

    #[test]
    fn knows_secret_names() {
        for name in ["Authorization", "proxy-authorization", "Cookie", "X-Api-Key", "x-auth-token", "client_secret"] {
            assert!(names_secret(name), "{name}");
        }
        assert!(!names_secret("accept"));
    }

    #[test]
    fn finds_the_parts_of_a_url() {
        let text = "http://u:p@h:1/a?b";
        let bounds = Bounds::of(text);
        assert_eq!(bounds, Bounds { userinfo: Some(7..10), path: 14 });
        assert_eq!(bounds.secret_part(&(0..text.len())), [7..10, 14..18]);
        assert!(bounds.secret_part(&(11..14)).is_empty());
        assert_eq!(Bounds::of("/a/b").path, 0);
        assert_eq!(userinfo_of("url: http://u:p@h/ # x@y").first(), Some(&(12..15)));
        assert!(userinfo_of("http://h/a@b").is_empty());
        assert!(userinfo_of("http://${U}:${P}@h").is_empty());
        assert_eq!(userinfo_of("http://${U}:pw@h").first(), Some(&(7..14)));
    }
}
