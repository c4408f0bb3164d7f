//! One HTTP/1.1 exchange over a tunnel that stands. The client library does the rest, but would show an `http` request to the
//! proxy instead of asking it for a tunnel.

use super::post::{AGENT, Ask};
use super::wire::Wire;
use crate::text::userinfo::{basic, userinfo};
use bytes::Bytes;
use http::{HeaderValue, Request, header};
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use reqwest::{Body, Response};
use std::error::Error;
use tokio::task::JoinSet;
use url::{Position, Url};

/// Sends the request and waits for the answer's head. The set drives the connection while the body is read, and ends it when
/// it is dropped.
///
/// # Errors
/// What is wrong with the URL or the answer, or how the connection ended.
pub(super) async fn talk(
    wire: Wire,
    url: &Url,
    ask: Ask,
) -> Result<(Response, JoinSet<()>), Box<dyn Error + Send + Sync>> {
    let mut request = Request::new(Full::new(Bytes::from(ask.body)));
    *request.method_mut() = ask.method;
    *request.uri_mut() = url[Position::BeforePath..Position::AfterQuery].parse()?;
    *request.headers_mut() = ask.headers;
    let headers = request.headers_mut();
    headers.insert(header::HOST, HeaderValue::try_from(&url[Position::BeforeHost..Position::AfterPort])?);
    headers.insert(header::USER_AGENT, HeaderValue::from_static(AGENT));
    headers.insert(header::ACCEPT, HeaderValue::from_static("*/*"));
    if let Some((user, password)) = userinfo(url) {
        headers.insert(header::AUTHORIZATION, HeaderValue::try_from(basic(&user, &password))?);
    }
    let (mut sender, connection) = http1::handshake(TokioIo::new(wire)).await?;
    let mut task = JoinSet::new();
    // How it ends is told by the answer.
    task.spawn(async { drop(connection.await) });
    let response = sender.send_request(request).await?;
    Ok((Response::from(response.map(Body::wrap)), task))
}
