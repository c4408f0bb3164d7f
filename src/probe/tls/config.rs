//! Client configurations, one for each distinct set of TLS settings.

use super::super::Clock;
use super::super::broken::Broken;
use super::chain;
use super::verify::Trust;
use crate::config::settings::{HttpVersion, Tls};
use crate::model::{Fault, Stage};
use crate::roots;
use crate::text::escape::shorten;
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::CryptoProvider;
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, RootCertStore, SupportedCipherSuite};
use rustls_pki_types::{CertificateDer, UnixTime};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// A configuration whose verifier is still to be set, and the trust for it.
#[derive(Debug)]
pub(in crate::probe) struct Base {
    /// All but the verifier.
    pub(super) config: ClientConfig,
    /// What the verifier goes by.
    pub(super) trust: Arc<Trust>,
}

/// Settings are the same when they share their files: the loader reads each file once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    ca: usize,
    client: usize,
    verify: bool,
    version: HttpVersion,
}

/// Builds each configuration once, and loads the system's trust store only when it is needed.
#[derive(Debug)]
pub(in crate::probe) struct Configs {
    /// The settings are kept beside what was made of them, so that their addresses stay theirs.
    made: Mutex<HashMap<Key, (Tls, Arc<Base>)>>,
    system: OnceLock<Arc<RootCertStore>>,
    /// Whether SSL_CERT_FILE or SSL_CERT_DIR names the store: then nothing stands in for it.
    store_is_named: bool,
    provider: Arc<CryptoProvider>,
    time: Arc<WallTime>,
}

impl Configs {
    /// Nothing built, nothing loaded.
    pub(in crate::probe) fn new(now: Clock, store_is_named: bool) -> Self {
        Self {
            made: Mutex::default(),
            system: OnceLock::new(),
            store_is_named,
            provider: Arc::new(provider()),
            time: Arc::new(WallTime(now)),
        }
    }

    /// The configuration for these settings.
    pub(in crate::probe) fn get(&self, tls: &Tls, version: HttpVersion) -> Result<Arc<Base>, Broken> {
        let key = Key {
            ca: tls.ca.as_ref().map_or(0, |ca| Arc::as_ptr(ca).addr()),
            client: tls.client.as_ref().map_or(0, |client| Arc::as_ptr(client).addr()),
            verify: tls.verify,
            version,
        };
        if let Some((_, base)) = self.made.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(base));
        }
        let base = Arc::new(self.build(tls, version)?);
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.insert(key, (tls.clone(), Arc::clone(&base)));
        Ok(base)
    }

    fn build(&self, tls: &Tls, version: HttpVersion) -> Result<Base, Broken> {
        let trust = Arc::new(self.trust(tls)?);
        let unusable = |what: &str, error: &dyn fmt::Display| {
            Broken::new(Stage::Tls, Fault::Local, format!("{what}: {}", shorten(&error.to_string(), 200)))
        };
        let builder =
            ClientConfig::builder_with_details(Arc::clone(&self.provider), Arc::<WallTime>::clone(&self.time))
                .with_safe_default_protocol_versions()
                .map_err(|error| unusable("TLS can't be set up", &error))?
                .dangerous()
                .with_custom_certificate_verifier(Arc::<Trust>::clone(&trust));
        let mut config = match &tls.client {
            None => builder.with_no_client_auth(),
            Some(client) => builder
                .with_client_auth_cert(client.chain.clone(), client.key.clone_key())
                .map_err(|error| unusable("tls.client_cert and tls.client_key can't be used", &error))?,
        };
        config.alpn_protocols = match version {
            HttpVersion::Auto => vec![b"h2".to_vec(), b"http/1.1".to_vec()],
            HttpVersion::V1 => vec![b"http/1.1".to_vec()],
            HttpVersion::V2 => vec![b"h2".to_vec()],
        };
        // Each attempt measures a whole handshake, with the certificates in it.
        config.resumption = Resumption::disabled();
        Ok(Base { config, trust })
    }

    fn trust(&self, tls: &Tls) -> Result<Trust, Broken> {
        let algorithms = self.provider.signature_verification_algorithms;
        if !tls.verify {
            return Ok(Trust::anything(algorithms));
        }
        let (roots, pinned, outdated) = match &tls.ca {
            Some(ca) => {
                let (valid, outdated) = authorities(ca, (self.time.0)().as_second());
                let mut store = RootCertStore::empty();
                store.add_parsable_certificates(valid);
                (Arc::new(store), Arc::clone(ca), outdated)
            }
            None => (self.system_roots()?, Arc::default(), Vec::new()),
        };
        let chain = if roots.is_empty() {
            None
        } else {
            let built =
                WebPkiServerVerifier::builder_with_provider(Arc::clone(&roots), Arc::clone(&self.provider)).build();
            Some(built.map_err(|error| Broken::new(Stage::Tls, Fault::Local, format!("no trust store: {error}")))?)
        };
        Ok(Trust::new(algorithms, chain, roots, pinned, outdated))
    }

    fn system_roots(&self) -> Result<Arc<RootCertStore>, Broken> {
        if let Some(loaded) = self.system.get() {
            return Ok(Arc::clone(loaded));
        }
        let loaded = roots::system(self.store_is_named).map_err(|why| Broken::new(Stage::Tls, Fault::Local, why))?;
        Ok(Arc::clone(self.system.get_or_init(|| Arc::new(loaded.store))))
    }
}

/// ring, with the suites that hash by SHA-256 first, as browsers have it: a handshake hashes dozens of short texts, and
/// processors know that hash, but not SHA-384. Stronger ones are offered as before, for servers that insist.
fn provider() -> CryptoProvider {
    let mut provider = rustls::crypto::ring::default_provider();
    provider.cipher_suites.sort_by_key(|suite| {
        let common = match suite {
            SupportedCipherSuite::Tls12(suite) => &suite.common,
            SupportedCipherSuite::Tls13(suite) => &suite.common,
        };
        common.hash_provider.output_len()
    });
    provider
}

/// The certificates of `tls.ca` that may have issued others, all but those that say that they may not: first those that are
/// valid now, then those that are not. webpki looks at no root's dates.
fn authorities(
    ca: &[CertificateDer<'static>],
    now: i64,
) -> (Vec<CertificateDer<'static>>, Vec<CertificateDer<'static>>) {
    let is_valid = |der: &CertificateDer<'_>| {
        chain::read(der).is_none_or(|cert| {
            let (not_before, not_after) = chain::dates(&cert);
            (not_before..=not_after).contains(&now)
        })
    };
    ca.iter().filter(|der| !chain::is_no_authority(der)).cloned().partition(is_valid)
}

/// The wall clock as rustls wants it.
struct WallTime(Clock);

impl TimeProvider for WallTime {
    fn current_time(&self) -> Option<UnixTime> {
        let seconds = u64::try_from((self.0)().as_second()).ok()?;
        Some(UnixTime::since_unix_epoch(Duration::from_secs(seconds)))
    }
}

impl fmt::Debug for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WallTime")
    }
}
