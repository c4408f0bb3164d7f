//! An endpoint for a URL given on the command line.

use super::address::Address;
use super::decode::built_in;
use super::expand::Expanded;
use super::settings::{Alerting, Auth, Endpoint, Request, Route, Transport};
use crate::judge::Rules;
use crate::model::{EndpointId, Name, Secret};
use crate::retry::Policy;
use http::Method;
use std::time::Duration;

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
    let interval = Duration::from_mins(1);
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
        interval,
        interval_failing: interval,
        proxy: Route::Direct,
        confirm_via: None,
        connectivity: true,
        depends_on: Vec::new(),
        heal: Vec::new(),
        alerting: Alerting::default(),
        maintenance: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::adhoc;
    use crate::config::settings::Auth;

    #[test]
    fn reads_a_url() {
        let endpoint = adhoc("https://u:p%40@example.com/health?a=1#top").expect("reads");
        assert_eq!(endpoint.id.to_string(), "adhoc/https://***:***@example.com/health?a=1");
        assert_eq!(endpoint.request.url.as_str(), "https://example.com/health?a=1");
        assert!(matches!(&endpoint.request.auth, Auth::Basic { username, password }
            if username.expose() == "u" && password.expose() == "p@"));
        assert!(endpoint.rules.warn.cert.is_some());
        let plain = adhoc("http://127.0.0.1:1").expect("reads");
        assert_eq!(plain.rules.warn.cert, None);
        assert_eq!(plain.rules.expect.status.len(), 1);
        for bad in ["", "ftp://h", "http://", "vk/health"] {
            assert!(adhoc(bad).is_err(), "{bad}");
        }
    }
}
