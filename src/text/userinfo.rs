//! User and password of a URL (RFC 3986, section 3.2.1), and as a header says them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use url::Url;

/// Percent-decoded user and password; none when the URL has neither.
pub fn userinfo(url: &Url) -> Option<(String, String)> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    Some((decode(url.username()), decode(url.password().unwrap_or_default())))
}

/// The value of `Authorization` and `Proxy-Authorization` for HTTP Basic (RFC 7617).
pub fn basic(username: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{username}:{password}")))
}

#[cfg(test)]
mod tests {
    use super::userinfo;

    #[test]
    fn decodes_what_is_there() {
        let of = |text: &str| userinfo(&url::Url::parse(text).expect("a URL"));
        let pair = |user: &str, password: &str| Some((user.to_owned(), password.to_owned()));
        assert_eq!(of("http://h:1"), None);
        assert_eq!(of("http://m%40x:p%20w@h:1"), pair("m@x", "p w"));
        assert_eq!(of("http://me@h:1"), pair("me", ""));
        assert_eq!(of("http://:only@h:1"), pair("", "only"));
    }
}
