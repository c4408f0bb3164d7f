//! What is *not configured*: it expands to nothing.

use crate::config::context::Context;
use crate::config::expand::Expanded;
use crate::config::tree::{Node, Place};

/// What keeps a thing from being used because it expands to nothing: the place, the setting, and why.
#[derive(Debug, Default)]
pub(super) struct Missing(pub(super) Option<(Place, String, String)>);

impl Missing {
    /// Reads a string; when a reference in it became nothing, or it is empty and may not be, that is kept.
    pub(super) fn read(&mut self, cx: &mut Context<'_>, node: &Node, what: &str) -> Option<Expanded> {
        let expanded = cx.text(node)?;
        if let Some(part) = expanded.hollow() {
            let why = format!("{what}: {} is empty", part.written);
            self.0.get_or_insert((node.place, what.to_owned(), why));
        }
        Some(expanded)
    }

    /// The same, but an empty literal counts too.
    pub(super) fn needed(&mut self, cx: &mut Context<'_>, node: &Node, what: &str) -> Option<Expanded> {
        let expanded = self.read(cx, node, what)?;
        if expanded.text.is_empty() {
            self.0.get_or_insert((node.place, what.to_owned(), format!("{what} is empty")));
        }
        Some(expanded)
    }
}
