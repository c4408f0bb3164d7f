//! The way from an entry to a receiver's answer.

use super::exits::{Exits, Met};
use super::post::Way;
use super::trust::Trust;
use super::{alertmanager, command, email, heartbeat, slack, telegram, webhook};
use crate::alert::{Answer, Delivery, Entry, Kind, LONGEST_TRY, Story};
use crate::config::settings::{ProxyUrl, ReceiverKind};
use crate::model::{Notice, Redactor, Secret};
use crate::text::escape::{shorten, terminal};
use jiff::Timestamp;
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::time::Instant;

/// The longest that one try may take.
const TRY: Duration = Duration::from_secs(10);
const _: () = assert!(TRY.as_millis() <= LONGEST_TRY.as_millis(), "no try may outlast the claim on its entry");
/// Characters of an error text.
const WHY: usize = 300;

/// Delivers. One for a run: the trust store is loaded once, when first needed.
#[derive(Debug)]
pub struct Courier {
    redactor: Redactor,
    env: Vec<(String, String)>,
    store_is_named: bool,
    trust: OnceCell<Trust>,
}

/// What a message needs besides its entry.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Alert or test.
    pub kind: Kind,
    /// This machine's name.
    pub host: &'a str,
    /// The time of the try.
    pub now: Timestamp,
    /// Where a Telegram chat has moved to, as the outbox remembers it.
    pub moved_to: Option<&'a str>,
    /// All open incidents; only Alertmanager is told them. An entry without items posts them alone.
    pub open: &'a [Notice],
    /// The longest interval of the configuration, for Alertmanager's `endsAt`.
    pub longest_interval: Duration,
    /// When the try is over whatever its own limits: the run ends.
    pub cut: Instant,
}

/// What a receiver answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// For the outbox.
    pub answer: Answer,
    /// Where a Telegram chat has moved to, when this try found out; for the outbox's `moved`.
    pub moved_to: Option<String>,
    /// What a person must know although it was delivered: a mail's recipients that the server does not know.
    pub remarks: Vec<String>,
    /// What the try learnt of the exits that it was given.
    pub met: Vec<Met>,
}

impl From<Delivery> for Reply {
    fn from(delivery: Delivery) -> Self {
        Self { answer: delivery.into(), moved_to: None, remarks: Vec::new(), met: Vec::new() }
    }
}

/// What every receiver's file gets.
#[derive(Clone, Copy)]
pub(super) struct Parcel<'a> {
    pub(super) entry: &'a Entry,
    pub(super) cx: Context<'a>,
    pub(super) until: Instant,
}

impl Parcel<'_> {
    pub(super) fn story(&self) -> Story {
        match self.cx.kind {
            Kind::Alert => Story::of(self.entry, self.cx.now),
            Kind::Test => Story::sample(self.cx.host),
        }
    }

    /// The webhook body: the very bytes that are sent and signed.
    pub(super) fn body(&self) -> Vec<u8> {
        crate::alert::body(self.cx.kind, self.entry, self.cx.host, self.cx.now).to_string().into_bytes()
    }
}

impl Courier {
    /// `redactor` masks what receivers echo; `env` is what every command gets: `PATH`, `HOME`, `LANG`; `store_is_named` is
    /// whether SSL_CERT_FILE or SSL_CERT_DIR names the trust store.
    pub fn new(redactor: Redactor, env: Vec<(String, String)>, store_is_named: bool) -> Self {
        Self { redactor, env, store_is_named, trust: OnceCell::new() }
    }

    /// One try: at most 10 s and 64 KiB of answer, no redirects. A command has its own timeout instead. Neither outlasts the
    /// context's cut. Of `exits`, which are asked in their order, the first that makes a tunnel is taken; none: straight.
    pub async fn deliver(&self, kind: &ReceiverKind, exits: &[ProxyUrl], entry: &Entry, cx: Context<'_>) -> Reply {
        let parcel = Parcel { entry, cx, until: cx.cut.min(Instant::now() + TRY) };
        let redactor = self.redactor.and(secrets(kind, exits).iter().map(String::as_str));
        let exits = Exits::new(exits);
        let trust = self.trust().await;
        let way = Way { trust, exits: &exits, redactor: &redactor, until: parcel.until, now: cx.now };
        let mut reply = match kind {
            ReceiverKind::Telegram { bot_token, chat_id, topic_id, silent, api_url } => {
                let bot = telegram::Bot {
                    token: bot_token,
                    chat_id,
                    topic_id: *topic_id,
                    silent: *silent,
                    api_url: api_url.as_ref(),
                };
                telegram::send(&bot, &way, &parcel).await
            }
            ReceiverKind::Webhook { n8n, url, secret } => {
                webhook::send(url, secret.as_ref(), *n8n, &way, &parcel).await.into()
            }
            ReceiverKind::Slack { url } => slack::send(url, &way, &parcel).await.into(),
            ReceiverKind::Email { url, from, to, tls } => {
                email::send(&email::Letter { url, from, to, tls: *tls }, &way, &parcel).await
            }
            ReceiverKind::Alertmanager { url } => alertmanager::send(url, &way, &parcel).await.into(),
            ReceiverKind::Command(run) => command::send(run, &self.env, &parcel, &redactor).await.into(),
        };
        let why = match &mut reply.answer.delivery {
            Delivery::Accepted => None,
            Delivery::TryLater { why, .. } | Delivery::Refused { why } | Delivery::Unclear { why } => Some(why),
        };
        reply.met = exits.met();
        let broken = reply.met.iter_mut().filter_map(|met| met.broken.as_mut());
        for text in why.into_iter().chain(&mut reply.remarks).chain(broken) {
            *text = shorten(&terminal(&redactor.redact(text)), WHY).into_owned();
        }
        reply
    }

    /// Tells the dead man's switch that canary ran; at most 5 s, and not after `cut`. `failed`: canary failed at its own job.
    ///
    /// # Errors
    /// Why it was not told, for a person.
    pub async fn heartbeat(&self, url: &Secret, failed: bool, cut: Instant) -> Result<(), String> {
        let redactor = self.redactor.and([url.expose()]);
        heartbeat::send((url, failed), cut, self.trust(), &redactor)
            .await
            .map_err(|why| shorten(&terminal(&redactor.redact(&why)), WHY).into_owned())
    }

    async fn trust(&self) -> &Trust {
        self.trust.get_or_init(|| Trust::load(self.store_is_named)).await
    }
}

/// What of a receiver's settings must not come back in an error text.
fn secrets(kind: &ReceiverKind, exits: &[ProxyUrl]) -> Vec<String> {
    let mut urls: Vec<&Secret> = exits.iter().map(|exit| &exit.url).collect();
    let mut found = Vec::new();
    match kind {
        ReceiverKind::Telegram { bot_token, api_url, .. } => {
            found.push(bot_token.expose().to_owned());
            urls.extend(api_url);
        }
        ReceiverKind::Webhook { url, secret, .. } => {
            urls.push(url);
            found.extend(secret.iter().map(|secret| secret.expose().to_owned()));
        }
        ReceiverKind::Slack { url } | ReceiverKind::Email { url, .. } | ReceiverKind::Alertmanager { url } => {
            urls.push(url);
        }
        ReceiverKind::Command(run) => found.extend(run.env.iter().map(|(_, value)| value.expose().to_owned())),
    }
    for url in urls {
        found.push(url.expose().to_owned());
        if let Ok(url) = url::Url::parse(url.expose()) {
            found.extend(url.password().map(str::to_owned));
            let long = url.path_segments().into_iter().flatten().filter(|part| part.len() >= 12);
            found.extend(long.map(str::to_owned));
            found.extend(url.query_pairs().map(|(_, value)| value.into_owned()));
        }
    }
    found
}
