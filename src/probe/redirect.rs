//! Where a redirect leads, and whether it may be followed.

use super::broken::Broken;
use crate::model::{Redactor, Stage, names_secret, secret::MASK};
use crate::text::escape::shorten;
use crate::text::plural;
use http::header::LOCATION;
use http::{HeaderMap, Method};
use std::borrow::Cow;
use url::Url;

/// Longest Location that is looked at.
const LONGEST: usize = 16 << 10;

/// Whether a status asks to go elsewhere.
pub(super) fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// The next URL, by RFC 3986 relative to this one, without userinfo and fragment. `followed` redirects came before.
pub(super) fn target(
    from: &Url,
    headers: &HeaderMap,
    followed: u32,
    limit: u32,
    redactor: &Redactor,
) -> Result<Url, Broken> {
    let refuse = |detail: String| Err(Broken::target(Stage::Redirect, detail));
    if followed >= limit {
        let count = plural::count(usize::try_from(followed).unwrap_or(usize::MAX).saturating_add(1), "redirect");
        return refuse(format!("{count}, limit {limit}"));
    }
    let location = match headers.get(LOCATION).map(|value| value.as_bytes().trim_ascii()) {
        None | Some([]) => return refuse("redirect without a Location".to_owned()),
        Some(long) if long.len() > LONGEST => return refuse(format!("redirect to a Location of {} bytes", long.len())),
        Some(bytes) => bytes,
    };
    // `http:///x` has no host (RFC 3986, section 3.2.2); the URL parser would take `x` for one.
    let hostless = |text: &str| {
        text.split_once("//").is_some_and(|(scheme, rest)| {
            matches!(scheme, "" | "http:" | "https:") && (rest.is_empty() || rest.starts_with(['/', '?', '#']))
        })
    };
    let parsed =
        std::str::from_utf8(location).ok().filter(|text| !hostless(text)).and_then(|text| from.join(text).ok());
    let Some(mut url) = parsed else {
        let text = String::from_utf8_lossy(location);
        // A query may hold what only its receiver should see.
        let text = without_userinfo(&text);
        let text = text.split(['?', '#']).next().unwrap_or_default();
        return refuse(format!("redirect to an invalid Location {:?}", shorten(&redactor.redact(text), 100)));
    };
    if !matches!(url.scheme(), "http" | "https") {
        return refuse(format!(
            "redirect to {}:, only http and https are followed",
            shorten(&redactor.redact(url.scheme()), 40)
        ));
    }
    url.set_fragment(None);
    let bare = url.set_username("").and_then(|()| url.set_password(None));
    if bare.is_err() || !url.has_host() {
        return refuse("redirect to an invalid Location without a host".to_owned());
    }
    if from.scheme() == "https" && url.scheme() == "http" {
        return refuse(format!("redirect from https to {}", shown(&url, redactor)));
    }
    Ok(url)
}

/// The method that goes on (RFC 9110, section 15.4): 303 makes all but HEAD a GET, 301 and 302 a POST, as browsers do.
pub(super) fn method_after(status: u16, method: &Method) -> Method {
    let rewritten = match status {
        303 => *method != Method::HEAD,
        301 | 302 => *method == Method::POST,
        _ => false,
    };
    if rewritten { Method::GET } else { method.clone() }
}

/// A URL for people: no userinfo, known secrets masked, and so are parameters whose names say that they are secret.
pub(super) fn shown(url: &Url, redactor: &Redactor) -> String {
    let mut bare = url.clone();
    let _ = bare.set_username("").and_then(|()| bare.set_password(None));
    if let Some(query) = url.query() {
        let masked: Vec<String> = query
            .split('&')
            .map(|pair| match pair.split_once('=') {
                Some((name, _)) if names_secret(name) || is_credential(name) => format!("{name}={MASK}"),
                _ => pair.to_owned(),
            })
            .collect();
        bare.set_query(Some(&masked.join("&")));
    }
    redactor.redact(bare.as_str()).into_owned()
}

/// A text that is no URL, with everything masked that may be meant as userinfo: where it ends nobody can tell, so up to
/// the last `@`.
fn without_userinfo(text: &str) -> Cow<'_, str> {
    let Some((before, after)) = text.rsplit_once('@') else { return Cow::Borrowed(text) };
    let is_slash = |c: char| matches!(c, '/' | '\\');
    let scheme =
        before.find(':').filter(|colon| before[colon + 1..].starts_with(is_slash)).map_or(0, |colon| colon + 1);
    let slashes = before[scheme..].find(|c| !is_slash(c)).unwrap_or(before.len() - scheme);
    Cow::Owned(format!("{}{MASK}@{after}", &before[..scheme + slashes]))
}

/// Parameters that carry credentials in the links of sign-in and storage services.
fn is_credential(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    matches!(name.as_str(), "code" | "sig" | "auth" | "sid")
        || ["signature", "session"].iter().any(|part| name.contains(part))
}

#[cfg(test)]
mod tests {
    use super::{method_after, target};
    use crate::model::Redactor;
    use http::{HeaderMap, HeaderValue, Method};
    use url::Url;

    fn go(from: &str, location: &[u8]) -> Result<String, String> {
        let mut headers = HeaderMap::new();
        headers.insert("location", HeaderValue::from_bytes(location).expect("a header"));
        let from = Url::parse(from).expect("a URL");
        let redactor = Redactor::new(["s3cret-token"]);
        target(&from, &headers, 0, 5, &redactor).map(String::from).map_err(|broken| broken.detail)
    }

    #[test]
    fn resolves_as_rfc_3986_says() {
        for (location, to) in [
            ("//other.example/x", "http://other.example/x"),
            ("../x", "http://a.example/x"),
            ("?q", "http://a.example/d/e?q"),
            ("#f", "http://a.example/d/e"),
            ("http://u:p@a.example/", "http://a.example/"),
            ("/ü", "http://a.example/%C3%BC"),
        ] {
            assert_eq!(go("http://a.example/d/e", location.as_bytes()), Ok(to.to_owned()), "{location}");
        }
    }

    #[test]
    fn opens_nothing_odd() {
        for (location, word) in [
            ("file:///etc/passwd", "file:"),
            ("gopher://x/", "gopher:"),
            ("data:text/plain,x", "data:"),
            ("javascript:alert(1)", "javascript:"),
            ("http://[", "invalid"),
            ("http://", "invalid"),
            ("", "without a Location"),
            ("http://a.example:99999/?t=s3cret-token", "invalid Location \"http://a.example:99999/\""),
            ("http://user:hushpw@[::1", "invalid Location \"http://***@[::1\""),
            ("http://u:hushpw@x y/", "invalid Location \"http://***@x y/\""),
            ("http://u:hush?pw@x y/z", "invalid Location \"http://***@x y/z\""),
            ("http://u:hush/p@w@[/", "invalid Location \"http://***@[/\""),
            ("//u:hushpw@[::1", "invalid Location \"//***@[::1\""),
            ("http:\\\\u:hushpw@[::1", "invalid Location \"http:\\\\\\\\***@[::1\""),
        ] {
            let refused = go("http://a.example/", location.as_bytes()).expect_err(location);
            assert!(refused.contains(word) && !refused.contains("hush"), "{location}: {refused}");
        }
        let refused = go("https://a.example/", b"http://u:p@a.example/?t=s3cret-token").expect_err("a downgrade");
        assert_eq!(refused, "redirect from https to http://a.example/?t=***");
        assert!(go("http://a.example/", b"\xff\xfe").is_err());
    }

    #[test]
    fn methods_change_as_in_browsers() {
        for (status, before, after) in [
            (303, Method::PUT, Method::GET),
            (303, Method::HEAD, Method::HEAD),
            (301, Method::POST, Method::GET),
            (302, Method::PUT, Method::PUT),
            (307, Method::POST, Method::POST),
            (308, Method::POST, Method::POST),
        ] {
            assert_eq!(method_after(status, &before), after, "{status} {before}");
        }
    }
}
