//! Handshakes and certificates.

use super::faultd::{Conn, Faultd, read_request};
use super::harness::{REAL_NOW, Row, SHORT, Want, answered, check, engine_at, failed, far, get, transport};
use super::pki::{Authority, Hand, LONG, Shown, https, ok_server, self_signed, server, trusting};
use crate::config::settings::{ClientIdentity, HttpVersion, Tls, Transport};
use crate::model::FailureKind::{Broken, Timeout, Untimely};
use crate::model::Stage::{Body, Head, Tls as Handshake};
use crate::model::{Fault, Observation};
use crate::probe::Via;
use std::io::Write as _;
use std::sync::Arc;

fn days_left(not_after: i64) -> i64 {
    (not_after - REAL_NOW).div_euclid(86_400)
}

#[tokio::test]
async fn refused_certificates_are_told_apart() {
    let root = Authority::root("Test Root");
    let other = Authority::root("Other Root");
    let russian = Authority::root("Russian Trusted Root CA").below("Russian Trusted Sub CA", LONG);
    let lapsed = root.below("Lapsed CA", ((2020, 1, 1), (2026, 5, 29)));
    let to = |date| ((2020, 1, 1), date);
    let expired = ok_server(root.issue("old", &["localhost"], to((2026, 5, 31)), &[]), Hand::default());
    let above = ok_server(lapsed.issue("x", &["localhost"], LONG, &[&lapsed]), Hand::default());
    let early = ok_server(root.issue("new", &["localhost"], ((2026, 6, 2), (2030, 1, 1)), &[]), Hand::default());
    let named = ok_server(root.issue("n", &["a.example", "b.example", "10.0.0.1"], LONG, &[]), Hand::default());
    let nameless = ok_server(root.issue("localhost", &[], LONG, &[]), Hand::default());
    let foreign = ok_server(other.issue("f", &["localhost"], LONG, &[]), Hand::default());
    let sber = ok_server(russian.issue("s", &["localhost"], LONG, &[&russian]), Hand::default());
    let own = ok_server(self_signed("own", &["localhost"], LONG), Hand::default());
    let evil = ok_server(root.issue("\u{1b}[2J<script>", &["localhost"], to((2026, 5, 31)), &[]), Hand::default());
    let tls = trusting(&[root.der()]);
    let row = |id, server: &Faultd, words| {
        Row(id, get(&https(server, "localhost")), tls.clone(), Want::Failure(Handshake, Broken, words))
    };
    check(vec![
        row("expired", &expired, "certificate expired 1 day ago (CN=old)"),
        row("expired above", &above, "the issuing authority's certificate expired 3 days ago (CN=Lapsed CA)"),
        row(
            "not yet valid",
            &early,
            "certificate not valid before 2026-06-02T00:00:00Z (CN=new), or this machine's clock is wrong",
        ),
        row("name", &named, "name mismatch: certificate is for a.example, b.example, 10.0.0.1, not for localhost"),
        row("no name", &nameless, "no host name (CN=localhost alone does not count)"),
        row("issuer", &foreign, "unknown issuer CN=Other Root"),
        row("russian", &sber, "unknown issuer CN=Russian Trusted Root CA: set tls.ca"),
        row("self", &own, "unknown issuer: the certificate (CN=own) is self-signed; set tls.ca to trust it"),
        row("hostile name", &evil, "certificate expired"),
    ])
    .await;
    let failure = failed(&get(&https(&expired, "localhost")), &tls).await;
    assert_eq!(failure.trace.cert.map(|cert| days_left(cert.not_after)), Some(-1));
    assert!(!failure.sent && failure.trace.phases.tls.is_some(), "{:?}", failure.trace.phases);
    let Untimely { from, until } = failure.kind else { panic!("{:?}", failure.kind) };
    assert!(from < until && days_left(until) == -1, "{from}..={until}");
}

#[tokio::test]
async fn broken_handshakes_are_told_apart() {
    let plain = Faultd::start(|conn| {
        let _ = conn.tcp.peek(&mut [0]);
        conn.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
        conn.close();
    });
    let ssh = Faultd::start(|conn| {
        conn.send(b"SSH-2.0-OpenSSH_9.9\r\n");
        conn.close();
    });
    let alert = |code: u8| {
        Faultd::start(move |conn| {
            let _ = conn.tcp.peek(&mut [0]);
            conn.send(&[0x15, 3, 1, 0, 2, 2, code]);
            conn.close();
        })
    };
    let tls10 = Faultd::start(|conn| {
        let _ = conn.tcp.peek(&mut [0]);
        let mut hello = vec![0x16, 3, 1, 0, 42, 2, 0, 0, 38, 3, 1];
        hello.extend([7; 32]);
        hello.extend([0, 0, 0x2f, 0]);
        conn.send(&hello);
        conn.close();
    });
    let stalled = Faultd::start(Conn::hold);
    let reset = Faultd::start(|conn| conn.reset_after(b""));
    let fin = Faultd::start(|conn| {
        let _ = conn.tcp.peek(&mut [0]);
        conn.close();
    });
    let flood = Faultd::start(|conn| {
        let _ = conn.tcp.peek(&mut [0]);
        // A certificate message of 16 MiB, as far as its header says.
        conn.send(&[0x16, 3, 3, 0x40, 0, 11, 0xff, 0xff, 0xff]);
        while conn.tcp.write_all(&[0; 4096]).is_ok() {}
    });
    let hasty = Transport { timeout: SHORT, ..transport() };
    let row = |id, server: &Faultd, words| {
        Row(id, get(&https(server, "localhost")), trusting(&[]), Want::Failure(Handshake, Broken, words))
    };
    let mut tls = trusting(&[]);
    tls.timeout = hasty.timeout;
    check(vec![
        row("plain HTTP", &plain, "server spoke plain HTTP"),
        row("ssh", &ssh, "server does not speak TLS; it began with \"SSH-2.0"),
        row("versions, hello", &tls10, "server offers only TLS 1."),
        row("versions, alert", &alert(70), "no common TLS version"),
        row("versions, cipher", &alert(40), "no common cipher"),
        row("handshake, reset", &reset, "connection reset in the TLS handshake"),
        row("handshake, fin", &fin, "closed in the TLS handshake"),
        row("handshake, alert", &alert(112), "server does not know the name localhost"),
        row("handshake, size", &flood, "TLS handshake"),
        Row(
            "stall",
            get(&https(&stalled, "localhost")),
            tls,
            Want::Failure(Handshake, Timeout, "TLS handshake: nothing for 400ms"),
        ),
    ])
    .await;
}

#[tokio::test]
async fn tls_ca_takes_authorities_intermediates_and_the_certificate_itself() {
    let root = Authority::root("Test Root");
    let middle = root.below("Middle", LONG);
    let shown = || middle.issue("x", &["localhost", "127.0.0.1"], LONG, &[&middle]);
    let whole = ok_server(shown(), Hand::default());
    let pinned = shown();
    let leaf = pinned.chain[0].clone();
    let bare = ok_server(Shown { chain: vec![leaf.clone()], key: pinned.key }, Hand::default());
    let own = self_signed("own", &["localhost"], LONG);
    let own_der = own.chain[0].clone();
    let own = ok_server(own, Hand::default());
    let old = self_signed("own", &["localhost"], ((2020, 1, 1), (2026, 5, 20)));
    let old_der = old.chain[0].clone();
    let old = ok_server(old, Hand::default());
    let common = self_signed("localhost", &[], LONG);
    let common_der = common.chain[0].clone();
    let common = ok_server(common, Hand::default());
    let ok = Want::Answer(200, "ok");
    let row = |id, server: &Faultd, host, ca: &[_], want: &Want| {
        Row(id, get(&https(server, host)), trusting(ca), want.clone())
    };
    check(vec![
        row("root", &whole, "localhost", &[root.der()], &ok),
        row("address", &whole, "127.0.0.1", &[root.der()], &ok),
        row("intermediate", &whole, "localhost", &[middle.der()], &ok),
        row("leaf", &bare, "localhost", &[leaf], &ok),
        row("self-signed", &own, "localhost", std::slice::from_ref(&own_der), &ok),
        row("common name", &common, "localhost", &[common_der], &ok),
        row("name", &own, "127.0.0.1", &[own_der], &Want::Failure(Handshake, Broken, "name mismatch")),
        row(
            "date",
            &old,
            "localhost",
            &[old_der],
            &Want::Failure(Handshake, Broken, "certificate expired 12 days ago"),
        ),
    ])
    .await;
}

/// As with curl, an authority that is trusted has to be valid, whether it is presented or not.
#[tokio::test]
async fn an_authority_of_tls_ca_outside_of_its_dates_is_refused() {
    let old = Authority::dated("Old Root", ((2020, 1, 1), (2026, 5, 29)));
    let early = Authority::dated("Early Root", ((2026, 6, 3), (2030, 1, 1)));
    let other = Authority::root("Other Root");
    let served = |authority: &Authority, above: &[&Authority]| {
        ok_server(authority.issue("x", &["localhost"], LONG, above), Hand::default())
    };
    let (with, without) = (served(&old, &[&old]), served(&old, &[]));
    let (early_with, early_without) = (served(&early, &[&early]), served(&early, &[]));
    let row = |id, server: &Faultd, ca: &[_], words| {
        Row(id, get(&https(server, "localhost")), trusting(ca), Want::Failure(Handshake, Broken, words))
    };
    let over = "the issuing authority's certificate expired 3 days ago (CN=Old Root)";
    let not_yet = "certificate not valid before 2026-06-03T00:00:00Z (CN=Early Root)";
    check(vec![
        row("presented", &with, &[old.der()], over),
        row("not presented", &without, &[old.der()], over),
        row("beside a valid one", &with, &[other.der(), old.der()], over),
        row("not presented, beside a valid one", &without, &[other.der(), old.der()], over),
        row("early", &early_with, &[early.der()], not_yet),
        row("early, not presented", &early_without, &[early.der()], not_yet),
        row("another's", &with, &[other.der()], "unknown issuer CN=Old Root"),
    ])
    .await;
    let seen = failed(&get(&https(&with, "localhost")), &trusting(&[old.der()])).await.trace.cert;
    assert_eq!(seen.map(|cert| days_left(cert.not_after)), Some(-3));
}

#[tokio::test]
async fn a_pinned_leaf_is_no_authority() {
    let root = Authority::root("Test Root");
    let pinned = root.issue("pinned", &["localhost"], LONG, &[]);
    let server = ok_server(root.issue("x", &["localhost"], LONG, &[]), Hand::default());
    let tls = trusting(&pinned.chain);
    assert_eq!(failed(&get(&https(&server, "localhost")), &tls).await.stage, Handshake);
}

#[tokio::test]
async fn the_first_to_run_out_of_those_used_is_measured() {
    let root = Authority::root("Test Root");
    let to = |date| ((2020, 1, 1), date);
    let short = root.below("Short CA", to((2026, 6, 4)));
    let unused = root.below("Unused CA", to((2026, 6, 2)));
    let five_days = ok_server(root.issue("five", &["localhost"], to((2026, 6, 6)), &[&unused]), Hand::default());
    let short_above =
        ok_server(short.issue("leaf", &["localhost"], to((2026, 8, 20)), &[&unused, &short, &root]), Hand::default());
    let seen = answered(&get(&https(&five_days, "localhost")), &trusting(&[root.der()]))
        .await
        .trace
        .cert
        .expect("a certificate");
    assert_eq!((days_left(seen.not_after), &*seen.subject, seen.is_leaf), (5, "CN=five", true));
    let request = get(&https(&short_above, "localhost"));
    let seen = answered(&request, &trusting(&[root.der()])).await.trace.cert.expect("a certificate");
    assert_eq!((days_left(seen.not_after), &*seen.subject, seen.is_leaf), (3, "CN=Short CA", false));
    // Trusted itself, the intermediate need not be presented; where it is, it counts, as it is needed.
    let seen = answered(&request, &trusting(&[short.der()])).await.trace.cert.expect("a certificate");
    assert_eq!((days_left(seen.not_after), seen.is_leaf), (3, false));
    let (old, new) = Authority::renewed("Twin Root", to((2026, 5, 29)), LONG);
    let twin = ok_server(new.issue("leaf", &["localhost"], to((2026, 8, 20)), &[&old]), Hand::default());
    let request_twin = get(&https(&twin, "localhost"));
    for ca in [vec![old.der(), new.der()], vec![new.der()]] {
        let seen = answered(&request_twin, &trusting(&ca)).await.trace.cert.expect("a certificate");
        assert_eq!((days_left(seen.not_after), seen.is_leaf), (80, true), "the renewed one stands in for the old one");
    }
    let unverified = Transport { tls: Tls { verify: false, ..Tls::default() }, ..transport() };
    let seen = answered(&request, &unverified).await.trace.cert.expect("a certificate");
    assert_eq!((days_left(seen.not_after), seen.is_leaf), (3, false));
}

/// What was read of one server's certificates is not told of another's.
#[tokio::test]
async fn each_server_is_measured_by_its_own() {
    let root = Authority::root("Test Root");
    let served = |days: u8| {
        let leaf = root.issue("x", &["localhost"], ((2020, 1, 1), (2026, 6, days)), &[]);
        ok_server(leaf, Hand::default())
    };
    let (engine, tls) = (engine_at(jiff::Timestamp::from_second(REAL_NOW).expect("a time")), trusting(&[root.der()]));
    let servers = [(served(6), 5), (served(11), 10)];
    for (server, wanted) in servers.iter().chain(&servers) {
        let seen = engine.attempt(&get(&https(server, "localhost")), &tls, &Via::Direct, far()).await;
        assert_eq!(seen.trace().cert.as_ref().map(|cert| days_left(cert.not_after)), Some(*wanted));
    }
}

#[tokio::test]
async fn verify_false_takes_all_and_measures() {
    let expired = self_signed("x", &["wrong.example"], ((2020, 1, 1), (2026, 5, 1)));
    let server = ok_server(expired, Hand::default());
    let tls = Transport { tls: Tls { verify: false, ..Tls::default() }, ..transport() };
    let response = answered(&get(&https(&server, "localhost")), &tls).await;
    assert_eq!(response.trace.cert.map(|cert| days_left(cert.not_after)), Some(-31));
}

#[tokio::test]
async fn the_name_may_be_another() {
    let root = Authority::root("Test Root");
    let server = ok_server(root.issue("x", &["inner.example"], LONG, &[]), Hand::default());
    let mut transport = trusting(&[root.der()]);
    transport.tls.server_name = Some("inner.example".to_owned());
    assert_eq!(answered(&get(&https(&server, "127.0.0.1")), &transport).await.body, "ok");
}

#[tokio::test]
async fn client_certificates_are_shown_and_their_refusal_told() {
    let root = Authority::root("Test Root");
    let clients = Authority::root("Clients");
    let identity = |authority: &Authority| {
        let Shown { chain, key } = authority.issue("me", &["me"], LONG, &[]);
        Some(Arc::new(ClientIdentity { chain, key }))
    };
    for only_12 in [false, true] {
        let hand = Hand { client_ca: Some(clients.der()), only_12, ..Hand::default() };
        let server = ok_server(root.issue("x", &["localhost"], LONG, &[]), hand);
        let request = get(&https(&server, "localhost"));
        let mut transport = trusting(&[root.der()]);
        let failure = failed(&request, &transport).await;
        assert_eq!((failure.stage, failure.fault), (Handshake, Fault::Target), "{failure:?}");
        assert!(failure.detail.contains("client certificate"), "{}", failure.detail);
        transport.tls.client = identity(&root);
        let failure = failed(&request, &transport).await;
        assert_eq!(failure.stage, Handshake, "{failure:?}");
        assert!(failure.detail.contains("client certificate refused"), "{}", failure.detail);
        transport.tls.client = identity(&clients);
        assert_eq!(answered(&request, &transport).await.body, "ok");
    }
}

#[tokio::test]
async fn a_body_without_an_end_needs_tls_to_say_goodbye() {
    let root = Authority::root("Test Root");
    let start = |polite: bool| {
        server(root.issue("x", &["localhost"], LONG, &[]), Hand::default(), move |stream, conn| {
            read_request(stream);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\nhello");
            if polite {
                stream.conn.send_close_notify();
            }
            let _ = stream.flush();
            conn.close();
        })
    };
    let (rude, polite) = (start(false), start(true));
    let tls = trusting(&[root.der()]);
    check(vec![
        Row(
            "rude",
            get(&https(&rude, "localhost")),
            tls.clone(),
            Want::Failure(Body, Broken, "without TLS's goodbye (close_notify)"),
        ),
        Row("polite", get(&https(&polite, "localhost")), tls, Want::Answer(200, "hello")),
    ])
    .await;
}

#[tokio::test]
async fn every_attempt_shakes_hands_anew() {
    let root = Authority::root("Test Root");
    let server = server(root.issue("x", &["localhost"], LONG, &[]), Hand::default(), |stream, conn| {
        read_request(stream);
        let resumed = stream.conn.handshake_kind() == Some(rustls::HandshakeKind::Resumed);
        conn.note(if resumed { "resumed" } else { "full" });
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        conn.hold();
    });
    let engine = super::harness::engine();
    let (request, transport) = (get(&https(&server, "localhost")), trusting(&[root.der()]));
    for _ in 0..3 {
        engine.attempt(&request, &transport, &Via::Direct, far()).await;
    }
    assert_eq!(server.requests(), ["full"; 3]);
}

#[tokio::test]
async fn a_clock_that_is_absurd_is_this_machines_fault() {
    let server = ok_server(self_signed("x", &["localhost"], LONG), Hand::default());
    for (second, year) in [(0, "(1970)"), (4_200_000_000, "(2103)")] {
        let engine = engine_at(jiff::Timestamp::from_second(second).expect("a time"));
        let request = get(&https(&server, "localhost"));
        let seen = engine.attempt(&request, &transport(), &Via::Direct, far()).await;
        let Observation::Failure(failure) = seen else { panic!("answered") };
        assert_eq!((failure.stage, failure.fault), (Handshake, Fault::Local));
        assert_eq!(failure.detail, format!("this machine's clock looks wrong {year}"));
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn versions_are_agreed_by_alpn() {
    let root = Authority::root("Test Root");
    let start = |alpn: &[&'static str]| {
        let hand = Hand { alpn: alpn.to_vec(), ..Hand::default() };
        ok_server(root.issue("x", &["localhost"], LONG, &[]), hand)
    };
    let (silent, one, both) = (start(&[]), start(&["http/1.1"]), start(&["h2", "http/1.1"]));
    let with = |http_version| Transport { http_version, ..trusting(&[root.der()]) };
    let ok = || Want::Answer(200, "ok");
    check(vec![
        Row(
            "no ALPN",
            get(&https(&silent, "localhost")),
            with(HttpVersion::V2),
            Want::Failure(Head, Broken, "does not offer HTTP/2"),
        ),
        Row(
            "1.1 only",
            get(&https(&one, "localhost")),
            with(HttpVersion::V2),
            Want::Failure(Head, Broken, "does not offer the HTTP version"),
        ),
        Row("1.1 forced", get(&https(&both, "localhost")), with(HttpVersion::V1), ok()),
        Row("auto", get(&https(&one, "localhost")), with(HttpVersion::Auto), ok()),
    ])
    .await;
}
