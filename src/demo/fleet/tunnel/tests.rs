use crate::demo::fleet::{Behaviour, Fleet, Relay, Service};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// A proxy `exit` of this script and a target `s`.
fn fleet(proxy: Service) -> Fleet {
    Fleet::start([proxy, Service::new("s").on("*", Behaviour::text(200, "target"))]).unwrap()
}

fn open(fleet: &Fleet) -> TcpStream {
    let stream = TcpStream::connect(fleet.addr("exit")).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream
}

fn rest(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    // A reset ends it too.
    drop(stream.read_to_end(&mut answer));
    String::from_utf8_lossy(&answer).into_owned()
}

/// Asks for a tunnel with these header lines, then for a page through it, all at once.
fn connect(fleet: &Fleet, target: &str, headers: &str) -> String {
    let mut stream = open(fleet);
    let text = format!(
        "CONNECT {target} HTTP/1.1\r\nhost: {target}\r\n{headers}\r\nGET / HTTP/1.1\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(text.as_bytes()).unwrap();
    rest(stream)
}

/// Speaks SOCKS5 by name without a login; the reply's code, and what came through the tunnel.
fn socks(fleet: &Fleet, host: &str, port: u16) -> (u8, String) {
    let mut stream = open(fleet);
    stream.write_all(&[5, 1, 0]).unwrap();
    let mut method = [0; 2];
    stream.read_exact(&mut method).unwrap();
    assert_eq!(method, [5, 0]);
    let mut ask = vec![5, 1, 0, 3, u8::try_from(host.len()).unwrap()];
    ask.extend_from_slice(host.as_bytes());
    ask.extend_from_slice(&port.to_be_bytes());
    stream.write_all(&ask).unwrap();
    let mut reply = [0; 10];
    stream.read_exact(&mut reply).unwrap();
    if reply[1] == 0 {
        stream.write_all(b"GET / HTTP/1.1\r\nconnection: close\r\n\r\n").unwrap();
    }
    (reply[1], rest(stream))
}

#[test]
fn tunnels_by_both_protocols_and_keeps_what_it_was_asked() {
    let fleet = fleet(Service::proxy("exit"));
    let port = fleet.addr("s").port();
    let answer = connect(&fleet, &format!("x.invalid:{port}"), "");
    assert!(answer.starts_with("HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK"), "{answer}");
    assert!(answer.ends_with("target"));
    let (code, answer) = socks(&fleet, "y.invalid", port);
    assert_eq!(code, 0);
    assert!(answer.ends_with("target"));
    let asked: Vec<(String, String)> =
        fleet.requests("exit").into_iter().map(|request| (request.method, request.target)).collect();
    let wanted = [("CONNECT", "x.invalid"), ("SOCKS5", "y.invalid")];
    assert_eq!(asked, wanted.map(|(method, host)| (method.to_owned(), format!("{host}:{port}"))));
    assert_eq!(fleet.count("s"), 2);
}

#[test]
fn reaches_no_other_machine_and_no_closed_port() {
    let fleet = fleet(Service::proxy("exit"));
    assert!(connect(&fleet, "192.0.2.1:80", "").starts_with("HTTP/1.1 502 "));
    fleet.refuse("s").unwrap();
    let port = fleet.addr("s").port();
    assert!(connect(&fleet, &format!("127.0.0.1:{port}"), "").starts_with("HTTP/1.1 502 "));
    assert_eq!(socks(&fleet, "x.invalid", port).0, 5);
}

#[test]
fn plays_its_script_and_switches_at_run_time() {
    let fleet = fleet(Service::proxy("exit"));
    let target = fleet.addr("s").to_string();
    for (relay, starts, ends) in [
        (Relay::status(503), "HTTP/1.1 503 ", "\r\n\r\n"),
        (Relay::accept_then_html(), "HTTP/1.1 200 Connection established", "</title>"),
        (Relay::accept_then_reset(), "HTTP/1.1 200 Connection established", "\r\n\r\n"),
        (Relay::SocksReply(4), "HTTP/1.1 502 ", "\r\n\r\n"),
        (Relay::fail_for(&target), "HTTP/1.1 502 ", "\r\n\r\n"),
        (Relay::fail_for("x.invalid:1"), "HTTP/1.1 200 Connection established", "target"),
    ] {
        fleet.relay("exit", relay.clone());
        let answer = connect(&fleet, &target, "");
        assert!(answer.starts_with(starts) && answer.ends_with(ends), "{relay:?}: {answer:?}");
    }
    fleet.relay("exit", Relay::SocksReply(4));
    assert_eq!(socks(&fleet, "x.invalid", 80).0, 4);
    fleet.relay("exit", Relay::status(502));
    assert_eq!(socks(&fleet, "x.invalid", 80).0, 1);
}

#[test]
fn lets_in_who_knows_the_password() {
    let fleet = fleet(Service::proxy("exit").asking("u", "p"));
    let target = fleet.addr("s").to_string();
    assert!(connect(&fleet, &target, "").starts_with("HTTP/1.1 407 "));
    assert!(connect(&fleet, &target, "proxy-authorization: Basic dTp4\r\n").starts_with("HTTP/1.1 407 "));
    assert!(connect(&fleet, &target, "proxy-authorization: Basic dTpw\r\n").ends_with("target"));
    for (offer, login, answer) in [
        (&[5, 1, 0][..], &[][..], &[5, 0xff][..]),
        (&[5, 2, 0, 2], &[1, 1, b'u', 1, b'x'], &[5, 2, 1, 1]),
        (&[5, 1, 2], &[1, 1, b'u', 1, b'p'], &[5, 2, 1, 0]),
    ] {
        let mut stream = open(&fleet);
        stream.write_all(offer).unwrap();
        stream.write_all(login).unwrap();
        let mut got = vec![0; answer.len()];
        stream.read_exact(&mut got).unwrap();
        assert_eq!(got, answer);
    }
}

#[test]
fn a_silent_one_has_read_where_to() {
    let fleet = fleet(Service::proxy("exit").relaying(Relay::Silent));
    let mut stream = open(&fleet);
    stream.write_all(b"CONNECT a:1 HTTP/1.1\r\n\r\n").unwrap();
    assert!(fleet.wait_for("exit", 1, Duration::from_secs(5)));
    stream.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    assert!(stream.read(&mut [0]).is_err());
}
