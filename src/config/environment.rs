//! What the loader may ask of the world outside the file.

use std::path::Path;

/// The door to variables, files and credentials. `world` implements it; tests use a map.
pub trait Environment {
    /// The value of a variable; none when it is not set (or is not UTF-8).
    fn var(&self, name: &str) -> Option<String>;

    /// The bytes of a regular file of at most `max` bytes.
    ///
    /// # Errors
    /// Says in words why it can't be read, without the path. Anything that is not a regular file is refused unopened.
    fn read_file(&self, path: &Path, max: u64) -> Result<Vec<u8>, String>;

    /// The value of a systemd credential.
    ///
    /// # Errors
    /// Says in words why there is none.
    fn credential(&self, name: &str) -> Result<String, String>;
}

/// An environment made of maps.
#[cfg(test)]
#[derive(Clone, Debug, Default)]
pub(crate) struct Fixed {
    /// Variables by name.
    pub(crate) vars: std::collections::BTreeMap<String, String>,
    /// Files by path.
    pub(crate) files: std::collections::BTreeMap<String, Vec<u8>>,
    /// Credentials by name.
    pub(crate) credentials: std::collections::BTreeMap<String, String>,
}

#[cfg(test)]
impl Environment for Fixed {
    fn var(&self, name: &str) -> Option<String> {
        self.vars.get(name).cloned()
    }

    fn read_file(&self, path: &Path, max: u64) -> Result<Vec<u8>, String> {
        match self.files.get(&path.to_string_lossy().into_owned()) {
            Some(bytes) if bytes.len() as u64 > max => Err(format!("larger than {}", crate::text::size::format(max))),
            Some(bytes) => Ok(bytes.clone()),
            None => Err("no such file".to_owned()),
        }
    }

    fn credential(&self, name: &str) -> Result<String, String> {
        self.credentials.get(name).cloned().ok_or_else(|| "no such credential".to_owned())
    }
}
