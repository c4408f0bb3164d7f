//! What the configuration may read from outside itself: variables, files, systemd credentials.

use crate::config::Environment;
use crate::world::{World, env_file, files};
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The real environment, filled up from an env file.
#[derive(Clone, Debug)]
pub(super) struct ProcessEnvironment {
    vars: HashMap<String, String>,
    /// Which of them the env file gave.
    pub(super) from_file: Vec<String>,
    credentials: Option<PathBuf>,
}

impl ProcessEnvironment {
    /// Of this process; `env_file` fills what the environment leaves open.
    pub(super) fn new(world: &World, env_file: Option<&Path>) -> Result<Self, String> {
        let mut vars = world.env.clone();
        let from_file = env_file.map(|path| env_file::load(path, &mut vars)).transpose()?.unwrap_or_default();
        Ok(Self { vars, from_file, credentials: world.path_var("CREDENTIALS_DIRECTORY") })
    }
}

impl Environment for ProcessEnvironment {
    fn var(&self, name: &str) -> Option<String> {
        self.vars.get(name).cloned()
    }

    fn read_file(&self, path: &Path, max: u64) -> Result<Vec<u8>, String> {
        files::read_regular(path, max).map_err(|error| error.to_string())
    }

    fn credential(&self, name: &str) -> Result<String, String> {
        let dir = self
            .credentials
            .as_ref()
            .ok_or("$CREDENTIALS_DIRECTORY is not set: systemd sets it for a unit with LoadCredential=")?;
        if name.is_empty() || name.contains('/') || name.starts_with('.') {
            return Err(format!("`{name}` is not a credential's name"));
        }
        let bytes = self.read_file(&dir.join(name), 1 << 20)?;
        let text = String::from_utf8(bytes).map_err(|_| "is not UTF-8".to_owned())?;
        // As with `${file:}`: editors and `echo` end files with a newline.
        let line = text.strip_suffix('\n').unwrap_or(&text);
        Ok(line.strip_suffix('\r').unwrap_or(line).to_owned())
    }
}
