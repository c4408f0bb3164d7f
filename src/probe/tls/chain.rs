//! What presented certificates say: names, dates, who issued whom.

use crate::model::Certificate;
use crate::text::escape::shorten;
use rustls::RootCertStore;
use rustls_pki_types::CertificateDer;
use std::net::IpAddr;
use x509_cert::der::{Decode, Encode};
use x509_cert::ext::pkix::name::GeneralName;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, BasicConstraints, SubjectAltName, SubjectKeyIdentifier};
use x509_cert::name::Name;

/// Most certificates followed from the leaf up; real chains have three or four.
const LONGEST_CHAIN: usize = 16;

/// Most characters shown of one name.
const NAME: usize = 100;

/// Reads one certificate; none when it can't be read.
pub(super) fn read(der: &CertificateDer<'_>) -> Option<x509_cert::Certificate> {
    x509_cert::Certificate::from_der(der).ok()
}

/// `CN=…`, or the whole name where it has none.
pub(super) fn shown(name: &Name) -> String {
    let text = match name.common_name() {
        Ok(Some(common)) => format!("CN={}", common.value()),
        _ => name.to_string(),
    };
    shorten(if text.is_empty() { "no subject" } else { &text }, NAME).into_owned()
}

/// End and beginning of validity, Unix seconds.
pub(super) fn dates(cert: &x509_cert::Certificate) -> (i64, i64) {
    let validity = cert.tbs_certificate().validity();
    let seconds = |time: x509_cert::time::Time| i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    (seconds(validity.not_before), seconds(validity.not_after))
}

/// Whether it says of itself that it is no authority.
pub(super) fn is_no_authority(der: &CertificateDer<'_>) -> bool {
    read(der)
        .and_then(|cert| cert.tbs_certificate().get_extension::<BasicConstraints>().ok().flatten())
        .is_some_and(|(_, constraints)| !constraints.ca)
}

/// The DNS names and addresses that it is for; none when it has no such extension.
pub(super) fn alternative_names(cert: &x509_cert::Certificate) -> Option<Vec<String>> {
    let (_, names) = cert.tbs_certificate().get_extension::<SubjectAltName>().ok().flatten()?;
    let shown = names.0.iter().filter_map(|name| match name {
        GeneralName::DnsName(dns) => Some(dns.as_str().to_owned()),
        GeneralName::IpAddress(octets) => address(octets.as_bytes()),
        _ => None,
    });
    Some(shown.collect())
}

fn address(octets: &[u8]) -> Option<String> {
    let ip = match octets.len() {
        4 => IpAddr::from(<[u8; 4]>::try_from(octets).ok()?),
        16 => IpAddr::from(<[u8; 16]>::try_from(octets).ok()?),
        _ => return None,
    };
    Some(ip.to_string())
}

/// Where a chain may end.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Ends<'a> {
    /// Authorities that are trusted now.
    pub(super) roots: Option<&'a RootCertStore>,
    /// All of `tls.ca`.
    pub(super) given: &'a [CertificateDer<'static>],
    /// Those authorities of it whose dates are over, or have not come.
    pub(super) outdated: &'a [CertificateDer<'static>],
}

/// The certificates that take part: the leaf, then each presented issuer of the one before, until one that is trusted.
/// That one takes part too when it is what `tls.ca` holds; of the system's authorities the system keeps copies of its own.
pub(super) fn used(presented: &[CertificateDer<'_>], ends: Ends<'_>) -> Vec<x509_cert::Certificate> {
    let Some(leaf) = presented.first().and_then(read) else { return Vec::new() };
    let readable = presented[1..].iter().take(LONGEST_CHAIN).filter_map(|der| Some((der, read(der)?)));
    let mut left = readable.collect::<Vec<_>>();
    let mut chain = vec![leaf];
    while let Some(last) = chain.last() {
        let Some(at) = left.iter().position(|(_, issuer)| has_issued(issuer, last)) else { break };
        let (der, issuer) = left.swap_remove(at);
        let is_anchored = ends.roots.is_some_and(|roots| is_anchored(&issuer, roots));
        let is_outdated = ends.outdated.contains(der);
        let is_last = is_anchored || is_outdated || is_self_issued(&issuer);
        // An outdated one has no part where a renewed one with its key stands in for it.
        if !is_last || (ends.given.contains(der) && !(is_outdated && is_anchored)) {
            chain.push(issuer);
        }
        if is_last {
            break;
        }
    }
    chain
}

/// Whether it names itself as its issuer.
pub(super) fn is_self_issued(cert: &x509_cert::Certificate) -> bool {
    cert.tbs_certificate().issuer() == cert.tbs_certificate().subject()
}

/// By name, and by key identifiers where both have one.
pub(super) fn has_issued(issuer: &x509_cert::Certificate, cert: &x509_cert::Certificate) -> bool {
    let (issuer, cert) = (issuer.tbs_certificate(), cert.tbs_certificate());
    if issuer.subject() != cert.issuer() || cert.issuer() == cert.subject() {
        return false;
    }
    let own = issuer.get_extension::<SubjectKeyIdentifier>().ok().flatten().map(|(_, id)| id.0);
    let wanted = cert.get_extension::<AuthorityKeyIdentifier>().ok().flatten().and_then(|(_, id)| id.key_identifier);
    match (own, wanted) {
        (Some(own), Some(wanted)) => own == wanted,
        _ => true,
    }
}

/// Whether the same name and key are trusted: then the presented copy (a cross-signed one, say) is not needed.
fn is_anchored(cert: &x509_cert::Certificate, roots: &RootCertStore) -> bool {
    let tbs = cert.tbs_certificate();
    let (Ok(subject), Ok(key)) = (tbs.subject().to_der(), tbs.subject_public_key_info().to_der()) else {
        return false;
    };
    // webpki keeps the contents of both without their outer tag and length.
    roots.roots.iter().any(|root| subject.ends_with(&root.subject) && key.ends_with(&root.subject_public_key_info))
}

/// The certificate that runs out first.
pub(super) fn shortest_lived(chain: &[x509_cert::Certificate]) -> Option<Certificate> {
    let (at, cert) = chain.iter().enumerate().min_by_key(|(_, cert)| dates(cert).1)?;
    Some(Certificate { not_after: dates(cert).1, subject: shown(cert.tbs_certificate().subject()), is_leaf: at == 0 })
}
