//! One request over one connection, until the response's head.

use super::broken::{Broken, FOREIGN};
use super::deadline::Bound;
use super::engine::Engine;
use super::pump::{Pump, Tasks};
use super::tls::refused_after_handshake;
use super::wire::{End, Facts, Notebook, Wire};
use crate::model::{Fault, Redactor, Stage};
use crate::text::escape::shorten;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, Request, Uri, Version};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::TokioIo;
use std::fmt::Write as _;
use url::{Position, Url};

/// Most bytes of a response's head.
pub(super) const HEAD_BYTES: u32 = 300 << 10;

/// Most header lines; other clients stop at 100, which real sites pass.
const HEADERS: usize = 1_000;

/// Bytes that an HTTP/2 server may send before they are read: what RFC 9113, section 6.9.2 begins with.
const WINDOW: u32 = 65_535;

/// A response whose body has not been read.
pub(super) struct Answer {
    /// Status code.
    pub(super) status: u16,
    /// Headers of the final response.
    pub(super) headers: HeaderMap,
    /// `1.0`, `1.1` or `2`.
    pub(super) version: &'static str,
    /// The body.
    pub(super) body: Incoming,
    /// Keeps the connection going.
    pub(super) pump: Pump,
    /// What went over the wire.
    pub(super) notebook: Notebook,
    /// Where a response to this request has no body whatever its headers say.
    pub(super) is_bodiless: bool,
}

/// What is to be sent.
#[derive(Debug)]
pub(super) struct Outgoing<'a> {
    /// Method.
    pub(super) method: &'a Method,
    /// Where to.
    pub(super) url: &'a Url,
    /// All headers, `host` included.
    pub(super) headers: HeaderMap,
    /// Body.
    pub(super) body: Bytes,
}

/// Sends the request and waits for the response's head; informational responses are passed over.
pub(super) async fn exchange(
    engine: &Engine,
    wire: Wire,
    h2: bool,
    outgoing: Outgoing<'_>,
    bound: &Bound,
) -> Result<Answer, Broken> {
    let notebook = wire.notebook();
    let is_head = outgoing.method == Method::HEAD;
    let request = build(outgoing, h2)?;
    let talked = bound.wait(talk(wire.for_exchange(h2), h2, request)).await;
    let facts = notebook.facts();
    let (response, pump) = match talked {
        Ok(Ok(answered)) => answered,
        Ok(Err(error)) => return Err(explain(&error, &facts, h2, &engine.redactor())),
        Err(overrun) => {
            return Err(overrun.broken(Stage::Head, Fault::Target, |span| match facts.received {
                0 => format!("no response header in {span}"),
                received => format!("no whole response header in {span}, after {received} bytes"),
            }));
        }
    };
    drop(facts);
    notebook.head_is_done();
    let (head, body) = response.into_parts();
    let status = head.status.as_u16();
    if let Some(shape) = smuggled(&head.headers) {
        return Err(Broken::target(Stage::Head, shape).with_status(status));
    }
    let version = match head.version {
        Version::HTTP_10 => "1.0",
        Version::HTTP_2 => "2",
        _ => "1.1",
    };
    let is_bodiless = is_head || matches!(status, 100..=199 | 204 | 304);
    Ok(Answer { status, headers: head.headers, version, body, pump, notebook, is_bodiless })
}

async fn talk(
    wire: Wire,
    h2: bool,
    request: Request<Full<Bytes>>,
) -> Result<(http::Response<Incoming>, Pump), hyper::Error> {
    if h2 {
        let tasks = Tasks::default();
        let (mut sender, connection) = http2::Builder::new(tasks.clone())
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(WINDOW)
            .max_header_list_size(HEAD_BYTES)
            .handshake(TokioIo::new(wire))
            .await?;
        let mut pump = Pump::two(connection, tasks);
        let response = pump.drive(sender.send_request(request)).await?;
        Ok((response, pump))
    } else {
        let (mut sender, connection) = http1::Builder::new()
            .max_headers(HEADERS)
            .max_header_size(HEAD_BYTES as usize)
            .handshake(TokioIo::new(wire))
            .await?;
        let mut pump = Pump::one(connection);
        let response = pump.drive(sender.send_request(request)).await?;
        Ok((response, pump))
    }
}

fn build(outgoing: Outgoing<'_>, h2: bool) -> Result<Request<Full<Bytes>>, Broken> {
    let Outgoing { method, url, mut headers, body } = outgoing;
    // A method that means to bring content says so when it brings none (RFC 9110, section 8.6).
    if body.is_empty() && [Method::POST, Method::PUT, Method::PATCH].contains(method) {
        headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
    }
    let path = path_and_query(url)?;
    let uri = if h2 {
        let host = headers.remove(HOST);
        let authority = host.as_ref().and_then(|host| host.to_str().ok()).unwrap_or_default();
        Uri::builder().scheme(url.scheme()).authority(authority).path_and_query(path).build().map_err(unsendable)?
    } else {
        Uri::from(path)
    };
    let mut request = Request::new(Full::new(body));
    *request.method_mut() = method.clone();
    *request.uri_mut() = uri;
    *request.headers_mut() = headers;
    Ok(request)
}

fn unsendable(error: impl std::fmt::Display) -> Broken {
    Broken::new(Stage::Send, Fault::Local, format!("the URL can't be sent: {error}"))
}

/// The `url` crate leaves some bytes in queries that the `http` crate refuses: those are percent-encoded.
fn path_and_query(url: &Url) -> Result<PathAndQuery, Broken> {
    let text = &url[Position::BeforePath..Position::AfterQuery];
    if let Ok(path) = PathAndQuery::try_from(text) {
        return Ok(path);
    }
    let mut encoded = String::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:/?@!$&'()*+,;=%".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    PathAndQuery::try_from(encoded).map_err(unsendable)
}

/// The `host` header's value for a URL.
pub(super) fn host_header(url: &Url) -> Option<HeaderValue> {
    let host = url.host_str()?;
    match url.port() {
        Some(port) => HeaderValue::try_from(format!("{host}:{port}")).ok(),
        None => HeaderValue::from_str(host).ok(),
    }
}

/// Two statements about the body's length: whoever believes the other one reads another response (request smuggling).
fn smuggled(headers: &HeaderMap) -> Option<&'static str> {
    if !headers.contains_key(CONTENT_LENGTH) {
        return None;
    }
    if headers.contains_key(TRANSFER_ENCODING) {
        return Some("both Content-Length and Transfer-Encoding: where the body ends is ambiguous");
    }
    let lengths = headers.get_all(CONTENT_LENGTH).iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    unlike(lengths).then_some(UNLIKE_LENGTHS)
}

const UNLIKE_LENGTHS: &str = "two unlike Content-Lengths: where the body ends is ambiguous";

fn unlike<'a>(values: impl Iterator<Item = &'a [u8]>) -> bool {
    let mut values = values.map(<[u8]>::trim_ascii);
    let first = values.next();
    values.any(|value| Some(value) != first)
}

/// No head came.
fn explain(error: &hyper::Error, facts: &Facts, h2: bool, redactor: &Redactor) -> Broken {
    if let Some(End::Tls(error)) = &facts.end
        && let Some(refused) = refused_after_handshake(error)
    {
        return refused;
    }
    let stage = if facts.unsendable && facts.received == 0 { Stage::Send } else { Stage::Head };
    Broken::target(stage, head_words(error, facts, h2, redactor))
}

fn head_words(error: &hyper::Error, facts: &Facts, h2: bool, redactor: &Redactor) -> String {
    let received = facts.received;
    if matches!(facts.first[..], [0x15 | 0x16, 0x03, ..]) {
        return "the server answers in TLS; https?".to_owned();
    }
    if h2 && facts.first.starts_with(b"HTTP/1") {
        return "the server speaks HTTP/1, not HTTP/2".to_owned();
    }
    if !h2 && error.is_parse() {
        return malformed(error, facts, redactor);
    }
    match &facts.end {
        Some(End::Closed) if received == 0 => "closed without a response".to_owned(),
        Some(End::Closed) => format!("closed inside the response's head, after {received} bytes"),
        Some(End::Truncated) if received == 0 => {
            "closed without a response, and without TLS's goodbye (close_notify)".to_owned()
        }
        Some(End::Truncated) => {
            format!("closed inside the response's head, after {received} bytes, without TLS's goodbye (close_notify)")
        }
        Some(End::Reset) if facts.unsendable => "reset while the request was sent".to_owned(),
        Some(End::Reset) if received == 0 => "reset without a response".to_owned(),
        Some(End::Reset) => format!("reset inside the response's head, after {received} bytes"),
        Some(End::Tls(error)) => format!("TLS failed: {}", shorten(&error.to_string(), FOREIGN)),
        Some(End::Other(words)) => format!("no response: {words}"),
        None => format!("no valid response: {}", chain_words(error)),
    }
}

fn malformed(error: &hyper::Error, facts: &Facts, redactor: &Redactor) -> String {
    let first = &facts.first[..];
    if facts.received >= u64::from(HEAD_BYTES) {
        return "response headers over 300 KiB".to_owned();
    }
    if facts.lines > HEADERS {
        return format!("too many headers, more than {HEADERS}");
    }
    if !first.starts_with(b"HTTP/") {
        let shown = redactor.redact_piece(&String::from_utf8_lossy(first));
        return format!("not HTTP: starts with {:?}", shorten(&shown, 40));
    }
    let mut lines = first.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let status_line = lines.next().unwrap_or_default();
    if error.is_parse_status() {
        let shown = redactor.redact_piece(&String::from_utf8_lossy(status_line));
        return format!("bad status line {:?}", shorten(&shown, 80));
    }
    let lengths = lines.filter_map(|line| {
        let (name, value) = line.split_at_checked(CONTENT_LENGTH.as_str().len() + 1)?;
        name.eq_ignore_ascii_case(b"content-length:").then_some(value)
    });
    if unlike(lengths.flat_map(|line| line.split(|byte| *byte == b','))) {
        return UNLIKE_LENGTHS.to_owned();
    }
    format!("malformed response head: {}", chain_words(error))
}

/// An error with its causes.
pub(super) fn chain_words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let _ = write!(words, ": {error}");
        cause = error.source();
    }
    shorten(&words, FOREIGN).into_owned()
}
