//! The only doors to the process's globals: clock, environment, terminal, limits, signals.

pub mod clock;
pub mod env_file;
pub mod files;
pub mod limits;
pub mod signals;
pub mod terminal;
pub mod users;

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// What the process was given at its start. Taken once, handed down.
#[derive(Clone, Debug)]
pub struct World {
    /// The arguments, the program's name first.
    pub args: Vec<OsString>,
    /// The environment. Names and values that aren't Unicode are left out: no setting can name them.
    pub env: HashMap<String, String>,
    /// Effective user id.
    pub euid: u32,
    /// What stdout and stderr are.
    pub terminal: terminal::Terminal,
}

/// This machine's name.
pub fn host_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

impl World {
    /// Reads everything from the process.
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    pub fn from_process() -> Self {
        let env: HashMap<String, String> = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let terminal = terminal::Terminal::look(&env);
        Self { args: std::env::args_os().collect(), env, euid: rustix::process::geteuid().as_raw(), terminal }
    }

    /// A variable that is set and not empty.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// The same as a path.
    pub fn path_var(&self, name: &str) -> Option<PathBuf> {
        self.var(name).map(PathBuf::from)
    }
}
