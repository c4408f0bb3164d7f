//! What is wrong with the file and where: collected while loading, rendered with the offending line.

use super::source::{Hidden, Source};
use super::tree::Place;
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

/// A mistake on its way to become a [`Diagnostic`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Issue {
    /// Where.
    pub(super) place: Place,
    /// What is wrong.
    pub(super) message: String,
    /// What stands beside the marker: what was expected, or meant.
    pub(super) label: Option<String>,
    /// How to go on.
    pub(super) help: Option<String>,
    /// What must not be seen in the file although the tree does not hold it, or holds it under a name that tells nothing.
    pub(super) hidden: Vec<Hidden>,
}

impl Issue {
    /// A mistake with its place.
    pub(super) fn new(place: Place, message: impl Into<String>) -> Self {
        Self { place, message: message.into(), label: None, help: None, hidden: Vec::new() }
    }

    /// Adds what was expected.
    pub(super) fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Adds what was expected, where that is known.
    pub(super) fn maybe_label(mut self, label: Option<String>) -> Self {
        self.label = label.or(self.label);
        self
    }

    /// Adds what must not be seen.
    pub(super) fn hide(mut self, hidden: Vec<Hidden>) -> Self {
        self.hidden.extend(hidden);
        self
    }

    /// Adds how to go on.
    pub(super) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Mistakes without repetitions: an inherited setting is read once for every endpoint that inherits it.
#[derive(Debug, Default)]
pub(super) struct Issues {
    seen: HashSet<Issue>,
    all: Vec<Issue>,
}

impl Issues {
    /// Adds one, unless it is known.
    pub(super) fn push(&mut self, issue: Issue) {
        if !self.seen.contains(&issue) {
            self.seen.insert(issue.clone());
            self.all.push(issue);
        }
    }

    /// All of them in the order they were found.
    pub(super) fn into_vec(self) -> Vec<Issue> {
        self.all
    }
}

/// One mistake in the file, ready to be shown: secrets are masked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What was expected, or probably meant.
    pub label: Option<String>,
    /// How to go on.
    pub help: Option<String>,
    /// The offending line.
    source: String,
    /// The bytes of `source` to mark.
    marker: Range<usize>,
}

/// Mistakes in file order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    file: String,
    found: Vec<Diagnostic>,
    /// What is unset in a file that is broken: what the run needs, and what it does not.
    unset: Vec<Diagnostic>,
    others: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Sorts mistakes by place, masks secrets, attaches lines. `unset` is kept for [`Diagnostics::in_use`].
    pub(super) fn new(source: &mut Source<'_>, found: &[Issue], unset: &[Issue]) -> Self {
        found.iter().flat_map(|issue| &issue.hidden).for_each(|hidden| source.hide(hidden.clone()));
        Self {
            file: crate::text::escape::terminal(&source.name).into_owned(),
            found: attach(source, found),
            unset: attach(source, unset),
            others: Vec::new(),
        }
    }

    /// With what is unset besides, where no run needs it.
    pub(super) fn or_else(mut self, source: &Source<'_>, others: &[Issue]) -> Self {
        self.others = attach(source, others);
        self
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// How many mistakes there are.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// The mistakes in file order.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.found.iter()
    }

    /// The file that they are in, as it was named.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The same with every unset variable of the whole file, as `config check` wants them.
    #[must_use]
    pub fn everywhere(mut self) -> Self {
        self.unset.append(&mut self.others);
        self.in_use()
    }

    /// The same with every unset variable that the run needs: one that only a disabled endpoint, a pool that nothing uses or
    /// a receiver names is none of them.
    #[must_use]
    pub fn in_use(mut self) -> Self {
        self.found.append(&mut self.unset);
        self.found.sort_by_key(|one| (one.line, one.column));
        self.found.dedup();
        self
    }

    /// All mistakes for a person, each with its line and a marker. Ends with a line break unless empty.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled().hyperlink(false) } else { Renderer::plain() };
        let mut out = String::new();
        for one in &self.found {
            let annotation = AnnotationKind::Primary.span(one.marker.clone()).label(one.label.as_deref());
            let snippet = Snippet::source(one.source.as_str()).path(self.file.as_str()).line_start(one.line);
            let mut group = Level::ERROR.primary_title(one.message.as_str()).element(snippet.annotation(annotation));
            if let Some(help) = &one.help {
                group = group.element(Level::HELP.message(help.as_str()));
            }
            let text = renderer.render(&[group]);
            // A masked or cut line moves its characters; the place is that of the file.
            let drawn = one.source[..one.marker.start].chars().count() + 1;
            let (drawn, real) =
                (format!("{}:{}:{drawn}", self.file, one.line), format!("{}:{}:{}", self.file, one.line, one.column));
            out.push_str(&text.replacen(&drawn, &real, 1));
            out.push_str("\n\n");
        }
        out.pop();
        out
    }
}

impl<'d> IntoIterator for &'d Diagnostics {
    type Item = &'d Diagnostic;
    type IntoIter = std::slice::Iter<'d, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

fn attach(source: &Source<'_>, issues: &[Issue]) -> Vec<Diagnostic> {
    let mut sorted: Vec<&Issue> = issues.iter().collect();
    sorted.sort_by_key(|issue| (issue.place.line, issue.place.column));
    sorted.dedup();
    sorted.into_iter().map(|issue| diagnostic(source, issue)).collect()
}

fn diagnostic(source: &Source<'_>, issue: &Issue) -> Diagnostic {
    let clean = |text: &str| {
        let text = source.without(issue.place, text);
        let masked = source.redactor.redact(&text);
        let lines: Vec<Cow<'_, str>> = masked.lines().map(crate::text::escape::terminal).collect();
        lines.join("\n")
    };
    let (line, marker) = source.line(issue.place);
    Diagnostic {
        line: issue.place.line as usize,
        column: issue.place.column as usize,
        message: clean(&issue.message),
        label: issue.label.as_deref().map(clean),
        help: issue.help.as_deref().map(clean),
        source: line,
        marker,
    }
}
