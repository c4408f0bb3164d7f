//! What is sent: URL, method, headers, body, credentials.

use super::missing::Missing;
use crate::config::address::{Address, check_path, join};
use crate::config::context::Context;
use crate::config::diagnostic::Issue;
use crate::config::grammar::words::header_name;
use crate::config::settings::{Auth, OAuth2, Request, RequestBody};
use crate::config::tree::{Node, Place};
use crate::model::Secret;
use crate::model::names_secret;
use http::{HeaderName, HeaderValue, Method};
use serde_json::Value as Json;
use std::sync::Arc;
use url::{Url, form_urlencoded};

/// The request of an endpoint; `place` is its name's.
pub(super) fn request(
    cx: &mut Context<'_>,
    node: &Arc<Node>,
    base: Option<&Arc<Node>>,
    place: Place,
    missing: &mut Missing,
) -> Request {
    let mut address = address(cx, node, base, place, missing);
    if let Some(address) = &mut address
        && let Some(query) = node.get("query")
    {
        for entry in query.entries() {
            let values =
                if entry.value.scalar().is_some() { std::slice::from_ref(&entry.value) } else { entry.value.items() };
            for value in values {
                if let Some(value) = missing.read(cx, value, &format!("query.{}", entry.key)) {
                    cx.secrets.parts(&value);
                    address.add_query(&entry.key, &value);
                }
            }
        }
    }
    let headers = headers(cx, node, missing);
    let body = body(cx, node, missing);
    let method = cx.string(node, "method").and_then(|text| Method::from_bytes(text.as_bytes()).ok());
    let userinfo = address.as_ref().and_then(|address| address.userinfo.clone());
    let auth = match (node.get("auth"), userinfo) {
        (Some(auth), _) => auth_of(cx, auth, missing),
        (None, Some((user, password))) => {
            Auth::Basic { username: Secret::new(&user), password: Secret::new(&password) }
        }
        (None, None) => Auth::None,
    };
    let (url, shown_url) = match address {
        Some(address) => (address.url, address.shown.into()),
        None => placeholder(),
    };
    let method = method.unwrap_or(if body.is_some() { Method::POST } else { Method::GET });
    Request { method, url, shown_url, headers, body, auth }
}

/// A remedy's request: only what stands in it is sent.
pub(super) fn remedy(
    cx: &mut Context<'_>,
    node: &Arc<Node>,
    base: Option<&Arc<Node>>,
    missing: &mut Missing,
) -> Request {
    let mut request = request(cx, node, base, node.place, missing);
    if node.get("method").is_none() {
        request.method = Method::POST;
    }
    request
}

/// Stands for a URL that can't be known while a variable is unset. `.invalid` never resolves (RFC 6761, section 6.4).
fn placeholder() -> (Url, String) {
    let text = "http://unset.invalid/";
    let url = Url::parse(text).unwrap_or_else(|_| unreachable!("a constant URL"));
    (url, text.to_owned())
}

fn address(
    cx: &mut Context<'_>,
    node: &Arc<Node>,
    base: Option<&Arc<Node>>,
    place: Place,
    missing: &mut Missing,
) -> Option<Address> {
    if let Some(url) = node.get("url") {
        let expanded = missing.read(cx, url, "url")?;
        cx.secrets.url(&expanded);
        return Address::read(&expanded).ok();
    }
    let Some(path) = node.get("path") else {
        cx.issue(Issue::new(place, "the endpoint has neither `url` nor `path`"));
        return None;
    };
    let Some(base) = base else {
        cx.issue(Issue::new(path.place, "`path` needs the channel's base_url").label("or write the whole `url`"));
        return None;
    };
    let (base, tail) = (missing.read(cx, base, "base_url"), missing.read(cx, path, "path"));
    let (base, tail) = (base?, tail?);
    let expanded = join(&base, &tail);
    cx.secrets.url(&expanded);
    let read = Address::read(&expanded);
    if let Err(words) = &read
        && Address::read(&base).is_ok()
        && check_path(&tail.text).is_ok()
    {
        cx.issue(Issue::new(path.place, format!("joined to base_url this is not a URL: {words}")));
    }
    read.ok()
}

fn headers(cx: &mut Context<'_>, node: &Node, missing: &mut Missing) -> Vec<(HeaderName, HeaderValue)> {
    let entries = node.get("headers").map(|node| node.entries()).unwrap_or_default();
    let mut out = Vec::with_capacity(entries.len());
    for entry in entries {
        let Some(value) = missing.read(cx, &entry.value, &format!("headers.{}", entry.key)) else { continue };
        cx.secrets.header(&entry.key, &value);
        if let (Ok(name), Ok(mut bytes)) = (header_name(&entry.key), HeaderValue::from_bytes(value.text.as_bytes())) {
            bytes.set_sensitive(names_secret(&entry.key) || value.foreign().next().is_some());
            out.push((name, bytes));
        }
    }
    out
}

/// What a variable or a file brought in may be no header's value: left out silently, the request would go without it, and
/// the target be blamed for its answer.
fn sendable(cx: &mut Context<'_>, node: &Node, what: &str, text: &str) {
    if HeaderValue::from_bytes(text.as_bytes()).is_err() {
        let message = format!("`{what}` holds a line break or another control character, which no header can carry");
        cx.issue(Issue::new(node.place, message).help("look at the variable or the file that it comes from"));
    }
}

fn body(cx: &mut Context<'_>, node: &Node, missing: &mut Missing) -> Option<RequestBody> {
    let body = |content_type, text: String| RequestBody { content_type: Some(content_type), bytes: text.into() };
    if let Some(json) = node.get("json") {
        let value = json.to_json(&mut |node, _| {
            let expanded = missing.read(cx, node, "json").unwrap_or_default();
            cx.secrets.parts(&expanded);
            Json::from(expanded.text)
        });
        return Some(body("application/json", value.to_string()));
    }
    if let Some(form) = node.get("form") {
        let mut fields = form_urlencoded::Serializer::new(String::new());
        for entry in form.entries() {
            if let Some(value) = missing.read(cx, &entry.value, &format!("form.{}", entry.key)) {
                cx.secrets.parts(&value);
                fields.append_pair(&entry.key, &value.text);
            }
        }
        return Some(body("application/x-www-form-urlencoded", fields.finish()));
    }
    let text = missing.read(cx, node.get("body")?, "body")?;
    cx.secrets.parts(&text);
    Some(body("text/plain; charset=utf-8", text.text))
}

fn auth_of(cx: &mut Context<'_>, node: &Arc<Node>, missing: &mut Missing) -> Auth {
    let mut secret = |cx: &mut Context<'_>, parent: &Node, key: &str, path: &str| {
        let (node, what) = (parent.get(key)?, format!("auth.{path}"));
        // A user name or a password may be written empty: some APIs want a key in the one and nothing in the other.
        let may_be_empty = matches!(key, "username" | "password");
        let expanded = if may_be_empty { missing.read(cx, node, &what) } else { missing.needed(cx, node, &what) }?;
        match key {
            "username" | "client_id" => cx.secrets.identity(&expanded),
            _ => cx.secrets.whole(&expanded),
        }
        Some(expanded.text)
    };
    if let Some(token) = secret(cx, node, "bearer", "bearer") {
        if let Some(node) = node.get("bearer") {
            sendable(cx, node, "auth.bearer", &token);
            if !token.is_empty() && token.trim().is_empty() {
                cx.issue(Issue::new(node.place, "`auth.bearer` is blank"));
            }
        }
        return Auth::Bearer(Secret::new(&token));
    }
    if let Some(basic) = node.get("basic") {
        let username = secret(cx, basic, "username", "basic.username").unwrap_or_default();
        let password = secret(cx, basic, "password", "basic.password").unwrap_or_default();
        cx.secrets.basic(&username, &password);
        return Auth::Basic { username: Secret::new(&username), password: Secret::new(&password) };
    }
    let Some(oauth2) = node.get("oauth2") else { return Auth::None };
    let client_id = secret(cx, oauth2, "client_id", "oauth2.client_id").unwrap_or_default();
    let client_secret = secret(cx, oauth2, "client_secret", "oauth2.client_secret").unwrap_or_default();
    cx.secrets.basic(&client_id, &client_secret);
    let scope = oauth2.get("scope").and_then(|node| cx.text(node)).filter(|scope| !scope.text.is_empty());
    if let Some(scope) = &scope {
        cx.secrets.identity(scope);
    }
    let token_url = oauth2.get("token_url").and_then(|node| missing.needed(cx, node, "auth.oauth2.token_url"));
    if let Some(url) = &token_url {
        cx.secrets.url(url);
    }
    let address = token_url.and_then(|url| Address::read(&url).ok());
    let (token_url, shown_url) = address.map_or_else(placeholder, |address| (address.url, address.shown.into()));
    Auth::OAuth2(Arc::new(OAuth2 {
        token_url,
        shown_url,
        client_id: Secret::new(&client_id),
        client_secret: Secret::new(&client_secret),
        scope: scope.map(|scope| scope.text),
    }))
}
