//! How a request is carried: times, addresses, TLS.

use crate::config::address::socket;
use crate::config::context::Context;
use crate::config::diagnostic::Issue;
use crate::config::settings::{ClientIdentity, HttpVersion, IpFamily, Tls, Transport};
use crate::config::tree::Node;
use rustls::sign::CertifiedKey;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use std::sync::Arc;
use url::Host;

/// Largest PEM file.
const PEM_MAX: u64 = 4 << 20;

/// Decodes the transport settings of an endpoint.
pub(super) fn transport(cx: &mut Context<'_>, node: &Node) -> Transport {
    let built_in = Transport::default();
    let mut resolve = Vec::new();
    for entry in node.get("resolve").map(|node| node.entries()).unwrap_or_default() {
        if let Some((address, port)) = cx.some_text(&entry.value).and_then(|text| socket(&text).ok()) {
            // As the host of a URL is read: `bücher.example` is `xn--bcher-kva.example`.
            let host = Host::parse(&entry.key).map_or_else(|_| entry.key.to_ascii_lowercase(), |host| host.to_string());
            resolve.push((host, address, port));
        }
    }
    let redirects = cx.string(node, "follow_redirects");
    Transport {
        timeout: cx.duration(node, "timeout").unwrap_or(built_in.timeout),
        connect_timeout: cx.duration(node, "connect_timeout").unwrap_or(built_in.connect_timeout),
        resolve,
        ip_family: match cx.string(node, "ip_family").as_deref() {
            Some("4") => IpFamily::V4,
            Some("6") => IpFamily::V6,
            _ => IpFamily::Auto,
        },
        http_version: match cx.string(node, "http_version").as_deref() {
            Some("1.1") => HttpVersion::V1,
            Some("2") => HttpVersion::V2,
            _ => HttpVersion::Auto,
        },
        max_redirects: match redirects.as_deref() {
            Some("false") => 0,
            Some(hops) => hops.parse().unwrap_or(built_in.max_redirects),
            None => built_in.max_redirects,
        },
        max_body: cx.size(node, "max_body").unwrap_or(built_in.max_body),
        max_per_host: cx.count(node, "max_per_host").unwrap_or(built_in.max_per_host),
        tls: node.get("tls").map(|node| tls(cx, node)).unwrap_or_default(),
    }
}

fn tls(cx: &mut Context<'_>, node: &Arc<Node>) -> Tls {
    let ca = node.get("ca").and_then(|node| Some((node.clone(), cx.some_text(node)?)));
    let ca = ca.and_then(|(node, path)| authorities(cx, &node, &path));
    let pair = (node.entry("client_cert"), node.entry("client_key"));
    let given = |entry: Option<&crate::config::tree::Entry>| entry.filter(|entry| !entry.value.is_null()).cloned();
    let client = match (given(pair.0), given(pair.1)) {
        (Some(cert), Some(key)) => identity(cx, &cert.value, &key.value),
        (Some(one), None) | (None, Some(one)) => {
            let other = if &*one.key == "client_cert" { "client_key" } else { "client_cert" };
            cx.issue(Issue::new(one.place, format!("`{}` needs `{other}` beside it", one.key)));
            None
        }
        (None, None) => None,
    };
    let verify = cx.boolean(node, "verify").unwrap_or(true);
    if !verify && let Some(value) = node.get("verify") {
        let words = "verify: false accepts any certificate: whoever sits on the way can read and change everything";
        cx.warnings.push((value.place, words.to_owned()));
    }
    Tls { ca, client, verify, server_name: cx.string(node, "server_name") }
}

fn authorities(cx: &mut Context<'_>, node: &Node, path: &str) -> Option<Arc<Vec<CertificateDer<'static>>>> {
    if let Some(known) = cx.pems.authorities.get(path) {
        return known.clone();
    }
    let read = certificates(cx, path).map_err(|words| cx.issue(Issue::new(node.place, words)));
    let read = read.ok().map(Arc::new);
    cx.pems.authorities.insert(path.to_owned(), read.clone());
    read
}

fn certificates(cx: &Context<'_>, path: &str) -> Result<Vec<CertificateDer<'static>>, String> {
    let bytes = cx.file(path, PEM_MAX)?;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    match read {
        Ok(found) if found.is_empty() => Err(format!("`{path}` holds no PEM certificate")),
        Ok(found) => Ok(found),
        Err(error) => Err(format!("`{path}` is not PEM: {error}")),
    }
}

fn identity(cx: &mut Context<'_>, cert: &Node, key: &Node) -> Option<Arc<ClientIdentity>> {
    let (cert_path, key_path) = (cx.some_text(cert), cx.some_text(key));
    let pair = (cert_path?, key_path?);
    if let Some(known) = cx.pems.identities.get(&pair) {
        return known.clone();
    }
    let chain = certificates(cx, &pair.0).map_err(|words| cx.issue(Issue::new(cert.place, words)));
    let key_der = private_key(cx, &pair.1).map_err(|words| cx.issue(Issue::new(key.place, words)));
    let read = match (chain, key_der) {
        (Ok(chain), Ok(der)) => match fits(&chain, &der) {
            Ok(()) => Some(Arc::new(ClientIdentity { chain, key: der })),
            Err(words) => {
                cx.issue(Issue::new(key.place, format!("`{}` with `{}`: {words}", pair.1, pair.0)));
                None
            }
        },
        _ => None,
    };
    cx.pems.identities.insert(pair, read.clone());
    read
}

/// Whether a key is that of the first certificate, and both can be used.
fn fits(chain: &[CertificateDer<'static>], key: &PrivateKeyDer<'static>) -> Result<(), String> {
    let provider = rustls::crypto::ring::default_provider();
    match CertifiedKey::from_der(chain.to_vec(), key.clone_key(), &provider) {
        Ok(_) => Ok(()),
        Err(rustls::Error::InconsistentKeys(_)) => {
            Err("the private key is not that of the first certificate".to_owned())
        }
        Err(error) => Err(format!("they can't be used: {error}")),
    }
}

fn private_key(cx: &Context<'_>, path: &str) -> Result<PrivateKeyDer<'static>, String> {
    let bytes = cx.file(path, PEM_MAX)?;
    PrivateKeyDer::from_pem_slice(&bytes).map_err(|_| format!("`{path}` holds no PEM private key without a passphrase"))
}
