//! A builder that runs the binary in a home of its own and compares what it did.

use serde_json::Value;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A place of its own: an empty directory that is HOME, working directory and state at once.
pub struct Home {
    dir: TempDir,
    env: BTreeMap<String, String>,
}

impl Home {
    pub fn new() -> Self {
        Self { dir: tempfile::tempdir().expect("a temporary directory"), env: BTreeMap::new() }
    }

    /// A home with this probes.yaml in it.
    pub fn with_config(yaml: &str) -> Self {
        let home = Self::new();
        home.write("probes.yaml", yaml);
        home
    }

    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.env.insert(name.to_owned(), value.to_owned());
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("directories made");
        std::fs::write(&path, text).expect("written");
        path
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The history's records.
    pub fn history(&self) -> Vec<Value> {
        match std::fs::read_to_string(self.path("state/history.jsonl")) {
            Ok(text) => text.lines().map(|line| serde_json::from_str(line).expect("a JSON line")).collect(),
            Err(_) => Vec::new(),
        }
    }

    /// The binary with these arguments; the environment holds nothing but what [`Home::env`] said.
    pub fn command<S: Into<OsString>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_canary"));
        command
            .args(args.into_iter().map(Into::into))
            .current_dir(self.dir.path())
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.dir.path())
            .env("CANARY_STATE_DIR", self.path("state"))
            .envs(&self.env)
            .stdin(Stdio::null());
        command
    }

    /// Runs it to its end.
    #[must_use = "a run proves nothing until something is asserted of it"]
    pub fn run<S: Into<OsString>>(&self, args: impl IntoIterator<Item = S>) -> Ran {
        let output = self.command(args).output().expect("the binary starts");
        Ran {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
            stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
        }
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }
}

/// What a run did.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    #[track_caller]
    pub fn code(self, wanted: i32) -> Self {
        assert_eq!(self.code, Some(wanted), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub fn stdout(self, wanted: &str) -> Self {
        assert_eq!(self.stdout, wanted, "stderr:\n{}", self.stderr);
        self
    }

    #[track_caller]
    pub fn stderr(self, wanted: &str) -> Self {
        assert_eq!(self.stderr, wanted, "stdout:\n{}", self.stdout);
        self
    }

    #[track_caller]
    pub fn stdout_has(self, wanted: &str) -> Self {
        assert!(self.stdout.contains(wanted), "{wanted:?} is not in stdout:\n{}", self.stdout);
        self
    }

    #[track_caller]
    pub fn stderr_has(self, wanted: &str) -> Self {
        assert!(self.stderr.contains(wanted), "{wanted:?} is not in stderr:\n{}", self.stderr);
        self
    }

    /// stdout as exactly one JSON document.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}:\n{}\nstderr:\n{}", self.stdout, self.stderr))
    }
}
