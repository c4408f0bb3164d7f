//! Which addresses lie on this side of the internet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

/// Whether an address is not reachable from the public internet: loopback, private (RFC 1918, RFC 4193), link-local,
/// shared (RFC 6598), unspecified, multicast, broadcast; also inside the IPv6 forms that carry an IPv4 address.
pub fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_private_v4(v4),
        IpAddr::V6(v6) => is_private_v6(v6),
    }
}

fn is_private_v4(v4: Ipv4Addr) -> bool {
    let [a, b, ..] = v4.octets();
    v4.is_loopback()
        || v4.is_private()
        || v4.is_link_local()
        || v4.is_broadcast()
        || v4.is_multicast()
        || a == 0
        || (a == 100 && b & 0xc0 == 64)
}

fn is_private_v6(v6: Ipv6Addr) -> bool {
    // RFC 6052's 64:ff9b::/96 and ::ffff:0:0/96 reach the IPv4 address in their last 32 bits.
    let embedded = match v6.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
            Some(Ipv4Addr::new(a, b, c, d))
        }
        _ => None,
    };
    embedded.is_some_and(is_private_v4)
        || v6.is_loopback()
        || v6.is_unspecified()
        || v6.is_multicast()
        || v6.is_unique_local()
        || v6.is_unicast_link_local()
}

/// Whether the URL itself says that its host is such an address: a literal, or `localhost` (RFC 6761).
pub fn names_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(v4)) => is_private_v4(v4),
        Some(Host::Ipv6(v6)) => is_private_v6(v6),
        Some(Host::Domain(name)) => is_localhost(name),
        None => false,
    }
}

/// `localhost` and everything below it (RFC 6761, section 6.3).
pub(super) fn is_localhost(name: &str) -> bool {
    is_under(name, "localhost")
}

/// Names that never exist (RFC 6761, section 6.4).
pub(super) fn is_invalid(name: &str) -> bool {
    is_under(name, "invalid")
}

fn is_under(name: &str, top: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let last = name.rsplit('.').next().unwrap_or_default();
    last.eq_ignore_ascii_case(top)
}

#[cfg(test)]
mod tests {
    use super::{is_invalid, is_localhost, is_private};

    #[test]
    fn tells_this_side_from_that() {
        for near in [
            "127.0.0.1",
            "10.1.2.3",
            "172.31.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "::1",
            "fe80::1",
            "fd00::1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "255.255.255.255",
            "224.0.0.1",
        ] {
            assert!(is_private(near.parse().expect(near)), "{near}");
        }
        for far in ["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1", "::ffff:8.8.8.8", "64:ff9b::101:101"] {
            assert!(!is_private(far.parse().expect(far)), "{far}");
        }
    }

    #[test]
    fn knows_the_special_names() {
        assert!(is_localhost("localhost") && is_localhost("a.LOCALHOST.") && !is_localhost("localhost.example"));
        assert!(is_invalid("x.invalid") && is_invalid("invalid.") && !is_invalid("xinvalid"));
    }
}
