//! `receivers` and `heartbeat`.

use super::file::named;
use super::missing::Missing;
use super::{heal, pools};
use crate::config::context::{Context, Owner};
use crate::config::expand::Expanded;
use crate::config::settings::{AlertEvent, MailTls, Pool, Receiver, ReceiverKind, Route};
use crate::config::tree::{Node, Place};
use crate::model::{Name, Secret, defaults};
use indexmap::IndexMap;
use std::sync::Arc;

const EVENTS: [(&str, AlertEvent); 4] = [
    ("open", AlertEvent::Open),
    ("remind", AlertEvent::Remind),
    ("recover", AlertEvent::Recover),
    ("heal", AlertEvent::Heal),
];

/// Decodes every receiver.
pub(super) fn receivers(cx: &mut Context<'_>, root: &Node, proxies: &IndexMap<Name, Pool>) -> IndexMap<Name, Receiver> {
    let mut out = IndexMap::new();
    cx.owner = Owner::Telling;
    for entry in named(root.get("receivers")) {
        let Ok(name) = Name::parse(&entry.key) else { continue };
        let unset = cx.unset.len();
        let mut reader = Reader { path: format!("receivers.{name}"), missing: Missing::default() };
        let Some(kind) = reader.kind(cx, &entry.value) else { continue };
        let route = entry.value.get("proxy").map(|node| (node.place, reader.route(cx, node)));
        if let Some((place, Some(Route::Pool(pool)))) = &route
            && proxies.get(pool).is_some_and(|pool| pool.exits.is_empty())
        {
            reader.waits_for(cx, *place, pool);
        }
        let words = cx.strings(&entry.value, "events");
        let events = EVENTS.iter().filter(|(word, _)| words.is_empty() || words.iter().any(|one| one == word));
        let configured = reader.missing.first.is_none() && cx.unset.len() == unset;
        let lacks = reader.missing.lacks.join(", ");
        let unset = cx.unset.get(unset).map(|(_, issue)| issue.clone());
        if let Some(issue) = unset.as_ref().filter(|_| reader.missing.first.is_none()) {
            cx.not_configured.push((issue.place, reader.path.clone()));
        }
        let unset = unset.map(|issue| issue.message);
        let remedy = if lacks.is_empty() { unset } else { Some(format!("set {lacks}")) };
        reader.missing.note(cx, "", format!("receiver {name}"));
        let receiver = Receiver {
            kind,
            proxy: route.and_then(|(_, route)| route).unwrap_or(Route::Direct),
            events: events.map(|(_, event)| *event).collect(),
            configured,
            remedy: remedy.filter(|_| !configured),
        };
        out.insert(name, receiver);
    }
    cx.owner = Owner::Everyone;
    out
}

/// `heartbeat.url`; none when it expands to nothing.
pub(super) fn heartbeat(cx: &mut Context<'_>, root: &Node) -> Option<Secret> {
    let node = root.get("heartbeat")?;
    cx.owner = Owner::Telling;
    let mut reader = Reader { path: "heartbeat".to_owned(), missing: Missing::default() };
    let unset = cx.unset.len();
    let url = reader.url(cx, node, "url");
    cx.owner = Owner::Everyone;
    let place = cx.unset.get(unset).map(|(_, issue)| issue.place).filter(|_| reader.missing.first.is_none());
    cx.not_configured.extend(place.map(|place| (place, "heartbeat.url".to_owned())));
    let configured = reader.missing.first.is_none() && cx.unset.len() == unset;
    reader.missing.note(cx, "", "heartbeat".to_owned());
    url.filter(|_| configured)
}

/// Reads the settings of one receiver.
struct Reader {
    path: String,
    missing: Missing,
}

impl Reader {
    fn kind(&mut self, cx: &mut Context<'_>, node: &Arc<Node>) -> Option<ReceiverKind> {
        let kind = node.get("type").and_then(|kind| kind.text())?;
        Some(match kind {
            "telegram" => ReceiverKind::Telegram {
                bot_token: self.secret(cx, node, "bot_token"),
                chat_id: self.chat(cx, node),
                topic_id: cx.integer(node, "topic_id"),
                silent: cx.boolean(node, "silent").unwrap_or_default(),
                api_url: node.get("api_url").and_then(|_| self.url(cx, node, "api_url")),
            },
            "n8n" | "webhook" => {
                let url = self.url(cx, node, "url").unwrap_or(Secret::new(""));
                if kind == "n8n"
                    && url.expose().contains("/webhook-test/")
                    && let Some(value) = node.get("url")
                {
                    let words =
                        "a /webhook-test/ URL of n8n works only while its editor listens: use the production URL";
                    cx.warnings.push((value.place, words.to_owned()));
                }
                let secret = node.get("secret").map(|_| self.secret(cx, node, "secret"));
                ReceiverKind::Webhook { n8n: kind == "n8n", url, secret }
            }
            "slack" => {
                let url = self.url(cx, node, "url").unwrap_or(Secret::new(""));
                if let Ok(parsed) = url::Url::parse(url.expose()) {
                    cx.secrets.value(parsed.path().trim_start_matches("/services"));
                    // The last part alone is the token.
                    cx.secrets.value(parsed.path().rsplit('/').next().unwrap_or_default());
                }
                ReceiverKind::Slack { url }
            }
            "email" => {
                let url = self.url(cx, node, "url").unwrap_or(Secret::new(""));
                let tls = match cx.string(node, "tls").as_deref() {
                    Some("none") => MailTls::None,
                    Some("starttls") => MailTls::Starttls,
                    Some("implicit") => MailTls::Implicit,
                    _ if url.expose().to_ascii_lowercase().starts_with("smtps") => MailTls::Implicit,
                    _ => MailTls::Starttls,
                };
                let from = node.get("from").and_then(|from| self.needed(cx, from, "from")).unwrap_or_default().text;
                let mut to = Vec::new();
                for item in node.get("to").map(|node| node.items()).unwrap_or_default() {
                    to.extend(self.needed(cx, item, "to").map(|expanded| expanded.text));
                }
                ReceiverKind::Email { url, from, to, tls }
            }
            "alertmanager" => ReceiverKind::Alertmanager { url: self.url(cx, node, "url").unwrap_or(Secret::new("")) },
            "command" => {
                for item in node.get("command").map(|node| node.items()).unwrap_or_default() {
                    if let Some(argument) = cx.text(item) {
                        cx.secrets.parts(&argument);
                    }
                }
                ReceiverKind::Command(heal::command(cx, node, defaults::RECEIVER_COMMAND_TIMEOUT, &mut self.missing))
            }
            _ => return None,
        })
    }

    fn read(&mut self, cx: &mut Context<'_>, node: &Node, key: &str) -> Option<Expanded> {
        self.missing.needed(cx, node, &format!("{}.{key}", self.path))
    }

    fn needed(&mut self, cx: &mut Context<'_>, node: &Node, key: &str) -> Option<Expanded> {
        let expanded = self.read(cx, node, key)?;
        cx.secrets.parts(&expanded);
        Some(expanded)
    }

    fn secret(&mut self, cx: &mut Context<'_>, node: &Node, key: &str) -> Secret {
        let expanded = node.get(key).and_then(|node| self.needed(cx, node, key)).unwrap_or_default();
        cx.secrets.whole(&expanded);
        Secret::new(&expanded.text)
    }

    fn chat(&mut self, cx: &mut Context<'_>, node: &Node) -> String {
        node.get("chat_id").and_then(|chat| self.needed(cx, chat, "chat_id")).unwrap_or_default().text
    }

    fn url(&mut self, cx: &mut Context<'_>, node: &Node, key: &str) -> Option<Secret> {
        let expanded = self.read(cx, node.get(key)?, key)?;
        cx.secrets.url(&expanded);
        Some(Secret::new(&expanded.text))
    }

    fn route(&mut self, cx: &mut Context<'_>, node: &Node) -> Option<Route> {
        pools::route(cx, node, &format!("{}.proxy", self.path), &mut self.missing)
    }

    fn waits_for(&mut self, cx: &Context<'_>, place: Place, pool: &Name) {
        let what = format!("{}.proxy", self.path);
        self.missing.first.get_or_insert((place, what.clone(), what));
        self.missing.pool(cx, pool);
    }
}
