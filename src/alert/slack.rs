//! Slack's mrkdwn: <https://docs.slack.dev/messaging/formatting-message-text>.

use super::Story;
use super::pack::{Medium, pack};
use super::story::{Line, Span, Style};

/// Slack cuts a message's `text` after 40,000 characters.
const LIMIT: usize = 12_000;

/// The story as one text.
pub fn mrkdwn(story: &Story) -> String {
    pack(story, &Medium { line, size: |text| text.chars().count(), limit: LIMIT, parts: 1 }).concat()
}

fn line(line: &Line) -> String {
    line.0.iter().map(span).collect()
}

fn span(span: &Span) -> String {
    let text = span.text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    match span.style {
        Style::Plain => inert(&text),
        Style::Bold => format!("*{}*", inert(&text)),
        Style::Code => format!("`{}`", text.replace('`', "'")),
    }
}

/// An invisible joiner keeps foreign `*`, `_`, `~` and backticks from being read as markup.
fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '*' | '_' | '~' | '`') {
            out.push('\u{2060}');
        }
        out.push(c);
    }
    out
}
