//! TLS servers that are old, cut their answers, or send too much: scripted bytes and real `openssl s_server`.

use crate::support::certs::{Authority, Made};
use crate::support::configs::{Probed, channel, probe_at, probe_in, serve};
use crate::support::netns::skipped;
use crate::support::process::{start, until};
use crate::support::{Home, verdict_of};
use canary::demo::fleet::{Behaviour, Fleet, Service};
use rustls::{ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Does this to every connection, until the process ends; the base URL.
fn https(serve: impl Fn(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("https://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || listener.incoming().flatten().for_each(serve));
    url
}

/// Answers the ClientHello with these bytes.
fn scripted(bytes: Vec<u8>) -> String {
    https(move |mut stream| {
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(&bytes);
        let _ = stream.shutdown(Shutdown::Write);
        let _ = stream.read_to_end(&mut Vec::new());
    })
}

/// A ServerHello (RFC 5246, 7.4.1.3) of this version with TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, in one record.
fn server_hello(minor: u8) -> Vec<u8> {
    let mut hello = vec![2, 0, 0, 38, 3, minor];
    hello.extend_from_slice(&[7; 32]);
    hello.extend_from_slice(&[0, 0xc0, 0x13, 0]);
    [&[22, 3, minor, 0, 42][..], &hello].concat()
}

#[test]
fn an_old_version_is_named() {
    for (minor, words) in [(0, "SSL 3.0"), (1, "only TLS 1.0"), (2, "only TLS 1.1")] {
        probe_at(&scripted(server_hello(minor)), "timeout: 3s").down("tls", &[words, "1.2 and 1.3"]);
    }
    let alert = |code| scripted(vec![21, 3, 1, 0, 2, 2, code]);
    probe_at(&alert(70), "timeout: 3s").down("tls", &["no common TLS version"]);
    probe_at(&alert(40), "timeout: 3s").down("tls", &["no common cipher"]);
    probe_at(&alert(71), "timeout: 3s").down("tls", &["handshake"]);
}

/// `openssl s_server` with these arguments; none where it can't.
fn s_server(home: &Home, made: &Made, args: &[&str]) -> Option<(std::process::Child, String)> {
    home.write("s.pem", &made.pem);
    home.write("s.key", &made.key_pem);
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port();
    let child = Command::new("openssl")
        .args(["s_server", "-quiet", "-www", "-cert", "s.pem", "-key", "s.key", "-accept", &port.to_string()])
        .args(args)
        .current_dir(home.dir())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let mut child = child.ok()?;
    let listens = until(Duration::from_secs(10), || {
        TcpStream::connect(("127.0.0.1", port)).is_ok() || child.try_wait().is_ok_and(|ended| ended.is_some())
    });
    if listens && child.try_wait().is_ok_and(|ended| ended.is_none()) {
        return Some((child, format!("https://127.0.0.1:{port}")));
    }
    let _ = child.kill();
    let _ = child.wait();
    None
}

#[test]
fn a_real_server_of_old_tls_or_of_other_ciphers() {
    let (home, ca) = (Home::new(), Authority::new());
    home.write("ca.pem", &ca.pem);
    let made = ca.serves(80);
    let cases: [(&[&str], &str, &[&str]); 3] = [
        (&["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"], "down/tls", &["TLS"]),
        (&["-tls1_2", "-cipher", "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"], "down/tls", &["no common cipher"]),
        (&["-tls1_2"], "up", &[]),
    ];
    for (args, verdict, words) in cases {
        let Some((mut server, url)) = s_server(&home, &made, args) else {
            skipped(&format!("openssl s_server {args:?}"));
            continue;
        };
        let probed = probe_in(&home, &url, "tls: { ca: ca.pem }, timeout: 5s");
        let _ = server.kill();
        let _ = server.wait();
        assert_eq!(verdict_of(&probed.result), verdict, "{args:?}: {:#}", probed.result);
        for word in words {
            assert!(probed.message().contains(word), "{args:?}: {}", probed.message());
        }
    }
}

/// A server with this certificate that sends this and closes the TCP connection without a close_notify.
fn torn(made: &Made, answer: &'static str) -> String {
    let config = made.server();
    https(move |stream| {
        let Ok(session) = ServerConnection::new(std::sync::Arc::clone(&config)) else { return };
        let mut tls = StreamOwned::new(session, stream);
        let _ = tls.read(&mut [0; 4096]);
        let _ = tls.write_all(answer.as_bytes());
        let _ = tls.flush();
        let _ = tls.sock.shutdown(Shutdown::Write);
        let _ = tls.sock.read_to_end(&mut Vec::new());
    })
}

fn trusting(ca: &Authority, url: &str, settings: &str) -> Probed {
    let home = Home::new();
    home.write("ca.pem", &ca.pem);
    probe_in(&home, url, &format!("tls: {{ ca: ca.pem }}, timeout: 5s{settings}"))
}

/// Who ends a body by ending the connection must say so (RFC 8446, 6.1), or it may have been cut by anybody.
#[test]
fn a_body_that_ends_with_the_connection_needs_a_close_notify() {
    let ca = Authority::new();
    let made = ca.serves(80);
    let cut = torn(&made, "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{\"status\":\"hea");
    trusting(&ca, &cut, "").down("protocol", &["close_notify"]);
    for whole in [
        "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
    ] {
        trusting(&ca, &torn(&made, whole), "").up();
    }
}

#[test]
fn the_certificate_of_the_chain_that_ends_first_counts_and_is_named() {
    let ca = Authority::new();
    let fleet = |made: &Made| {
        let service = Service::new("s").on("*", Behaviour::json(200, "{}")).tls(made.server());
        Fleet::start([service]).expect("a fleet")
    };
    let short = fleet(&ca.serves_below(3));
    let probed = trusting(&ca, &short.url("s"), "").degraded("cert", &["3 days", "Intermediate"]);
    assert_eq!(probed.result["cert_days_left"], 3, "{:#}", probed.result);
    let long = fleet(&ca.serves_below(300));
    assert_eq!(trusting(&ca, &long.url("s"), "").up().result["cert_days_left"], 80);
    let gone = fleet(&ca.serves_below(-2));
    trusting(&ca, &gone.url("s"), "").down("tls", &["authority's certificate expired 1 day ago", "Intermediate"]);
    // One that is sent and proves nothing does not count.
    let mut odd = ca.serves(80);
    odd.chain.push(Authority::new().serves(2).chain[0].clone());
    assert_eq!(trusting(&ca, &fleet(&odd).url("s"), "").up().result["cert_days_left"], 80);
}

#[test]
fn a_chain_or_handshake_without_end_is_bounded() {
    let ca = Authority::new();
    let mut made = ca.serves(80);
    for _ in 0..100 {
        made.chain.push(made.chain[0].clone());
    }
    let service = Service::new("s").on("*", Behaviour::json(200, "{}")).tls(made.server());
    let fleet = Fleet::start([service]).expect("a fleet");
    let probed = trusting(&ca, &fleet.url("s"), "");
    assert!(["up", "down/tls"].contains(&verdict_of(&probed.result).as_str()), "{:#}", probed.result);

    // A Certificate message of 16 MiB, in records of 16 KiB.
    let mut endless = server_hello(3);
    endless[43..45].copy_from_slice(&[0xc0, 0x2f]);
    let mut message = vec![11, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc];
    message.resize(16 << 20, 0);
    for piece in message.chunks(16 << 10) {
        let length = u16::try_from(piece.len()).expect("16 KiB").to_be_bytes();
        endless.extend_from_slice(&[22, 3, 3, length[0], length[1]]);
        endless.extend_from_slice(piece);
    }
    let url = scripted(endless);
    let home = Home::with_config(&channel(&url, &[("e", "{ path: /, tls: { verify: false }, timeout: 5s }")]));
    let (ran, peak) = start(home.command(["check", "--json"])).end_with_peak();
    assert_eq!(verdict_of(&ran.code(1).result("c/e")), "down/tls");
    assert!(peak < 40 << 20, "{} MiB", peak >> 20);
}

#[test]
fn a_name_in_a_certificate_acts_on_no_terminal() {
    let ca = Authority::new();
    let made = ca.serves_as("\u{1b}[2J\u{0}<script>alert(1)</script>");
    let fleet = Fleet::start([Service::new("s").on("*", Behaviour::json(200, "{}")).tls(made.server())]);
    let fleet = fleet.expect("a fleet");
    let home = Home::with_config(&channel(&fleet.url("s"), &[("e", "{ path: /, timeout: 5s }")]));
    let ran = home.run(["check", "-v"]).code(1);
    for text in [&ran.stdout, &ran.stderr] {
        assert!(crate::support::scan::acting(text).is_empty(), "{text:?}");
    }
    let json = home.check(&[]).code(1);
    assert!(!json.stdout.contains('\u{1b}') && !json.stdout.contains('\u{0}'), "{}", json.stdout);
}

/// Certificates can't be judged by a clock that is decades off, and that is nobody's fault but this machine's.
#[test]
fn an_absurd_clock_is_local() {
    absurd_clock("1970");
    absurd_clock("2050");
}

fn absurd_clock(year: &str) {
    let date = format!("{year}-01-05 00:00:00");
    let works = Command::new("faketime").args([&date, "true"]).status();
    if !works.is_ok_and(|status| status.success()) {
        return skipped("faketime");
    }
    let ca = Authority::new();
    let service = Service::new("s").on("*", Behaviour::json(200, "{}")).tls(ca.serves(80).server());
    let fleet = Fleet::start([service]).expect("a fleet");
    let now = canary::world::clock::now();
    let plain = serve(Behaviour::json(200, format!("{{\"t\":\"{now}\"}}")));
    let home = Home::new();
    home.write("ca.pem", &ca.pem);
    let endpoints = [
        ("e", "{ path: /, tls: { ca: ca.pem } }"),
        ("f", "{ path: /f, tls: { ca: ca.pem } }"),
        ("old", &format!("{{ url: \"{}/\", expect: {{ json: {{ $.t: {{ max_age: 5m }} }} }} }}", plain.url("s"))),
        ("plain", &format!("{{ url: \"{}/\" }}", plain.url("s"))),
    ];
    home.write("probes.yaml", format!("alerting: {{ after: 1 }}\n{}", channel(&fleet.url("s"), &endpoints)));
    let mut command = Command::new("faketime");
    command.args([&date, env!("CARGO_BIN_EXE_canary"), "check", "--json"]);
    home.settle(&mut command);
    command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("DONT_FAKE_MONOTONIC", "1");
    let (ran, _) = start(command).end();
    let ran = ran.code(3);
    for name in ["c/e", "c/f", "c/old"] {
        let result = ran.result(name);
        assert_eq!((verdict_of(&result).as_str(), &result["blame"]), ("unknown/local", &"local".into()), "{result:#}");
        let words = format!("clock looks wrong ({year})");
        assert!(result["message"].as_str().is_some_and(|message| message.contains(&words)), "{result:#}");
    }
    assert_eq!(verdict_of(&ran.result("c/plain")), "up");
    assert_eq!(ran.json()["incidents"].as_array().map(Vec::len), Some(0));
}
