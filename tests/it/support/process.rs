//! Runs that are not simply awaited: signals, time, memory, odd descriptors.

use super::Ran;
use rustix::process::{Pid, Signal, kill_process};
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// A run under way, its output collected meanwhile.
pub(crate) struct Running {
    child: Child,
    stdout: JoinHandle<Vec<u8>>,
    stderr: JoinHandle<Vec<u8>>,
    started: Instant,
}

pub(crate) fn start(mut command: Command) -> Running {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary starts");
    let stdout = collect(child.stdout.take().expect("stdout"));
    let stderr = collect(child.stderr.take().expect("stderr"));
    Running { child, stdout, stderr, started: Instant::now() }
}

fn collect(mut stream: impl Read + Send + 'static) -> JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).expect("output is read");
        bytes
    })
}

impl Running {
    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, signal).expect("the signal is sent");
    }

    pub(crate) fn is_over(&mut self) -> bool {
        self.child.try_wait().expect("the child is ours").is_some()
    }

    /// Waits for its end; None in place of a code when a signal ended it.
    pub(crate) fn end(mut self) -> (Ran, Duration) {
        let status = self.child.wait().expect("the child is ours");
        let took = self.started.elapsed();
        let text = |thread: JoinHandle<Vec<u8>>| String::from_utf8(thread.join().expect("read")).expect("UTF-8");
        (Ran { code: status.code(), stdout: text(self.stdout), stderr: text(self.stderr) }, took)
    }

    /// Waits for its end; the peak of its resident memory in bytes besides.
    pub(crate) fn end_with_peak(mut self) -> (Ran, u64) {
        let status = PathBuf::from(format!("/proc/{}/status", self.child.id()));
        let mut peak = 0;
        while !self.is_over() {
            peak = peak.max(high_water(&status).unwrap_or(0));
            std::thread::sleep(Duration::from_millis(1));
        }
        (self.end().0, peak)
    }
}

fn high_water(status: &std::path::Path) -> Option<u64> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    Some(kib * 1024)
}

/// Runs it with this as stdout; what it says on stderr is kept.
pub(crate) fn with_stdout(mut command: Command, stdout: impl Into<Stdio>) -> Ran {
    command.stdout(stdout).stderr(Stdio::piped()).output().expect("the binary starts").into()
}

/// A stdout that nobody reads: the read end is closed already.
pub(crate) fn closed_pipe() -> std::io::PipeWriter {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    writer
}

/// A disk that is always full.
pub(crate) fn full_disk() -> File {
    File::options().write(true).open("/dev/full").expect("/dev/full")
}

/// Polls until it holds; false when it never did within `patience`.
pub(crate) fn until(patience: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while !holds() {
        if start.elapsed() > patience {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    true
}

/// Whether the tests run as root, who may read and write everything and give files away.
pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// How late this machine wakes a sleeper at present: what no program can be blamed for.
fn lateness() -> Duration {
    let nap = Duration::from_millis(20);
    (0..5)
        .map(|_| {
            let begun = Instant::now();
            std::thread::sleep(nap);
            begun.elapsed().saturating_sub(nap)
        })
        .max()
        .unwrap_or_default()
}

/// The shortest of some measurements is no longer than this; a busy machine may have stretched the others.
#[track_caller]
pub(crate) fn is_bounded(what: &str, limit: Duration, mut measure: impl FnMut() -> Duration) {
    let mut seen = Vec::new();
    for _ in 0..5 {
        let took = measure();
        let late = lateness();
        if took <= limit + late {
            return;
        }
        seen.push((took, late));
    }
    panic!("{what}: never within {limit:?}: {seen:?} (each with how late a timer was)");
}
