//! The scene as a directory to play in: what `canary demo --stay` writes for a second terminal.

use super::Scene;
use super::services::VK_TOKEN;
use std::fmt::Write as _;

/// The one receiver of the shipped file that the demo plays, and how it is led there.
const RECEIVER: [&str; 2] = [
    r#"chat_id: "${ALERT_TELEGRAM_CHAT_ID:-}" }"#,
    "chat_id: \"${ALERT_TELEGRAM_CHAT_ID:-}\",\n                  api_url: \"${ALERT_TELEGRAM_API_URL}\" }",
];

/// The state stays in the directory: playing leaves no trace in the real one.
const STATE: [&str; 2] = ["\nversion: 1\n", "\nversion: 1\nstate_dir: ./state\n"];

impl Scene {
    /// Path and content of `probes.yaml`, its schemas, and an `.env` with hosts and tokens.
    pub fn files(&self) -> Vec<(&'static str, String)> {
        let probes = self.probes_yaml.replacen(STATE[0], STATE[1], 1).replacen(RECEIVER[0], RECEIVER[1], 1);
        let schemas = self.schemas.iter().map(|(path, text)| (*path, (*text).to_owned()));
        [("probes.yaml", probes), (".env", self.env_file())].into_iter().chain(schemas).collect()
    }

    fn env_file(&self) -> String {
        let mut text = String::from("# The hosts and tokens of `canary demo --stay`: good while it runs.\n");
        for (name, value) in &self.environment {
            if name == "VK_TOKEN" {
                // Writing to a string can't fail.
                let _ = writeln!(text, "# VK's key was revoked. The new one: {VK_TOKEN}");
            }
            let _ = writeln!(text, "{name}={value}");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::{RECEIVER, STATE};
    use crate::demo::shipped::PROBES_YAML;

    #[test]
    fn the_shipped_file_has_what_is_replaced() {
        for [from, to] in [RECEIVER, STATE] {
            assert_eq!(PROBES_YAML.matches(from).count(), 1, "{from}");
            assert!(!PROBES_YAML.contains(to), "{to}");
        }
    }
}
