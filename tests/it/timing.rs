//! No fault makes anything last longer than was allowed: exits that stall, signals in every number.

use crate::support::configs::{channel, healthy};
use crate::support::process::{Running, is_bounded, start, until};
use crate::support::{Home, verdict_of};
use canary::demo::fleet::{Behaviour, Fleet, Service};
use rustix::process::Signal;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};

/// An exit that says this at once, and then one more byte of `drip` every 50 ms for ever.
fn exit(says: &'static [&'static [u8]], drip: &'static [u8]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let mut heard = [0; 4096];
                for answer in says {
                    if stream.read(&mut heard).is_err() || stream.write_all(answer).is_err() {
                        return;
                    }
                }
                let mut bytes = drip.iter().cycle();
                loop {
                    std::thread::sleep(Duration::from_millis(50));
                    if bytes.next().is_some_and(|byte| stream.write_all(&[*byte]).is_err()) {
                        return;
                    }
                }
            });
        }
    });
    address
}

#[test]
fn exits_that_stall_or_drip_are_bounded_by_the_connect_timeout() {
    const GREETED: &[u8] = &[5, 0];
    let fleet = healthy();
    let rows: [(&str, &str, SocketAddr); 8] = [
        ("no word to CONNECT", "http", exit(&[], b"")),
        ("a dripping head", "http", exit(&[b"HTTP/1.1 200 OK\r\nx: "], b"a")),
        ("a dripping status", "http", exit(&[], b"HTTP/1.1 200 Connection established and much more of it")),
        ("endless early answers", "http", exit(&[], b"HTTP/1.1 100 Continue\r\n\r\n")),
        ("no greeting", "socks5h", exit(&[], b"")),
        ("half a greeting", "socks5h", exit(&[&[5]], b"")),
        ("no reply", "socks5h", exit(&[GREETED], b"")),
        ("a dripping reply", "socks5h", exit(&[GREETED, &[5, 0, 0, 3, 255]], b"a")),
    ];
    for (what, scheme, address) in rows {
        let endpoint = format!("{{ path: /, proxy: \"{scheme}://{address}\", connect_timeout: 400ms, timeout: 6s }}");
        let home = Home::with_config(&channel(&fleet.url("s"), &[("e", &endpoint)]));
        is_bounded(what, Duration::from_millis(500), || {
            let ran = home.check(&["--no-history"]).code(3);
            let result = ran.result("c/e");
            assert_eq!(
                (verdict_of(&result).as_str(), &result["blame"]),
                ("unknown/proxy", &"exit".into()),
                "{what}: {result:#}"
            );
            let took = ran.json()["duration_ms"].as_f64().expect("a duration");
            assert!(took >= 400.0, "{what}: {took} ms");
            Duration::from_secs_f64(took / 1000.0)
        });
    }
    assert_eq!(fleet.count("s"), 0);
}

/// One endpoint that answered and one that hangs; the run has asked both.
fn half_done() -> (Fleet, Home, Running) {
    let fast = Service::new("fast").on("*", Behaviour::json(200, "{}"));
    let fleet = Fleet::start([fast, Service::new("slow").on("*", Behaviour::silent())]).expect("a fleet");
    let yaml = format!(
        "defaults: {{ timeout: 60s }}\nchannels: {{ c: {{ endpoints: {{ fast: {{ url: \"{}/\" }}, slow: {{ url: \"{}/\" }} }} }} }}\n",
        fleet.url("fast"),
        fleet.url("slow")
    );
    let home = Home::with_config(&yaml);
    let mut run = start(home.command(["check", "--json"]));
    let patience = Duration::from_secs(20);
    assert!(fleet.wait_for("fast", 1, patience) && fleet.wait_for("slow", 1, patience));
    assert!(!until(Duration::from_millis(300), || run.is_over()), "over before the signal");
    (fleet, home, run)
}

/// Who logs out in the middle of a run, or types Ctrl-\, ends it as SIGTERM does.
#[test]
fn a_hangup_or_a_quit_is_taken_as_sigterm() {
    for signal in [Signal::HUP, Signal::QUIT] {
        let (_fleet, home, run) = half_done();
        run.signal(signal);
        let (ran, took) = run.end();
        let ran = ran.code(143);
        assert!(took < Duration::from_secs(15), "{took:?}");
        assert_eq!(verdict_of(&ran.result("c/fast")), "up");
        assert_eq!(verdict_of(&ran.result("c/slow")), "unknown/deadline");
        assert_eq!(home.history().iter().filter(|line| line["verdict"] == "up").count(), 1);
    }
}

/// The first signal may be stuck in what it has to finish: a receiver that never answers. The second does not wait.
#[test]
fn the_second_signal_ends_at_once() {
    let receiver = Service::new("hook").on("*", Behaviour::silent());
    let fleet = Fleet::start([Service::new("sick").on("*", Behaviour::text(500, "no")), receiver]).expect("a fleet");
    let home = Home::with_config(&format!(
        "alerting: {{ after: 1, receivers: [hook] }}
receivers: {{ hook: {{ type: webhook, url: \"{}/\" }} }}
channels: {{ c: {{ endpoints: {{ sick: {{ url: \"{}/\", retry: {{ attempts: 1 }} }} }} }} }}
",
        fleet.url("hook"),
        fleet.url("sick")
    ));
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let asked = fleet.count("hook");
        let mut run = start(home.command(["check", "--json"]));
        assert!(fleet.wait_for("hook", asked + 1, Duration::from_secs(20)));
        run.signal(signal);
        assert!(!until(Duration::from_millis(200), || run.is_over()), "what is being sent is finished");
        let begun = Instant::now();
        run.signal(signal);
        let ran = run.end().0;
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        assert_eq!(ran.code, Some(code), "{}", ran.stderr);
        std::fs::remove_dir_all(home.path("state")).expect("removed");
    }
}
