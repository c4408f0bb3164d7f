//! What a configuration means: layers, expansion, secrets, and which endpoints need which variables.

use super::environment::Fixed;
use super::settings::{Action, Auth, Endpoint, HealRun, MailTls, Maintenance, ReceiverKind, Route, Threshold};
use super::{Diagnostics, Loaded, load, show};
use crate::model::{EndpointId, Name};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

pub(super) fn env(vars: &[(&str, &str)]) -> Fixed {
    let mut env = Fixed::default();
    for (name, value) in vars {
        env.vars.insert((*name).to_owned(), (*value).to_owned());
    }
    env
}

fn read(yaml: &str, env: &Fixed) -> Result<Loaded, Diagnostics> {
    load(Path::new("/etc/canary/probes.yaml"), yaml.as_bytes(), env)
}

fn good(yaml: &str, vars: &[(&str, &str)]) -> Loaded {
    read(yaml, &env(vars)).unwrap_or_else(|found| panic!("{}", found.render(false)))
}

fn endpoint(loaded: &Loaded, id: &str) -> Arc<Endpoint> {
    loaded.config.endpoints.iter().find(|one| one.id.to_string() == id).expect(id).clone()
}

fn id(text: &str) -> EndpointId {
    let (channel, endpoint) = text.split_once('/').expect("a slash");
    EndpointId::new(Name::parse(channel).expect("a name"), endpoint)
}

const LAYERS: &str = r#"
defaults:
  timeout: 1s
  interval: 2m
  retry: { attempts: 5, backoff: { initial: 1s } }
  headers: { X-Default: d, X-Both: d }
  tags: [base]
  expect: { latency: 1s, json: { $.a: 1, $.b: { gte: 1 }, $.c: { matches: x } } }
  json: { from: defaults }
alerting: { after: 7, receivers: [] }
channels:
  vk:
    base_url: http://home:1/base/
    timeout: 2s
    tags: [ru, base]
    auth: { basic: { username: user, password: pass } }
    headers: { x-both: c, X-Channel: c }
    alerting: { repeat: 1h }
    tls: { verify: true, server_name: name }
    endpoints:
      plain: { path: a }
      own:
        path: /b
        timeout: 3s
        tags: [mine, ru]
        retry: { backoff: { max: 9s } }
        headers: { X-BOTH: e, X-Default: null }
        alerting: { after: { failures: 2, of: 3 } }
        expect: { status: [404], json: { $.a: 2, $.b: { lte: 9 }, $.c: null } }
        form: { a: "1 2" }
        auth: { bearer: token-value }
      reset: { path: /c, timeout: null, retry: null, tags: null, auth: null, json: null, expect: null, interval: 10s }
      away: { url: "https://elsewhere/x" }
      home: { url: "http://HOME:1/other" }
"#;

#[test]
fn headers_that_frame_a_message_may_be_expected_but_not_sent() {
    let of = |settings: &str| {
        let text =
            format!("channels: {{ c: {{ base_url: http://h, endpoints: {{ a: {{ path: /, {settings} }} }} }} }}");
        read(&text, &env(&[])).is_ok()
    };
    assert!(of("expect: { headers: { Content-Length: { exists: true }, Trailer: x } }"));
    assert!(!of("headers: { content-length: x }"));
}

#[test]
fn a_built_in_wait_gives_way_to_a_written_one() {
    let of = |backoff: &str| {
        let text = format!(
            "channels: {{ c: {{ base_url: http://h, endpoints: {{ a: {{ path: /, retry: {{ backoff: {backoff} }} }} }} }} }}"
        );
        let loaded = good(&text, &[]);
        let backoff = &loaded.config.endpoints[0].retry.backoff;
        (backoff.initial, backoff.max)
    };
    let ms = Duration::from_millis;
    assert_eq!(of("{ max: 100ms }"), (ms(100), ms(100)));
    assert_eq!(of("{ initial: 30s }"), (ms(30_000), ms(30_000)));
}

#[test]
fn layers_merge_by_key() {
    let loaded = good(LAYERS, &[]);
    let plain = endpoint(&loaded, "vk/plain");
    assert_eq!(plain.request.url.as_str(), "http://home:1/base/a");
    assert_eq!(plain.transport.timeout, Duration::from_secs(2));
    assert_eq!(plain.interval_failing, Duration::from_mins(1));
    assert_eq!(plain.retry.attempts, 5);
    assert_eq!(plain.tags, ["ru", "base"]);
    assert_eq!(plain.request.method, "POST");
    assert_eq!(plain.request.body.as_ref().expect("a body").bytes, r#"{"from":"defaults"}"#);
    assert_eq!(plain.alerting.after, Threshold::Consecutive(7));
    assert_eq!(plain.alerting.repeat, Duration::from_hours(1));
    assert_eq!(headers(&plain), ["x-both=c", "x-channel=c", "x-default=d"]);
    assert!(matches!(plain.request.auth, Auth::Basic { .. }));
    assert_eq!((plain.rules.expect.status[0].low, plain.rules.expect.status[0].high), (200, 299));
    assert_eq!(plain.rules.warn.cert, None);
    let own = endpoint(&loaded, "vk/own");
    assert_eq!(own.transport.timeout, Duration::from_secs(3));
    assert_eq!(own.tags, ["mine", "ru"], "lists replace");
    assert_eq!(own.retry.backoff.initial, Duration::from_secs(1));
    assert_eq!(own.retry.backoff.max, Duration::from_secs(9));
    assert_eq!(headers(&own), ["x-both=e", "x-channel=c"]);
    assert_eq!(own.alerting.after, Threshold::Of { failures: 2, of: 3 });
    assert_eq!(own.alerting.repeat, Duration::from_hours(1));
    assert_eq!(own.rules.expect.status[0].low, 404);
    assert_eq!(own.rules.expect.latency, Some(Duration::from_secs(1)));
    let paths: Vec<&str> = own.rules.expect.json.iter().map(|check| &*check.path.source).collect();
    assert_eq!(paths, ["$.a", "$.b"]);
    let b = &own.rules.expect.json[1].condition.each;
    assert_eq!((b.gte.clone(), b.lte.clone()), (Some(1.into()), Some(9.into())));
    assert_eq!(own.request.body.as_ref().expect("a body").bytes, "a=1+2");
    assert!(matches!(&own.request.auth, Auth::Bearer(token) if token.expose() == "token-value"));
}

#[test]
fn null_falls_back_to_the_built_in_value() {
    let reset = endpoint(&good(LAYERS, &[]), "vk/reset");
    assert_eq!(reset.transport.timeout, Duration::from_secs(10));
    assert_eq!(reset.retry.attempts, 2);
    assert!(reset.tags.is_empty());
    assert!(matches!(reset.request.auth, Auth::None));
    assert!(reset.request.body.is_none());
    assert_eq!(reset.request.method, "GET");
    assert!(reset.rules.expect.json.is_empty());
    assert_eq!(reset.interval_failing, Duration::from_secs(10));
}

#[test]
fn credentials_stay_at_their_origin() {
    let loaded = good(LAYERS, &[]);
    let away = endpoint(&loaded, "vk/away");
    assert!(matches!(away.request.auth, Auth::None));
    assert_eq!(headers(&away), ["x-both=d", "x-default=d"]);
    assert_eq!(away.transport.tls.server_name.as_deref(), Some("name"));
    assert_eq!(away.rules.warn.cert, Some(Duration::from_hours(14 * 24)));
    let home = endpoint(&loaded, "vk/home");
    assert!(matches!(home.request.auth, Auth::Basic { .. }));
    assert_eq!(headers(&home), ["x-both=c", "x-channel=c", "x-default=d"]);
}

fn headers(endpoint: &Endpoint) -> Vec<String> {
    let mut all: Vec<String> = endpoint
        .request
        .headers
        .iter()
        .map(|(name, value)| format!("{name}={}", value.to_str().expect("text")))
        .collect();
    all.sort();
    all
}

const SECRETS: &str = r#"
proxies:
  res: { urls: ["http://${PUSER}:${PPASS}@gw.example:8000", "socks5h://lit:literalpw@gw2.example"], confirm: 5 }
receivers:
  tg: { type: telegram, bot_token: "110:literal-token", chat_id: -100123 }
  hook: { type: webhook, url: "${HOOK}", secret: signing-secret, proxy: "http://u:inlinepw@p:1", events: [open] }
  mail: { type: email, url: "smtps://user:mailpass@mx.example", from: a@b.c, to: [d@e.f] }
  slack: { type: slack, url: "https://hooks.slack.com/services/T00/B00/slacktoken" }
heartbeat: { url: "https://hc.example/${UUID}" }
connectivity: { targets: ["tcp://1.1.1.1:443"] }
channels:
  vk:
    endpoints:
      a:
        url: https://api.example/bot${TOKEN}/getMe?key=${KEY}&plain=1
        query: { q: "${QUERY}", list: [x, "y ${QUERY}"], n: 5.10 }
        headers: { Authorization: "Bearer literal-header", X-Plain: "a ${HVAL} b", X-Open: visible }
        json: { user: "${JVAL}", keep: literal-body, deep: [1, null, { x: "pre-${JVAL}" }] }
        auth: { oauth2: { token_url: "https://id.example/${TPATH}/token", client_id: the-client, client_secret: the-secret, scope: the-scope } }
        proxy: res
        expect: { json: { $.version: "${VERSION}" } }
      b: { url: "http://joe:urlpass@127.0.0.1:9/x#frag", auth: null }
      c: { url: "http://${HOST}:${PORT}/c", description: "sees ${TOKEN}" }
"#;

const VALUES: [(&str, &str); 13] = [
    ("PUSER", "proxy-user"),
    ("PPASS", "p%40ssword"),
    ("HOOK", "https://n8n.example/webhook/0f1e2d"),
    ("UUID", "uuid-uuid-uuid"),
    ("TOKEN", "123456:AbCdEf"),
    ("KEY", "query-key"),
    ("QUERY", "query value"),
    ("HVAL", "header-value"),
    ("JVAL", "json-value"),
    ("TPATH", "tenant-path"),
    ("VERSION", "v1.2.3"),
    ("HOST", "svc.internal"),
    ("PORT", "8080"),
];

const HIDDEN: [&str; 21] = [
    "proxy-user",
    "p%40ssword",
    "literalpw",
    "110:literal-token",
    "signing-secret",
    "inlinepw",
    "mailpass",
    "slacktoken",
    "/webhook/0f1e2d",
    "0f1e2d",
    "uuid-uuid-uuid",
    "123456:AbCdEf",
    "query-key",
    "query value",
    "literal-header",
    "header-value",
    "json-value",
    "tenant-path",
    "the-client",
    "the-secret",
    "urlpass",
];

#[test]
fn secrets_are_masked_wherever_they_come_from() {
    let loaded = good(SECRETS, &VALUES);
    let redactor = &loaded.config.redactor;
    for secret in HIDDEN {
        let text = format!("before {secret} after");
        assert!(!redactor.redact(&text).contains(secret), "{secret} is not masked");
    }
    // base64 of proxy-user:p@ssword and joe:urlpass.
    for encoded in ["cHJveHktdXNlcjpwQHNzd29yZA==", "am9lOnVybHBhc3M="] {
        assert!(!redactor.redact(encoded).contains(encoded), "{encoded}");
    }
    for open in ["svc.internal", "8080", "api.example", "v1.2.3", "literal-body", "visible", "gw.example:8000"] {
        assert_eq!(redactor.redact(open), open);
    }
    let shown = show(&loaded);
    for secret in HIDDEN {
        assert!(!shown.contains(secret), "{secret} is shown:\n{shown}");
    }
}

#[test]
fn what_is_sent_is_whole_and_what_is_shown_is_not() {
    let loaded = good(SECRETS, &VALUES);
    let a = endpoint(&loaded, "vk/a");
    assert_eq!(
        a.request.url.as_str(),
        "https://api.example/bot123456:AbCdEf/getMe?key=query-key&plain=1&q=query+value&list=x&list=y+query+value&n=5.10"
    );
    assert_eq!(a.request.shown_url, "https://api.example/bot***/getMe?key=***&plain=1&q=***&list=x&list=y+***&n=5.10");
    let body = &a.request.body.as_ref().expect("a body").bytes;
    assert_eq!(body, r#"{"user":"json-value","keep":"literal-body","deep":[1,null,{"x":"pre-json-value"}]}"#);
    let sensitive: Vec<bool> = a.request.headers.iter().map(|(_, value)| value.is_sensitive()).collect();
    assert_eq!(sensitive, [true, true, false]);
    assert!(matches!(&a.request.auth, Auth::OAuth2(oauth2)
        if oauth2.shown_url == "https://id.example/***/token" && oauth2.client_secret.expose() == "the-secret"));
    let b = endpoint(&loaded, "vk/b");
    assert_eq!(b.request.url.as_str(), "http://127.0.0.1:9/x");
    assert_eq!(b.request.shown_url, "http://***:***@127.0.0.1:9/x");
    assert!(matches!(&b.request.auth, Auth::Basic { username, password }
        if username.expose() == "joe" && password.expose() == "urlpass"));
    assert_eq!(endpoint(&loaded, "vk/c").request.shown_url, "http://svc.internal:8080/c");
}

#[test]
fn receivers_and_pools_are_typed() {
    let config = good(SECRETS, &VALUES).config;
    let pool = &config.proxies["res"];
    let shown: Vec<&str> = pool.exits.iter().map(|exit| exit.shown.as_str()).collect();
    assert_eq!(shown, ["gw.example:8000", "gw2.example:1080"]);
    assert_eq!((pool.confirm, pool.max_exits), (2, 3));
    assert!(matches!(&config.receivers["tg"].kind, ReceiverKind::Telegram { chat_id, .. } if chat_id == "-100123"));
    assert_eq!(config.receivers["tg"].events.len(), 4);
    assert!(matches!(&config.receivers["hook"].proxy, Route::Url(url) if url.shown == "p:1"));
    assert_eq!(config.receivers["hook"].events.len(), 1);
    assert!(matches!(&config.receivers["mail"].kind, ReceiverKind::Email { tls: MailTls::Implicit, .. }));
    assert!(config.receivers.values().all(|receiver| receiver.configured));
    assert_eq!(config.heartbeat.as_ref().map(crate::model::Secret::expose), Some("https://hc.example/uuid-uuid-uuid"));
    assert_eq!(config.connectivity.len(), 1);
}

#[test]
fn heal_rules_and_windows_are_typed() {
    let yaml = r#"
channels:
  vk:
    base_url: http://h:1
    endpoints:
      a:
        path: /a
        heal:
          - { when: { reason: connect, status: ["5xx", 404], json: { $.x: { in: [1] } } }, run: { command: [a, b, 5], timeout: 2s, env: { K: v } }, after: 1 }
          - { run: { http: { path: /restart, headers: { X: y } } }, backoff: { initial: 1s }, verify: false }
          - { run: none }
        maintenance:
          - { start: "23:00", duration: 1h, days: [sun], tz: Europe/Moscow }
          - { from: 2026-01-01T00:00:00Z, to: 2026-01-02T00:00:00+03:00 }
"#;
    let a = endpoint(&good(yaml, &[]), "vk/a");
    assert!(
        matches!(&a.heal[0].run, HealRun::Act(Action::Command(run)) if run.argv == ["a", "b", "5"] && run.timeout == Duration::from_secs(2))
    );
    assert_eq!((a.heal[0].statuses.len(), a.heal[0].json.len(), a.heal[0].after), (2, 1, 1));
    assert!(matches!(&a.heal[1].run, HealRun::Act(Action::Http(request))
        if request.method == "POST" && request.url.as_str() == "http://h:1/restart" && request.headers.len() == 1));
    assert_eq!((a.heal[1].backoff.initial, a.heal[1].backoff.max), (Duration::from_secs(1), Duration::from_mins(1)));
    assert!(matches!(a.heal[2].run, HealRun::HandOver));
    assert!(matches!(&a.maintenance[0], Maintenance::Weekly { days, .. } if days.len() == 1));
    assert!(matches!(&a.maintenance[1], Maintenance::Once { from, to } if from < to));
}

const UNSET: &str = r#"
proxies:
  res: { urls: ["http://${GATE}:1"] }
schemas: { s: "${DIR}/s.json" }
receivers: { r: { type: slack, url: "${SLACK}" } }
defaults: { runbook: "${BOOK}" }
channels:
  vk:
    endpoints:
      plain: { url: "http://h/", runbook: x }
      proxied: { url: "http://h/", runbook: x, proxy: res }
      judged: { url: "http://h/", runbook: x, schema: s }
      booked: { url: "http://h/" }
      off: { url: "http://${OFF}/", runbook: x, enabled: false }
"#;

#[test]
fn only_what_is_selected_needs_its_variables() {
    let loaded = good(UNSET, &[]);
    let unset = |ids: &[&str]| -> Vec<String> {
        let ids: Vec<EndpointId> = ids.iter().map(|text| id(text)).collect();
        loaded.unset_in(&ids, None).iter().map(|one| one.message.clone()).collect()
    };
    let is_not_set = |name: &str| format!("the variable {name} is not set");
    assert_eq!(unset(&["vk/plain", "vk/off"]), Vec::<String>::new());
    assert_eq!(unset(&["vk/proxied"]), [is_not_set("GATE")]);
    assert_eq!(unset(&["vk/judged"]), [is_not_set("DIR")]);
    assert_eq!(unset(&["vk/booked"]), [is_not_set("BOOK")]);
    assert_eq!(loaded.unset_everywhere().len(), 5);
    assert_eq!(loaded.unset_everywhere().iter().next().map(|one| (one.line, one.column)), Some((3, 17)));
}

#[test]
fn the_pool_of_via_stands_in_for_the_configured_one() {
    let loaded = good(&UNSET.replace("schemas:", "  other: { urls: [\"http://${OTHER}:1\"] }\nschemas:"), &[]);
    let unset = |ids: &[&str], via: &str| -> Vec<String> {
        let ids: Vec<EndpointId> = ids.iter().map(|text| id(text)).collect();
        loaded
            .unset_in(&ids, Some(via))
            .iter()
            .map(|one| format!("{}:{} {}", one.line, one.column, one.message))
            .collect()
    };
    assert_eq!(unset(&["vk/plain"], "res"), ["3:17 the variable GATE is not set"]);
    assert_eq!(unset(&[], "res"), ["3:17 the variable GATE is not set"]);
    assert_eq!(unset(&["vk/proxied"], "other"), ["4:19 the variable OTHER is not set"]);
    for via in ["direct", "env:EXIT"] {
        assert_eq!(unset(&["vk/proxied"], via), Vec::<String>::new());
    }
}

#[test]
fn a_broken_file_also_tells_what_is_unset_when_asked() {
    let yaml = format!("{UNSET}      bad: {{ uri: x }}\n");
    let found = read(&yaml, &env(&[])).expect_err("broken");
    assert_eq!(found.len(), 2, "{}", found.render(false));
    let in_use: Vec<_> = found.clone().in_use().iter().map(|one| (one.line, one.column)).collect();
    assert!(in_use.is_sorted() && (3..7).contains(&in_use.len()), "{in_use:?}");
    let everywhere = found.everywhere();
    assert_eq!(everywhere.len(), 7);
    let lines: Vec<usize> = everywhere.iter().map(|one| one.line).collect();
    assert!(lines.is_sorted(), "{lines:?}");
}

#[test]
fn diagnostics_show_the_line_without_its_secrets() {
    let yaml = r#"
channels:
  vk:
    endpoints:
      a: { url: "http://u:url-password@h/", auth: { bearer: hunter2hunter2 }, headers: { Cookie: sid=c00kie }, tiemout: 1s, runbook: hunter2hunter2 }
"#;
    let found = read(yaml, &env(&[])).expect_err("a mistake");
    let text = found.render(false);
    let line = text.lines().find(|line| line.contains("tiemout: 1s")).expect("the line").trim();
    assert_eq!(
        line,
        r#"5 |       a: { url: "http://***@h/", auth: { bearer: *** }, headers: { Cookie: *** }, tiemout: 1s, runbook: *** }"#
    );
    assert!(text.contains("/etc/canary/probes.yaml:5:112\n"), "{text}");
    assert!(text.contains("^^^^^^^ did you mean `timeout`?"), "{text}");
    assert!(text.starts_with("error: unknown key `tiemout` in an endpoint\n"), "{text}");
    assert!(!text.contains('\u{1b}') && found.render(true).contains('\u{1b}'));
}

#[test]
fn a_line_that_is_no_yaml_hides_what_looks_secret() {
    let found = read("channels: {}\nauth: { bearer: 'hunter2\n", &env(&[])).expect_err("no YAML");
    assert!(!found.render(false).contains("hunter2"), "{}", found.render(false));
}

#[test]
fn escapes_of_the_terminal_are_shown_not_obeyed() {
    let found = read("\"a\\e[2J\": 1\nchannels: { vk: { endpoints: { a: { url: \"\\e[31m\" } } } }\n", &env(&[]));
    let text = found.expect_err("mistakes").render(false);
    assert!(!text.contains('\u{1b}') && text.contains("\\x1b[2J"), "{text}");
}

#[test]
fn other_encodings_are_one_clear_error() {
    let utf16: Vec<u8> = "version: 1".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (bytes, words, line, column) in [
        (utf16.as_slice(), "UTF-16", 1, 1),
        (b"\xff\xfev\0".as_slice(), "UTF-16", 1, 1),
        (b"version: 1\nx-a: \xd0\xb4\xff".as_slice(), "not UTF-8", 2, 7),
    ] {
        let found = load(Path::new("probes.yaml"), bytes, &env(&[])).expect_err("unreadable");
        let one = found.iter().next().expect("one");
        assert!(one.message.contains(words), "{}", one.message);
        assert_eq!((found.len(), one.line, one.column), (1, line, column));
    }
}

#[test]
fn a_key_that_is_not_its_certificates_is_told() {
    let pair = || {
        let key = rcgen::KeyPair::generate().expect("a key");
        let certificate = rcgen::CertificateParams::default().self_signed(&key).expect("a certificate");
        (certificate.pem(), key.serialize_pem())
    };
    let ((cert, key), (_, other)) = (pair(), pair());
    let mut env = env(&[]);
    for (name, pem) in [("c.pem", cert), ("k.pem", key), ("o.pem", other)] {
        env.files.insert(format!("/etc/canary/{name}"), pem.into_bytes());
    }
    let yaml = |key: &str| {
        format!(
            "channels: {{ c: {{ endpoints: {{ e: {{ url: 'https://h', tls: {{ client_cert: c.pem, client_key: {key} }} }} }} }} }}"
        )
    };
    assert!(read(&yaml("k.pem"), &env).is_ok());
    let told = read(&yaml("o.pem"), &env).expect_err("refused");
    assert_eq!(told.len(), 1);
    let one = told.iter().next().expect("one");
    assert!(
        one.message.contains("`o.pem` with `c.pem`: the private key is not that of the first certificate"),
        "{one:?}"
    );
}

#[test]
fn operators_that_are_null_read_back_as_they_work() {
    let loaded = good(
        "channels: { c: { endpoints: { e: { url: 'http://h', expect: { json: { $.n: { gt: null }, $.m: { eq: null } } } } } } }",
        &[],
    );
    let again = good(&show(&loaded), &[]);
    assert_eq!(show(&again), show(&loaded));
    let conditions = |loaded: &Loaded| {
        let checks = endpoint(loaded, "c/e").rules.expect.json.clone();
        checks.into_iter().map(|check| check.condition.each.eq.clone()).collect::<Vec<_>>()
    };
    assert_eq!(conditions(&again), conditions(&loaded));
    assert_eq!(conditions(&again), [None, Some(serde_json::Value::Null)]);
}
