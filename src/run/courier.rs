//! One try to deliver one entry: what the receiver answered, and nothing decided about it.

use super::exits::Exits;
use super::inquiry::plain_get;
use super::probe::Prober;
use crate::alert::{Answer, Delivery, Entry, Kind, Story, body, mrkdwn, telegram};
use crate::config::settings::{Receiver, ReceiverKind, Request, RequestBody, Route, Transport};
use crate::model::{Fault, Observation, Response, Secret, Stage};
use crate::probe::Via;
use crate::world::{clock, host_name};
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::{HeaderName, HeaderValue, Method};
use serde_json::{Value, json};
use sha2::Sha256;
use std::time::Duration;
use tokio::time::Instant;
use url::Url;

/// One try, the receiver's whole answer included.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most of an answer that is read.
const MOST: u64 = 64 << 10;
/// The Bot API's own server (core.telegram.org/bots/api).
const TELEGRAM: &str = "https://api.telegram.org";

/// What came of a try.
#[derive(Debug)]
pub struct Tried {
    /// For the outbox.
    pub answer: Answer,
    /// The new id of a Telegram group that became a supergroup.
    pub moved_to: Option<String>,
}

impl From<Delivery> for Tried {
    fn from(delivery: Delivery) -> Self {
        Self { answer: delivery.into(), moved_to: None }
    }
}

/// Sends an entry. `chat` is where a Telegram chat has moved to.
pub async fn deliver(prober: &Prober, receiver: &Receiver, entry: &Entry, chat: Option<&str>, cut: Instant) -> Tried {
    let cut = cut.min(Instant::now() + PATIENCE);
    let post = Post { prober, route: &receiver.proxy, cut };
    match &receiver.kind {
        ReceiverKind::Telegram { bot_token, chat_id, topic_id, silent, api_url } => {
            let base = api_url.as_ref().map_or(TELEGRAM, Secret::expose).trim_end_matches('/');
            let url = format!("{base}/bot{}/sendMessage", bot_token.expose());
            let extra = json!({ "message_thread_id": topic_id, "disable_notification": silent });
            to_telegram(&post, &url, chat.unwrap_or(chat_id), &extra, entry).await
        }
        ReceiverKind::Webhook { url, secret, .. } => {
            let bytes = body(Kind::Alert, entry, &host_name(), clock::now()).to_string().into_bytes();
            let signature = secret.as_ref().and_then(|secret| signature(secret, &bytes));
            simple(&post.json(url.expose(), bytes, signature).await).into()
        }
        ReceiverKind::Slack { url } => {
            let text = mrkdwn(&Story::of(entry, clock::now()));
            let bytes = json!({ "text": text }).to_string().into_bytes();
            match post.json(url.expose(), bytes, None).await {
                Observation::Response(response) if response.status == 200 && response.body.trim_ascii() != b"ok" => {
                    let why = "it answered 200 with something else than ok".to_owned();
                    Delivery::TryLater { why, after: None, slow: true }.into()
                }
                seen => simple(&seen).into(),
            }
        }
        ReceiverKind::Email { .. } | ReceiverKind::Alertmanager { .. } | ReceiverKind::Command(_) => {
            let why = "receivers of this type are not served by this release".to_owned();
            Delivery::TryLater { why, after: None, slow: true }.into()
        }
    }
}

/// Whether this release can deliver to a receiver of this type.
pub fn is_served(kind: &ReceiverKind) -> bool {
    match kind {
        ReceiverKind::Telegram { .. } | ReceiverKind::Webhook { .. } | ReceiverKind::Slack { .. } => true,
        ReceiverKind::Email { .. } | ReceiverKind::Alertmanager { .. } | ReceiverKind::Command(_) => false,
    }
}

/// Part by part; what was accepted is not sent again.
async fn to_telegram(post: &Post<'_>, url: &str, chat: &str, extra: &Value, entry: &Entry) -> Tried {
    let mut left =
        if entry.rest.is_empty() { telegram::parts(&Story::of(entry, clock::now())) } else { entry.rest.clone() };
    left.reverse();
    let mut chat = chat.to_owned();
    let mut moved_to = None;
    let mut plain = false;
    while let Some(part) = left.last() {
        let text = if plain { telegram::plain(part) } else { part.clone() };
        let mut message = json!({ "chat_id": chat, "text": text, "link_preview_options": { "is_disabled": true } });
        if !plain {
            message["parse_mode"] = "HTML".into();
        }
        for (key, value) in extra.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
            message[key.as_str()] = value.clone();
        }
        let seen = post.json(url, message.to_string().into_bytes(), None).await;
        let delivery = match &seen {
            Observation::Response(response) => of_telegram(response),
            Observation::Failure(_) => TelegramSays::Other(simple(&seen)),
        };
        match delivery {
            TelegramSays::Yes => {
                left.pop();
                plain = false;
            }
            TelegramSays::Moved(id) if moved_to.is_none() => {
                chat.clone_from(&id);
                moved_to = Some(id);
            }
            TelegramSays::CannotParse(_) if !plain => plain = true,
            TelegramSays::Moved(why) | TelegramSays::CannotParse(why) => {
                return Tried { answer: rest(Delivery::Refused { why }, left), moved_to };
            }
            TelegramSays::Other(delivery) => return Tried { answer: rest(delivery, left), moved_to },
        }
    }
    Tried { answer: Delivery::Accepted.into(), moved_to }
}

fn rest(delivery: Delivery, mut left: Vec<String>) -> Answer {
    left.reverse();
    Answer { delivery, rest: left }
}

enum TelegramSays {
    Yes,
    Moved(String),
    CannotParse(String),
    Other(Delivery),
}

/// By status and body (core.telegram.org/bots/api#making-requests).
fn of_telegram(response: &Response) -> TelegramSays {
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    let description = body["description"].as_str().unwrap_or_default().to_owned();
    let parameters = &body["parameters"];
    if response.status == 200 && body["ok"] == true {
        return TelegramSays::Yes;
    }
    if let Some(id) = parameters["migrate_to_chat_id"].as_i64() {
        return TelegramSays::Moved(id.to_string());
    }
    if response.status == 400 && description.contains("can't parse") {
        return TelegramSays::CannotParse(description);
    }
    let why = format!("status {}: {description}", response.status);
    let after = parameters["retry_after"].as_u64().map(Duration::from_secs).or_else(|| retry_after(response));
    TelegramSays::Other(match response.status {
        200 => Delivery::TryLater { why, after, slow: true },
        status => Delivery::of_status(status, why, after),
    })
}

/// By status alone; what was sent and got no clear answer may have been accepted.
fn simple(seen: &Observation) -> Delivery {
    match seen {
        Observation::Response(response) => {
            let hint = serde_json::from_slice::<Value>(&response.body).ok();
            let hint =
                hint.and_then(|body| Some(body.get("hint")?.as_str()?.to_owned())).filter(|hint| !hint.is_empty());
            let why = match hint {
                Some(hint) => format!("status {}: {hint}", response.status),
                None => format!("status {}", response.status),
            };
            Delivery::of_status(response.status, why, retry_after(response))
        }
        Observation::Failure(failure) => {
            let why = failure.detail.clone();
            let unclear = failure.sent && matches!(failure.stage, Stage::Send | Stage::Head | Stage::Body);
            match failure.fault {
                Fault::Target | Fault::Cut if unclear => Delivery::Unclear { why },
                Fault::Target | Fault::Exit | Fault::Resolver | Fault::Network | Fault::Local | Fault::Cut => {
                    Delivery::TryLater { why, after: None, slow: false }
                }
            }
        }
    }
}

fn retry_after(response: &Response) -> Option<Duration> {
    crate::retry::retry_after(&response.headers, clock::now())
}

fn signature(secret: &Secret, bytes: &[u8]) -> Option<HeaderValue> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).ok()?;
    mac.update(bytes);
    let hex: String = mac.finalize().into_bytes().iter().flat_map(|byte| [byte >> 4, byte & 15]).map(digit).collect();
    HeaderValue::from_str(&format!("sha256={hex}")).ok()
}

fn digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap_or('0')
}

/// A way to a receiver.
struct Post<'a> {
    prober: &'a Prober,
    route: &'a Route,
    cut: Instant,
}

impl Post<'_> {
    /// Posts JSON; redirects are not followed.
    async fn json(&self, url: &str, bytes: Vec<u8>, signature: Option<HeaderValue>) -> Observation {
        let Ok(url) = Url::parse(url) else {
            return Observation::Failure(Box::new(unusable()));
        };
        let mut request = Request {
            method: Method::POST,
            body: Some(RequestBody { content_type: Some("application/json"), bytes: bytes.into() }),
            ..plain_get(&url)
        };
        if let Some(signature) = signature {
            request.headers.push((HeaderName::from_static("x-canary-signature"), signature));
        }
        let transport = Transport { timeout: PATIENCE, max_redirects: 0, max_body: MOST, ..Transport::default() };
        let pool = match self.route {
            Route::Direct | Route::Url(_) => None,
            Route::Pool(name) => self.prober.exits.pools.get_key_value(name),
        };
        // Any exit will do for a receiver: the next try goes through the next one.
        let exit = pool.and_then(|(name, pool)| {
            let order = self.prober.exits.order(name, pool, &crate::model::EndpointId::new(name.clone(), "receiver"));
            order.first().and_then(|at| pool.exits.get(*at)).map(|exit| (exit, Exits::key(name, pool, order[0])))
        });
        let via = match (self.route, &exit) {
            (Route::Direct, _) => Via::Direct,
            (Route::Url(url), _) => Via::Exit(url),
            (Route::Pool(_), Some((exit, _))) => Via::Exit(exit),
            (Route::Pool(_), None) => return Observation::Failure(Box::new(unusable())),
        };
        Box::pin(self.prober.engine.attempt(&request, &transport, &via, self.cut)).await
    }
}

fn unusable() -> crate::model::Failure {
    crate::model::Failure {
        trace: crate::model::Trace::default(),
        status: None,
        stage: Stage::Proxy,
        kind: crate::model::FailureKind::Broken,
        fault: Fault::Local,
        sent: false,
        detail: "no usable address or proxy for this receiver".to_owned(),
    }
}

/// The dead man's switch: GET, `/fail` on the path when canary failed at its own job.
///
/// # Errors
/// Says why there was no 2xx; for a person only: it changes no exit code.
pub async fn heartbeat(prober: &Prober, url: &Secret, failed: bool) -> Result<(), String> {
    let Ok(mut url) = Url::parse(url.expose()) else { return Err("its URL can't be read".to_owned()) };
    if failed {
        let path = format!("{}/fail", url.path().trim_end_matches('/'));
        url.set_path(&path);
    }
    let patience = Duration::from_secs(5);
    let transport = Transport { timeout: patience, max_body: MOST, ..Transport::default() };
    let cut = Instant::now() + patience;
    match Box::pin(prober.engine.attempt(&plain_get(&url), &transport, &Via::Direct, cut)).await {
        Observation::Response(response) if (200..300).contains(&response.status) => Ok(()),
        Observation::Response(response) => Err(format!("status {}", response.status)),
        Observation::Failure(failure) => Err(failure.detail.clone()),
    }
}
