//! A Telegram Bot API that knows one bot, one chat and `sendMessage`, and refuses what the real one refuses:
//! <https://core.telegram.org/bots/api#sendmessage>, <https://core.telegram.org/bots/api#html-style>.

use super::fleet::{Behaviour, Recorded, Service};
use serde_json::{Value, json};

/// UTF-16 units of one message after entities are parsed.
const LIMIT: usize = 4096;

/// The tags that the real one knows.
const TAGS: [&str; 16] = [
    "b",
    "strong",
    "i",
    "em",
    "u",
    "ins",
    "s",
    "strike",
    "del",
    "span",
    "tg-spoiler",
    "a",
    "code",
    "pre",
    "blockquote",
    "tg-emoji",
];

/// What became of one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The text as people would read it, without markup.
    Accepted(String),
    /// HTTP status and description of the refusal.
    Refused(u16, String),
}

/// The API as a service of a fleet; `tell` hears of every request before it is answered.
pub fn service(name: &str, token: &str, chat: i64, tell: impl Fn(Heard) + Send + Sync + 'static) -> Service {
    let token = token.to_owned();
    let answer = move |request: &Recorded| {
        let heard = hear(request, &token, chat);
        tell(heard.clone());
        match heard {
            Heard::Accepted(text) => {
                let message =
                    json!({ "message_id": 1, "date": 0, "chat": { "id": chat, "type": "supergroup" }, "text": text });
                Behaviour::json(200, json!({ "ok": true, "result": message }).to_string())
            }
            Heard::Refused(status, description) => {
                let refusal = json!({ "ok": false, "error_code": status, "description": description });
                Behaviour::json(status, refusal.to_string())
            }
        }
    };
    Service::new(name).on("*", Behaviour::made(answer))
}

fn hear(request: &Recorded, token: &str, chat: i64) -> Heard {
    let bad = |why: &str| Heard::Refused(400, format!("Bad Request: {why}"));
    let path = request.target.strip_prefix("/bot").and_then(|path| path.split_once('/'));
    match path {
        Some((given, "sendMessage")) if given == token => {}
        Some((given, _)) if given != token => return Heard::Refused(401, "Unauthorized".to_owned()),
        Some(_) | None => return Heard::Refused(404, "Not Found".to_owned()),
    }
    let Ok(body) = serde_json::from_slice::<Value>(&request.body) else { return bad("the body is not JSON") };
    let to = body["chat_id"].as_str().map_or_else(|| body["chat_id"].as_i64(), |id| id.parse().ok());
    if to != Some(chat) {
        return bad("chat not found");
    }
    let text = body["text"].as_str().unwrap_or_default();
    let parsed = match body["parse_mode"].as_str() {
        None => Ok(text.to_owned()),
        Some(mode) if mode.eq_ignore_ascii_case("html") => parse(text),
        Some(_) => return bad("unsupported parse_mode"),
    };
    match parsed {
        Err(why) => bad(&format!("can't parse entities: {why}")),
        Ok(text) if text.trim().is_empty() => bad("message text is empty"),
        Ok(text) if text.encode_utf16().count() > LIMIT => bad("message is too long"),
        Ok(text) => Heard::Accepted(text),
    }
}

/// The text without markup, or why the markup is none.
fn parse(html: &str) -> Result<String, String> {
    let (mut text, mut open, mut rest) = (String::new(), Vec::new(), html);
    while let Some(at) = rest.find(['<', '&']) {
        text.push_str(&rest[..at]);
        let offset = html.len() - rest.len() + at;
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix('&') {
            // What is no entity stands for itself, as with the real one.
            let (decoded, after) = entity(after).unwrap_or(('&', after));
            text.push(decoded);
            rest = after;
            continue;
        }
        let Some(end) = rest.find('>') else { return Err(format!("Unclosed start tag at byte offset {offset}")) };
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        if let Some(found) = tag.strip_prefix('/') {
            match open.pop() {
                Some(expected) if expected == found => {}
                Some(expected) => {
                    return Err(format!(
                        "Unmatched end tag at byte offset {offset}, expected \"</{expected}>\", found \"</{found}>\""
                    ));
                }
                None => return Err(format!("Unexpected end tag at byte offset {offset}")),
            }
        } else {
            let name = tag.split_ascii_whitespace().next().unwrap_or_default();
            if !TAGS.contains(&name) {
                return Err(format!("Unsupported start tag \"{name}\" at byte offset {offset}"));
            }
            open.push(name);
        }
    }
    text.push_str(rest);
    match open.pop() {
        Some(name) => Err(format!("Can't find end tag corresponding to start tag \"{name}\"")),
        None => Ok(text),
    }
}

/// The character that an entity after its `&` stands for, and what follows it.
fn entity(text: &str) -> Option<(char, &str)> {
    let (name, rest) = text.split_once(';')?;
    let decoded = match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(hex) => u32::from_str_radix(hex, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)?
        }
    };
    Some((decoded, rest))
}

#[cfg(test)]
mod tests {
    use super::{Heard, hear};
    use crate::demo::fleet::Recorded;
    use serde_json::{Value, json};

    fn send(target: &str, body: &Value) -> Heard {
        let body = body.to_string().into_bytes().into();
        let request = Recorded { method: "POST".to_owned(), target: target.to_owned(), headers: Vec::new(), body };
        hear(&request, "1:t", -100)
    }

    fn html(text: &str) -> Heard {
        send("/bot1:t/sendMessage", &json!({ "chat_id": -100, "text": text, "parse_mode": "HTML" }))
    }

    fn refused(heard: Heard) -> (u16, String) {
        match heard {
            Heard::Refused(status, why) => (status, why),
            Heard::Accepted(text) => panic!("accepted: {text}"),
        }
    }

    #[test]
    fn reads_what_people_would_read() {
        assert_eq!(
            html("<b>a <code>&lt;b&gt;</code></b> &amp;&#65;&nbsp;"),
            Heard::Accepted("a <b> &A&nbsp;".to_owned())
        );
        let plain = send("/bot1:t/sendMessage", &json!({ "chat_id": "-100", "text": "<b" }));
        assert_eq!(plain, Heard::Accepted("<b".to_owned()));
        assert_eq!(html(&format!("<b>{}</b>", "x".repeat(4096))), Heard::Accepted("x".repeat(4096)));
    }

    #[test]
    fn refuses_markup_that_is_none() {
        for (text, why) in [
            ("<x>a</x>", "Unsupported start tag \"x\" at byte offset 0"),
            ("<b>a", "Can't find end tag corresponding to start tag \"b\""),
            ("a</b>", "Unexpected end tag at byte offset 1"),
            ("<b><i>a</b></i>", "Unmatched end tag at byte offset 7, expected \"</i>\", found \"</b>\""),
            ("a <", "Unclosed start tag at byte offset 2"),
        ] {
            assert_eq!(refused(html(text)), (400, format!("Bad Request: can't parse entities: {why}")), "{text}");
        }
        assert_eq!(refused(html("<b> </b>")).1, "Bad Request: message text is empty");
        // Two UTF-16 units each.
        assert_eq!(refused(html(&"😀".repeat(2049))).1, "Bad Request: message is too long");
    }

    #[test]
    fn knows_one_bot_and_one_chat() {
        let good = json!({ "chat_id": -100, "text": "a" });
        assert_eq!(refused(send("/bot2:t/sendMessage", &good)).0, 401);
        assert_eq!(refused(send("/bot1:t/sendPhoto", &good)).0, 404);
        assert_eq!(refused(send("/sendMessage", &good)).0, 404);
        let other = json!({ "chat_id": -101, "text": "a" });
        assert_eq!(refused(send("/bot1:t/sendMessage", &other)).1, "Bad Request: chat not found");
        let markdown = json!({ "chat_id": -100, "text": "a", "parse_mode": "Markdown" });
        assert_eq!(refused(send("/bot1:t/sendMessage", &markdown)).1, "Bad Request: unsupported parse_mode");
    }
}
