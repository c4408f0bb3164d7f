//! The system's store, or what stands in for it.

use crate::text::escape::shorten;
use rustls::RootCertStore;
use rustls_native_certs::CertificateResult;
use rustls_pki_types::CertificateDer;

/// Characters of an error.
const WHY: usize = 200;

/// Whom to believe.
#[derive(Clone, Debug)]
pub struct Roots {
    /// For rustls.
    pub store: RootCertStore,
    /// The same as certificates; none when Mozilla's roots stand in.
    pub certificates: Vec<CertificateDer<'static>>,
}

/// Reads the system's store, from files: not on the event loop where others wait. `is_named` is whether SSL_CERT_FILE or
/// SSL_CERT_DIR names it. Mozilla's roots stand in for a store that is there and empty, as in a bare container; never for
/// one that the user named, nor for one that can't be read.
///
/// # Errors
/// Why there is no store, for a person.
pub fn system(is_named: bool) -> Result<Roots, String> {
    sift(rustls_native_certs::load_native_certs(), is_named)
}

fn sift(found: CertificateResult, is_named: bool) -> Result<Roots, String> {
    let mut store = RootCertStore::empty();
    let mut certificates = found.certs;
    certificates.retain(|der| store.add(der.clone()).is_ok());
    if !store.is_empty() {
        return Ok(Roots { store, certificates });
    }
    if let Some(error) = found.errors.first() {
        return Err(format!("no trust store: {}", shorten(&error.to_string(), WHY)));
    }
    if is_named {
        return Err("no trust store: what SSL_CERT_FILE or SSL_CERT_DIR names holds no certificate".to_owned());
    }
    store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    Ok(Roots { store, certificates })
}

#[cfg(test)]
mod tests {
    use super::sift;
    use rustls_native_certs::{CertificateResult, load_certs_from_paths};
    use std::path::Path;

    #[test]
    fn only_an_empty_unnamed_store_is_stood_in_for() {
        let empty = sift(CertificateResult::default(), false).expect("roots");
        assert!(!empty.store.is_empty() && empty.certificates.is_empty());
        assert!(sift(CertificateResult::default(), true).is_err());
        let nowhere = load_certs_from_paths(Some(Path::new("/nowhere/at/all")), None);
        let refused = sift(nowhere, false).expect_err("no store");
        assert!(refused.starts_with("no trust store: ") && refused.contains("/nowhere/at/all"), "{refused}");
    }
}
