//! A probe as a line of shell, with its secrets masked.

use crate::config::settings::{Auth, Config, Endpoint, HttpVersion, IpFamily, ProxyUrl, Route};
use crate::text::escape::is_hostile;
use std::fmt::Write as _;

/// A longer body is left to the responder.
const BODY: usize = 2048;

/// The curl line that asks what the probe asks. `exit` is the `POOL/HOST:PORT` that was used last.
pub(super) fn curl(endpoint: &Endpoint, config: &Config, exit: Option<&str>) -> String {
    let (request, transport) = (&endpoint.request, &endpoint.transport);
    let mut words: Vec<String> = vec!["curl".into(), "-sS".into(), "-i".into()];
    let mut add = |flag: &str, value: &str| {
        words.push(flag.to_owned());
        if !value.is_empty() {
            words.push(quote(&config.redactor.redact(value)));
        }
    };
    if request.method == http::Method::HEAD {
        add("-I", "");
    } else if request.method != http::Method::GET || request.body.is_some() {
        add("-X", request.method.as_str());
    }
    add("-m", &transport.timeout.as_secs_f64().to_string());
    add("--connect-timeout", &transport.connect_timeout.as_secs_f64().to_string());
    if transport.max_redirects > 0 {
        add("-L", "");
        add("--max-redirs", &transport.max_redirects.to_string());
    }
    match transport.http_version {
        HttpVersion::Auto => {}
        HttpVersion::V1 => add("--http1.1", ""),
        HttpVersion::V2 if request.url.scheme() == "http" => add("--http2-prior-knowledge", ""),
        HttpVersion::V2 => add("--http2", ""),
    }
    match transport.ip_family {
        IpFamily::Auto => {}
        IpFamily::V4 => add("-4", ""),
        IpFamily::V6 => add("-6", ""),
    }
    let usual = request.url.port_or_known_default().unwrap_or(443);
    for (host, address, port) in &transport.resolve {
        match port.filter(|port| *port != usual) {
            None => add("--resolve", &format!("{host}:{usual}:{address}")),
            Some(port) => add("--connect-to", &format!("{host}:{usual}:{}", std::net::SocketAddr::new(*address, port))),
        }
    }
    if !transport.tls.verify {
        add("-k", "");
    }
    if transport.tls.ca.is_some() {
        add("--cacert", "CA.pem");
    }
    if transport.tls.client.is_some() {
        add("--cert", "CLIENT.pem");
        add("--key", "CLIENT.key");
    }
    if let Some(proxy) = proxy(&endpoint.proxy, config, exit) {
        add("-x", &proxy);
    }
    for (name, value) in &request.headers {
        let value = if value.is_sensitive() { "***".into() } else { String::from_utf8_lossy(value.as_bytes()) };
        add("-H", &format!("{name}: {value}"));
    }
    match &request.auth {
        Auth::None => {}
        Auth::Bearer(_) | Auth::OAuth2(_) => add("-H", "authorization: Bearer ***"),
        Auth::Basic { .. } => add("-u", "***:***"),
    }
    if let Some(body) = &request.body {
        let named = request.headers.iter().any(|(name, _)| name == http::header::CONTENT_TYPE);
        if let Some(kind) = body.content_type.filter(|_| !named) {
            add("-H", &format!("content-type: {kind}"));
        }
        match std::str::from_utf8(&body.bytes) {
            Ok(text) if text.len() <= BODY => add("--data-raw", text),
            Ok(_) | Err(_) => add("--data-binary", "@BODY"),
        }
    }
    words.push(quote(&config.redactor.redact(&request.shown_url)));
    words.join(" ")
}

/// The exit used last, else the first of the pool; credentials masked.
fn proxy(route: &Route, config: &Config, exit: Option<&str>) -> Option<String> {
    let url = match route {
        Route::Direct => return None,
        Route::Url(url) => url,
        Route::Pool(name) => {
            let exits = &config.proxies.get(name)?.exits;
            // several exits at one address are numbered, and look the same with their credentials masked
            let used = exit.and_then(|exit| exit.split_once('/')).and_then(|(_, shown)| shown.split('#').next());
            exits.iter().find(|one| Some(one.shown.as_str()) == used).or_else(|| exits.first())?
        }
    };
    Some(masked(url))
}

fn masked(proxy: &ProxyUrl) -> String {
    let url = proxy.url.expose();
    let scheme = url.split_once("://").map_or("http", |(scheme, _)| scheme);
    let user = if url.contains('@') { "***:***@" } else { "" };
    format!("{scheme}://{user}{}", proxy.shown)
}

/// One word for a shell; with bash's `$'…'` where it holds what a terminal must not see.
fn quote(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@,+%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    if !word.chars().any(is_hostile) {
        return format!("'{}'", word.replace('\'', r"'\''"));
    }
    let mut out = "$'".to_owned();
    for c in word.chars() {
        match c {
            '\'' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if is_hostile(c) => {
                let mut bytes = [0; 4];
                for byte in c.encode_utf8(&mut bytes).bytes() {
                    let _ = write!(out, "\\x{byte:02x}");
                }
            }
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn a_shell_reads_back_one_word() {
        for (word, quoted) in [
            ("https://a.example/health", "https://a.example/health"),
            ("a b", "'a b'"),
            ("", "''"),
            ("it's $HOME", r"'it'\''s $HOME'"),
            ("a\n'\u{1b}[2J", r"$'a\n\'\x1b[2J'"),
        ] {
            assert_eq!(quote(word), quoted);
        }
    }
}
