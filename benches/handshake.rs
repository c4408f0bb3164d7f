//! The arithmetic of verified TLS handshakes and nothing else: `handshake COUNT` makes a key pair, an agreement and one
//! verified ECDSA signature so many times, with the library that canary's connections use. What it costs is the least that
//! a client of that library pays for so many fresh connections. `benches/scale.py` runs it beside them.

use rcgen::{KeyPair, PublicKeyData as _, SigningKey as _};
use rustls::crypto::ring::{default_provider, kx_group};
use rustls::{Error, SignatureScheme};

/// What a server signs in TLS 1.3 is about as long (RFC 8446, section 4.4.3).
const SIGNED: [u8; 130] = [0x20; 130];

#[expect(clippy::disallowed_methods, reason = "a program of its own, without a world")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: u32 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1000);
    let server = KeyPair::generate()?;
    let signature = server.sign(&SIGNED)?;
    let theirs = kx_group::X25519.start()?;
    let provider = default_provider();
    let schemes = provider.signature_verification_algorithms.mapping;
    let (_, verifiers) = schemes
        .iter()
        .find(|(scheme, _)| *scheme == SignatureScheme::ECDSA_NISTP256_SHA256)
        .ok_or(Error::EncryptError)?;
    let verifier = verifiers.first().ok_or(Error::EncryptError)?;
    for _ in 0..count {
        std::hint::black_box(kx_group::X25519.start()?.complete(theirs.pub_key())?);
        verifier.verify_signature(server.der_bytes(), &SIGNED, &signature).map_err(|_| Error::DecryptError)?;
    }
    Ok(())
}
