//! What is wrong in a file is told without the secrets that stand beside it.

use super::load;
use super::tests::env;
use std::path::Path;

fn told(yaml: &str) -> String {
    let found = load(Path::new("/etc/canary/probes.yaml"), yaml.as_bytes(), &env(&[])).expect_err(yaml);
    found.everywhere().render(false)
}

fn endpoint(settings: &str) -> String {
    format!("channels: {{ c: {{ base_url: 'http://h', endpoints: {{ e: {{ path: /, {settings} }} }} }} }}\n")
}

#[test]
fn a_literal_secret_is_shown_by_no_mistake() {
    for yaml in [
        endpoint("auth: { bearer: aaaa, bearer: hunter2secret }"),
        endpoint("auth: { bearer: aaaa }, auth: { bearer: hunter2secret }"),
        endpoint("auth: { basic: { username: u, username: hunter2secret, password: p } }"),
        endpoint("auth: { oauth2: { token_url: 'http://h', scope: a, scope: hunter2secret } }"),
        endpoint("headers: { Authorization: a, Authorization: hunter2secret }"),
        endpoint("auth: hunter2secret"),
        endpoint("auth: [hunter2secret]"),
        endpoint("auth: { bearer: [hunter2secret] }"),
        endpoint("auht: hunter2secret"),
        endpoint("auth: { baerer: hunter2secret }"),
        endpoint("auth: { basic: { username: u, pasword: hunter2secret } }"),
        endpoint("timeout: 1s, timeout: { auth: hunter2secret }"),
        "channels: { c: { endpoints: { e: { url: 'http://h' }, e: { url: 'http://h', auth: { bearer: hunter2secret } } } } }"
            .to_owned(),
        "channels: { c: { endpoints: {} }, c: { auth: { basic: { username: u, password: hunter2secret } } } }".to_owned(),
        "receivers: { t: { type: telegram, bot_token: a, bot_token: hunter2secret, chat_id: 1 } }".to_owned(),
        "receivers: { t: { type: telegram, bot_tokn: hunter2secret, chat_id: 1 } }".to_owned(),
        "receivers: { t: { type: n8n, url: 'http://h' }, t: { type: telegram, bot_token: hunter2secret, chat_id: 1 } }"
            .to_owned(),
        "{ receivers: {}, receivers: { w: { type: webhook, url: 'http://h', secret: hunter2secret } } }".to_owned(),
        "channels: { c: { base_url: 'user:hunter2secret@x' } }".to_owned(),
        "proxies: { p: { urls: ['user:hunter2secret@x:80'] } }".to_owned(),
    ] {
        let told = told(&yaml);
        assert!(told.contains("***") && !told.contains("hunter2secret"), "{yaml}\n{told}");
    }
}

#[test]
fn what_is_no_secret_is_shown() {
    for (yaml, shown) in [
        (endpoint("timeout: 1s, timeout: 5s"), "timeout: 5s"),
        (endpoint("tiemout: 5s"), "tiemout: 5s"),
        (endpoint("interval: soon"), "soon"),
        ("channels: { c: { base_url: 'example.com/x' } }".to_owned(), "example.com/x"),
    ] {
        let told = told(&yaml);
        assert!(told.contains(shown) && !told.contains("***"), "{yaml}\n{told}");
    }
}
