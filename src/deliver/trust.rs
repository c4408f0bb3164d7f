//! Whose certificates are believed: the same as by the probes.

use crate::roots::{self, Roots};
use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use std::sync::Arc;

/// The system's roots; or why there are none, which only what is encrypted needs to know.
#[derive(Debug)]
pub(super) struct Trust(Result<Believed, String>);

#[derive(Debug)]
struct Believed {
    store: Arc<RootCertStore>,
    certificates: Vec<CertificateDer<'static>>,
}

impl Trust {
    /// Reads files, so not on the event loop.
    pub(super) async fn load(store_is_named: bool) -> Self {
        let loaded = tokio::task::spawn_blocking(move || roots::system(store_is_named)).await;
        let loaded = loaded.unwrap_or_else(|error| Err(format!("no trust store: {error}")));
        Self(loaded.map(|Roots { store, certificates }| Believed { store: Arc::new(store), certificates }))
    }

    fn believed(&self) -> Result<&Believed, String> {
        self.0.as_ref().map_err(Clone::clone)
    }

    /// For HTTPS and for implicit TLS.
    ///
    /// # Errors
    /// Why nobody can be believed, or that TLS lacks its own protocol versions.
    pub(super) fn client(&self) -> Result<ClientConfig, String> {
        client(&self.believed()?.store)
    }

    /// For what is not encrypted: it believes nobody.
    ///
    /// # Errors
    /// Only when the TLS library lacks its own protocol versions.
    pub(super) fn nobody() -> Result<ClientConfig, String> {
        client(&Arc::new(RootCertStore::empty()))
    }

    /// For STARTTLS.
    ///
    /// # Errors
    /// Why nobody can be believed, or which root cannot be used.
    pub(super) fn mail(&self, host: &str) -> Result<TlsParameters, String> {
        let certificates = &self.believed()?.certificates;
        let mut builder = TlsParameters::builder(host.to_owned());
        if certificates.is_empty() {
            builder = builder.certificate_store(CertificateStore::WebpkiRoots);
        } else {
            builder = builder.certificate_store(CertificateStore::None);
            for der in certificates {
                if let Ok(root) = Certificate::from_der(der.to_vec()) {
                    builder = builder.add_root_certificate(root);
                }
            }
        }
        builder.build_rustls().map_err(|error| format!("TLS cannot be set up: {error}"))
    }
}

fn client(store: &Arc<RootCertStore>) -> Result<ClientConfig, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.map_err(|error| format!("TLS cannot be set up: {error}"))?;
    Ok(builder.with_root_certificates(Arc::clone(store)).with_no_client_auth())
}
