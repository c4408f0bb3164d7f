//! What credentials are bound to.

use url::Url;

/// Whether both have the same origin (RFC 6454, section 5): scheme, host and port.
pub fn same(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme()
        && one.host() == other.host()
        && one.port_or_known_default() == other.port_or_known_default()
}

#[cfg(test)]
mod tests {
    use super::same;
    use url::Url;

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        let same = |one: &str, other: &str| same(&Url::parse(one).expect(one), &Url::parse(other).expect(other));
        assert!(same("http://a/", "http://A:80/x") && same("https://h/a", "https://u:p@H:443/b"));
        for other in ["http://a:81/", "https://a/", "http://b/", "https://a:80/"] {
            assert!(!same("http://a/", other), "{other}");
        }
    }
}
