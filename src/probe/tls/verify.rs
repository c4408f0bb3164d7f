//! Which certificates are accepted, and a witness that keeps those that are not.

use super::chain::{self, Ends};
use crate::model::Certificate;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// So many chains are remembered at most: a fleet shows one again and again, and strangers show one each.
const REMEMBERED: usize = 64;

/// What a server's certificate is measured by.
#[derive(Debug)]
pub(super) struct Trust {
    algorithms: WebPkiSupportedAlgorithms,
    rule: Rule,
    measured: Mutex<HashMap<Vec<CertificateDer<'static>>, Option<Certificate>>>,
}

#[derive(Debug)]
enum Rule {
    /// `verify: false`.
    Anything,
    /// Issued by one of the roots, or itself one of the pinned.
    Chain {
        webpki: Option<Arc<WebPkiServerVerifier>>,
        roots: Arc<RootCertStore>,
        pinned: Arc<Vec<CertificateDer<'static>>>,
        outdated: Vec<CertificateDer<'static>>,
    },
}

impl Trust {
    /// Accepts whatever comes.
    pub(super) fn anything(algorithms: WebPkiSupportedAlgorithms) -> Self {
        Self { algorithms, rule: Rule::Anything, measured: Mutex::default() }
    }

    /// Accepts what the roots have issued, and the pinned certificates themselves. The outdated are those authorities of the
    /// pinned that are no roots because of their dates.
    pub(super) fn new(
        algorithms: WebPkiSupportedAlgorithms,
        webpki: Option<Arc<WebPkiServerVerifier>>,
        roots: Arc<RootCertStore>,
        pinned: Arc<Vec<CertificateDer<'static>>>,
        outdated: Vec<CertificateDer<'static>>,
    ) -> Self {
        Self { algorithms, rule: Rule::Chain { webpki, roots, pinned, outdated }, measured: Mutex::default() }
    }

    /// Where a chain may end.
    pub(super) fn ends(&self) -> Ends<'_> {
        match &self.rule {
            Rule::Anything => Ends::default(),
            Rule::Chain { roots, pinned, outdated, .. } => Ends { roots: Some(roots), given: pinned, outdated },
        }
    }

    /// Which of these certificates runs out first, of those that take part. The same ones are read once.
    pub(super) fn measure(&self, presented: &[CertificateDer<'static>]) -> Option<Certificate> {
        let measured = || self.measured.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = measured().get(presented) {
            return known.clone();
        }
        let read = chain::shortest_lived(&chain::used(presented, self.ends()));
        let mut measured = measured();
        if measured.len() < REMEMBERED {
            measured.insert(presented.to_vec(), read.clone());
        }
        read
    }

    /// The outdated authority that these end at.
    fn outdated(&self, presented: &[CertificateDer<'_>]) -> Option<&CertificateDer<'static>> {
        let outdated = self.ends().outdated;
        if outdated.is_empty() {
            return None;
        }
        let chain = chain::used(presented, self.ends());
        let last = chain.last()?;
        let ends = |issuer: &x509_cert::Certificate| issuer == last || chain::has_issued(issuer, last);
        outdated.iter().find(|der| chain::read(der).is_some_and(|issuer| ends(&issuer)))
    }
}

/// A certificate that `tls.ca` holds byte by byte needs no issuer; its dates and its name count all the same.
/// webpki refuses such a one when it also says that it is an authority, as `openssl req -x509` makes them.
fn check_pinned(leaf: &CertificateDer<'_>, name: &ServerName<'_>, now: UnixTime) -> Result<(), Error> {
    let cert = chain::read(leaf).ok_or(CertificateError::BadEncoding)?;
    check_dates(&cert, now)?;
    if chain::alternative_names(&cert).is_none() && has_common_name(&cert, name) {
        return Ok(());
    }
    verify_server_name(&ParsedCertificate::try_from(leaf)?, name)
}

fn check_dates(cert: &x509_cert::Certificate, now: UnixTime) -> Result<(), Error> {
    let (not_before, not_after) = chain::dates(cert);
    let unix = |seconds: i64| UnixTime::since_unix_epoch(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)));
    let at = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    if at < not_before {
        return Err(CertificateError::NotValidYetContext { time: now, not_before: unix(not_before) }.into());
    }
    if at > not_after {
        return Err(CertificateError::ExpiredContext { time: now, not_after: unix(not_after) }.into());
    }
    Ok(())
}

/// For a pinned certificate without alternative names, which is how old recipes make them, the common name is its name.
fn has_common_name(cert: &x509_cert::Certificate, name: &ServerName<'_>) -> bool {
    match cert.tbs_certificate().subject().common_name() {
        Ok(Some(common)) => common.value().eq_ignore_ascii_case(&name.to_str()),
        _ => false,
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = match &self.rule {
            Rule::Anything => Ok(ServerCertVerified::assertion()),
            Rule::Chain { pinned, .. } if pinned.iter().any(|one| one == leaf) => {
                check_pinned(leaf, name, now).map(|()| ServerCertVerified::assertion())
            }
            Rule::Chain { webpki: Some(webpki), .. } => webpki.verify_server_cert(leaf, intermediates, name, ocsp, now),
            Rule::Chain { webpki: None, .. } => Err(CertificateError::UnknownIssuer.into()),
        };
        if let Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)) = &verified
            && let Some(issuer) = self.outdated(&presented(leaf, intermediates)).and_then(|der| chain::read(der))
        {
            check_dates(&issuer, now)?;
        }
        verified
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match &self.rule {
            Rule::Anything => Ok(HandshakeSignatureValid::assertion()),
            Rule::Chain { .. } => verify_tls12_signature(message, cert, signature, &self.algorithms),
        }
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        match &self.rule {
            Rule::Anything => Ok(HandshakeSignatureValid::assertion()),
            Rule::Chain { .. } => verify_tls13_signature(message, cert, signature, &self.algorithms),
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

fn presented(leaf: &CertificateDer<'_>, intermediates: &[CertificateDer<'_>]) -> Vec<CertificateDer<'static>> {
    std::iter::once(leaf).chain(intermediates).map(|one| one.clone().into_owned()).collect()
}

/// One connection's verifier: as its trust says, and it keeps what was presented when the answer is no.
#[derive(Debug)]
pub(super) struct Witness {
    trust: Arc<Trust>,
    refused: Mutex<Vec<CertificateDer<'static>>>,
}

impl Witness {
    /// Has seen nothing.
    pub(super) fn new(trust: Arc<Trust>) -> Self {
        Self { trust, refused: Mutex::default() }
    }

    /// The refused certificates, leaf first, and an outdated authority that would have been needed; empty when none were.
    pub(super) fn refused(&self) -> Vec<CertificateDer<'static>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.trust.verify_server_cert(leaf, intermediates, name, ocsp, now);
        if verified.is_err() {
            let mut all = presented(leaf, intermediates);
            let outdated = self.trust.outdated(&all).filter(|one| !all.contains(one)).cloned();
            all.extend(outdated);
            *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = all;
        }
        verified
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.trust.verify_tls12_signature(message, cert, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.trust.verify_tls13_signature(message, cert, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.trust.supported_verify_schemes()
    }
}
