//! `sendMessage` of the Bot API: <https://core.telegram.org/bots/api#sendmessage>.

use super::courier::{Parcel, Reply};
use super::post::{Answered, Read, Way};
use crate::alert::{Answer, Delivery, telegram};
use crate::model::Secret;
use serde_json::{Value, json};
use std::time::Duration;

const API: &str = "https://api.telegram.org";
/// The longest wish of a receiver that is honoured.
const LONGEST: Duration = Duration::from_hours(1);

/// A receiver's settings.
pub(super) struct Bot<'a> {
    pub(super) token: &'a Secret,
    pub(super) chat_id: &'a str,
    pub(super) topic_id: Option<i64>,
    pub(super) silent: bool,
    pub(super) api_url: Option<&'a Secret>,
}

/// What one message met.
enum Met {
    Yes,
    /// The markup could not be read.
    Unreadable(String),
    /// The chat has another id now.
    Moved(String, String),
    No(Delivery),
}

/// Sends what is left of the message, part by part.
pub(super) async fn send(bot: &Bot<'_>, way: &Way<'_>, parcel: &Parcel<'_>) -> Reply {
    let parts = if parcel.entry.rest.is_empty() { telegram::parts(&parcel.story()) } else { parcel.entry.rest.clone() };
    let mut chat = parcel.cx.moved_to.unwrap_or(bot.chat_id).to_owned();
    let (mut moved_to, mut answer) = (None, Answer::from(Delivery::Accepted));
    for (at, part) in parts.iter().enumerate() {
        let delivery = put(bot, way, &mut chat, &mut moved_to, part).await;
        if delivery != Delivery::Accepted {
            let rest = if at == 0 { Vec::new() } else { parts[at..].to_vec() };
            answer = Answer { delivery, rest };
            break;
        }
    }
    Reply { answer, moved_to, remarks: Vec::new(), met: Vec::new() }
}

/// One part: at most once more for a chat that moved, and once more without markup.
async fn put(bot: &Bot<'_>, way: &Way<'_>, chat: &mut String, moved: &mut Option<String>, part: &str) -> Delivery {
    let (mut html, mut followed) = (true, false);
    loop {
        match post(bot, way, chat, part, html).await {
            Met::Yes => return Delivery::Accepted,
            Met::No(delivery) => return delivery,
            Met::Unreadable(_) if html => html = false,
            Met::Moved(to, _) if !followed => {
                followed = true;
                chat.clone_from(&to);
                *moved = Some(to);
            }
            Met::Unreadable(why) | Met::Moved(_, why) => return Delivery::Refused { why },
        }
    }
}

async fn post(bot: &Bot<'_>, way: &Way<'_>, chat: &str, part: &str, html: bool) -> Met {
    let base = bot.api_url.map_or(API, Secret::expose).trim_end_matches('/');
    let url = format!("{base}/bot{}/sendMessage", bot.token.expose());
    let mut message = json!({
        "chat_id": chat.parse::<i64>().map_or_else(|_| Value::from(chat), Value::from),
        "text": if html { part.to_owned() } else { telegram::plain(part) },
        "link_preview_options": { "is_disabled": true },
        "disable_notification": bot.silent,
    });
    if html {
        message["parse_mode"] = "HTML".into();
    }
    if let Some(topic) = bot.topic_id {
        message["message_thread_id"] = topic.into();
    }
    match way.post(&url, message.to_string().into_bytes(), &[], Read::Body).await {
        Ok(answered) => met(&answered),
        Err(delivery) => Met::No(delivery),
    }
}

fn met(answered: &Answered) -> Met {
    let body: Value = serde_json::from_slice(&answered.body).unwrap_or_default();
    let good = (200..=299).contains(&answered.status);
    if good && body["ok"] == true {
        return Met::Yes;
    }
    if good && answered.broke_off() && body.is_null() {
        return Met::No(Delivery::Unclear { why: format!("HTTP {}, and then the answer broke off", answered.status) });
    }
    let said = body["description"].as_str();
    let why = said.map_or_else(|| answered.why(), |said| format!("HTTP {}: {said}", answered.status));
    if good {
        return Met::No(Delivery::TryLater { why: format!("no \"ok\": true: {why}"), after: None, slow: true });
    }
    if answered.status == 400 {
        let moved = &body["parameters"]["migrate_to_chat_id"];
        if let Some(to) = moved.as_i64().map(|id| id.to_string()) {
            return Met::Moved(to, why);
        }
        if said.is_some_and(|said| said.to_ascii_lowercase().contains("can't parse")) {
            return Met::Unreadable(why);
        }
    }
    let asked = body["parameters"]["retry_after"].as_u64().map(Duration::from_secs).or(answered.after);
    Met::No(Delivery::of_status(answered.status, why, asked.map(|asked| asked.min(LONGEST))))
}
