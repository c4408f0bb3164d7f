//! URLs, paths and addresses: strict reading, joining, and the form in which they are shown.

use super::expand::Expanded;
use super::secrets::{Bounds, decoded};
use crate::model::secret::MASK;
use std::net::{IpAddr, SocketAddr};
use url::Url;

/// An http or https URL, taken apart.
#[derive(Clone, Debug)]
pub(super) struct Address {
    /// What is sent: without userinfo and fragment.
    pub(super) url: Url,
    /// The same for people: userinfo and the parts of path and query from outside of the file are `***`.
    pub(super) shown: Url,
    /// User and password.
    pub(super) userinfo: Option<(String, String)>,
}

impl Address {
    /// Reads one.
    ///
    /// # Errors
    /// Says in words what is wrong.
    pub(super) fn read(expanded: &Expanded) -> Result<Self, String> {
        let mut url = http(&expanded.text)?;
        let masked = masked(expanded);
        let known = if masked == expanded.text { Ok(url.clone()) } else { http(&masked) };
        let mut shown = known.unwrap_or_else(|_| {
            let mut bare = url.clone();
            bare.set_path(MASK);
            bare.set_query(None);
            bare
        });
        let userinfo = (!url.username().is_empty() || url.password().is_some())
            .then(|| (decoded(url.username()), decoded(url.password().unwrap_or_default())));
        // An http URL always takes userinfo, so that these can't fail.
        let _ = (url.set_username(""), url.set_password(None));
        url.set_fragment(None);
        shown.set_fragment(None);
        Ok(Self { url, shown, userinfo })
    }

    /// Adds a parameter to the query.
    pub(super) fn add_query(&mut self, name: &str, value: &Expanded) {
        self.url.query_pairs_mut().append_pair(name, &value.text);
        let mut shown = value.text.clone();
        for part in value.foreign().collect::<Vec<_>>().into_iter().rev() {
            shown.replace_range(part.range.clone(), MASK);
        }
        self.shown.query_pairs_mut().append_pair(name, &shown);
    }
}

/// A URL's text with userinfo and what came from outside of the file masked.
fn masked(expanded: &Expanded) -> String {
    let bounds = Bounds::of(&expanded.text);
    let mut cuts: Vec<_> = expanded
        .foreign()
        .flat_map(|part| bounds.secret_part(&part.range))
        .filter(|range| range.start >= bounds.path && &expanded.text[range.clone()] != "/")
        .collect();
    let mut out = expanded.text.clone();
    cuts.sort_by_key(|range| range.start);
    for range in cuts.into_iter().rev() {
        let slash = if expanded.text[range.clone()].starts_with('/') { "/" } else { "" };
        out.replace_range(range, &format!("{slash}{MASK}"));
    }
    if let Some(userinfo) = bounds.userinfo {
        let colon = if expanded.text[userinfo.clone()].contains(':') { ":***" } else { "" };
        out.replace_range(userinfo, &format!("{MASK}{colon}"));
    }
    out
}

/// `base` and `path` with one slash between them.
pub(super) fn join(base: &Expanded, path: &Expanded) -> Expanded {
    let mut joined = base.clone();
    trim_end(&mut joined);
    joined.append(&Expanded::literal("/"));
    let mut path = path.clone();
    let leading = path.text.len() - path.text.trim_start_matches('/').len();
    path.text.drain(..leading);
    for part in &mut path.parts {
        part.range = part.range.start.saturating_sub(leading)..part.range.end.saturating_sub(leading);
    }
    joined.append(&path);
    joined
}

fn trim_end(expanded: &mut Expanded) {
    let end = expanded.text.trim_end_matches('/').len();
    expanded.text.truncate(end);
    for part in &mut expanded.parts {
        part.range = part.range.start.min(end)..part.range.end.min(end);
    }
}

fn http(text: &str) -> Result<Url, String> {
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    if !lower.starts_with("http://") && !lower.starts_with("https://") {
        return Err(match text.split_once("://") {
            Some((scheme, _)) => format!("the scheme `{scheme}` is neither http nor https"),
            None => "a URL starts with http:// or https://".to_owned(),
        });
    }
    any(text)
}

/// Strict where the `url` crate is lenient: no white space, no backslashes, a host, a port that can be dialled.
fn any(text: &str) -> Result<Url, String> {
    if text.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err("a URL can't hold white space or control characters".to_owned());
    }
    let bounds = Bounds::of(text);
    if text[..bounds.path].contains('\\') {
        return Err("a URL's host can't hold a backslash".to_owned());
    }
    let authority = text.find("://").map_or(0, |at| at + 3);
    if text[authority..bounds.path].rsplit('@').next().is_none_or(|host| host.is_empty() || host.starts_with(':')) {
        return Err("the URL has no host".to_owned());
    }
    let url = Url::parse(text).map_err(|error| format!("not a URL: {error}"))?;
    let host = url.host_str().unwrap_or_default();
    if host.is_empty() {
        return Err("the URL has no host".to_owned());
    }
    let name = host.strip_suffix('.').unwrap_or(host);
    if name.len() > 253 || (!name.starts_with('[') && name.split('.').any(|label| label.is_empty() || label.len() > 63))
    {
        return Err(format!("`{host}` can't be a host: labels have 1 to 63 characters, names at most 253"));
    }
    if url.port() == Some(0) {
        return Err("port 0 can't be dialled".to_owned());
    }
    Ok(url)
}

/// The rule of `url`.
pub(super) fn check_http(text: &str) -> Result<(), String> {
    http(text).map(drop)
}

/// The rule of `base_url`.
pub(super) fn check_base(text: &str) -> Result<(), String> {
    let url = http(text)?;
    if url.query().is_some() || url.fragment().is_some() {
        return Err("a base URL has no query and no fragment: paths are joined to it".to_owned());
    }
    Ok(())
}

/// The rule of `path`.
pub(super) fn check_path(text: &str) -> Result<(), String> {
    if text.contains("://") && !text.starts_with('/') && !text.contains('?') {
        return Err("a path is joined to base_url; a whole URL belongs into `url`".to_owned());
    }
    if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
        return Err("a path can't hold white space, control characters or backslashes".to_owned());
    }
    Ok(())
}

/// The rule of a proxy's URL.
pub(super) fn check_proxy(text: &str) -> Result<(), String> {
    proxy(text).map(drop)
}

/// A proxy's URL.
///
/// # Errors
/// Says in words what is wrong.
pub(super) fn proxy(text: &str) -> Result<Url, String> {
    match text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase()).as_deref() {
        Some("http" | "https" | "socks5" | "socks5h") => {}
        Some(scheme) => return Err(format!("the scheme `{scheme}` is none of http, https, socks5, socks5h")),
        None => return Err("a proxy's URL starts with http://, https://, socks5:// or socks5h://".to_owned()),
    }
    let url = any(text)?;
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err("a proxy's URL ends after host and port".to_owned());
    }
    Ok(url)
}

/// `HOST:PORT` of a proxy; the default ports are those of the schemes, 1080 for SOCKS (RFC 1928).
pub(super) fn host_and_port(url: &Url) -> String {
    let port = url.port_or_known_default().unwrap_or(1080);
    format!("{}:{port}", url.host_str().unwrap_or_default())
}

/// The rule of a mail server's URL.
pub(super) fn check_mail(text: &str) -> Result<(), String> {
    match text.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase()).as_deref() {
        Some("smtp" | "smtps") => any(text).map(drop),
        _ => Err("a mail server's URL starts with smtp:// or smtps://".to_owned()),
    }
}

/// The rule of a connectivity target.
pub(super) fn check_online(text: &str) -> Result<(), String> {
    let Some(rest) = text.strip_prefix("tcp://") else {
        return http(text).map(drop).map_err(|words| format!("{words}; or write tcp://host:port"));
    };
    let url = any(text)?;
    if url.port().is_none() || !matches!(url.path(), "" | "/") || rest.contains(['?', '#', '@']) {
        return Err("a TCP target is written tcp://host:port".to_owned());
    }
    Ok(())
}

/// An address with or without a port, for `resolve`.
///
/// # Errors
/// Says in words what is wrong.
pub(super) fn socket(text: &str) -> Result<(IpAddr, Option<u16>), String> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok((address, None));
    }
    if let Some(address) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')?.parse().ok()) {
        return Ok((address, None));
    }
    match text.parse::<SocketAddr>() {
        Ok(address) if address.port() > 0 => Ok((address.ip(), Some(address.port()))),
        _ => Err(format!("`{text}` is not an address such as 127.0.0.1, 127.0.0.1:8443 or [::1]:8443")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Address, check_base, check_online, check_path, check_proxy, http, join, socket};
    use crate::config::environment::Fixed;
    use crate::config::expand::{Expanded, Expander};
    use std::path::Path;

    fn expanded(text: &str) -> Expanded {
        let mut env = Fixed::default();
        for (name, value) in [
            ("TOKEN", "123:AbC"),
            ("HOST", "svc.example"),
            ("PW", "p%40ss"),
            ("HOOK", "https://n8n.example/webhook/abc"),
            ("LOCAL", "http://127.0.0.1:3000"),
        ] {
            env.vars.insert(name.to_owned(), value.to_owned());
        }
        Expander::new(Path::new("/")).expand(text, Some(&env)).expect("expands")
    }

    #[test]
    fn shows_hosts_and_hides_the_rest() {
        for (text, shown) in [
            ("https://api.telegram.org/bot${TOKEN}/getMe", "https://api.telegram.org/bot***/getMe"),
            ("http://${HOST}:8080/health", "http://svc.example:8080/health"),
            ("http://user:${PW}@h/x", "http://***:***@h/x"),
            ("http://user@h/x", "http://***@h/x"),
            ("http://h/x?access_token=${TOKEN}&v=1#frag", "http://h/x?access_token=***&v=1"),
            ("${HOOK}", "https://n8n.example/***"),
            ("${LOCAL}", "http://127.0.0.1:3000/"),
            ("http://h/${X:-plain}", "http://h/plain"),
            ("http://пример.рф/x", "http://xn--e1afmkfd.xn--p1ai/x"),
        ] {
            let address = Address::read(&expanded(text)).expect(text);
            assert_eq!(address.shown.as_str(), shown, "{text}");
            assert!(!address.url.as_str().contains(['@', '#']), "{text}");
        }
        let userinfo = Address::read(&expanded("http://u:${PW}@h")).expect("reads").userinfo;
        assert_eq!(userinfo, Some(("u".to_owned(), "p@ss".to_owned())));
    }

    #[test]
    fn joins_with_one_slash() {
        for (base, path, url) in [
            ("http://h:1", "/a", "http://h:1/a"),
            ("http://h:1/", "a", "http://h:1/a"),
            ("http://h:1/api//", "//a/b?c=d", "http://h:1/api/a/b?c=d"),
            ("http://h:1", "@evil", "http://h:1/@evil"),
            ("${LOCAL}", "/${TOKEN}/x", "http://127.0.0.1:3000/123:AbC/x"),
        ] {
            let joined = join(&expanded(base), &expanded(path));
            assert_eq!(joined.text, url);
            for part in &joined.parts {
                assert!(["http://127.0.0.1:3000", "123:AbC"].contains(&&joined.text[part.range.clone()]));
            }
        }
    }

    #[test]
    fn refuses_what_can_not_be_dialled() {
        for bad in [
            "",
            "h",
            "ftp://h",
            "http:/h",
            "http:h",
            "http://",
            "http:///x",
            "https://:80",
            "http://h:0",
            "http://h:99999",
            "http://a b/",
            "http://h/\n",
            "http://[::1",
            "http://u:p@",
            "http://a..b/",
            "http://h\\@evil/",
            &format!("http://{}/", "x".repeat(64)),
        ] {
            assert!(http(bad).is_err(), "{bad}");
        }
        for good in ["HTTP://h", "https://a_b.c./x", "http://[::1]:80/", "http://h/a|b"] {
            assert!(http(good).is_ok(), "{good}");
        }
        assert!(check_base("http://h/a?b").is_err());
        assert!(check_path("http://h/x").is_err());
        assert!(check_path("/r?to=http://h").is_ok());
        for (text, good) in [
            ("socks5h://u:p@h:1080", true),
            ("http://h:1", true),
            ("h:1", false),
            ("ftp://h", false),
            ("http://h/x", false),
        ] {
            assert_eq!(check_proxy(text).is_ok(), good, "{text}");
        }
        for (text, good) in
            [("tcp://1.1.1.1:443", true), ("https://ya.ru", true), ("tcp://h", false), ("udp://h:1", false)]
        {
            assert_eq!(check_online(text).is_ok(), good, "{text}");
        }
    }

    #[test]
    fn reads_addresses() {
        for good in ["1.2.3.4", "1.2.3.4:80", "::1", "[::1]", "[::1]:80"] {
            assert!(socket(good).is_ok(), "{good}");
        }
        for bad in ["", "h", "h:80", "1.2.3.4:0", "1.2.3.4:99999", "[::1"] {
            assert!(socket(bad).is_err(), "{bad}");
        }
    }
}
