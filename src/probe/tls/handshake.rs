//! One handshake.

use super::super::broken::Broken;
use super::super::deadline::Bound;
use super::super::engine::Engine;
use super::super::wire::{End, Io, Wire};
use super::chain::{shortest_lived, used};
use super::config::Base;
use super::explain::{Refused, explain};
use super::verify::Witness;
use crate::model::{Certificate, Fault, Stage};
use rustls_pki_types::ServerName;
use std::sync::Arc;
use tokio_rustls::TlsConnector;

/// A wire inside TLS.
#[derive(Debug)]
pub(in crate::probe) struct Secured {
    /// For the next speaker.
    pub(in crate::probe) wire: Wire,
    /// Whether ALPN agreed on HTTP/2.
    pub(in crate::probe) h2: bool,
}

/// Shakes hands over `wire` as `name`. The certificate that runs out first goes to `cert`, also when it is refused.
pub(in crate::probe) async fn handshake(
    engine: &Engine,
    wire: Wire,
    base: &Base,
    name: ServerName<'static>,
    bound: &Bound,
    cert: &mut Option<Certificate>,
) -> Result<Secured, Broken> {
    let witness = Arc::new(Witness::new(Arc::clone(&base.trust)));
    let mut config = base.config.clone();
    config.dangerous().set_certificate_verifier(Arc::<Witness>::clone(&witness));
    let notebook = wire.notebook();
    let asked_for = name.to_str().into_owned();
    let connected = bound.wait(TlsConnector::from(Arc::new(config)).connect(name, wire)).await;
    match connected {
        Ok(Ok(stream)) => {
            notebook.head_is_done();
            let session = stream.get_ref().1;
            *cert = base.trust.measure(session.peer_certificates().unwrap_or_default());
            let h2 = session.alpn_protocol() == Some(b"h2");
            Ok(Secured { wire: Wire::new(Io::Tls(Box::new(stream))), h2 })
        }
        Ok(Err(error)) => {
            let chain = used(&witness.refused(), base.trust.ends());
            *cert = shortest_lived(&chain);
            let facts = notebook.facts();
            let (now, redactor) = ((engine.shared.now)().as_second(), &engine.redactor());
            let end = End::of(&error);
            Err(explain(&Refused { end, facts: &facts, chain: &chain, asked_for: &asked_for, now, redactor }))
        }
        Err(overrun) => {
            let received = notebook.facts().received;
            Err(overrun.broken(Stage::Tls, Fault::Target, |span| {
                if received == 0 {
                    format!("TLS handshake: nothing for {span}")
                } else {
                    format!("TLS handshake: not done in {span}, after {received} bytes")
                }
            }))
        }
    }
}
