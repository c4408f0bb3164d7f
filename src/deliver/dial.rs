//! A TCP connection to a mail server, straight or through a proxy.

use super::sip::Near;
use crate::config::settings::ProxyUrl;
use crate::disk;
use crate::text::userinfo::userinfo;
use base64::Engine as _;
use http::{HeaderValue, Uri};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use tokio::net::TcpStream;
use tower_service::Service as _;
use url::Url;

/// RFC 1928, section 3.
const SOCKS: u16 = 1080;

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
    let port_of_proxy = url.port_or_known_default().unwrap_or(SOCKS);
    let place = format!("http://{}:{port_of_proxy}", url.host_str().unwrap_or_default());
    let place: Uri = place.parse().map_err(|error| through(&error))?;
    let target: Uri = format!("http://{host}:{port}").parse().map_err(|error| through(&error))?;
    let login = userinfo(&url);
    let near = Near(HttpConnector::new());
    let stream = match url.scheme() {
        "http" => {
            let mut tunnel = Tunnel::new(place, near);
            if let Some((user, password)) = login {
                let basic = base64::engine::general_purpose::STANDARD.encode(format!("{user}:{password}"));
                tunnel =
                    tunnel.with_auth(HeaderValue::try_from(format!("Basic {basic}")).map_err(|error| through(&error))?);
            }
            tunnel.call(target).await.map_err(|error| through(&error))?
        }
        "socks5" | "socks5h" => {
            let mut socks = SocksV5::new(place, near).local_dns(url.scheme() == "socks5");
            if let Some((user, password)) = login {
                socks = socks.with_auth(user, password);
            }
            socks.call(target).await.map_err(|error| through(&error))?
        }
        scheme => return Err(through(&format!("mail goes through http and socks5 proxies, not {scheme}"))),
    };
    Ok(stream.0)
}
