//! What is *not configured*: it expands to nothing.

use crate::config::context::Context;
use crate::config::expand::Expanded;
use crate::config::settings::Waiting;
use crate::config::tree::{Node, Place};
use crate::model::Name;

/// What keeps a thing from being used because it expands to nothing.
#[derive(Debug, Default)]
pub(super) struct Missing {
    /// The place of the first such setting, its name, and why.
    pub(super) first: Option<(Place, String, String)>,
    /// Every variable, file or credential that is empty; a setting that is written empty, by its own name.
    pub(super) lacks: Vec<String>,
}

impl Missing {
    /// Reads a string; when a reference in it became nothing, or it is empty and may not be, that is kept.
    pub(super) fn read(&mut self, cx: &mut Context<'_>, node: &Node, what: &str) -> Option<Expanded> {
        let expanded = cx.text(node)?;
        for part in expanded.hollow() {
            let why = format!("{what}: {} is empty", part.written);
            self.first.get_or_insert((node.place, what.to_owned(), why));
            self.lack(part.source());
        }
        Some(expanded)
    }

    /// The same, but an empty literal counts too.
    pub(super) fn needed(&mut self, cx: &mut Context<'_>, node: &Node, what: &str) -> Option<Expanded> {
        let expanded = self.read(cx, node, what)?;
        if expanded.text.is_empty() {
            self.first.get_or_insert((node.place, what.to_owned(), format!("{what} is empty")));
            if expanded.parts.is_empty() {
                self.lack(what);
            }
        }
        Some(expanded)
    }

    /// Adds what is missing, once.
    pub(super) fn lack(&mut self, what: &str) {
        if !self.lacks.iter().any(|known| known == what) {
            self.lacks.push(what.to_owned());
        }
    }

    /// Adds what this pool, which comes before all that use it, waits for.
    pub(super) fn pool(&mut self, cx: &Context<'_>, name: &Name) {
        let who = format!("pool {name}");
        let its = cx.waiting.iter().filter(|(_, waiting)| waiting.who == who).flat_map(|(_, waiting)| &waiting.lacks);
        its.for_each(|what| self.lack(what));
    }

    /// Notes what is missing, if anything is: that `who` waits for it, and which setting of it (`what`, before which
    /// `path` stands) is the first.
    pub(super) fn note(self, cx: &mut Context<'_>, path: &str, who: String) {
        if let Some((place, what, _)) = self.first {
            cx.not_configured.push((place, format!("{path}{what}")));
            cx.waiting.push((place, Waiting { who, lacks: self.lacks }));
        }
    }
}
