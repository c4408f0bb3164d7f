//! CONNECT (RFC 9110, section 9.3.6).

use super::refused::{Refused, garbled};
use crate::model::{ExitRefusal, Redactor};
use crate::text::escape::shorten;
use crate::text::userinfo::basic;
use std::fmt::Write as _;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use url::Host;

/// Largest head of an answer.
const HEAD: usize = 16 << 10;
/// Most characters of the proxy's own words.
const WORDS: usize = 200;

/// Asks for a connection to the host's TCP port. What came behind the answer's head belongs to the tunnel and is returned.
///
/// # Errors
/// What the proxy said instead, secrets masked.
pub async fn connect<S: AsyncRead + AsyncWrite + Unpin>(
    wire: &mut S,
    (host, port): (&Host<&str>, u16),
    login: Option<&(String, String)>,
    redactor: &Redactor,
) -> Result<Vec<u8>, Refused> {
    let authority = format!("{host}:{port}");
    let mut request = format!("CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n");
    if let Some((username, password)) = login {
        let _ = write!(request, "Proxy-Authorization: {}\r\n", basic(username, password));
    }
    request.push_str("\r\n");
    wire.write_all(request.as_bytes()).await?;
    wire.flush().await?;
    let mut head = Vec::with_capacity(512);
    let end = loop {
        if let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if head.len() > HEAD {
            return Err(garbled("its answer to CONNECT has no end"));
        }
        if wire.read_buf(&mut head).await? == 0 {
            return Err(garbled("closed without an answer to CONNECT"));
        }
    };
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    match status(line) {
        Some(200..=299) => Ok(head.split_off(end)),
        Some(407) => Err(Refused::Answer(
            ExitRefusal::Credentials,
            "proxy authentication required (407): check the user and password of its URL".to_owned(),
        )),
        Some(status) => {
            let line = redactor.redact(&String::from_utf8_lossy(line)).into_owned();
            let words = format!("answered CONNECT with {:?}", shorten(&line, WORDS));
            Err(Refused::Answer(ExitRefusal::Status(status), words))
        }
        None => Err(garbled("its answer to CONNECT is not HTTP")),
    }
}

fn status(line: &[u8]) -> Option<u16> {
    let rest = line.strip_prefix(b"HTTP/1.")?;
    let code = std::str::from_utf8(rest.get(2..5)?).ok()?;
    code.parse().ok().filter(|code| (100..=599).contains(code))
}
