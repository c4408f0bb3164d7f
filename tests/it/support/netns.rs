//! A network of one's own: addresses, black holes, links and a resolver are the test's to make.

use super::{Home, Ran};
use rustix::thread::{LinkNameSpaceType, move_into_link_name_space};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::os::fd::AsFd;
use std::process::{Command, Stdio};

/// RFC 5737 and RFC 3849: nobody's addresses. Those of the holes swallow packets, the others are this machine's.
pub(crate) const HOLE_V4: &str = "198.51.100";
pub(crate) const HOLE_V6: &str = "2001:db8:dead:";
pub(crate) const OWN_V4: &str = "203.0.113";
pub(crate) const OWN_V6: &str = "2001:db8:1:";

/// The namespace that this thread, its threads and its children are in.
pub(crate) struct Net(());

/// Says that a test proves nothing here.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn skipped(what: &str) {
    eprintln!("SKIPPED: {what} is not to be had here");
}

/// Runs the test on a thread in a new namespace, where loopback is up and no other network is. Skips it aloud where
/// that is not allowed.
pub(crate) fn alone(test: impl FnOnce(&Net) + Send) {
    let mut maker = Command::new("unshare")
        .args(["-n", "sh", "-c", "ip link set lo up && echo made && exec cat"])
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let made = maker.as_mut().ok().and_then(|maker| {
        let mut said = String::new();
        BufReader::new(maker.stdout.take()?).read_line(&mut said).ok()?;
        let namespace = File::open(format!("/proc/{}/ns/net", maker.id())).ok()?;
        (said == "made\n").then_some(namespace)
    });
    let ended = std::thread::scope(|scope| {
        let inside = scope.spawn(|| {
            let entered = made.and_then(|namespace| {
                move_into_link_name_space(namespace.as_fd(), Some(LinkNameSpaceType::Network)).ok()
            });
            match entered {
                Some(()) => test(&Net(())),
                None => skipped("a network namespace"),
            }
        });
        inside.join()
    });
    if let Ok(maker) = &mut maker {
        let _ = maker.kill();
        let _ = maker.wait();
    }
    if let Err(panic) = ended {
        std::panic::resume_unwind(panic);
    }
}

impl Net {
    /// Runs `ip` with these words; whether it could.
    pub(crate) fn ip(&self, words: &str) -> bool {
        let Self(()) = self;
        let ran = Command::new("ip").args(words.split(' ')).env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").output();
        ran.is_ok_and(|output| output.status.success())
    }

    #[track_caller]
    pub(crate) fn must(&self, words: &str) {
        assert!(self.ip(words), "ip {words}");
    }

    /// The networks [`HOLE_V4`] and [`HOLE_V6`] behind a link that loses every packet; false where no such link is to
    /// be had. The link is called `hole`.
    pub(crate) fn black_hole(&self) -> bool {
        let kinds = ["link add hole type dummy", "link add hole type ifb", "tuntap add dev hole mode tun"];
        if !kinds.iter().any(|kind| self.ip(kind)) {
            skipped("a link that loses packets");
            return false;
        }
        self.must("link set hole up arp off");
        self.must(&format!("addr add {HOLE_V4}.254/24 dev hole"));
        self.must(&format!("-6 addr add {HOLE_V6}:ffff/64 dev hole nodad"));
        true
    }

    /// All of [`OWN_V4`] and [`OWN_V6`] are this machine.
    pub(crate) fn own_addresses(&self) {
        self.must(&format!("route add local {OWN_V4}.0/24 dev lo"));
        self.must(&format!("-6 route add local {OWN_V6}:/64 dev lo"));
    }

    /// `canary` with these arguments, whose resolver is the one of this `resolv.conf`.
    pub(crate) fn command(&self, home: &Home, resolv: &str, args: &[&str]) -> Command {
        let Self(()) = self;
        home.write("etc/resolv.conf", resolv);
        home.write("etc/hosts", "127.0.0.1 localhost\n");
        home.write("etc/nsswitch.conf", "hosts: files dns\n");
        let script =
            "for file in resolv.conf hosts nsswitch.conf; do mount --bind etc/$file /etc/$file || exit 77; done
                      exec \"$0\" \"$@\"";
        let mut command = Command::new("unshare");
        command.args(["-m", "sh", "-c", script, env!("CARGO_BIN_EXE_canary")]).args(args);
        home.settle(&mut command);
        command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        command
    }

    /// `check --json` with this configuration and this resolver.
    pub(crate) fn check(&self, home: &Home, resolv: &str, yaml: &str) -> Ran {
        home.write("probes.yaml", yaml);
        let ran = Ran::from(self.command(home, resolv, &["check", "--json"]).output().expect("it starts"));
        assert_ne!(ran.code, Some(77), "{}", ran.stderr);
        ran
    }
}

/// Answers every request at this address in the same way, until the process ends.
pub(crate) fn web(address: &str, answer: &'static str) -> SocketAddr {
    let listener = TcpListener::bind(address).unwrap_or_else(|error| panic!("{address}: {error}"));
    let bound = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            std::thread::spawn(move || {
                let _ = stream.read(&mut [0; 4096]);
                let _ = stream.write_all(answer.as_bytes());
            });
        }
    });
    bound
}

pub(crate) const WELL: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 20\r\nconnection: close\r\n\r\n{\"status\":\"healthy\"}";
