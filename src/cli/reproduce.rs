//! A probe as a line of shell, with its secrets masked.

use crate::config::settings::{Auth, Config, Endpoint, HttpVersion, IpFamily, ProxyUrl, Request, Route, Transport};
use crate::model::Redactor;
use crate::model::secret::MASK;
use crate::text::escape::is_hostile;
use std::fmt::Write as _;
use std::net::SocketAddr;
use url::Url;

/// A longer body is left to the responder.
const BODY: usize = 2048;

/// The curl line that asks what the probe asks. `exit` is the `POOL/HOST:PORT` that was used last.
pub(super) fn curl(endpoint: &Endpoint, config: &Config, exit: Option<&str>) -> String {
    let mut line = Line { words: ["curl", "-sS", "-i"].map(str::to_owned).to_vec(), redactor: &config.redactor };
    line.method(&endpoint.request);
    line.transport(&endpoint.transport, &endpoint.request.url);
    if let Some(proxy) = proxy(&endpoint.proxy, config, exit) {
        line.option("-x", &proxy);
    }
    line.headers(&endpoint.request);
    line.body(&endpoint.request);
    line.value(&endpoint.request.shown_url);
    line.words.join(" ")
}

/// A line of shell being written.
struct Line<'a> {
    words: Vec<String>,
    redactor: &'a Redactor,
}

impl Line<'_> {
    fn flag(&mut self, flag: &str) {
        self.words.push(flag.to_owned());
    }

    /// One word without secrets; an empty one is a word too.
    fn value(&mut self, value: &str) {
        self.words.push(quote(&self.redactor.redact(value)));
    }

    fn option(&mut self, flag: &str, value: &str) {
        self.flag(flag);
        self.value(value);
    }

    fn method(&mut self, request: &Request) {
        if request.method == http::Method::HEAD {
            self.flag("-I");
        } else if request.method != http::Method::GET || request.body.is_some() {
            self.option("-X", request.method.as_str());
        }
    }

    fn transport(&mut self, transport: &Transport, url: &Url) {
        self.option("-m", &transport.timeout.as_secs_f64().to_string());
        self.option("--connect-timeout", &transport.connect_timeout.as_secs_f64().to_string());
        if transport.max_redirects > 0 {
            self.flag("-L");
            self.option("--max-redirs", &transport.max_redirects.to_string());
        }
        match transport.http_version {
            HttpVersion::Auto => {}
            HttpVersion::V1 => self.flag("--http1.1"),
            HttpVersion::V2 if url.scheme() == "http" => self.flag("--http2-prior-knowledge"),
            HttpVersion::V2 => self.flag("--http2"),
        }
        match transport.ip_family {
            IpFamily::Auto => {}
            IpFamily::V4 => self.flag("-4"),
            IpFamily::V6 => self.flag("-6"),
        }
        let usual = url.port_or_known_default().unwrap_or(443);
        for (host, address, port) in &transport.resolve {
            match port.filter(|port| *port != usual) {
                None => self.option("--resolve", &format!("{host}:{usual}:{address}")),
                Some(port) => {
                    self.option("--connect-to", &format!("{host}:{usual}:{}", SocketAddr::new(*address, port)));
                }
            }
        }
        if !transport.tls.verify {
            self.flag("-k");
        }
        if transport.tls.ca.is_some() {
            self.option("--cacert", "CA.pem");
        }
        if transport.tls.client.is_some() {
            self.option("--cert", "CLIENT.pem");
            self.option("--key", "CLIENT.key");
        }
    }

    fn headers(&mut self, request: &Request) {
        for (name, value) in &request.headers {
            match String::from_utf8_lossy(value.as_bytes()) {
                _ if value.is_sensitive() => self.option("-H", &format!("{name}: {MASK}")),
                // with a colon and nothing behind it curl would leave the header out
                value if value.is_empty() => self.option("-H", &format!("{name};")),
                value => self.option("-H", &format!("{name}: {value}")),
            }
        }
        match &request.auth {
            Auth::None => {}
            Auth::Bearer(_) | Auth::OAuth2(_) => self.option("-H", &format!("authorization: Bearer {MASK}")),
            Auth::Basic { .. } => self.option("-u", &format!("{MASK}:{MASK}")),
        }
    }

    fn body(&mut self, request: &Request) {
        let Some(body) = &request.body else { return };
        let named = request.headers.iter().any(|(name, _)| name == http::header::CONTENT_TYPE);
        if let Some(kind) = body.content_type.filter(|_| !named) {
            self.option("-H", &format!("content-type: {kind}"));
        }
        match std::str::from_utf8(&body.bytes) {
            Ok(text) if text.len() <= BODY => self.option("--data-raw", text),
            Ok(_) | Err(_) => self.option("--data-binary", "@BODY"),
        }
    }
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
    use super::{curl, quote};
    use crate::config::settings::{Config, RequestBody};

    #[test]
    fn an_empty_body_or_header_swallows_no_word() {
        let mut endpoint = crate::config::adhoc("http://a.example/health").expect("a URL");
        endpoint.request.body = Some(RequestBody { content_type: None, bytes: "".into() });
        let name = http::HeaderName::from_static("x-empty");
        endpoint.request.headers = vec![(name, http::HeaderValue::from_static(""))];
        let line = curl(&endpoint, &Config::default(), None);
        assert!(line.ends_with(" -H 'x-empty;' --data-raw '' http://a.example/health"), "{line}");
    }

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
