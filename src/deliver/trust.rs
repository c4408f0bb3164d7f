//! Whose certificates are believed.

use lettre::transport::smtp::client::{Certificate, CertificateStore, TlsParameters};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use std::sync::Arc;

/// The system's roots; Mozilla's when the system has none.
#[derive(Debug)]
pub(super) struct Trust {
    system: Vec<CertificateDer<'static>>,
    roots: Arc<RootCertStore>,
}

impl Trust {
    /// Reads files, so not on the event loop.
    pub(super) async fn load() -> Self {
        let found = tokio::task::spawn_blocking(rustls_native_certs::load_native_certs).await;
        let mut roots = RootCertStore::empty();
        let mut system = found.map(|found| found.certs).unwrap_or_default();
        system.retain(|der| roots.add(der.clone()).is_ok());
        if system.is_empty() {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        Self { system, roots: Arc::new(roots) }
    }

    /// For HTTPS and for implicit TLS.
    ///
    /// # Errors
    /// Only when the TLS library lacks its own protocol versions.
    pub(super) fn client(&self) -> Result<ClientConfig, String> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let builder = builder.map_err(|error| format!("TLS cannot be set up: {error}"))?;
        Ok(builder.with_root_certificates(Arc::clone(&self.roots)).with_no_client_auth())
    }

    /// For STARTTLS.
    ///
    /// # Errors
    /// When a root cannot be used.
    pub(super) fn mail(&self, host: &str) -> Result<TlsParameters, String> {
        let mut builder = TlsParameters::builder(host.to_owned());
        if self.system.is_empty() {
            builder = builder.certificate_store(CertificateStore::WebpkiRoots);
        } else {
            builder = builder.certificate_store(CertificateStore::None);
            for der in &self.system {
                if let Ok(root) = Certificate::from_der(der.to_vec()) {
                    builder = builder.add_root_certificate(root);
                }
            }
        }
        builder.build_rustls().map_err(|error| format!("TLS cannot be set up: {error}"))
    }
}
