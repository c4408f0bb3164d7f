//! A builder that runs the binary in a home of its own and compares what it did.

pub(crate) mod certs;
pub(crate) mod configs;
pub(crate) mod names;
pub(crate) mod netns;
pub(crate) mod paths;
pub(crate) mod process;
pub(crate) mod scan;

use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A place of its own: an empty directory that is HOME and working directory, with the state in `state`.
pub(crate) struct Home {
    dir: TempDir,
    env: BTreeMap<String, String>,
}

impl Home {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let own = |path: &Path| path.to_str().expect("a UTF-8 path").to_owned();
        let env = BTreeMap::from([
            ("PATH".to_owned(), "/usr/bin:/bin".to_owned()),
            ("HOME".to_owned(), own(dir.path())),
            ("CANARY_STATE_DIR".to_owned(), own(&dir.path().join("state"))),
        ]);
        Self { dir, env }
    }

    /// A home with this probes.yaml in it.
    pub(crate) fn with_config(yaml: &str) -> Self {
        let home = Self::new();
        home.write("probes.yaml", yaml);
        home
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    pub(crate) fn unset(mut self, name: &str) -> Self {
        self.env.remove(name);
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("directories made");
        std::fs::write(&path, content).expect("written");
        path
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The history's records.
    pub(crate) fn history(&self) -> Vec<Value> {
        match std::fs::read_to_string(self.path("state/history.jsonl")) {
            Ok(text) => text.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect(),
            Err(_) => Vec::new(),
        }
    }

    /// The binary with these arguments; the environment holds nothing but what [`Home::env`] said.
    pub(crate) fn command<S: Into<OsString>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_canary"));
        command.args(args.into_iter().map(Into::into));
        self.settle(&mut command);
        command
    }

    /// The binary, started by bash after these commands (`ulimit -n 64`, `umask 0`).
    pub(crate) fn command_after<S: Into<OsString>>(&self, shell: &str, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new("/bin/bash");
        command.args(["-c", &format!("{shell}; exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_canary")]);
        command.args(args.into_iter().map(Into::into));
        self.settle(&mut command);
        command
    }

    pub(crate) fn settle(&self, command: &mut Command) {
        command.current_dir(self.dir.path()).env_clear().envs(&self.env).stdin(Stdio::null());
    }

    /// Runs it to its end.
    #[must_use = "a run proves nothing until something is asserted of it"]
    pub(crate) fn run<S: Into<OsString>>(&self, args: impl IntoIterator<Item = S>) -> Ran {
        self.command(args).output().expect("the binary starts").into()
    }

    /// `check --json` with these arguments besides.
    #[must_use = "a run proves nothing until something is asserted of it"]
    pub(crate) fn check(&self, args: &[&str]) -> Ran {
        self.run(["check", "--json"].iter().chain(args).copied())
    }

    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
        }
    }
}

/// What a run did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    #[track_caller]
    pub(crate) fn code(self, wanted: i32) -> Self {
        assert_eq!(self.code, Some(wanted), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn stdout(self, wanted: &str) -> Self {
        assert_eq!(self.stdout, wanted, "stderr:\n{}", self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn stderr(self, wanted: &str) -> Self {
        assert_eq!(self.stderr, wanted, "stdout:\n{}", self.stdout);
        self
    }

    #[track_caller]
    pub(crate) fn stdout_has(self, wanted: &str) -> Self {
        assert!(self.stdout.contains(wanted), "{wanted:?} is not in stdout:\n{}", self.stdout);
        self
    }

    #[track_caller]
    pub(crate) fn stderr_has(self, wanted: &str) -> Self {
        assert!(self.stderr.contains(wanted), "{wanted:?} is not in stderr:\n{}", self.stderr);
        self
    }

    /// stdout as exactly one JSON document.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}:\n{}\nstderr:\n{}", self.stdout, self.stderr))
    }

    #[track_caller]
    pub(crate) fn stdout_lacks(self, unwanted: &str) -> Self {
        assert!(!self.stdout.contains(unwanted), "{unwanted:?} is in stdout:\n{}", self.stdout);
        self
    }

    #[track_caller]
    pub(crate) fn stderr_lacks(self, unwanted: &str) -> Self {
        assert!(!self.stderr.contains(unwanted), "{unwanted:?} is in stderr:\n{}", self.stderr);
        self
    }

    /// A usage or configuration error: exit 2, something on stderr, nothing on stdout.
    #[track_caller]
    pub(crate) fn refused(self) -> Self {
        let ran = self.code(2).stdout("");
        assert!(!ran.stderr.trim().is_empty(), "exit 2 without a word");
        ran
    }

    /// The results of `check --json`, in their order.
    #[track_caller]
    pub(crate) fn results(&self) -> Vec<Value> {
        self.json()["results"].as_array().expect("results").clone()
    }

    /// The result of `CHANNEL/ENDPOINT`.
    #[track_caller]
    pub(crate) fn result(&self, name: &str) -> Value {
        let found = self.results().into_iter().find(|result| name_of(result) == name);
        found.unwrap_or_else(|| panic!("no result of {name} in {}", self.stdout))
    }

    /// The names of all results, in their order.
    #[track_caller]
    pub(crate) fn names(&self) -> Vec<String> {
        self.results().iter().map(name_of).collect()
    }
}

/// `CHANNEL/ENDPOINT` of a result.
pub(crate) fn name_of(result: &Value) -> String {
    format!("{}/{}", result["channel"].as_str().unwrap_or("?"), result["endpoint"].as_str().unwrap_or("?"))
}

/// `verdict/reason` of a result, `up` where there is no reason.
pub(crate) fn verdict_of(result: &Value) -> String {
    let verdict = result["verdict"].as_str().unwrap_or("?");
    result["reason"].as_str().map_or_else(|| verdict.to_owned(), |reason| format!("{verdict}/{reason}"))
}
