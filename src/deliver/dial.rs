//! A TCP connection to a mail server, straight or through a proxy.

use crate::config::settings::ProxyUrl;
use crate::disk;
use base64::Engine as _;
use http::{HeaderValue, Uri};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use percent_encoding::percent_decode_str;
use tokio::net::TcpStream;
use tower_service::Service as _;
use url::Url;

/// Connects; the caller bounds the time.
pub(super) async fn dial(host: &str, port: u16, proxy: Option<&ProxyUrl>) -> Result<TcpStream, String> {
    let Some(proxy) = proxy else {
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        return TcpStream::connect((bare, port))
            .await
            .map_err(|error| format!("no connection to {host}:{port}: {}", disk::cause(&error)));
    };
    let through =
        |why: &dyn std::fmt::Display| format!("no connection to {host}:{port} through {}: {why}", proxy.shown);
    let url = Url::parse(proxy.url.expose()).map_err(|error| through(&error))?;
    let place: Uri = format!("http://{}", proxy.shown).parse().map_err(|error| through(&error))?;
    let target: Uri = format!("http://{host}:{port}").parse().map_err(|error| through(&error))?;
    let user = percent_decode_str(url.username()).decode_utf8_lossy();
    let password = percent_decode_str(url.password().unwrap_or_default()).decode_utf8_lossy();
    let has_user = !url.username().is_empty();
    let direct = HttpConnector::new();
    let stream = match url.scheme() {
        "http" => {
            let mut tunnel = Tunnel::new(place, direct);
            if has_user {
                let basic = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
                tunnel =
                    tunnel.with_auth(HeaderValue::try_from(format!("Basic {basic}")).map_err(|error| through(&error))?);
            }
            tunnel.call(target).await.map_err(|error| through(&error))?
        }
        "socks5" | "socks5h" => {
            let mut socks = SocksV5::new(place, direct).local_dns(url.scheme() == "socks5");
            if has_user {
                socks = socks.with_auth(user.into_owned(), password.into_owned());
            }
            socks.call(target).await.map_err(|error| through(&error))?
        }
        scheme => return Err(through(&format!("mail goes through http and socks5 proxies, not {scheme}"))),
    };
    Ok(stream.into_inner())
}
