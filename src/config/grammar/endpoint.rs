//! Endpoints, channels, `defaults`, and what hangs on them.

use super::{ALERTING, ANY_TIME, Block, CHECKS, Key, Keys, Ref, SOME_TIME, Shape, key, words};
use std::time::Duration;

/// One endpoint.
pub(in crate::config) static ENDPOINT: Block =
    Block { alternatives: &ALTERNATIVES, ..Block::new("an endpoint", &[&SETTINGS, &AUTH_KEY]) };

/// One channel: its own keys, and settings for all of its endpoints.
pub(in crate::config) static CHANNEL: Block =
    Block { alternatives: &ALTERNATIVES, ..Block::new("a channel", &[&CHANNEL_KEYS, &SETTINGS, &AUTH_KEY]) };

/// Settings for all endpoints.
pub(in crate::config) static DEFAULTS: Block =
    Block { alternatives: &ALTERNATIVES, ..Block::new("`defaults`", &[&DEFAULTS_KEYS, &SETTINGS]) };

static ALTERNATIVES: [&[&str]; 2] = [&["json", "form", "body"], &["url", "path"]];

static CHANNEL_KEYS: [Key; 2] = [
    key(
        "base_url",
        Shape::Text(&words::BASE_URL),
        "What `path` is joined to. The channel's auth, headers and client certificate go only to its scheme, host and port.",
    ),
    key("endpoints", Shape::Map(Keys::Name("an endpoint"), &Shape::Block(&ENDPOINT)), "Endpoints by name."),
];

static DEFAULTS_KEYS: [Key; 1] =
    [key("spread", Shape::Bool, "Shift each endpoint's slots by a stable number of whole minutes. Built in: false.")];

static AUTH_KEY: [Key; 1] = [key(
    "auth",
    Shape::Block(&AUTH),
    "Credentials. When they expand to nothing the endpoint is not configured: skipped.",
)];

static AUTH: Block = Block {
    alternatives: &[&["bearer", "basic", "oauth2"]],
    required: &[&["bearer", "basic", "oauth2"]],
    ..Block::new("`auth`", &[&AUTH_KEYS])
};

static AUTH_KEYS: [Key; 3] = [
    key("bearer", Shape::Text(&words::SECRET), "A token sent as `Authorization: Bearer`."),
    key("basic", Shape::Block(&BASIC), "A user with a password, sent as `Authorization: Basic`."),
    key(
        "oauth2",
        Shape::Block(&OAUTH2),
        "Client credentials (RFC 6749, section 4.4); the token is cached until it expires.",
    ),
];

static BASIC: Block = Block { required: &[&["username"], &["password"]], ..Block::new("`basic`", &[&BASIC_KEYS]) };

static BASIC_KEYS: [Key; 2] = [
    key("username", Shape::Text(&words::SECRET), "The user."),
    key("password", Shape::Text(&words::SECRET), "The password."),
];

static OAUTH2: Block = Block {
    required: &[&["token_url"], &["client_id"], &["client_secret"]],
    ..Block::new("`oauth2`", &[&OAUTH2_KEYS])
};

static OAUTH2_KEYS: [Key; 4] = [
    key("token_url", Shape::Text(&words::URL), "Where the token comes from."),
    key("client_id", Shape::Text(&words::SECRET), "The client."),
    key("client_secret", Shape::Text(&words::SECRET), "Its secret."),
    key("scope", Shape::Text(&words::SECRET), "The scopes asked for, separated by spaces."),
];

static SETTINGS: [Key; 36] = [
    key(
        "url",
        Shape::Text(&words::URL),
        "The whole URL. An endpoint is skipped as not configured when a variable in url, path, query, headers, json, form or body expands to nothing, as `${TOKEN:-}` does.",
    ),
    key("path", Shape::Text(&words::URL_PATH), "Joined to the channel's base_url with one slash."),
    key(
        "method",
        Shape::Text(&words::METHOD),
        "The HTTP method. Built in: GET, or POST when json, form or body is given.",
    ),
    key("query", Shape::Map(Keys::Any("a parameter's name"), &QUERY), "Parameters added to the URL's query."),
    key("headers", Shape::Map(Keys::Header, &Shape::Text(&words::HEADER)), "Request headers."),
    key("json", Shape::Json, "A request body sent as application/json."),
    key(
        "form",
        Shape::Map(Keys::Any("a field's name"), &Shape::Text(&words::LITERAL)),
        "A request body sent as application/x-www-form-urlencoded.",
    ),
    key("body", Shape::Text(&words::BODY), "A request body sent as it is."),
    key("proxy", Shape::Ref(Ref::Proxy), "The way: a pool of `proxies`, a proxy's URL, or `direct`. Built in: direct."),
    key(
        "confirm_via",
        Shape::Ref(Ref::PoolOrDirect),
        "A failure is asked a second time along this way: a pool or `direct`.",
    ),
    key(
        "timeout",
        Shape::Duration(Duration::from_millis(1), Duration::from_hours(1)),
        "One attempt to its last byte, redirects included. Built in: 10s.",
    ),
    key(
        "connect_timeout",
        Shape::Duration(Duration::from_millis(1), Duration::from_hours(1)),
        "Until the TCP connection, or a proxy's tunnel, stands. Built in: 5s.",
    ),
    key(
        "resolve",
        Shape::Map(Keys::Any("a host's name"), &Shape::Text(&words::SOCKET)),
        "Addresses for hosts instead of DNS: host → address[:port].",
    ),
    key("ip_family", Shape::Words(&["auto", "4", "6"]), "auto is happy eyeballs. Built in: auto."),
    key(
        "interval",
        Shape::Duration(Duration::from_secs(1), crate::text::duration::LONGEST),
        "How often `check --due` probes it. Built in: 1m.",
    ),
    key(
        "interval_failing",
        Shape::Duration(Duration::from_secs(1), crate::text::duration::LONGEST),
        "How often while its last verdict is not up. Built in: min(interval, 1m).",
    ),
    key("retry", Shape::Block(&RETRY), "Another try after a failed attempt."),
    key(
        "follow_redirects",
        Shape::Either("false, or the most hops from 0 to 50", &[Shape::Words(&["false"]), Shape::Integer(0, 50)]),
        "false, or the most hops. Built in: 5.",
    ),
    key("max_body", Shape::Size(1, 1 << 30), "Most bytes of the decoded body. Built in: 1MiB."),
    key("http_version", Shape::Words(&["auto", "1.1", "2"]), "The HTTP version. Built in: auto."),
    key("tls", Shape::Block(&TLS), "How TLS is spoken."),
    key("max_per_host", Shape::Integer(1, 10_000), "Most attempts at once against its host. Built in: 8."),
    key(
        "capture",
        Shape::Words(&["on_failure", "never"]),
        "Whether a failing response's body is kept as evidence. Built in: on_failure.",
    ),
    key("expect", Shape::Block(&CHECKS), "A violation makes the verdict down."),
    key("warn", Shape::Block(&CHECKS), "A violation makes the verdict degraded."),
    key("schema", Shape::Schema, "Short for `expect: {schema: …}`."),
    key(
        "metrics",
        Shape::Map(Keys::Any("a metric's name"), &Shape::Text(&words::JSON_PATH)),
        "Numbers read from the body: name → JSONPath.",
    ),
    key(
        "heal",
        Shape::List(&Shape::Block(&HEAL_RULE)),
        "What may be done about a failure; the first rule that matches wins.",
    ),
    key("alerting", Shape::Block(&ALERTING), "As `alerting` at the top, for this endpoint."),
    key(
        "depends_on",
        Shape::List(&Shape::Ref(Ref::Endpoint)),
        "Endpoints (`channel/endpoint`) without which it can't be up.",
    ),
    key(
        "maintenance",
        Shape::List(&Shape::Block(&MAINTENANCE)),
        "Planned windows: probed, but neither announced nor healed.",
    ),
    key("connectivity", Shape::Bool, "Whether the shared connectivity check may excuse its failure. Built in: true."),
    key("enabled", Shape::Bool, "false skips it. Built in: true."),
    key(
        "tags",
        Shape::List(&Shape::Text(&words::TAG)),
        "For TARGET `tag:NAME` and `--tag`. An endpoint's replace its channel's.",
    ),
    key("description", Shape::Text(&words::PROSE), "For people."),
    key("runbook", Shape::Text(&words::PROSE), "Where people find what to do; part of alerts."),
];

static QUERY: Shape = Shape::OneOrMany(&Shape::Text(&words::LITERAL));

static RETRY: Block = Block::new("`retry`", &[&RETRY_KEYS]);

static RETRY_KEYS: [Key; 4] = [
    key("attempts", Shape::Integer(1, 100), "Tries in all. Built in: 2."),
    key("backoff", Shape::Block(&BACKOFF), "The wait between tries; `max` also bounds Retry-After."),
    key("when", Shape::OneOrMany(&REASON), "Violations that are worth another try, by reason."),
    key("unsafe", Shape::Bool, "Repeat a non-idempotent request although it may have arrived. Built in: false."),
];

static BACKOFF: Block = Block::new("`backoff` of `retry`", &[&BACKOFF_KEYS]);

static BACKOFF_KEYS: [Key; 4] = [
    key("initial", ANY_TIME, "The first wait."),
    key("factor", Shape::Number(1.0, 100.0), "By how much each further wait grows."),
    key("max", ANY_TIME, "The longest wait."),
    key("jitter", Shape::Bool, "Draw each wait from its upper half."),
];

static REASON: Shape = Shape::Words(&[
    "dns",
    "connect",
    "tls",
    "timeout",
    "protocol",
    "redirect",
    "proxy",
    "offline",
    "local",
    "status",
    "schema",
    "json",
    "header",
    "body",
    "latency",
    "cert",
    "stale",
    "decode",
    "body_too_large",
    "auth",
    "deadline",
]);

static TLS: Block = Block::new("`tls`", &[&TLS_KEYS]);

static TLS_KEYS: [Key; 5] = [
    key("ca", Shape::Text(&words::FILE), "A PEM file: the only trust for this endpoint."),
    key("client_cert", Shape::Text(&words::FILE), "A PEM file with the client's certificate chain."),
    key("client_key", Shape::Text(&words::FILE), "A PEM file with its private key."),
    key("verify", Shape::Bool, "false accepts any certificate: for a test bench only. Built in: true."),
    key("server_name", Shape::Text(&words::HOST), "Instead of the URL's host in SNI and in the certificate."),
];

/// One rule of `heal`.
pub(in crate::config) static HEAL_RULE: Block =
    Block { required: &[&["run"]], ..Block::new("a heal rule", &[&HEAL_KEYS]) };

static HEAL_KEYS: [Key; 7] = [
    key("when", Shape::Block(&WHEN), "Which failures it is for; all when left out."),
    key(
        "run",
        Shape::Either("`none`, {command: […]} or {http: {…}}", &[Shape::Words(&["none"]), Shape::Block(&RUN)]),
        "What is done: a command, a request, or `none`: a person is told.",
    ),
    key("after", Shape::Integer(1, 1_000), "Consecutive failing results before it is tried. Built in: 2."),
    key("backoff", Shape::Block(&HEAL_BACKOFF), "The wait after each attempt. Built in: 3s, doubling up to 60s."),
    key("max_attempts", Shape::Integer(1, 1_000), "Attempts before it is given up and told. Built in: 10."),
    key("reset_after", SOME_TIME, "So long without a down starts the count over. Built in: 10m."),
    key("verify", Shape::Bool, "Probe again after the wait. Built in: true."),
];

static HEAL_BACKOFF: Block = Block::new("`backoff` of a heal rule", &[&HEAL_BACKOFF_KEYS]);

static HEAL_BACKOFF_KEYS: [Key; 3] = [
    key("initial", ANY_TIME, "The first wait."),
    key("factor", Shape::Number(1.0, 100.0), "By how much each further wait grows."),
    key("max", ANY_TIME, "The longest wait."),
];

static WHEN: Block = Block::new("`when`", &[&WHEN_KEYS]);

static WHEN_KEYS: [Key; 3] = [
    key("reason", Shape::OneOrMany(&REASON), "The failure has one of these reasons …"),
    key("status", Shape::OneOrMany(&Shape::Status), "… or one of these statuses;"),
    key("json", Shape::Map(Keys::JsonPath, &Shape::Condition), "and these conditions on the failing response hold."),
];

static RUN: Block = Block {
    alternatives: &[&["command", "http"]],
    required: &[&["command", "http"]],
    ..Block::new("`run`", &[&COMMAND_KEYS, &RUN_HTTP_KEY])
};

/// A command without a shell.
pub(super) static COMMAND_KEYS: [Key; 3] = [
    key(
        "command",
        Shape::Some(&Shape::Text(&words::ARGUMENT)),
        "Program and arguments; no shell. Secrets go into `env`.",
    ),
    key(
        "env",
        Shape::Map(Keys::Variable, &Shape::Text(&words::LITERAL)),
        "Variables added to PATH, HOME, LANG and CANARY_*.",
    ),
    key(
        "timeout",
        Shape::Duration(Duration::from_millis(1), Duration::from_hours(1)),
        "TERM after this long, KILL 5 s later. Built in: 30s for healing, 10s for receivers.",
    ),
];

static RUN_HTTP_KEY: [Key; 1] = [key("http", Shape::Block(&HEAL_HTTP), "A request.")];

/// A remedy's request.
pub(in crate::config) static HEAL_HTTP: Block = Block {
    alternatives: &[&["url", "path"]],
    required: &[&["url", "path"]],
    ..Block::new("`http`", &[&HEAL_HTTP_KEYS])
};

static HEAL_HTTP_KEYS: [Key; 5] = [
    key("method", Shape::Text(&words::METHOD), "The HTTP method. Built in: POST."),
    key("url", Shape::Text(&words::URL), "The whole URL."),
    key("path", Shape::Text(&words::URL_PATH), "Joined to the channel's base_url with one slash."),
    key(
        "headers",
        Shape::Map(Keys::Header, &Shape::Text(&words::HEADER)),
        "Request headers; those of the endpoint are not sent along.",
    ),
    key("json", Shape::Json, "A request body sent as application/json."),
];

static MAINTENANCE: Block = Block {
    required: &[&["start", "from"]],
    alternatives: &[&["start", "from"]],
    ..Block::new("a maintenance window", &[&MAINTENANCE_KEYS])
};

static MAINTENANCE_KEYS: [Key; 6] = [
    key("start", Shape::Text(&words::CLOCK), "When it begins on each of its days, such as \"23:00\"."),
    key("duration", Shape::Duration(Duration::from_millis(1), Duration::from_hours(7 * 24)), "How long it lasts."),
    key(
        "days",
        Shape::Some(&Shape::Words(&["mon", "tue", "wed", "thu", "fri", "sat", "sun"])),
        "On which days; all when left out.",
    ),
    key("tz", Shape::Text(&words::ZONE), "The zone of `start`. Built in: UTC."),
    key("from", Shape::Text(&words::MOMENT), "When a single window begins (RFC 3339)."),
    key("to", Shape::Text(&words::MOMENT), "When it ends."),
];
