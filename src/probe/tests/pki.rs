//! Certificates made on the spot, and servers that show them.

use super::faultd::{Conn, Faultd, read_request};
use crate::config::settings::{Tls, Transport};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair, date_time_ymd,
};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use std::io::Write as _;
use std::net::TcpStream;
use std::sync::Arc;

pub(super) type Date = (i32, u8, u8);

/// Around the tests' now, 2026-06-01.
pub(super) const LONG: (Date, Date) = ((2020, 1, 1), (2036, 1, 1));

/// A certificate with its key and everything below it.
pub(super) struct Shown {
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: PrivateKeyDer<'static>,
}

pub(super) struct Authority(CertifiedIssuer<'static, KeyPair>);

fn params(common: &str, names: &[&str], (from, to): (Date, Date)) -> CertificateParams {
    let names = names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    let mut params = CertificateParams::new(names).expect("names");
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common);
    params.not_before = date_time_ymd(from.0, from.1, from.2);
    params.not_after = date_time_ymd(to.0, to.1, to.2);
    params.use_authority_key_identifier_extension = true;
    params
}

fn ca(common: &str, dates: (Date, Date)) -> CertificateParams {
    let mut params = params(common, &[], dates);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

fn key() -> KeyPair {
    KeyPair::generate().expect("a key")
}

fn private(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()))
}

impl Authority {
    pub(super) fn root(common: &str) -> Self {
        Self::dated(common, LONG)
    }

    pub(super) fn dated(common: &str, dates: (Date, Date)) -> Self {
        Self(CertifiedIssuer::self_signed(ca(common, dates), key()).expect("a root"))
    }

    /// Two certificates of one key.
    pub(super) fn renewed(common: &str, old: (Date, Date), new: (Date, Date)) -> (Self, Self) {
        let der = key().serialize_der();
        let made = |dates| {
            let key = KeyPair::try_from(der.clone()).expect("the same key");
            Self(CertifiedIssuer::self_signed(ca(common, dates), key).expect("a root"))
        };
        (made(old), made(new))
    }

    pub(super) fn below(&self, common: &str, dates: (Date, Date)) -> Self {
        Self(CertifiedIssuer::signed_by(ca(common, dates), key(), &self.0).expect("an intermediate"))
    }

    pub(super) fn der(&self) -> CertificateDer<'static> {
        self.0.der().clone()
    }

    /// A certificate for these names; `above` is presented behind it.
    pub(super) fn issue(&self, common: &str, names: &[&str], dates: (Date, Date), above: &[&Self]) -> Shown {
        let own = key();
        let leaf = params(common, names, dates).signed_by(&own, &self.0).expect("a leaf");
        let chain = std::iter::once(leaf.der().clone()).chain(above.iter().map(|one| one.der())).collect();
        Shown { chain, key: private(&own) }
    }
}

/// What `openssl req -x509` makes: signed by itself and an authority.
pub(super) fn self_signed(common: &str, names: &[&str], dates: (Date, Date)) -> Shown {
    let own = key();
    let mut params = params(common, names, dates);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    Shown { chain: vec![params.self_signed(&own).expect("a certificate").der().clone()], key: private(&own) }
}

pub(super) type TlsConn = StreamOwned<ServerConnection, TcpStream>;

/// How the server shakes hands.
#[derive(Default)]
pub(super) struct Hand {
    pub(super) alpn: Vec<&'static str>,
    pub(super) client_ca: Option<CertificateDer<'static>>,
    pub(super) only_12: bool,
}

pub(super) fn config(shown: Shown, hand: Hand) -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions: &[_] = if hand.only_12 { &[&rustls::version::TLS12] } else { rustls::ALL_VERSIONS };
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(versions);
    let builder = builder.expect("versions");
    let builder = match hand.client_ca {
        None => builder.with_no_client_auth(),
        Some(ca) => {
            let mut roots = RootCertStore::empty();
            roots.add(ca).expect("a root");
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
            builder.with_client_cert_verifier(verifier.expect("a verifier"))
        }
    };
    let mut config = builder.with_single_cert(shown.chain, shown.key).expect("a certificate");
    config.alpn_protocols = hand.alpn.iter().map(|one| one.as_bytes().to_vec()).collect();
    Arc::new(config)
}

/// A TLS server; `behave` gets the stream inside.
pub(super) fn server(
    shown: Shown,
    hand: Hand,
    behave: impl Fn(&mut TlsConn, &mut Conn) + Send + Sync + 'static,
) -> Faultd {
    let config = config(shown, hand);
    Faultd::start(move |conn| {
        let session = ServerConnection::new(Arc::clone(&config)).expect("a session");
        let mut stream = StreamOwned::new(session, conn.tcp.try_clone().expect("a descriptor"));
        behave(&mut stream, conn);
    })
}

/// One that answers every request with `ok`.
pub(super) fn ok_server(shown: Shown, hand: Hand) -> Faultd {
    server(shown, hand, |stream, conn| {
        let request = read_request(stream);
        conn.note(&request);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        stream.conn.send_close_notify();
        let _ = stream.flush();
        conn.close();
    })
}

/// With this as the only trust.
pub(super) fn trusting(ca: &[CertificateDer<'static>]) -> Transport {
    let tls = Tls { ca: Some(Arc::new(ca.to_vec())), ..Tls::default() };
    Transport { tls, ..super::harness::transport() }
}

pub(super) fn https(server: &Faultd, host: &str) -> String {
    format!("https://{host}:{}/", server.port())
}
