//! One command, from its start to its end.

use super::tail::Tail;
use crate::model::Redactor;
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::process::{Child, ChildStdin, Command};
use tokio::time::{Instant, sleep, timeout_at};

/// Between TERM and KILL.
pub const GRACE: Duration = Duration::from_secs(5);
/// The same when a signal ends canary itself, which must be gone soon.
const GRACE_WHEN_STOPPED: Duration = Duration::from_secs(3);
/// For the rest of the output once the command itself has ended: a daemon that it left behind may hold the pipe for ever.
pub const LINGER: Duration = Duration::from_millis(500);
const LOOK: Duration = Duration::from_millis(20);

/// What is to be run.
#[derive(Clone, Copy, Debug)]
pub struct Job<'a> {
    /// Program and arguments.
    pub argv: &'a [String],
    /// The whole environment.
    pub env: &'a [(String, String)],
    /// What it reads; nothing: `/dev/null`.
    pub stdin: Option<&'a [u8]>,
    /// How long it may take before TERM.
    pub timeout: Duration,
    /// How long after TERM its group gets KILL.
    pub grace: Duration,
    /// Masks what it prints.
    pub redactor: &'a Redactor,
}

/// How a command ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    /// By itself, with this code.
    Exit(i32),
    /// By this signal, not canary's.
    Signal(i32),
    /// It took too long and was ended.
    TimedOut,
    /// The caller wanted it to end.
    Stopped,
    /// It never began: why, for a person.
    NotStarted(String),
}

/// How a command ended and what it printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// How it ended.
    pub ending: Ending,
    /// The last 16 KiB of stdout and stderr together, secrets masked.
    pub tail: String,
}

/// Leaves word of a command's start, so that others know of it when canary itself is killed meanwhile.
pub trait Witness {
    /// It is about to be started.
    ///
    /// # Errors
    /// Why no word can be left, for a person: then it is not started.
    fn about_to_start(&self) -> Result<(), String>;

    /// It was started, as this process, or could not be.
    fn started(&self, pid: Option<u32>);
}

impl Witness for () {
    fn about_to_start(&self) -> Result<(), String> {
        Ok(())
    }

    fn started(&self, _: Option<u32>) {}
}

/// Runs a command as [`run_before`] does, and nobody is told of its start.
pub async fn run(job: &Job<'_>, stop: impl Future<Output = ()>) -> Outcome {
    run_before(&(), job, stop).await
}

/// Runs a command and waits for its end. After the timeout, or once `stop` is ready, its process group gets TERM and
/// after its grace KILL. When this future is dropped, the group gets KILL. Returns at most a second after the command's
/// own end, also when a process that it left behind keeps the outputs open.
pub async fn run_before(witness: &impl Witness, job: &Job<'_>, stop: impl Future<Output = ()>) -> Outcome {
    let mut child = match start(witness, job) {
        Ok(child) => child,
        Err(why) => return Outcome { ending: Ending::NotStarted(why), tail: String::new() },
    };
    let tail = Tail::new(job.redactor);
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let ending = {
        let pumps = async { tokio::join!(feed(stdin, job.stdin), tail.drain(stdout), tail.drain(stderr)) };
        let watch = watch(&mut child, (job.timeout, job.grace), stop);
        tokio::pin!(pumps, watch);
        let mut drained = false;
        let ending = loop {
            tokio::select! {
                ending = &mut watch => break ending,
                _ = &mut pumps, if !drained => drained = true,
            }
        };
        if !drained {
            let _ = tokio::time::timeout(LINGER, pumps).await;
        }
        ending
    };
    Outcome { ending, tail: tail.text() }
}

fn start(witness: &impl Witness, job: &Job<'_>) -> Result<Child, String> {
    let (program, arguments) = job.argv.split_first().ok_or("no command is given")?;
    let mut command = Command::new(find(program, job.env)?);
    command
        .args(arguments)
        .env_clear()
        .envs(job.env.iter().map(|(name, value)| (name, value)))
        .stdin(if job.stdin.is_some() { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    witness.about_to_start()?;
    let spawned = command.spawn();
    witness.started(spawned.as_ref().ok().and_then(Child::id));
    spawned.map_err(|error| {
        if error.kind() == std::io::ErrorKind::NotFound && !Path::new(program).exists() {
            return format!("{program}: there is no such file");
        }
        if error.raw_os_error() == Some(rustix::io::Errno::NOEXEC.raw_os_error()) {
            return format!("{program} cannot be started: it names no interpreter (#!), and canary uses no shell");
        }
        format!("{program} cannot be started: {error}")
    })
}

/// Whether a program is surely not there: nothing of its name in `path`, or no file at an absolute one. Says how.
pub fn missing(program: &str, path: Option<&str>) -> Option<String> {
    if program.contains('/') {
        let place = Path::new(program);
        let gone = place.is_absolute() && place.try_exists().is_ok_and(|there| !there);
        return gone.then(|| format!("{program}: there is no such file"));
    }
    let env: Vec<_> = path.map(|path| ("PATH".to_owned(), path.to_owned())).into_iter().collect();
    find(program, &env).err()
}

/// A name without a slash is looked up here: left to the system, a file that names no interpreter would go to a shell.
fn find(program: &str, env: &[(String, String)]) -> Result<PathBuf, String> {
    if program.contains('/') {
        return Ok(PathBuf::from(program));
    }
    let path = env.iter().rev().find(|(name, _)| name == "PATH").map_or("/usr/bin:/bin", |(_, path)| path);
    let mut places = path.split(':').filter(|dir| !dir.is_empty()).map(|dir| Path::new(dir).join(program));
    let is_program = |place: &PathBuf| {
        std::fs::metadata(place).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
    };
    places.find(is_program).ok_or_else(|| format!("{program}: not found in PATH"))
}

/// A command need not read what it is given.
async fn feed(pipe: Option<ChildStdin>, bytes: Option<&[u8]>) {
    if let (Some(mut pipe), Some(bytes)) = (pipe, bytes) {
        let _ = pipe.write_all(bytes).await;
    }
}

async fn watch(child: &mut Child, (limit, grace): (Duration, Duration), stop: impl Future<Output = ()>) -> Ending {
    let mut group = Group(child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw));
    let why = tokio::select! {
        biased;
        status = child.wait() => {
            group.0 = None;
            return told(status);
        }
        () = stop => Ending::Stopped,
        () = sleep(limit) => Ending::TimedOut,
    };
    group.send(Signal::TERM);
    let grace = if why == Ending::Stopped { grace.min(GRACE_WHEN_STOPPED) } else { grace };
    let until = Instant::now() + grace;
    let gone = timeout_at(until, child.wait()).await.is_ok();
    while gone && group.lives() && Instant::now() < until {
        sleep(LOOK).await;
    }
    group.send(Signal::KILL);
    if !gone {
        let _ = child.wait().await;
    }
    group.0 = None;
    why
}

fn told(status: std::io::Result<ExitStatus>) -> Ending {
    match status {
        Ok(status) => match (status.code(), status.signal()) {
            (Some(code), _) => Ending::Exit(code),
            (None, signal) => Ending::Signal(signal.unwrap_or_default()),
        },
        Err(error) => Ending::NotStarted(format!("its end cannot be awaited: {error}")),
    }
}

/// The process group of a running command; dropping it kills what is left of it.
struct Group(Option<Pid>);

impl Group {
    /// A group that has gone meanwhile is no error.
    fn send(&self, signal: Signal) {
        if let Some(id) = self.0 {
            let _ = kill_process_group(id, signal);
        }
    }

    fn lives(&self) -> bool {
        self.0.is_some_and(|id| test_kill_process_group(id).is_ok())
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.send(Signal::KILL);
    }
}
