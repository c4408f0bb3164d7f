//! Handshakes and certificates.

use crate::support::certs::{Authority, Made, self_signed};
use crate::support::configs::{Probed, channel, probe_at, probe_in, serve};
use crate::support::{Home, verdict_of};
use canary::demo::fleet::{Behaviour, Ending, Fleet, Relay, Service};
use std::sync::Arc;

fn secure(made: &Made) -> Fleet {
    let service = Service::new("s").on("*", Behaviour::json(200, "{}")).tls(made.server());
    Fleet::start([service]).expect("a fleet")
}

/// Probes a server of this certificate, trusting this PEM alone.
fn trusting(made: &Made, ca: &str, settings: &str) -> Probed {
    let fleet = secure(made);
    let home = Home::new();
    home.write("ca.pem", ca);
    let more = if settings.is_empty() { String::new() } else { format!(", {settings}") };
    probe_in(&home, &fleet.url("s"), &format!("tls: {{ ca: ca.pem }}{more}"))
}

#[test]
fn a_certificate_of_the_named_authority_is_trusted() {
    let ca = Authority::new();
    let up = trusting(&ca.serves(80), &ca.pem, "").up();
    assert_eq!(up.result["cert_days_left"], 80);
    assert!(up.result["phases"]["tls_ms"].is_number(), "{}", up.result);
}

#[test]
fn a_self_signed_certificate_in_tls_ca_is_trusted_be_it_an_authority_or_not() {
    for authority in [true, false] {
        let made = self_signed(authority);
        trusting(&made, &made.pem, "").up();
        let other = self_signed(authority);
        trusting(&made, &other.pem, "").down("tls", &[]);
    }
}

#[test]
fn name_and_dates_count_also_for_a_pinned_certificate() {
    let ca = Authority::new();
    let expired = ca.serves(-3);
    trusting(&expired, &expired.pem, "").down("tls", &["expired"]);
    let elsewhere = ca.serves_name("elsewhere.example");
    trusting(&elsewhere, &elsewhere.pem, "").down("tls", &["elsewhere.example"]);
}

#[test]
fn an_expired_certificate_says_since_when() {
    let ca = Authority::new();
    let down = trusting(&ca.serves(-2), &ca.pem, "").down("tls", &["expired", "day", "canary-test"]);
    let days = down.result["cert_days_left"].as_i64().expect("days");
    assert!((-2..=-1).contains(&days), "{days}");
    assert_eq!(down.result["blame"], "target");
}

#[test]
fn one_from_tomorrow_may_also_be_our_clock() {
    let ca = Authority::new();
    trusting(&ca.serves_tomorrow(), &ca.pem, "").down("tls", &["not valid", "clock"]);
}

#[test]
fn a_wrong_name_is_told_with_both_names() {
    let ca = Authority::new();
    let made = ca.serves_name("elsewhere.example");
    trusting(&made, &ca.pem, "").down("tls", &["127.0.0.1", "elsewhere.example"]);
    let fleet = secure(&made);
    let home = Home::new();
    home.write("ca.pem", &ca.pem);
    probe_in(&home, &fleet.url("s"), "tls: { ca: ca.pem, server_name: elsewhere.example }").up();
}

#[test]
fn an_unknown_issuer_is_tls() {
    let ca = Authority::new();
    let fleet = secure(&ca.serves(80));
    probe_at(&fleet.url("s"), "").down("tls", &["issuer"]);
    trusting(&ca.serves(80), &Authority::named("Another").pem, "").down("tls", &["issuer"]);
    // An authority of the same name with another key: the signature does not fit.
    trusting(&ca.serves(80), &Authority::new().pem, "").down("tls", &["issuer"]);
}

#[test]
fn few_days_left_warn_by_default_and_fail_where_asked() {
    let ca = Authority::new();
    let degraded = trusting(&ca.serves(5), &ca.pem, "").degraded("cert", &["5 days"]);
    assert_eq!(degraded.result["cert_days_left"], 5);
    trusting(&ca.serves(5), &ca.pem, "expect: { cert: 14d }").down("cert", &["5 days", "14"]);
    trusting(&ca.serves(5), &ca.pem, "warn: { cert: 3d }").up();
    trusting(&ca.serves(20), &ca.pem, "").up();
}

#[test]
fn unverified_is_up_measured_and_warned_of() {
    let ca = Authority::new();
    let fleet = secure(&ca.serves(-3));
    let up = probe_at(&fleet.url("s"), "tls: { verify: false }, warn: { cert: null }");
    assert!(up.result["cert_days_left"].as_i64().is_some_and(|days| days < 0), "{}", up.result);
    assert_ne!(up.result["verdict"], "down", "{}", up.result);
    let home = Home::with_config(&channel(&fleet.url("s"), &[("e", "{ path: /, tls: { verify: false } }")]));
    let ran = home.run(["config", "check"]).code(0);
    assert!(format!("{}{}", ran.stdout, ran.stderr).contains("verify"), "{ran:?}");
}

#[test]
fn a_plain_server_behind_https_is_guessed() {
    let fleet = serve(Behaviour::json(200, "{}"));
    probe_at(&fleet.url("s").replace("http:", "https:"), "").down("tls", &["plain HTTP"]);
}

#[test]
fn what_breaks_the_handshake_is_tls() {
    // Each answers the ClientHello (read as a broken request) in its own way.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("https://{}", listener.local_addr().expect("an address"));
    let answers: [&[u8]; 4] = [b"", b"\x15\x03\x03\x00\x02\x02\x28", b"\x15\x03\x01\x00\x02\x02\x46", b"SSH-2.0-x\r\n"];
    let server = std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().expect("a client");
            let mut hello = [0; 4096];
            let read = std::io::Read::read(&mut stream, &mut hello);
            std::io::Write::write_all(&mut stream, answer).expect("answered");
            drop((read, stream));
        }
    });
    for answer in answers {
        let probed = probe_at(&url, "timeout: 3s");
        assert_eq!(verdict_of(&probed.result), "down/tls", "{answer:?}: {}", probed.result);
    }
    server.join().expect("served");
}

#[test]
fn a_body_torn_under_tls_is_protocol() {
    let ca = Authority::new();
    let torn = Behaviour::Raw { bytes: "HTTP/1.0 200 OK\r\n\r\nhalf".into(), then: Ending::Reset };
    let fleet = Fleet::start([Service::new("s").on("*", torn).tls(ca.serves(80).server())]).expect("a fleet");
    let home = Home::new();
    home.write("ca.pem", &ca.pem);
    probe_in(&home, &fleet.url("s"), "tls: { ca: ca.pem }").down("protocol", &[]);
}

#[test]
fn an_empty_trust_store_is_local_and_never_down() {
    let ca = Authority::new();
    let fleet = secure(&ca.serves(80));
    let plain = serve(Behaviour::json(200, "{}"));
    let yaml = channel(
        &fleet.url("s"),
        &[("a", "{ path: /a }"), ("b", "{ path: /b }"), ("c", &format!("{{ url: \"{}/c\" }}", plain.url("s")))],
    );
    let home = Home::with_config(&yaml).env("SSL_CERT_FILE", "/nope/ca.pem").env("SSL_CERT_DIR", "/nope");
    let ran = home.check(&[]);
    for name in ["c/a", "c/b"] {
        let result = ran.result(name);
        assert_eq!(verdict_of(&result), "unknown/local", "{result}");
        assert_eq!(result["blame"], "local", "{result}");
    }
    assert_eq!(ran.result("c/c")["verdict"], "up");
    assert_eq!(ran.code, Some(3));
}

#[test]
fn a_missing_or_empty_ca_file_is_a_config_error() {
    let yaml = channel("https://127.0.0.1:1", &[("e", "{ path: /, tls: { ca: ca.pem } }")]);
    let home = Home::with_config(&yaml);
    home.run(["check"]).refused().stderr_has("ca.pem");
    home.write("ca.pem", "no certificate\n");
    home.run(["check"]).refused().stderr_has("ca.pem");
}

#[test]
fn versions_of_http_are_agreed_or_told() {
    let ca = Authority::new();
    let made = ca.serves(80);
    let home = Home::new();
    home.write("ca.pem", &ca.pem);
    let service = Service::new("s").on("*", Behaviour::json(200, "{}")).tls(made.server_with(&[b"http/1.1"]));
    let old = Fleet::start([service]).expect("a fleet");
    let settings = |version: &str| format!("tls: {{ ca: ca.pem }}, http_version: {version}, timeout: 3s");
    let probed = probe_in(&home, &old.url("s"), &settings("2"));
    assert!(["down/protocol", "down/tls"].contains(&verdict_of(&probed.result).as_str()), "{}", probed.result);
    probe_in(&home, &old.url("s"), &settings("1.1")).up();
    probe_in(&home, &old.url("s"), &settings("auto")).up();
    let plain = serve(Behaviour::json(200, "{}"));
    probe_at(&plain.url("s"), "http_version: 2, timeout: 3s").down("protocol", &[]);
}

#[test]
fn a_client_certificate_is_taken_from_files() {
    let ca = Authority::new();
    let client = ca.serves_name("client.example");
    let fleet = secure(&ca.serves(80));
    let home = Home::new();
    home.write("ca.pem", &ca.pem);
    home.write("client.pem", &client.pem);
    home.write("client.key", &client.key_pem);
    let settings = "tls: { ca: ca.pem, client_cert: client.pem, client_key: client.key }";
    probe_in(&home, &fleet.url("s"), settings).up();
    let wrong = "{ path: /, tls: { ca: ca.pem, client_cert: client.pem, client_key: ca.pem } }";
    home.write("probes.yaml", channel(&fleet.url("s"), &[("e", wrong)]));
    home.run(["check"]).refused();
}

#[test]
fn receivers_believe_whom_the_probes_believe() {
    let fleet = serve(Behaviour::text(200, "fine"));
    let home = Home::with_config(&format!(
        "receivers:
  far: {{ type: webhook, url: \"https://127.0.0.1:1/\" }}
  near: {{ type: webhook, url: \"{}\" }}
channels: {{ c: {{ base_url: \"{}\", endpoints: {{ a: {{ path: / }} }} }} }}
",
        fleet.url("s"),
        fleet.url("s"),
    ));
    let test = |home: &Home, receiver: &str| home.run(["alerts", "test", receiver]);
    test(&home, "far").code(3).stdout_has("connection refused 127.0.0.1:1");
    home.write("empty.pem", "");
    let home = home.env("SSL_CERT_FILE", "empty.pem");
    test(&home, "far").code(3).stdout_has("no trust store");
    test(&home, "near").code(0).stdout_has("delivered");
    let home = home.env("SSL_CERT_FILE", "/nope/ca.pem");
    test(&home, "far").code(3).stdout_has("no trust store");
}

/// Also through an exit that is spoken to by TLS itself, and past one that answers in the receiver's place.
#[test]
fn receivers_behind_exits_are_known_by_their_certificates() {
    let authority = Authority::new();
    let config = authority.serves(90).server();
    let fleet = Fleet::start([
        Service::new("s").on("*", Behaviour::text(200, "fine")).tls(Arc::clone(&config)),
        Service::proxy("plain"),
        Service::proxy("sealed").tls(config),
        Service::proxy("liar").relaying(Relay::accept_then_html()),
    ])
    .expect("a fleet");
    let exit = |name: &str| fleet.addr(name).to_string();
    let (plain, sealed, liar, url) = (exit("plain"), exit("sealed"), exit("liar"), fleet.url("s"));
    let home = Home::with_config(&format!(
        "proxies: {{ pool: {{ urls: [\"http://{liar}\", \"http://{plain}\"] }} }}
receivers:
  plain: {{ type: webhook, url: \"{url}\", proxy: \"http://{plain}\" }}
  sealed: {{ type: webhook, url: \"{url}\", proxy: \"https://{sealed}\" }}
  pooled: {{ type: webhook, url: \"{url}\", proxy: pool }}
channels: {{ c: {{ base_url: \"{url}\", endpoints: {{ a: {{ path: / }} }} }} }}
"
    ));
    home.write("ca.pem", &authority.pem);
    let home = home.env("SSL_CERT_FILE", "ca.pem");
    for receiver in ["plain", "sealed", "pooled"] {
        let ran = home.run(["alerts", "test", receiver]);
        drop(ran.code(0).stdout_has("delivered"));
    }
    assert_eq!((fleet.count("s"), fleet.count("plain"), fleet.count("sealed")), (3, 2, 1));
    assert!(fleet.count("liar") > 0 && fleet.requests("plain").iter().all(|asked| asked.method == "CONNECT"));
}
