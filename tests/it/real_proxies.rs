//! Real proxies on loopback, and real namespaces without a network. Skipped aloud where they are not to be had.

use crate::support::Home;
use crate::support::configs::healthy;
use canary::demo::fleet::Fleet;
use serde_json::Value;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn skipped(what: &str) {
    eprintln!("SKIPPED: {what} is not to be had here");
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}

/// Starts a server and waits until its port answers.
fn start(command: &mut Command, port: u16) -> Server {
    let server =
        Server(command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts"));
    let begun = Instant::now();
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < Duration::from_secs(10), "it never listened");
        std::thread::yield_now();
    }
    server
}

fn probe(home: &Home, fleet: &Fleet, proxy: &str) -> (Option<i32>, Value) {
    let yaml = format!(
        "defaults: {{ timeout: 5s, retry: {{ attempts: 1 }} }}\nchannels:\n  c:\n    endpoints:\n      e: {{ url: \"{}/health\", proxy: \"{proxy}\" }}\n",
        fleet.url("s")
    );
    home.write("probes.yaml", &yaml);
    let ran = home.run(["check", "--json"]);
    (ran.code, ran.json()["results"][0].clone())
}

#[test]
fn tinyproxy() {
    let Some(binary) = ["/usr/bin/tinyproxy", "/usr/sbin/tinyproxy"].into_iter().find(|path| Path::new(path).exists())
    else {
        return skipped("tinyproxy");
    };
    let (home, fleet, port) = (Home::new(), healthy(), free_port());
    let allowed = fleet.addr("s").port();
    let text = format!(
        "Port {port}\nListen 127.0.0.1\nTimeout 60\nMaxClients 20\nAllow 127.0.0.1\nBasicAuth robot p.w-s_1\nConnectPort {allowed}\nLogLevel Critical\n"
    );
    let config = home.write("tinyproxy.conf", &text);
    let _server = start(Command::new(binary).arg("-d").arg("-c").arg(config), port);
    let (code, result) = probe(&home, &fleet, &format!("http://robot:p.w-s_1@127.0.0.1:{port}"));
    assert_eq!((code, &result["verdict"]), (Some(0), &"up".into()), "{result}");
    assert_eq!(result["proxy"], format!("127.0.0.1:{port}"));
    let (code, result) = probe(&home, &fleet, &format!("http://robot:wrong@127.0.0.1:{port}"));
    assert_eq!((code, &result["verdict"], &result["blame"]), (Some(3), &"unknown".into(), &"exit".into()), "{result}");
    let elsewhere = healthy();
    let (code, result) = probe(&home, &elsewhere, &format!("http://robot:p.w-s_1@127.0.0.1:{port}"));
    assert_eq!((code, &result["reason"]), (Some(3), &"proxy".into()), "a port that it does not allow: {result}");
}

#[test]
fn dante() {
    let Some(binary) = ["/usr/sbin/danted", "/usr/sbin/sockd"].into_iter().find(|path| Path::new(path).exists()) else {
        return skipped("dante");
    };
    let (home, fleet, port) = (Home::new(), healthy(), free_port());
    let text = format!(
        "internal: 127.0.0.1 port = {port}\nexternal: 127.0.0.1\nclientmethod: none\nsocksmethod: none\nuser.privileged: root\nuser.unprivileged: nobody\n\
         client pass {{ from: 127.0.0.0/8 to: 0.0.0.0/0 }}\nsocks pass {{ from: 127.0.0.0/8 to: 127.0.0.0/8 }}\nsocks block {{ from: 0.0.0.0/0 to: 0.0.0.0/0 }}\n"
    );
    let config = home.write("danted.conf", &text);
    let _server = start(Command::new(binary).arg("-f").arg(config), port);
    for scheme in ["socks5", "socks5h"] {
        let (code, result) = probe(&home, &fleet, &format!("{scheme}://127.0.0.1:{port}"));
        assert_eq!((code, &result["verdict"]), (Some(0), &"up".into()), "{scheme}: {result}");
    }
}

/// A shell in a network namespace of its own, where only loopback is up; none where namespaces are not allowed.
fn alone(home: &Home, script: &str) -> Option<std::process::Output> {
    let allowed = Command::new("unshare").args(["-n", "-m", "ip", "link", "set", "lo", "up"]).output();
    if !allowed.is_ok_and(|output| output.status.success()) {
        skipped("a network namespace");
        return None;
    }
    let canary = env!("CARGO_BIN_EXE_canary");
    let script = format!("set -e; ip link set lo up; {script}; exec {canary} check --json");
    let output = Command::new("unshare")
        .args(["-n", "-m", "sh", "-c", &script])
        .current_dir(home.dir())
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .env("HOME", home.dir())
        .output();
    Some(output.expect("it runs"))
}

#[test]
fn a_machine_without_a_network_calls_nobody_down() {
    let home = Home::with_config(
        "defaults: { timeout: 2s, connect_timeout: 2s, retry: { attempts: 1 } }
connectivity: { targets: [\"tcp://198.51.100.1:443\", \"https://connectivity.example/\"] }
channels:
  far: { endpoints: { named: { url: \"http://far.example/\" }, numbered: { url: \"http://198.51.100.7/\" } } }
  near: { endpoints: { dead: { url: \"http://127.0.0.1:9/\" } } }
",
    );
    let Some(output) = alone(&home, "true") else { return };
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let said = |at: usize| {
        let result = &report["results"][at];
        (result["verdict"].clone(), result["reason"].clone())
    };
    assert_eq!(said(0), ("unknown".into(), "offline".into()), "{report}");
    assert_eq!(said(1), ("unknown".into(), "offline".into()), "{report}");
    assert_eq!(said(2), ("down".into(), "connect".into()), "loopback is never excused: {report}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn dropped_packets_cost_one_connect_timeout() {
    let home = Home::new();
    let Some(_) = alone(&home, "true") else { return };
    // 198.51.100.0/24 (RFC 5737) is routed into a dummy device: packets vanish.
    let network = "ip link add hole type dummy && ip link set hole up && ip route add 198.51.100.0/24 dev hole \
                   && ip neigh add 198.51.100.7 lladdr 02:00:00:00:00:07 dev hole";
    home.write(
        "probes.yaml",
        "defaults: { timeout: 3s, connect_timeout: 500ms, retry: { attempts: 1 } }
channels:
  far:
    endpoints:
      vanishes: { url: \"http://198.51.100.7:8080/\" }
",
    );
    let Some(output) = alone(&home, &format!("{network} || exit 77")) else { return };
    if output.status.code() == Some(77) {
        return skipped("a dummy device");
    }
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let result = &report["results"][0];
    assert_eq!((&result["verdict"], &result["reason"]), (&"down".into(), &"timeout".into()), "{report}");
    let took = report["duration_ms"].as_f64().expect("a duration");
    assert!((400.0..1500.0).contains(&took), "{took} ms");
}
