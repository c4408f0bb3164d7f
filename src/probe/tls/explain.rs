//! A failed handshake in words.

use super::super::broken::Broken;
use super::super::wire::{End, Facts};
use super::chain::{alternative_names, dates, is_self_issued, shown};
use crate::model::{FailureKind, Redactor, Stage};
use crate::text::escape::shorten;
use crate::text::plural;
use rustls::{AlertDescription, CertificateError, Error, InvalidMessage, PeerIncompatible};

/// What is known of it.
pub(super) struct Refused<'a> {
    /// How it ended.
    pub(super) end: End,
    /// What went over the wire.
    pub(super) facts: &'a Facts,
    /// The refused certificates that belong together, leaf first.
    pub(super) chain: &'a [x509_cert::Certificate],
    /// The name that was asked for.
    pub(super) asked_for: &'a str,
    /// The wall clock, Unix seconds.
    pub(super) now: i64,
    /// Masks what the remote echoes.
    pub(super) redactor: &'a Redactor,
}

/// Names as many as help.
const SHOWN_NAMES: usize = 5;

/// The failure. That the two sides have no HTTP version in common is the protocol's, all else the handshake's.
pub(super) fn explain(refused: &Refused<'_>) -> Broken {
    let handshake = |detail: String| Broken::target(Stage::Tls, detail);
    let received = refused.facts.received;
    match &refused.end {
        End::Tls(Error::AlertReceived(AlertDescription::NoApplicationProtocol)) => {
            Broken::target(Stage::Head, "the server does not offer the HTTP version asked for (ALPN)")
        }
        End::Tls(error) => {
            handshake(tls_words(error, refused)).kind(untimely(error, refused).unwrap_or(FailureKind::Broken))
        }
        End::Closed | End::Truncated if received == 0 => {
            handshake("closed in the TLS handshake, without a word".to_owned())
        }
        End::Closed | End::Truncated => handshake(format!("closed in the TLS handshake, after {received} bytes")),
        End::Reset => handshake(format!("connection reset in the TLS handshake, after {received} bytes")),
        End::Other(words) => handshake(format!("TLS handshake: {words}")),
    }
}

/// When the certificates would hold, where their dates are why they were refused.
fn untimely(error: &Error, refused: &Refused<'_>) -> Option<FailureKind> {
    let Error::InvalidCertificate(
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. },
    ) = error
    else {
        return None;
    };
    let from = refused.chain.iter().map(|cert| dates(cert).0).max()?;
    let until = refused.chain.iter().map(|cert| dates(cert).1).min()?;
    (!(from..=until).contains(&refused.now)).then_some(FailureKind::Untimely { from, until })
}

/// A refusal of the client's certificate that comes after the handshake, as TLS 1.3 has it.
pub(in crate::probe) fn refused_after_handshake(error: &Error) -> Option<Broken> {
    match error {
        Error::AlertReceived(alert) => client_certificate(*alert).map(|detail| Broken::target(Stage::Tls, detail)),
        _ => None,
    }
}

fn client_certificate(alert: AlertDescription) -> Option<String> {
    let words = match alert {
        AlertDescription::CertificateRequired => "client certificate required: set tls.client_cert and tls.client_key",
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnknownCA
        | AlertDescription::AccessDenied => "client certificate refused by the server",
        _ => return None,
    };
    Some(format!("{words} (alert {alert:?})"))
}

fn tls_words(error: &Error, refused: &Refused<'_>) -> String {
    match error {
        Error::InvalidCertificate(error) => certificate_words(error, refused),
        Error::InvalidMessage(InvalidMessage::InvalidContentType) if refused.facts.first.starts_with(b"HTTP/") => {
            "server spoke plain HTTP".to_owned()
        }
        Error::InvalidMessage(InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion) => {
            let first = refused.redactor.redact_piece(&String::from_utf8_lossy(&refused.facts.first));
            format!("server does not speak TLS; it began with {:?}", shorten(&first, 40))
        }
        Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13 | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
        ) => format!("server offers only {}; canary speaks TLS 1.2 and 1.3", old_version(&refused.facts.first)),
        Error::AlertReceived(AlertDescription::ProtocolVersion) => {
            "server offers no common TLS version; canary speaks 1.2 and 1.3".to_owned()
        }
        Error::AlertReceived(AlertDescription::HandshakeFailure) => {
            "server refused the handshake: no common cipher, or it wants a client certificate".to_owned()
        }
        Error::AlertReceived(AlertDescription::UnrecognisedName) => {
            format!("server does not know the name {}", refused.asked_for)
        }
        Error::AlertReceived(alert) => {
            client_certificate(*alert).unwrap_or_else(|| format!("server ended the handshake with alert {alert:?}"))
        }
        Error::PeerIncompatible(PeerIncompatible::NoCipherSuitesInCommon | PeerIncompatible::NoKxGroupsInCommon) => {
            "no common cipher".to_owned()
        }
        other => format!("TLS handshake: {}", shorten(&other.to_string(), 200)),
    }
}

/// The version of a ServerHello (RFC 5246, 7.4.1.3) behind the headers of its record (5 bytes) and message (4).
fn old_version(first: &[u8]) -> &'static str {
    match first.get(9..11) {
        Some([3, 0]) => "SSL 3.0",
        Some([3, 1]) => "TLS 1.0",
        Some([3, 2]) => "TLS 1.1",
        _ => "TLS 1.1 or older",
    }
}

fn certificate_words(error: &CertificateError, refused: &Refused<'_>) -> String {
    let leaf = refused.chain.first();
    let whose = |cert: Option<&x509_cert::Certificate>| {
        cert.map_or_else(|| "unreadable".to_owned(), |cert| shown(cert.tbs_certificate().subject()))
    };
    match error {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            let mut chain = refused.chain.iter().enumerate();
            // webpki says so of presented certificates, too, that lead to nobody who is trusted.
            let Some((at, cert)) = chain.find(|(_, cert)| dates(cert).1 < refused.now) else {
                return unknown_issuer(refused.chain);
            };
            let what = if at == 0 { "certificate" } else { "the issuing authority's certificate" };
            format!("{what} expired {} ago ({})", span(refused.now - dates(cert).1), whose(Some(cert)))
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            let Some(cert) = refused.chain.iter().find(|cert| dates(cert).0 > refused.now) else {
                return unknown_issuer(refused.chain);
            };
            let from = jiff::Timestamp::from_second(dates(cert).0).unwrap_or_default();
            format!("certificate not valid before {from} ({}), or this machine's clock is wrong", whose(Some(cert)))
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("name mismatch: certificate is for {}, not for {}", names(leaf), refused.asked_for)
        }
        CertificateError::UnknownIssuer => unknown_issuer(refused.chain),
        // A trusted authority has the issuer's name, and another key.
        CertificateError::BadSignature => format!("{}: the signature is another one's", unknown_issuer(refused.chain)),
        CertificateError::Revoked => format!("certificate revoked ({})", whose(leaf)),
        CertificateError::BadEncoding => "the certificate can't be read".to_owned(),
        // webpki says so of a self-signed certificate that is an authority too, before it looks for an issuer.
        CertificateError::Other(_) if leaf.is_some_and(is_self_issued) => unknown_issuer(refused.chain),
        other => format!("certificate refused ({}): {}", whose(leaf), shorten(&other.to_string(), 200)),
    }
}

fn names(leaf: Option<&x509_cert::Certificate>) -> String {
    let Some(leaf) = leaf else { return "an unreadable name".to_owned() };
    match alternative_names(leaf) {
        Some(names) if !names.is_empty() => {
            let listed = names.iter().take(SHOWN_NAMES).map(|name| shorten(name, 80)).collect::<Vec<_>>().join(", ");
            let more = names.len().saturating_sub(SHOWN_NAMES);
            if more == 0 { listed } else { format!("{listed} and {more} more") }
        }
        _ => format!("no host name ({} alone does not count)", shown(leaf.tbs_certificate().subject())),
    }
}

fn unknown_issuer(chain: &[x509_cert::Certificate]) -> String {
    let Some(last) = chain.last() else { return "unknown issuer".to_owned() };
    let tbs = last.tbs_certificate();
    let issuer = shown(tbs.issuer());
    if is_self_issued(last) {
        return format!("unknown issuer: the certificate ({issuer}) is self-signed; set tls.ca to trust it");
    }
    if issuer.contains("Russian Trusted") {
        return format!("unknown issuer {issuer}: set tls.ca to a file with the Russian Trusted Root CA");
    }
    format!("unknown issuer {issuer}")
}

/// `1 day`, `5 hours`, `3 minutes`.
fn span(seconds: i64) -> String {
    let seconds = usize::try_from(seconds).unwrap_or(0);
    match seconds {
        0..60 => plural::count(seconds, "second"),
        60..3_600 => plural::count(seconds / 60, "minute"),
        3_600..86_400 => plural::count(seconds / 3_600, "hour"),
        _ => plural::count(seconds / 86_400, "day"),
    }
}
