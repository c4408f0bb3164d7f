//! OAuth2 client credentials (RFC 6749, section 4.4): tokens are fetched once, shared, and kept until they expire.

use super::attempt::Attempt;
use super::broken::Broken;
use super::deadline::Deadline;
use super::engine::{Engine, Via};
use super::errand::sensitive;
use super::flights::{Flights, Landing};
use crate::config::settings::{Auth, OAuth2, ProxyUrl, Request, RequestBody, Transport};
use crate::model::{Failure, Fault, Observation, Redactor, Response, Secret, Stage};
use crate::text::escape::shorten;
use bytes::Bytes;
use http::Method;
use http::header::{ACCEPT, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::HashMap;
use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

/// A token is not used in its last moments: it might expire on the way.
const MARGIN: i64 = 30;

/// No token is believed for longer, whatever its server or a clock that was wrong said.
const LONGEST: i64 = 86_400;

/// For a token whose server does not say how long it lasts.
const UNSTATED: i64 = 300;

/// Largest answer of a token URL.
const MAX_BODY: u64 = 64 << 10;

/// A token as it is kept between runs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CachedToken {
    /// SHA-256 of token URL, client and scope, in hex.
    pub key: String,
    /// The token itself: a secret.
    pub token: String,
    /// When it expires, Unix seconds.
    pub expires_at: i64,
}

impl fmt::Debug for CachedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CachedToken")
            .field("key", &self.key)
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// A token for one attempt.
pub(super) struct Token {
    pub(super) value: Secret,
    /// Whether it is older than the attempt: then a refusal may mean no more than that.
    pub(super) was_cached: bool,
}

type Fetched = Result<Secret, Broken>;

/// The cache, and what is being fetched.
pub(super) struct Tokens {
    kept: Mutex<HashMap<String, (Secret, i64)>>,
    fetching: Flights<(String, Option<ProxyUrlKey>), Fetched>,
    masks: Mutex<Masks>,
}

/// Every token that was used, and what finds them and the configuration's secrets in a text.
struct Masks {
    configured: Redactor,
    used: Vec<Secret>,
    redactor: Redactor,
}

/// Ways are told apart by the proxy with its credentials.
type ProxyUrlKey = Secret;

impl Tokens {
    /// What an earlier run has kept; `configured` masks the configuration's secrets.
    pub(super) fn new(kept: Vec<CachedToken>, configured: Redactor) -> Self {
        let kept = kept.into_iter().map(|one| (one.key, (Secret::new(&one.token), one.expires_at))).collect();
        let masks = Masks { redactor: configured.clone(), configured, used: Vec::new() };
        Self { kept: Mutex::new(kept), fetching: Flights::new(), masks: Mutex::new(masks) }
    }

    /// All that is kept, in a stable order.
    pub(super) fn kept(&self) -> Vec<CachedToken> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = kept
            .iter()
            .map(|(key, (token, expires_at))| CachedToken {
                key: key.clone(),
                token: token.expose().to_owned(),
                expires_at: *expires_at,
            })
            .collect::<Vec<_>>();
        all.sort_by(|a, b| a.key.cmp(&b.key));
        all
    }

    /// Masks the configuration's secrets and every token that was used so far.
    pub(super) fn redactor(&self) -> Redactor {
        self.masks.lock().unwrap_or_else(PoisonError::into_inner).redactor.clone()
    }

    fn will_use(&self, token: &Secret) {
        let mut masks = self.masks.lock().unwrap_or_else(PoisonError::into_inner);
        if !masks.used.contains(token) {
            masks.used.push(token.clone());
            masks.redactor = masks.configured.and(masks.used.iter().map(Secret::expose));
        }
    }

    /// Drops a token that was refused, unless another has taken its place.
    pub(super) fn forget(&self, oauth2: &OAuth2, refused: &Secret) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let key = key_of(oauth2);
        if kept.get(&key).is_some_and(|(token, _)| token == refused) {
            kept.remove(&key);
        }
    }

    /// From the cache, or fetched; attempts that want the same one at the same time share the fetching.
    pub(super) async fn get(
        &self,
        engine: &Engine,
        oauth2: &Arc<OAuth2>,
        transport: &Transport,
        via: Via<'_>,
        deadline: &Deadline,
    ) -> Result<Token, Broken> {
        let key = key_of(oauth2);
        let now = (engine.shared.now)().as_second();
        let usable = |expires_at: i64| (now + MARGIN..=now + LONGEST).contains(&expires_at);
        let cached = {
            let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.get(&key).filter(|(_, expires_at)| usable(*expires_at)).map(|(token, _)| token.clone())
        };
        if let Some(value) = cached {
            self.will_use(&value);
            return Ok(Token { value, was_cached: true });
        }
        let exit = match via {
            Via::Direct => None,
            Via::Exit(exit) => Some(exit.clone()),
        };
        let flight = (key, exit.as_ref().map(|exit| exit.url.clone()));
        let fetched = self.fetching.join(flight, |landing| {
            let fetching =
                Fetching { engine: engine.clone(), oauth2: Arc::clone(oauth2), transport: transport.clone(), exit };
            tokio::spawn(fetching.run(landing));
        });
        match deadline.whole().wait(fetched).await {
            Ok(Some(fetched)) => {
                let value = fetched?;
                self.will_use(&value);
                Ok(Token { value, was_cached: false })
            }
            Ok(None) => Err(Broken::new(Stage::Auth, Fault::Local, "fetching a token ended without an answer")),
            Err(overrun) => Err(overrun
                .broken(Stage::Auth, Fault::Network, |span| format!("no token from {} in {span}", oauth2.shown_url))),
        }
    }
}

fn key_of(oauth2: &OAuth2) -> String {
    let mut hash = Sha256::new();
    for part in [oauth2.token_url.as_str(), oauth2.client_id.expose(), oauth2.scope.as_deref().unwrap_or_default()] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    hash.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// One request for a token; it outlives the attempt that began it.
struct Fetching {
    engine: Engine,
    oauth2: Arc<OAuth2>,
    transport: Transport,
    exit: Option<ProxyUrl>,
}

impl Fetching {
    async fn run(self, landing: Landing<(String, Option<ProxyUrlKey>), Fetched>) {
        let request = token_request(&self.oauth2);
        let transport = Transport { max_body: MAX_BODY, ..self.transport };
        let via = self.exit.as_ref().map_or(Via::Direct, Via::Exit);
        let far = tokio::time::Instant::now() + transport.timeout + transport.timeout;
        let shown = &self.oauth2.shown_url;
        let fetched = match Attempt::new(&self.engine, &transport, via, far).run_without_token(&request).await {
            Observation::Response(response) => read(&response, shown, &self.engine.redactor()),
            Observation::Failure(failure) => Err(unreachable(*failure, shown)),
        };
        let fetched = fetched.map(|(value, lasts)| {
            let expires_at = (self.engine.shared.now)().as_second() + lasts.clamp(0, LONGEST);
            let mut kept = self.engine.shared.tokens.kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.insert(key_of(&self.oauth2), (value.clone(), expires_at));
            value
        });
        landing.land(fetched);
    }
}

fn token_request(oauth2: &OAuth2) -> Request {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "client_credentials")
        .append_pair("client_id", oauth2.client_id.expose())
        .append_pair("client_secret", oauth2.client_secret.expose());
    if let Some(scope) = &oauth2.scope {
        form.append_pair("scope", scope);
    }
    let body =
        RequestBody { content_type: Some("application/x-www-form-urlencoded"), bytes: Bytes::from(form.finish()) };
    Request {
        method: Method::POST,
        url: oauth2.token_url.clone(),
        shown_url: oauth2.shown_url.clone(),
        headers: vec![(ACCEPT, HeaderValue::from_static("application/json"))],
        body: Some(body),
        auth: Auth::None,
    }
}

/// The token and how many seconds it lasts.
fn read(response: &Response, shown: &str, redactor: &Redactor) -> Result<(Secret, i64), Broken> {
    let status = response.status;
    let answer = serde_json::from_slice::<Value>(&response.body).unwrap_or_default();
    let text = |name: &str| answer.get(name).and_then(Value::as_str);
    let refuse = |fault: Fault, words: &str| {
        let words = redactor.redact(words);
        let words = shorten(&words, 100);
        Err(Broken::new(Stage::Auth, fault, format!("no token: {shown} answered {status}{words}")))
    };
    match (status, text("access_token"), text("error")) {
        (200..=299, Some(token), None) if sensitive(token).is_none() => {
            refuse(Fault::Target, " with an access_token that no header can carry")
        }
        (200..=299, Some(token), None) if !token.is_empty() => {
            let stated = answer.get("expires_in");
            let lasts = stated.and_then(|value| value.as_f64().or_else(|| value.as_str()?.parse().ok()));
            #[expect(clippy::cast_possible_truncation, reason = "bounded to a day by the caller, NaN becomes 0")]
            Ok((Secret::new(token), lasts.map_or(UNSTATED, |seconds| seconds as i64)))
        }
        (500.., _, error) => refuse(Fault::Network, &error.map(|word| format!(": {word}")).unwrap_or_default()),
        (_, _, Some(word)) => refuse(Fault::Target, &format!(": {word}")),
        (200..=299, _, None) => refuse(Fault::Target, " without an access_token"),
        (_, _, None) => refuse(Fault::Target, ""),
    }
}

/// The token URL could not be asked. A failure inside an exit stays the exit's, so that another can be tried.
fn unreachable(failure: Failure, shown: &str) -> Broken {
    let Failure { trace, stage, kind, fault, detail, status: _, sent: _ } = failure;
    let (stage, fault) = match (stage, fault) {
        (Stage::Proxy, fault) => (Stage::Proxy, fault),
        (_, Fault::Target | Fault::Network) => (Stage::Auth, Fault::Network),
        (_, fault @ (Fault::Exit | Fault::Resolver | Fault::Local | Fault::Cut)) => (Stage::Auth, fault),
    };
    Broken {
        stage,
        kind,
        fault,
        detail: format!("no token from {shown}: {detail}"),
        status: None,
        refusal: trace.refusal,
    }
}
