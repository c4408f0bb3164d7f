//! What one hop sends: the settings' request, or what is left of it after redirects.

use super::exchange::host_header;
use super::redirect::method_after;
use crate::config::settings::{Auth, Request};
use crate::model::Secret;
use crate::text::origin;
use crate::text::userinfo::{basic, userinfo};
use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderMap, HeaderValue, Method};
use url::Url;

const AGENT: &str = concat!("canary/", env!("CARGO_PKG_VERSION"));

/// One hop's request.
#[derive(Debug)]
pub(super) struct Errand<'a> {
    request: &'a Request,
    /// Method.
    pub(super) method: Method,
    /// Where to.
    pub(super) url: Url,
    /// Whether every hop so far stayed at the origin of the request: only then anything configured is sent.
    pub(super) at_home: bool,
    has_body: bool,
}

impl<'a> Errand<'a> {
    /// The first hop.
    pub(super) fn new(request: &'a Request) -> Self {
        Self {
            request,
            method: request.method.clone(),
            url: request.url.clone(),
            at_home: true,
            has_body: request.body.is_some(),
        }
    }

    /// The hop that a redirect leads to. What has left its origin once has left its belongings there for good.
    pub(super) fn redirected(self, status: u16, url: Url) -> Self {
        let method = method_after(status, &self.method);
        let at_home = self.at_home && origin::same(&self.url, &url);
        let has_body = self.has_body && at_home && method == self.method;
        Self { request: self.request, method, url, at_home, has_body }
    }

    /// The body.
    pub(super) fn body(&self) -> Bytes {
        match &self.request.body {
            Some(body) if self.has_body => body.bytes.clone(),
            _ => Bytes::new(),
        }
    }

    /// All headers: defaults, then `auth`, then what is configured, each over the one before. `token` is of `oauth2`.
    pub(super) fn headers(&self, token: Option<&Secret>) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(8 + self.request.headers.len());
        if let Some(host) = host_header(&self.url) {
            headers.insert(HOST, host);
        }
        headers.insert(USER_AGENT, HeaderValue::from_static(AGENT));
        headers.insert(ACCEPT, HeaderValue::from_static("*/*"));
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip, deflate"));
        if self.has_body
            && let Some(kind) = self.request.body.as_ref().and_then(|body| body.content_type)
        {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        if !self.at_home {
            return headers;
        }
        if let Some(value) = self.authorization(token) {
            headers.insert(AUTHORIZATION, value);
        }
        for (at, (name, value)) in self.request.headers.iter().enumerate() {
            if (name == CONTENT_TYPE && !self.has_body) || http1_framing(name) {
                continue;
            }
            let again = self.request.headers[..at].iter().any(|(earlier, _)| earlier == name);
            if again {
                headers.append(name.clone(), value.clone());
            } else {
                headers.insert(name.clone(), value.clone());
            }
        }
        headers
    }

    fn authorization(&self, token: Option<&Secret>) -> Option<HeaderValue> {
        let text = match &self.request.auth {
            Auth::None => userinfo(&self.url).map(|(username, password)| basic(&username, &password))?,
            Auth::Bearer(token) => format!("Bearer {}", token.expose()),
            Auth::Basic { username, password } => basic(username.expose(), password.expose()),
            Auth::OAuth2(_) => format!("Bearer {}", token?.expose()),
        };
        sensitive(&text)
    }
}

/// Headers that say how long the body is are the sender's own business.
fn http1_framing(name: &http::HeaderName) -> bool {
    name == http::header::CONTENT_LENGTH || name == http::header::TRANSFER_ENCODING
}

/// A header value that no debug output shows.
pub(super) fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}
