//! Secret values, and the names that give them away.

use std::fmt;
use std::sync::Arc;

/// What stands where a secret stood.
pub const MASK: &str = "***";

/// Values shorter than this are masked only in their own place: masking every `1` or `ok` would destroy the output.
pub const SHORTEST_GLOBAL: usize = 4;

/// Whether a header, setting or query parameter of this name holds a secret even when its value is literal:
/// `authorization|cookie|*token*|*secret*|*key*|*passw*|*pwd*|*credential*`. The CORS headers (`Access-Control-…`) speak
/// of credentials, and hold none.
pub fn names_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["authorization", "cookie", "token", "secret", "key", "passw", "pwd"].iter().any(|part| name.contains(part))
        || (name.contains("credential") && !name.starts_with("access-control-"))
}

/// A value that must not be seen; `Debug` and `Display` show `***`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret(Arc<str>);

impl Secret {
    /// Wraps a value.
    pub fn new(value: &str) -> Self {
        Self(Arc::from(value))
    }

    /// The value itself, for the one place that sends it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

#[cfg(test)]
mod tests {
    use super::names_secret;

    #[test]
    fn knows_what_passwords_are_called() {
        for name in ["password", "X-Passwd", "db_pwd", "PWD", "credential", "client-credentials"] {
            assert!(names_secret(name), "{name}");
        }
        for name in ["access-control-allow-credentials", "passage", "compass", "bypass", "accept", "user"] {
            assert!(!names_secret(name), "{name}");
        }
    }
}
