//! Real proxies on loopback. Skipped aloud where they are not to be had.

use crate::support::Home;
use crate::support::configs::healthy;
use crate::support::netns::skipped;
use canary::demo::fleet::Fleet;
use serde_json::Value;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub(crate) struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port").port()
}

/// Starts a server and waits until its port answers.
pub(crate) fn start(command: &mut Command, port: u16) -> Server {
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
