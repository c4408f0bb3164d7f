//! An endpoint for a URL given on the command line.

use super::address::Address;
use super::decode::built_in;
use super::expand::Expanded;
use super::settings::{Alerting, Auth, Endpoint, ProxyUrl, Request, Route, Transport};
use crate::judge::Rules;
use crate::model::{EndpointId, Name, Secret, defaults};
use crate::retry::Policy;
use crate::text::userinfo::userinfo;
use base64::Engine as _;
use http::Method;

/// A proxy given by its URL outside the configuration (`--via env:VAR`), with what must not be seen of it.
///
/// # Errors
/// Says in words what is wrong, without the value.
pub fn proxy_url(text: &str) -> Result<(ProxyUrl, Vec<String>), String> {
    let url = super::address::proxy(text)?;
    let shown = super::address::host_and_port(&url);
    let (username, password) = userinfo(&url).unwrap_or_default();
    let auth = Auth::Basic { username: Secret::new(&username), password: Secret::new(&password) };
    let mut secrets = secrets_of(&auth);
    secrets.push(username);
    Ok((ProxyUrl { url: Secret::new(text), shown }, secrets))
}

/// The endpoint `adhoc/URL` with built-in settings. A user and password in the URL become basic auth, a fragment is
/// dropped, and its name is the URL without either.
///
/// # Errors
/// Says in words why the text is not an http or https URL.
pub fn adhoc(url: &str) -> Result<Endpoint, String> {
    let address = Address::read(&Expanded::literal(url))?;
    let shown_url = String::from(address.shown);
    let https = address.url.scheme() == "https";
    let auth = match address.userinfo {
        Some((user, password)) => Auth::Basic { username: Secret::new(&user), password: Secret::new(&password) },
        None => Auth::None,
    };
    Ok(Endpoint {
        id: EndpointId::new(Name::adhoc(), &shown_url),
        enabled: true,
        not_configured: None,
        tags: Vec::new(),
        description: None,
        runbook: None,
        request: Request { method: Method::GET, url: address.url, shown_url, headers: Vec::new(), body: None, auth },
        transport: Transport::default(),
        retry: Policy::default(),
        rules: built_in(Rules { capture: true, ..Rules::default() }, https),
        interval: defaults::INTERVAL,
        interval_failing: defaults::interval_failing(defaults::INTERVAL),
        proxy: Route::Direct,
        confirm_via: None,
        connectivity: true,
        depends_on: Vec::new(),
        heal: Vec::new(),
        alerting: Alerting::default(),
        maintenance: Vec::new(),
    })
}

/// What must not be seen of the credentials in such a URL: for [`Redactor::and`](crate::model::Redactor::and).
pub fn secrets_of(auth: &Auth) -> Vec<String> {
    match auth {
        Auth::None => Vec::new(),
        Auth::Bearer(token) => vec![token.expose().to_owned()],
        Auth::Basic { username, password } => {
            let pair = format!("{}:{}", username.expose(), password.expose());
            vec![password.expose().to_owned(), base64::engine::general_purpose::STANDARD.encode(pair)]
        }
        Auth::OAuth2(oauth2) => vec![oauth2.client_id.expose().to_owned(), oauth2.client_secret.expose().to_owned()],
    }
}

#[cfg(test)]
mod tests {
    use super::{adhoc, secrets_of};
    use crate::config::settings::Auth;

    #[test]
    fn reads_a_url() {
        let endpoint = adhoc("https://u:p%40@example.com/health?a=1#top").expect("reads");
        assert_eq!(endpoint.id.to_string(), "adhoc/https://***:***@example.com/health?a=1");
        assert_eq!(endpoint.request.url.as_str(), "https://example.com/health?a=1");
        assert!(matches!(&endpoint.request.auth, Auth::Basic { username, password }
            if username.expose() == "u" && password.expose() == "p@"));
        assert!(endpoint.rules.warn.cert.is_some());
        assert_eq!(secrets_of(&endpoint.request.auth), ["p@", "dTpwQA=="]);
        let plain = adhoc("http://127.0.0.1:1").expect("reads");
        assert_eq!(plain.rules.warn.cert, None);
        assert_eq!(plain.rules.expect.status.len(), 1);
        for bad in ["", "ftp://h", "http://", "vk/health"] {
            assert!(adhoc(bad).is_err(), "{bad}");
        }
    }
}
