//! Probes that get no response: names, connections, time, tokens, and whose fault it is.

use crate::support::configs::{channel, probe, probe_at, serve};
use crate::support::{Home, verdict_of};
use canary::demo::fleet::{Behaviour, Fleet, Reply, Service};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};
use tokio::net::TcpSocket;

fn dead() -> Fleet {
    Fleet::start([Service::new("s").refusing()]).expect("a fleet")
}

/// Latency of a probe that ran out of time, seen from outside.
#[track_caller]
fn ends_between(low: u64, high: u64, run: impl FnOnce()) {
    let start = Instant::now();
    run();
    let took = start.elapsed();
    let (low, high) = (Duration::from_millis(low), Duration::from_millis(high));
    assert!(took >= low && took <= high, "took {took:?}, wanted {low:?} to {high:?}");
}

#[test]
fn a_refused_connection_is_connect() {
    let fleet = dead();
    let address = fleet.addr("s").to_string();
    let down = probe_at(&fleet.url("s"), "").down("connect", &["refused", &address]);
    assert_eq!((down.result["blame"].as_str(), down.result["attempts"].as_i64()), (Some("target"), Some(1)));
    assert!(down.result["status"].is_null() && down.result["phases"]["ttfb_ms"].is_null(), "{}", down.result);
}

#[test]
fn an_unknown_name_is_dns() {
    let down = probe_at("http://x.invalid", "");
    // A machine without any resolver may say so; then nobody's verdict may be down.
    let verdict = verdict_of(&down.result);
    if verdict == "down/dns" {
        assert!(down.message().contains("x.invalid"), "{}", down.message());
    } else {
        assert_eq!(
            (verdict.as_str(), down.result["blame"].as_str()),
            ("unknown/dns", Some("resolver")),
            "{}",
            down.result
        );
    }
}

#[test]
fn impossible_names_are_refused_or_dns() {
    for host in ["a_b.invalid", "x.invalid.", "пример.invalid", &format!("{}.invalid", "l".repeat(64))] {
        let home = Home::with_config(&channel(&format!("http://{host}"), &[("e", "{ path: / }")]));
        let ran = home.check(&[]);
        if ran.code != Some(2) {
            assert_eq!(ran.result("c/e")["reason"], "dns", "{host}: {}", ran.stdout);
        }
    }
}

#[test]
fn resolve_replaces_the_resolver() {
    let fleet = serve(Behaviour::json(200, "{}"));
    let address = fleet.addr("s");
    let up = probe_at(&format!("http://vk.invalid:{}", address.port()), "resolve: { vk.invalid: 127.0.0.1 }").up();
    assert_eq!(up.result["remote_addr"], address.to_string());
    assert_eq!(fleet.requests("s")[0].header("host"), Some(format!("vk.invalid:{}", address.port()).as_str()));
    probe_at("http://vk.invalid", &format!("resolve: {{ vk.invalid: \"{address}\" }}")).up();
}

#[test]
fn resolve_knows_international_names_in_either_spelling() {
    let fleet = serve(Behaviour::json(200, "{}"));
    let port = fleet.addr("s").port();
    for (host, key) in [("bücher.invalid", "BÜCHER.invalid"), ("xn--bcher-kva.invalid", "bücher.invalid")] {
        probe_at(&format!("http://{host}:{port}"), &format!("resolve: {{ {key}: 127.0.0.1 }}")).up();
    }
}

#[test]
fn a_password_may_be_written_empty() {
    let fleet = serve(Behaviour::json(200, "{}"));
    probe_at(&fleet.url("s"), "auth: { basic: { username: sk_live_1, password: \"\" } }").up();
    assert_eq!(fleet.requests("s")[0].header("authorization"), Some("Basic c2tfbGl2ZV8xOg=="));
}

#[test]
fn localhost_works_on_either_family() {
    let fleet = serve(Behaviour::json(200, "{}"));
    let url = format!("http://localhost:{}", fleet.addr("s").port());
    probe_at(&url, "").up();
    probe_at(&url, "ip_family: 4").up();
    probe_at(&url, "ip_family: 6").is(1, "down/connect", &[]);
}

/// A listener whose queue is full: SYNs are dropped.
struct BlackHole {
    address: SocketAddr,
    _runtime: tokio::runtime::Runtime,
    _listener: tokio::net::TcpListener,
    _queued: Vec<TcpStream>,
}

fn black_hole() -> BlackHole {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let listener = {
        let _inside = runtime.enter();
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a port");
        socket.listen(1).expect("listening")
    };
    let address = listener.local_addr().expect("an address");
    let mut queued = Vec::new();
    while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(150)) {
        queued.push(stream);
        assert!(queued.len() < 100, "the queue has no end");
    }
    BlackHole { address, _runtime: runtime, _listener: listener, _queued: queued }
}

#[test]
fn no_connection_in_time_is_timeout() {
    let hole = black_hole();
    let url = format!("http://{}", hole.address);
    ends_between(400, 3000, || {
        probe_at(&url, "connect_timeout: 400ms").down("timeout", &["connect", "400ms"]);
    });
    ends_between(400, 3000, || {
        probe_at(&url, "timeout: 400ms, connect_timeout: 5s").down("timeout", &["connect"]);
    });
}

#[test]
fn each_stage_that_runs_out_of_time_is_named() {
    ends_between(300, 3000, || {
        probe(Behaviour::silent(), "timeout: 300ms").down("timeout", &["header", "300ms"]);
    });
    let reply = Reply::new(200, "x".repeat(200));
    let stalled = probe(Behaviour::stall_after(&reply, 100), "timeout: 300ms").down("timeout", &["body", "100", "200"]);
    assert!(stalled.result["phases"]["ttfb_ms"].is_number(), "{}", stalled.result);
    assert!(stalled.result["phases"]["download_ms"].is_number(), "{}", stalled.result);
    let drip = Behaviour::Drip { reply, piece: 1, pause: Duration::from_millis(50) };
    probe(drip, "timeout: 400ms").down("timeout", &["body", "200"]);
    let mute = Fleet::start([Service::new("s").mute()]).expect("a fleet");
    probe_at(&mute.url("s"), "timeout: 300ms").down("timeout", &["header"]);
    let url = mute.url("s").replace("http:", "https:");
    probe_at(&url, "timeout: 300ms").down("timeout", &["TLS"]);
    let slow = Reply::new(200, "ok").after(Duration::from_secs(20));
    probe(slow, "timeout: 300ms").down("timeout", &["header"]);
}

#[test]
fn a_timeout_holds_within_a_tenth_of_a_second() {
    let fleet = serve(Behaviour::silent());
    let probed = probe_at(&fleet.url("s"), "timeout: 500ms").down("timeout", &[]);
    let shown = probed.result["latency_ms"].as_f64();
    assert!(shown.is_none_or(|ms| (499.0..650.0).contains(&ms)), "{shown:?}");
}

#[test]
fn endless_early_hints_end_with_the_timeout() {
    let hints = Behaviour::Drip {
        reply: Reply::new(103, "HTTP/1.1 103 Early Hints\r\n\r\n".repeat(1000)),
        piece: 28,
        pause: Duration::from_millis(20),
    };
    probe(hints, "timeout: 500ms").down("timeout", &[]);
}

#[test]
fn a_tls_server_behind_http_is_guessed() {
    let hello = b"\x15\x03\x01\x00\x02\x02\x46";
    probe(Behaviour::garbage(&hello[..]), "").down("protocol", &["TLS", "https"]);
}

/// Service `api` behind an OAuth2 token endpoint of this behaviour.
fn oauth(token: impl Into<Behaviour>) -> (Fleet, Home) {
    let api = Service::new("api").on(
        "*",
        Behaviour::json(200, "{}").guarded("authorization", "Bearer good-token", Behaviour::text(401, "who?")),
    );
    let fleet = Fleet::start([api, Service::new("auth").on("POST /token", token)]).expect("a fleet");
    let auth = format!(
        "oauth2: {{ token_url: \"{}/token\", client_id: me, client_secret: s3cr3t, scope: a b }}",
        fleet.url("auth")
    );
    let home = Home::with_config(&channel(&fleet.url("api"), &[("e", &format!("{{ path: /, auth: {{ {auth} }} }}"))]));
    (fleet, home)
}

#[test]
fn oauth2_tokens_are_fetched_and_kept() {
    let (fleet, home) =
        oauth(Behaviour::json(200, r#"{"access_token":"good-token","token_type":"bearer","expires_in":3600}"#));
    home.check(&[]).code(0);
    home.check(&[]).code(0);
    assert_eq!((fleet.count("api"), fleet.count("auth")), (2, 1), "the token is cached");
    let asked = fleet.requests("auth")[0].clone();
    let body = String::from_utf8_lossy(&asked.body).into_owned();
    assert!(body.contains("grant_type=client_credentials"), "{body}");
    assert!(body.contains("scope=a+b") || body.contains("scope=a%20b"), "{body}");
}

#[test]
fn a_stale_cached_token_is_fetched_once_more() {
    let token = |name: &str| {
        Behaviour::json(200, format!(r#"{{"access_token":"{name}","token_type":"Bearer","expires_in":3600}}"#))
    };
    let (fleet, home) = oauth(token("good-token"));
    home.check(&[]).code(0);
    let other = Behaviour::json(200, "{}").guarded("authorization", "Bearer newer", Behaviour::text(401, "who?"));
    fleet.set("api", "*", other);
    fleet.set("auth", "POST /token", token("newer"));
    home.check(&[]).code(0);
    assert_eq!(fleet.count("auth"), 2);
    fleet.set("auth", "POST /token", token("never-right"));
    fleet.set("api", "*", Behaviour::text(401, "who?"));
    assert_eq!(home.check(&[]).code(1).result("c/e")["reason"], "status");
    assert_eq!(fleet.count("auth"), 3, "once more, not for ever");
}

#[test]
fn a_refused_token_is_down_and_an_unreachable_one_unknown() {
    for refusal in [
        Behaviour::json(401, r#"{"error":"invalid_client"}"#),
        Behaviour::json(400, r#"{"error":"invalid_client"}"#),
        Behaviour::json(403, "{}"),
    ] {
        let (fleet, home) = oauth(refusal);
        let result = home.check(&[]).code(1).result("c/e");
        assert_eq!(verdict_of(&result), "down/auth", "{result}");
        assert_eq!(fleet.count("api"), 0, "no token, no request");
    }
    let (fleet, home) = oauth(Behaviour::silent());
    fleet.refuse("auth").expect("refusing");
    let result = home.check(&[]).code(3).result("c/e");
    assert_eq!((verdict_of(&result).as_str(), fleet.count("api")), ("unknown/auth", 0), "{result}");
}
