//! Names to addresses, through the system's resolver.

use super::address::{is_invalid, is_localhost};
use super::broken::is_exhausted;
use super::flights::Flights;
use crate::config::settings::{IpFamily, Transport};
use crate::model::Fault;
use crate::text::escape::shorten;
use dns_lookup::{LookupError, LookupErrorKind};
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use url::Host;

/// Most addresses that are tried of one name; with 250 ms between two starts the connect timeout ends sooner.
const MOST_ADDRESSES: usize = 32;

/// Why a name has no address.
#[derive(Clone, Debug)]
pub(super) struct Unresolved {
    /// On whose side.
    pub(super) fault: Fault,
    /// In words.
    pub(super) detail: String,
}

type Answer = Result<Arc<[IpAddr]>, Unresolved>;

/// Asks the system's resolver. Attempts that want the same name at the same time share one question; nothing is cached.
#[derive(Debug)]
pub(super) struct Resolver {
    flights: Flights<Arc<str>, Answer>,
    answered: AtomicBool,
    asked: AtomicBool,
}

impl Resolver {
    /// With nothing asked yet.
    pub(super) fn new() -> Self {
        Self { flights: Flights::new(), answered: AtomicBool::new(false), asked: AtomicBool::new(false) }
    }

    /// The addresses to try, in the order of RFC 8305. Overrides of `resolve` come first, then literals and the
    /// special names of RFC 6761; only the rest is asked for, on a thread of its own, as the question can't be cancelled.
    pub(super) async fn addresses(
        &self,
        host: &Host<&str>,
        port: u16,
        transport: &Transport,
    ) -> Result<Vec<SocketAddr>, Unresolved> {
        let shown = host.to_string();
        let overridden = overrides(transport, &shown, port);
        if !overridden.is_empty() {
            return Ok(overridden);
        }
        let found: Arc<[IpAddr]> = match host {
            Host::Ipv4(v4) => return Ok(vec![SocketAddr::from((*v4, port))]),
            Host::Ipv6(v6) => return Ok(vec![SocketAddr::from((*v6, port))]),
            Host::Domain(name) if is_invalid(name) => return Err(no_such_host(name)),
            Host::Domain(name) if is_localhost(name) => {
                Arc::from([IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)])
            }
            Host::Domain(name) => self.ask(name).await?,
        };
        let wanted = interleave(&found, transport.ip_family);
        if wanted.is_empty() {
            return Err(no_address(&shown, transport.ip_family));
        }
        Ok(wanted.into_iter().map(|ip| SocketAddr::new(ip, port)).collect())
    }

    async fn ask(&self, name: &str) -> Answer {
        let name: Arc<str> = Arc::from(name);
        let asked = self.flights.join(Arc::clone(&name), |landing| {
            tokio::task::spawn_blocking(move || landing.land(look_up(&name)));
        });
        self.asked.store(true, Ordering::Relaxed);
        let answer = asked.await.unwrap_or_else(|| {
            Err(Unresolved { fault: Fault::Local, detail: "the lookup's thread ended without an answer".to_owned() })
        });
        if matches!(answer, Ok(_) | Err(Unresolved { fault: Fault::Target, .. })) {
            self.answered.store(true, Ordering::Relaxed);
        }
        answer
    }

    /// Whether names were asked for, and there was an answer for none: neither addresses nor that there are none.
    pub(super) fn no_name_found(&self) -> bool {
        self.asked.load(Ordering::Relaxed) && !self.answered.load(Ordering::Relaxed)
    }
}

/// What `resolve` says of a host.
pub(super) fn overrides(transport: &Transport, host: &str, port: u16) -> Vec<SocketAddr> {
    let own = transport.resolve.iter().filter(|(name, ..)| same_host(name, host));
    own.map(|(_, ip, own)| SocketAddr::new(*ip, own.unwrap_or(port))).collect()
}

/// `[::1]` and `::1`, `Example.com` and `example.com.` are the same host.
fn same_host(configured: &str, host: &str) -> bool {
    let bare = |name: &str| {
        let name = name.strip_suffix('.').unwrap_or(name);
        name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name).to_ascii_lowercase()
    };
    configured.eq_ignore_ascii_case(host) || bare(configured) == bare(host)
}

fn look_up(name: &str) -> Answer {
    match dns_lookup::lookup_host(name) {
        Ok(found) => {
            let found: Arc<[IpAddr]> = found.collect();
            if found.is_empty() { Err(no_address(name, IpFamily::Auto)) } else { Ok(found) }
        }
        Err(error) => Err(explain(name, error)),
    }
}

fn explain(name: &str, error: LookupError) -> Unresolved {
    let kind = error.kind();
    let error = io::Error::from(error);
    // A resolver without a free descriptor answers as if the name did not exist, so ask for one here.
    let exhausted = |error: &io::Error| is_exhausted(error).then(|| super::broken::io_words(error));
    let own =
        exhausted(&error).or_else(|| UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).err().as_ref().and_then(exhausted));
    if let Some(own) = own {
        return Unresolved { fault: Fault::Local, detail: format!("{own} while looking up {name}") };
    }
    match kind {
        LookupErrorKind::NoName => no_such_host(name),
        LookupErrorKind::NoData => no_address(name, IpFamily::Auto),
        LookupErrorKind::Memory => {
            Unresolved { fault: Fault::Local, detail: format!("out of memory while looking up {name}") }
        }
        LookupErrorKind::Again => Unresolved {
            fault: Fault::Resolver,
            detail: format!("the resolver could not answer for {name} (server failure or no name server reachable)"),
        },
        _ => Unresolved {
            fault: Fault::Resolver,
            detail: format!("the resolver failed for {name}: {}", shorten(&error.to_string(), 100)),
        },
    }
}

fn no_such_host(name: &str) -> Unresolved {
    Unresolved { fault: Fault::Target, detail: format!("no such host {name}") }
}

fn no_address(name: &str, family: IpFamily) -> Unresolved {
    let kind = match family {
        IpFamily::Auto => "address",
        IpFamily::V4 => "IPv4 address",
        IpFamily::V6 => "IPv6 address",
    };
    Unresolved { fault: Fault::Target, detail: format!("no {kind} for {name}") }
}

/// The wanted families by turns, each in the resolver's order (RFC 8305, section 4), without doubles.
fn interleave(found: &[IpAddr], family: IpFamily) -> Vec<IpAddr> {
    let first_is_v6 = found.first().is_some_and(IpAddr::is_ipv6);
    let wanted = |v6: bool| match family {
        IpFamily::Auto => true,
        IpFamily::V4 => !v6,
        IpFamily::V6 => v6,
    };
    let mut out: Vec<IpAddr> = Vec::with_capacity(found.len().min(MOST_ADDRESSES));
    let mut lanes =
        [first_is_v6, !first_is_v6].map(|v6| found.iter().filter(move |ip| ip.is_ipv6() == v6 && wanted(v6)));
    let mut dry = 0;
    let mut lane = 0;
    while dry < 2 && out.len() < MOST_ADDRESSES {
        match lanes[lane].next() {
            Some(ip) => {
                dry = 0;
                if !out.contains(ip) {
                    out.push(*ip);
                }
            }
            None => dry += 1,
        }
        lane = 1 - lane;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{IpFamily, interleave, same_host};
    use std::net::IpAddr;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_resolver_is_blamed_for_its_own_failures_only() {
        use super::{Fault, explain};
        // EAI_NONAME, EAI_AGAIN, EAI_FAIL, EAI_NODATA, EAI_MEMORY of Linux's netdb.h.
        for (code, fault, words) in [
            (-2, Fault::Target, "no such host a.example"),
            (-3, Fault::Resolver, "could not answer for a.example"),
            (-4, Fault::Resolver, "the resolver failed for a.example"),
            (-5, Fault::Target, "no address for a.example"),
            (-10, Fault::Local, "out of memory"),
        ] {
            let told = explain("a.example", dns_lookup::LookupError::new(code));
            assert_eq!(told.fault, fault, "{code}");
            assert!(told.detail.contains(words), "{}", told.detail);
        }
    }

    fn ips(list: &[&str]) -> Vec<IpAddr> {
        list.iter().map(|ip| ip.parse().expect(ip)).collect()
    }

    #[test]
    fn families_take_turns() {
        let found = ips(&["::1", "::2", "::3", "::2", "1.1.1.1", "1.1.1.2"]);
        assert_eq!(interleave(&found, IpFamily::Auto), ips(&["::1", "1.1.1.1", "::2", "1.1.1.2", "::3"]));
        assert_eq!(interleave(&found, IpFamily::V4), ips(&["1.1.1.1", "1.1.1.2"]));
        assert_eq!(interleave(&found, IpFamily::V6), ips(&["::1", "::2", "::3"]));
        let many: Vec<IpAddr> = (0..500u16).map(|n| IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, n])).collect();
        assert_eq!(interleave(&many, IpFamily::Auto).len(), 32);
    }

    #[test]
    fn hosts_are_compared_as_hosts() {
        assert!(same_host("Example.com", "example.com") && same_host("::1", "[::1]") && same_host("a.b", "a.b."));
        assert!(!same_host("example.com", "www.example.com"));
    }
}
