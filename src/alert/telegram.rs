//! Telegram's HTML: <https://core.telegram.org/bots/api#html-style> and the limit of `sendMessage`.

use super::Story;
use super::pack::{Medium, pack};
use super::story::{Line, Style};

/// UTF-16 units of one message. The limit counts after entities are parsed; counting the markup too is the stricter form.
pub const LIMIT: usize = 4096;
/// Messages for one notification.
pub const PARTS: usize = 3;

/// The story as HTML messages, each whole in itself.
pub fn parts(story: &Story) -> Vec<String> {
    pack(story, &Medium { line, size: units, limit: LIMIT, parts: PARTS })
}

/// The same text without markup, for a receiver that could not parse it.
pub fn plain(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = rest[at..].find('>').map_or("", |end| &rest[at + end + 1..]);
    }
    out.push_str(rest);
    out.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

fn line(line: &Line) -> String {
    line.0.iter().fold(String::new(), |mut out, span| {
        let text = escape(&span.text);
        let (open, close) = match span.style {
            Style::Plain => ("", ""),
            Style::Bold => ("<b>", "</b>"),
            Style::Code => ("<code>", "</code>"),
        };
        out.push_str(open);
        out.push_str(&text);
        out.push_str(close);
        out
    })
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}
