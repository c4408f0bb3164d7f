//! Certificates for loopback servers.

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

const DAY: u64 = 24 * 60 * 60;

/// An authority of our own.
pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(crate) pem: String,
}

/// A server's certificate and key.
pub(crate) struct Made {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) pem: String,
    pub(crate) key_pem: String,
    key: Vec<u8>,
}

/// Seconds since the Unix epoch.
#[expect(clippy::disallowed_methods, reason = "certificates and ages are made for the present day")]
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("after 1970").as_secs()
}

/// Parameters valid from so many days ago until so many days ahead; a negative end is past.
fn params(names: &[&str], since: u64, days: i64) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("names");
    let epoch = date_time_ymd(1970, 1, 1);
    // Half a day more, so that whole days do not change while a test runs.
    let end = i64::try_from(now()).expect("a time") + days * 86_400 + 43_200;
    params.not_before = epoch + Duration::from_secs(now() - since * DAY);
    params.not_after = epoch + Duration::from_secs(u64::try_from(end).expect("after 1970"));
    params.distinguished_name.push(DnType::CommonName, "canary-test");
    params
}

impl Authority {
    pub(crate) fn new() -> Self {
        Self::named("Test Authority")
    }

    pub(crate) fn named(name: &str) -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = params(&[], 30, 3650);
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let pem = params.self_signed(&key).expect("a certificate").pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// A certificate for 127.0.0.1 and localhost with so many days left (negative: expired so long ago).
    pub(crate) fn serves(&self, days: i64) -> Made {
        self.issues(&params(&["127.0.0.1", "localhost"], 200, days))
    }

    pub(crate) fn serves_name(&self, name: &str) -> Made {
        self.issues(&params(&[name], 30, 90))
    }

    /// Valid from tomorrow on.
    pub(crate) fn serves_tomorrow(&self) -> Made {
        let mut params = params(&["127.0.0.1"], 0, 90);
        params.not_before = date_time_ymd(1970, 1, 1) + Duration::from_secs(now() + DAY);
        self.issues(&params)
    }

    /// Expired, under this common name.
    pub(crate) fn expired_as(&self, common_name: &str) -> Made {
        let mut params = params(&["127.0.0.1"], 200, -2);
        params.distinguished_name.push(DnType::CommonName, common_name);
        self.issues(&params)
    }

    /// A certificate with 80 days left, below an intermediate authority with so many.
    pub(crate) fn serves_below(&self, days: i64) -> Made {
        let key = KeyPair::generate().expect("a key");
        let mut between = params(&[], 30, days);
        between.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        between.distinguished_name.push(DnType::CommonName, "Intermediate");
        let cert = between.signed_by(&key, &self.issuer).expect("a certificate");
        let below = Self { issuer: Issuer::new(between, key), pem: cert.pem() };
        let mut made = below.serves(80);
        made.chain.push(cert.der().clone());
        made
    }

    /// For 127.0.0.1, under this common name.
    pub(crate) fn serves_as(&self, common_name: &str) -> Made {
        let mut params = params(&["127.0.0.1"], 30, 90);
        params.distinguished_name.push(DnType::CommonName, common_name);
        self.issues(&params)
    }

    fn issues(&self, params: &CertificateParams) -> Made {
        let key = KeyPair::generate().expect("a key");
        let cert = params.signed_by(&key, &self.issuer).expect("a certificate");
        Made {
            chain: vec![cert.der().clone()],
            pem: cert.pem(),
            key_pem: key.serialize_pem(),
            key: key.serialize_der(),
        }
    }
}

/// Self-signed for 127.0.0.1 and localhost; as an authority too (`openssl req -x509` makes such) or a plain leaf.
pub(crate) fn self_signed(authority: bool) -> Made {
    let key = KeyPair::generate().expect("a key");
    let mut params = params(&["127.0.0.1", "localhost"], 1, 90);
    if authority {
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    }
    let cert = params.self_signed(&key).expect("a certificate");
    Made { chain: vec![cert.der().clone()], pem: cert.pem(), key_pem: key.serialize_pem(), key: key.serialize_der() }
}

impl Made {
    pub(crate) fn server(&self) -> Arc<ServerConfig> {
        self.server_with(&[b"http/1.1"])
    }

    /// A server that offers these protocols (ALPN).
    pub(crate) fn server_with(&self, protocols: &[&[u8]]) -> Arc<ServerConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(self.key.clone()));
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(self.chain.clone(), key)
            .expect("a certificate with its key");
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
        Arc::new(config)
    }
}
