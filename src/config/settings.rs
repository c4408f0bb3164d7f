//! The typed settings that everything above the configuration works from.

use crate::judge::Rules;
use crate::model::{EndpointId, Name, Redactor, Secret};
use crate::retry::Policy;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method};
use indexmap::IndexMap;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

pub use crate::alert::AlertEvent;
pub use crate::incident::{Alerting, Flap, Maintenance, Threshold};

/// Something that is not used until values are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// `vk/api`, `heal of vk/health`, `receiver ops`, `pool residential`, `heartbeat`.
    pub who: String,
    /// All variables that are empty (`VK_TOKEN`); a file or credential (`file:PATH`, `cred:NAME`), or a setting that is
    /// written empty, by its name.
    pub lacks: Vec<String>,
}

/// One whole configuration: everything merged, expanded, checked.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The file it came from; none for ad-hoc URLs without a file.
    pub path: Option<PathBuf>,
    /// `state_dir`, made absolute against the file.
    pub state_dir: Option<PathBuf>,
    /// `history`.
    pub history: HistorySettings,
    /// `defaults.spread`.
    pub spread: bool,
    /// Every endpoint of every channel, in file order, disabled ones too.
    pub endpoints: Vec<Arc<Endpoint>>,
    /// Names of the channels, in file order.
    pub channels: Vec<Name>,
    /// `proxies`.
    pub proxies: IndexMap<Name, Pool>,
    /// `receivers`.
    pub receivers: IndexMap<Name, Receiver>,
    /// `alerting` at the top; endpoints carry their own merged copy.
    pub alerting: Alerting,
    /// `heartbeat.url`; none when absent or not configured.
    pub heartbeat: Option<Secret>,
    /// `connectivity.targets`.
    pub connectivity: Vec<Secret>,
    /// Every secret value anywhere in the file or expanded into it.
    pub redactor: Redactor,
    /// Whether a token or password is written into the file, instead of a reference to one.
    pub secrets_written: bool,
    /// The variables whose values stand in secret places.
    pub secret_variables: BTreeSet<String>,
    /// What is unset in receivers and the heartbeat, and where: a run does without them, aloud.
    pub unset_telling: Vec<String>,
    /// What is *not configured* because it expands to nothing: `receivers.n8n.url`, `vk/api auth` …, in file order.
    pub not_configured: Vec<String>,
    /// The same by who waits, in file order.
    pub waiting: Vec<Waiting>,
    /// Remarks that are no errors, with their place: `probes.yaml:12:5: verify: false …`.
    pub warnings: Vec<String>,
}

/// `history: { path, max_size, keep }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistorySettings {
    /// Relative paths are relative to the state directory.
    pub path: PathBuf,
    /// Rotation begins past this size; at least 64 KiB.
    pub max_size: u64,
    /// Older files kept beside the live one.
    pub keep: u32,
}

impl Default for HistorySettings {
    fn default() -> Self {
        Self { path: PathBuf::from("history.jsonl"), max_size: 256 << 20, keep: 8 }
    }
}

/// One endpoint, ready to be probed.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// `channel/endpoint`.
    pub id: EndpointId,
    /// `enabled`.
    pub enabled: bool,
    /// What expands to nothing and keeps it from being probed: `auth.bearer: ${VK_TOKEN:-} is empty`. That may be `auth`,
    /// `proxy`, and any reference in `url`, `base_url`, `path`, `query`, `headers`, `json`, `form` or `body`.
    pub not_configured: Option<String>,
    /// `tags`: its own, or else its channel's.
    pub tags: Vec<String>,
    /// `description`.
    pub description: Option<String>,
    /// `runbook`.
    pub runbook: Option<String>,
    /// What is asked.
    pub request: Request,
    /// How it is carried.
    pub transport: Transport,
    /// `retry`.
    pub retry: Policy,
    /// `expect`, `warn`, `metrics`, `capture`.
    pub rules: Rules,
    /// `interval`.
    pub interval: Duration,
    /// `interval_failing`, by default min(interval, 1m).
    pub interval_failing: Duration,
    /// `proxy`.
    pub proxy: Route,
    /// `confirm_via`.
    pub confirm_via: Option<Route>,
    /// `connectivity`: whether the shared check may excuse its failure.
    pub connectivity: bool,
    /// `depends_on`.
    pub depends_on: Vec<EndpointId>,
    /// `heal`.
    pub heal: Vec<HealRule>,
    /// `alerting`, merged.
    pub alerting: Alerting,
    /// `maintenance`.
    pub maintenance: Vec<Maintenance>,
}

/// What is sent.
#[derive(Clone, Debug)]
pub struct Request {
    /// `method`; GET when not given, or POST when there is a body.
    pub method: Method,
    /// The whole URL, query included, ready to send.
    pub url: Url,
    /// The same for people: expanded parts of path, query and userinfo are `***`.
    pub shown_url: String,
    /// `headers` that apply to this origin, defaults (user-agent, accept, …) not included. Values are marked sensitive where secret.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// `json`, `form` or `body`.
    pub body: Option<RequestBody>,
    /// `auth`.
    pub auth: Auth,
}

/// A request body, ready to send.
#[derive(Clone, Debug)]
pub struct RequestBody {
    /// The content type that its form implies, unless `headers` says another.
    pub content_type: Option<&'static str>,
    /// The bytes.
    pub bytes: Bytes,
}

/// `auth`.
#[derive(Clone, Debug, Default)]
pub enum Auth {
    /// None.
    #[default]
    None,
    /// `bearer`.
    Bearer(Secret),
    /// `basic`.
    Basic {
        /// `username`.
        username: Secret,
        /// `password`.
        password: Secret,
    },
    /// `oauth2`, client credentials (RFC 6749, section 4.4).
    OAuth2(Arc<OAuth2>),
}

/// `auth.oauth2`.
#[derive(Clone, Debug)]
pub struct OAuth2 {
    /// Where the token comes from.
    pub token_url: Url,
    /// The same for people.
    pub shown_url: String,
    /// `client_id`.
    pub client_id: Secret,
    /// `client_secret`.
    pub client_secret: Secret,
    /// `scope`.
    pub scope: Option<String>,
}

/// How a request is carried.
#[derive(Clone, Debug)]
pub struct Transport {
    /// One attempt, all of it.
    pub timeout: Duration,
    /// Until the TCP connection, or a proxy's tunnel, stands.
    pub connect_timeout: Duration,
    /// `resolve`: host → address and, where given, port.
    pub resolve: Vec<(String, IpAddr, Option<u16>)>,
    /// `ip_family`.
    pub ip_family: IpFamily,
    /// `http_version`.
    pub http_version: HttpVersion,
    /// `follow_redirects`: the most hops; 0 when false.
    pub max_redirects: u32,
    /// Most bytes of the decoded body.
    pub max_body: u64,
    /// Most attempts at once against one host.
    pub max_per_host: u32,
    /// `tls`.
    pub tls: Tls,
}

impl Default for Transport {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(5),
            resolve: Vec::new(),
            ip_family: IpFamily::Auto,
            http_version: HttpVersion::Auto,
            max_redirects: 5,
            max_body: 1 << 20,
            max_per_host: 8,
            tls: Tls::default(),
        }
    }
}

/// `ip_family`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IpFamily {
    /// Both, raced (RFC 8305).
    Auto,
    /// IPv4 only.
    V4,
    /// IPv6 only.
    V6,
}

/// `http_version`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HttpVersion {
    /// What ALPN agrees on; 1.1 over plain TCP.
    Auto,
    /// 1.1 only.
    V1,
    /// 2 only; over plain TCP with prior knowledge.
    V2,
}

/// `tls`.
#[derive(Clone, Debug)]
pub struct Tls {
    /// `ca`: the only trust for this endpoint; none means the system's.
    pub ca: Option<Arc<Vec<CertificateDer<'static>>>>,
    /// `client_cert` and `client_key`.
    pub client: Option<Arc<ClientIdentity>>,
    /// `verify`.
    pub verify: bool,
    /// `server_name`: instead of the URL's host in SNI and in the certificate.
    pub server_name: Option<String>,
}

impl Default for Tls {
    fn default() -> Self {
        Self { ca: None, client: None, verify: true, server_name: None }
    }
}

/// A client certificate with its key.
#[derive(Debug)]
pub struct ClientIdentity {
    /// The chain, leaf first.
    pub chain: Vec<CertificateDer<'static>>,
    /// The key.
    pub key: PrivateKeyDer<'static>,
}

/// Along which way an endpoint is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// No proxy.
    Direct,
    /// A pool of `proxies`.
    Pool(Name),
    /// One proxy given by its URL.
    Url(ProxyUrl),
}

/// A proxy's address, `http https socks5 socks5h`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxyUrl {
    /// With credentials.
    pub url: Secret,
    /// `HOST:PORT`, for people.
    pub shown: String,
}

/// A pool of `proxies`.
#[derive(Clone, Debug)]
pub struct Pool {
    /// Its exits; those that expand to nothing are left out.
    pub exits: Vec<ProxyUrl>,
    /// `strategy`.
    pub strategy: Strategy,
    /// `control`.
    pub control: Option<Url>,
    /// `confirm`.
    pub confirm: u32,
    /// `max_exits`.
    pub max_exits: u32,
    /// `quarantine`.
    pub quarantine: Duration,
}

/// In which order a pool's exits are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strategy {
    /// The next one each time.
    RoundRobin,
    /// Any.
    Random,
    /// Always the same for one endpoint while it works.
    Sticky,
}

/// One of `receivers`.
#[derive(Clone, Debug)]
pub struct Receiver {
    /// By `type`.
    pub kind: ReceiverKind,
    /// `proxy`.
    pub proxy: Route,
    /// `events`; all when not given.
    pub events: Vec<AlertEvent>,
    /// Whether what it needs expands to something.
    pub configured: bool,
    /// What would configure it, `set ALERT_N8N_WEBHOOK_URL`; none when it is.
    pub remedy: Option<String>,
}

/// A receiver's own settings, by `type`.
#[derive(Clone, Debug)]
pub enum ReceiverKind {
    /// `telegram`.
    Telegram {
        /// `bot_token`.
        bot_token: Secret,
        /// `chat_id`.
        chat_id: String,
        /// `topic_id`.
        topic_id: Option<i64>,
        /// `silent`.
        silent: bool,
        /// `api_url`.
        api_url: Option<Secret>,
    },
    /// `n8n` or `webhook`.
    Webhook {
        /// Whether the type was `n8n`.
        n8n: bool,
        /// `url`.
        url: Secret,
        /// `secret`.
        secret: Option<Secret>,
    },
    /// `slack`.
    Slack {
        /// `url`.
        url: Secret,
    },
    /// `email`.
    Email {
        /// `url`.
        url: Secret,
        /// `from`.
        from: String,
        /// `to`.
        to: Vec<String>,
        /// `tls`.
        tls: MailTls,
    },
    /// `alertmanager`.
    Alertmanager {
        /// `url`.
        url: Secret,
    },
    /// `command`.
    Command(CommandRun),
}

/// `tls` of an email receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// `starttls`.
    Starttls,
    /// `implicit`.
    Implicit,
    /// `none`.
    None,
}

/// `command`, `env`, `timeout`: no shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandRun {
    /// Program and arguments.
    pub argv: Vec<String>,
    /// `env`.
    pub env: Vec<(String, Secret)>,
    /// `timeout`.
    pub timeout: Duration,
}

/// One rule of `heal`, with this configuration's JSON conditions and actions.
pub type HealRule = crate::heal::Rule<crate::judge::JsonCheck, HealRun>;

/// `run` of a heal rule.
#[derive(Clone, Debug)]
pub enum HealRun {
    /// `none`: a person is told.
    HandOver,
    /// What a machine can do.
    Act(Action),
}

/// What a heal rule has a machine do.
#[derive(Clone, Debug)]
pub enum Action {
    /// `command`.
    Command(CommandRun),
    /// `http`.
    Http(Box<Request>),
}

impl HealRun {
    /// What is to be run; none where a person is needed.
    pub fn action(&self) -> Option<&Action> {
        match self {
            Self::HandOver => None,
            Self::Act(action) => Some(action),
        }
    }
}
