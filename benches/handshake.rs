//! What verified TLS handshakes cost with the library that canary's connections use, for `benches/scale.py`:
//!
//! - `handshake COUNT`: their arithmetic and nothing else, a key pair, an agreement and one verified ECDSA signature each;
//! - `handshake COUNT PORT CA.pem`: whole ones over loopback, one after the other, each with one request whose answer is
//!   read once and not looked at: the least that any client of this library pays for so many fresh connections.

use rcgen::{KeyPair, PublicKeyData as _, SigningKey as _};
use rustls::client::Resumption;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring::{default_provider, kx_group};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::{CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, SignatureScheme, StreamOwned};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, ServerName, UnixTime};
use std::error::Error;
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::path::Path;
use std::sync::Arc;

/// What a server signs in TLS 1.3 is about as long (RFC 8446, section 4.4.3).
const SIGNED: [u8; 130] = [0x20; 130];

type Outcome = Result<(), Box<dyn Error>>;

#[expect(clippy::disallowed_methods, reason = "a program of its own, without a world")]
fn main() -> Outcome {
    let given: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    match given.as_slice() {
        [] => arithmetic(1000),
        [count] => arithmetic(count.parse()?),
        [count, port, ca] => whole(count.parse()?, port.parse()?, Path::new(ca)),
        _ => Err("handshake [COUNT [PORT CA.pem]]".into()),
    }
}

fn arithmetic(count: u32) -> Outcome {
    let server = KeyPair::generate()?;
    let signature = server.sign(&SIGNED)?;
    let theirs = kx_group::X25519.start()?;
    let provider = default_provider();
    let schemes = provider.signature_verification_algorithms.mapping;
    let (_, verifiers) = schemes
        .iter()
        .find(|(scheme, _)| *scheme == SignatureScheme::ECDSA_NISTP256_SHA256)
        .ok_or("no verifier of ECDSA with P-256")?;
    let verifier = verifiers.first().ok_or("no verifier")?;
    for _ in 0..count {
        std::hint::black_box(kx_group::X25519.start()?.complete(theirs.pub_key())?);
        verifier.verify_signature(server.der_bytes(), &SIGNED, &signature).map_err(|_| "no valid signature")?;
    }
    Ok(())
}

fn whole(count: u32, port: u16, ca: &Path) -> Outcome {
    let mut provider = default_provider();
    // As canary offers them: those that hash by SHA-256, for which processors have instructions, first.
    provider.cipher_suites.sort_by_key(|suite| !format!("{:?}", suite.suite()).ends_with("SHA256"));
    let algorithms = provider.signature_verification_algorithms;
    let pinned = Pinned { certificate: CertificateDer::from_pem_file(ca)?, algorithms };
    let mut config = ClientConfig::builder_with_provider(provider.into())
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(pinned))
        .with_no_client_auth();
    config.resumption = Resumption::disabled();
    let (config, name) = (Arc::new(config), ServerName::from(IpAddr::from(Ipv4Addr::LOCALHOST)));
    for _ in 0..count {
        let socket = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        socket.set_nodelay(true)?;
        let mut stream = StreamOwned::new(ClientConnection::new(Arc::clone(&config), name.clone())?, socket);
        stream.write_all(b"GET /health/0 HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: */*\r\n\r\n")?;
        if stream.read(&mut [0; 4096])? == 0 {
            return Err("closed without an answer".into());
        }
    }
    Ok(())
}

/// Takes this certificate and no other, and verifies who holds its key.
#[derive(Debug)]
struct Pinned {
    certificate: CertificateDer<'static>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        leaf: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if *leaf == self.certificate {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(CertificateError::UnknownIssuer.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, leaf, signature, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        leaf: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, leaf, signature, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
