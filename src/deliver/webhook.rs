//! `webhook` and `n8n`: the body as it is, signed when there is a secret.

use super::courier::Parcel;
use super::post::{Read, Way};
use crate::alert::Delivery;
use crate::model::Secret;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use std::fmt::Write as _;

pub(super) async fn send(
    url: &Secret,
    secret: Option<&Secret>,
    n8n: bool,
    way: &Way<'_>,
    parcel: &Parcel<'_>,
) -> Delivery {
    let body = parcel.body();
    let mut headers = Vec::new();
    if let Some(signature) = secret.and_then(|secret| signature(secret, &body)) {
        headers.push(("X-Canary-Signature", signature));
    }
    match way.post(url.expose(), body, &headers, Read::No).await {
        Ok(answered) if n8n && answered.status == 404 => {
            Delivery::TryLater { why: format!("{}; is the workflow active?", answered.why()), after: None, slow: true }
        }
        Ok(answered) => answered.delivery(),
        Err(delivery) => delivery,
    }
}

/// `sha256=…` in hexadecimal digits (RFC 2104 with SHA-256); a key of any length will do.
fn signature(secret: &Secret, body: &[u8]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).ok()?;
    mac.update(body);
    Some(mac.finalize().into_bytes().iter().fold("sha256=".to_owned(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    }))
}
