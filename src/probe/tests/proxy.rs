//! Tunnels: CONNECT and SOCKS5, good and broken.

use super::faultd::{Conn, Faultd};
use super::harness::{LATE, SHORT, engine, far, get, transport};
use super::pki::{Authority, Hand, LONG, ok_server, self_signed, trusting};
use crate::config::settings::{ProxyUrl, Request, Transport};
use crate::model::{ExitRefusal, Failure, FailureKind, Fault, Observation, Response, Secret, Stage};
use crate::probe::Via;
use std::io::Read as _;
use std::net::{SocketAddr, TcpStream};

fn exit(scheme: &str, login: &str, address: SocketAddr) -> ProxyUrl {
    ProxyUrl { url: Secret::new(&format!("{scheme}://{login}{address}")), shown: address.to_string() }
}

async fn through(exit: &ProxyUrl, request: &Request, transport: &Transport) -> Observation {
    engine().attempt(request, transport, &Via::Exit(exit), far()).await
}

async fn answered(exit: &ProxyUrl, request: &Request, transport: &Transport) -> Response {
    match through(exit, request, transport).await {
        Observation::Response(response) => *response,
        Observation::Failure(failure) => panic!("failed: {failure:?}"),
    }
}

async fn failed(exit: &ProxyUrl, request: &Request, transport: &Transport) -> Failure {
    match through(exit, request, transport).await {
        Observation::Failure(failure) => *failure,
        Observation::Response(response) => panic!("answered: {response:?}"),
    }
}

/// Carries bytes both ways until one side is done.
fn carry(conn: &mut Conn, to: SocketAddr) {
    let Ok(mut far) = TcpStream::connect(to) else { return };
    let (mut near_read, mut far_write) =
        (conn.tcp.try_clone().expect("a descriptor"), far.try_clone().expect("a descriptor"));
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut near_read, &mut far_write);
        let _ = far_write.shutdown(std::net::Shutdown::Write);
    });
    let _ = std::io::copy(&mut far, &mut conn.tcp);
    let _ = conn.tcp.shutdown(std::net::Shutdown::Write);
}

/// An HTTP proxy that takes every tunnel to `to`.
fn connect_proxy(to: SocketAddr) -> Faultd {
    Faultd::start(move |conn| {
        conn.request();
        conn.send(b"HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n");
        carry(conn, to);
    })
}

/// A SOCKS5 proxy that takes every tunnel to `to`, notes what was asked for, and wants a login if it is offered one.
fn socks_proxy(to: SocketAddr) -> Faultd {
    Faultd::start(move |conn| {
        let mut greeting = [0; 2];
        let _ = conn.tcp.read_exact(&mut greeting);
        let mut methods = vec![0; usize::from(greeting[1])];
        let _ = conn.tcp.read_exact(&mut methods);
        if methods.contains(&2) {
            conn.send(&[5, 2]);
            let mut login = [0; 11];
            let _ = conn.tcp.read_exact(&mut login);
            conn.note(&format!("{login:?}"));
            conn.send(&[1, 0]);
        } else {
            conn.send(&[5, 0]);
        }
        let mut head = [0; 4];
        let _ = conn.tcp.read_exact(&mut head);
        let mut length = [4];
        if head[3] == 3 {
            let _ = conn.tcp.read_exact(&mut length);
        }
        let mut host = vec![0; usize::from(length[0]) + 2];
        let _ = conn.tcp.read_exact(&mut host);
        host.truncate(usize::from(length[0]));
        conn.note(&if head[3] == 3 { String::from_utf8_lossy(&host).into_owned() } else { format!("{host:?}") });
        conn.send(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        carry(conn, to);
    })
}

#[tokio::test]
async fn both_schemes_are_tunnelled_by_connect() {
    let target = Faultd::responds("200 OK", "", b"ok");
    let proxy = connect_proxy(target.address);
    let exit = exit("http", "us%40er:p%3A%2Fw@", proxy.address);
    let response = answered(&exit, &get("http://name.example/x"), &transport()).await;
    assert_eq!((&response.body[..], response.trace.remote_addr), (&b"ok"[..], Some(proxy.address)));
    assert_eq!(response.trace.proxy, Some(proxy.address.to_string()));
    assert!(response.trace.phases.dns.is_none() && response.trace.phases.connect.is_some());
    let asked = &proxy.requests()[0];
    assert!(asked.starts_with("CONNECT name.example:80 HTTP/1.1\r\nHost: name.example:80\r\n"), "{asked}");
    assert!(asked.contains("Proxy-Authorization: Basic dXNAZXI6cDovdw==\r\n"), "{asked}");
    assert!(target.requests()[0].starts_with("GET /x HTTP/1.1\r\n") && !target.requests()[0].contains("dXNAZXI"));
    let root = Authority::root("Test Root");
    let secure = ok_server(root.issue("x", &["name.example"], LONG, &[]), Hand::default());
    let proxy = connect_proxy(secure.address);
    let request = get("https://name.example/");
    let response = answered(&super::proxy::exit("http", "", proxy.address), &request, &trusting(&[root.der()])).await;
    assert!(response.trace.cert.is_some() && response.trace.phases.tls.is_some());
    assert!(proxy.requests()[0].starts_with("CONNECT name.example:443 "), "{:?}", proxy.requests());
}

#[tokio::test]
async fn socks_resolves_there_or_here() {
    let target = Faultd::responds("200 OK", "", b"ok");
    let request = get("http://localhost/x");
    for (scheme, login, noted) in [
        ("socks5h", "", vec!["localhost"]),
        ("socks5", "", vec!["[127, 0, 0, 1]"]),
        ("socks5h", "user:pass@", vec!["[1, 4, 117, 115, 101, 114, 4, 112, 97, 115, 115]", "localhost"]),
    ] {
        let proxy = socks_proxy(target.address);
        let response = answered(&exit(scheme, login, proxy.address), &request, &transport()).await;
        assert_eq!(response.trace.phases.dns.is_some(), scheme == "socks5");
        assert_eq!(proxy.requests(), noted, "{scheme}");
    }
    let proxy = socks_proxy(target.address);
    let failure = failed(&exit("socks5", "", proxy.address), &get("http://x.invalid/"), &transport()).await;
    assert_eq!((failure.stage, failure.fault), (Stage::Dns, Fault::Target));
}

#[tokio::test]
async fn what_fails_before_the_tunnel_stands_is_the_exits() {
    let says = |answer: &'static str| Faultd::says(answer.as_bytes());
    let socks = |answer: Vec<u8>| {
        Faultd::start(move |conn| {
            let mut greeting = [0; 3];
            let _ = conn.tcp.read_exact(&mut greeting);
            conn.send(&answer);
            conn.close();
        })
    };
    let reply = |code: u8| socks(vec![5, 0, 5, code, 0, 1, 0, 0, 0, 0, 0, 0]);
    let rows = [
        ("http", says("HTTP/1.1 403 Forbidden\r\n\r\n"), ExitRefusal::Status(403), "403 Forbidden"),
        ("http", says("HTTP/1.1 502 Bad Gateway\r\n\r\n"), ExitRefusal::Status(502), "502"),
        ("http", says("HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n"), ExitRefusal::Status(302), "302"),
        ("http", says("HTTP/1.0 504 X\r\n\r\n"), ExitRefusal::Status(504), "504"),
        ("http", says("HTTP/1.1 407 X\r\n\r\n"), ExitRefusal::Credentials, "407"),
        ("http", says(""), ExitRefusal::Garbled, "closed without an answer"),
        ("http", says("SSH-2.0\r\n\r\n"), ExitRefusal::Garbled, "not HTTP"),
        ("http", says("HTTP/1.1 20\r\n\r\n"), ExitRefusal::Garbled, "not HTTP"),
        ("socks5h", reply(1), ExitRefusal::Socks(1), "general failure"),
        ("socks5h", reply(4), ExitRefusal::Socks(4), "host unreachable"),
        ("socks5h", socks(vec![5, 0xff]), ExitRefusal::Credentials, "credentials"),
        ("socks5h", socks(vec![4, 0]), ExitRefusal::Garbled, "does not speak SOCKS5"),
        ("socks5h", socks(vec![5]), ExitRefusal::Garbled, "closed before the tunnel stood"),
    ];
    for (scheme, proxy, refusal, words) in rows {
        let failure = failed(&exit(scheme, "", proxy.address), &get("http://name.example/"), &transport()).await;
        assert_eq!((failure.stage, failure.fault, failure.sent), (Stage::Proxy, Fault::Exit, false), "{failure:?}");
        assert_eq!(failure.trace.refusal, Some(refusal), "{failure:?}");
        let named = failure.detail.starts_with(&format!("exit {}: ", proxy.address));
        assert!(named && failure.detail.contains(words), "{words}: {}", failure.detail);
    }
    assert!(ExitRefusal::Status(503).cannot_reach_target() && !ExitRefusal::Socks(1).cannot_reach_target());
}

/// A SOCKS5 proxy to `to` that answers for the address 127.0.0.3 only with this, and then holds.
fn half_blind_proxy(to: SocketAddr, answer: &'static [u8]) -> Faultd {
    Faultd::start(move |conn| {
        let _ = conn.tcp.read_exact(&mut [0; 3]);
        conn.send(&[5, 0]);
        let mut request = [0; 10];
        let _ = conn.tcp.read_exact(&mut request);
        conn.note(&format!("{:?}", &request[4..8]));
        if request[7] == 3 {
            conn.send(answer);
            return conn.hold();
        }
        conn.send(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
        carry(conn, to);
    })
}

#[tokio::test]
async fn socks5_tries_the_addresses_in_turn() {
    let target = Faultd::responds("200 OK", "", b"ok");
    let at = |last: u8| ("name.example".to_owned(), std::net::IpAddr::from([127, 0, 0, last]), None);
    let request = get("http://name.example/");
    for answer in [&[5, 4, 0, 1, 0, 0, 0, 0, 0, 0][..], &[5, 1, 0, 1, 0, 0, 0, 0, 0, 0], &[]] {
        let proxy = half_blind_proxy(target.address, answer);
        let transport = Transport { resolve: vec![at(3), at(1)], connect_timeout: SHORT * 4, ..transport() };
        let response = answered(&exit("socks5", "", proxy.address), &request, &transport).await;
        assert_eq!((&response.body[..], response.trace.remote_addr), (&b"ok"[..], Some(proxy.address)));
        assert_eq!(proxy.requests(), ["[127, 0, 0, 3]", "[127, 0, 0, 1]"], "{answer:?}");
    }
    let proxy = half_blind_proxy(target.address, &[5, 5, 0, 1, 0, 0, 0, 0, 0, 0]);
    let transport = Transport { resolve: vec![at(3), at(3)], ..transport() };
    let failure = failed(&exit("socks5", "", proxy.address), &request, &transport).await;
    assert_eq!(failure.trace.refusal, Some(ExitRefusal::Socks(5)), "{failure:?}");
}

#[tokio::test]
async fn an_exit_that_cannot_be_had_is_unreachable() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
    let secure = ok_server(self_signed("localhost", &["localhost"], LONG), Hand::default());
    let nowhere = ProxyUrl { url: Secret::new("http://gw.invalid:8000"), shown: "gw.invalid:8000".to_owned() };
    for exit in [exit("http", "", closed), exit("https", "", secure.address), nowhere] {
        let failure = failed(&exit, &get("http://name.example/"), &transport()).await;
        assert_eq!((failure.stage, failure.fault), (Stage::Proxy, Fault::Exit), "{failure:?}");
        assert_eq!(failure.trace.refusal, Some(ExitRefusal::Unreachable), "{failure:?}");
    }
}

#[tokio::test]
async fn a_stalled_exit_is_bounded_by_connect_timeout() {
    let silent = Faultd::start(Conn::hold);
    let dripping = Faultd::start(|conn| {
        conn.request();
        for byte in b"HTTP/1.1 200 Connection established".iter().cycle() {
            std::thread::sleep(std::time::Duration::from_millis(30));
            if std::io::Write::write_all(&mut conn.tcp, &[*byte]).is_err() {
                return;
            }
        }
    });
    let greeted = Faultd::start(|conn| {
        let _ = conn.tcp.read_exact(&mut [0; 3]);
        conn.send(&[5, 0]);
        conn.hold();
    });
    let transport = Transport { connect_timeout: SHORT, ..transport() };
    for (scheme, proxy) in
        [("http", &silent), ("http", &dripping), ("socks5h", &silent), ("socks5h", &greeted), ("https", &silent)]
    {
        let start = tokio::time::Instant::now();
        let failure = failed(&exit(scheme, "", proxy.address), &get("http://name.example/"), &transport).await;
        let seen = (failure.stage, failure.kind, failure.fault);
        assert_eq!(seen, (Stage::Proxy, FailureKind::Timeout, Fault::Exit), "{failure:?}");
        assert!(start.elapsed() < SHORT + LATE, "{scheme}");
    }
}

#[tokio::test]
async fn what_fails_in_the_tunnel_is_told_by_its_stage() {
    let tunnel = |then: &'static [u8]| {
        Faultd::start(move |conn| {
            conn.request();
            conn.send(b"HTTP/1.1 200 OK\r\n\r\n");
            conn.send(then);
            conn.close();
        })
    };
    let junk = tunnel(b"junk before TLS, and more of it");
    let failure = failed(&exit("http", "", junk.address), &get("https://name.example/"), &trusting(&[])).await;
    assert_eq!((failure.stage, failure.fault), (Stage::Tls, Fault::Target), "{failure:?}");
    // What the proxy sent in one go with its answer belongs to the tunnel.
    let early = tunnel(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nbad");
    let seen = through(&exit("http", "", early.address), &get("http://name.example/"), &transport()).await;
    assert!(matches!(&seen, Observation::Response(response) if response.status == 502), "{seen:?}");
}
