//! The five channels on a loopback fleet: what `canary demo` probes with the shipped `probes.yaml`.

mod ailments;
mod services;
#[cfg(test)]
mod tests;

use super::fleet::Fleet;
use super::shipped;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::io;

/// A fleet that plays bridges and public APIs, and the environment under which `probes.yaml` asks it.
#[derive(Debug)]
pub struct Scene {
    /// The servers; they stop with the scene.
    pub fleet: Fleet,
    /// Every variable that the shipped file names for hosts and tokens.
    pub environment: BTreeMap<String, String>,
    /// The shipped `probes.yaml`.
    pub probes_yaml: &'static str,
    /// The shipped schemas: path beside it, content.
    pub schemas: &'static [(&'static str, &'static str)],
}

impl Scene {
    /// The scene of the demo: some are ill. `now` dates the answers; they stay fresh for minutes.
    ///
    /// # Errors
    /// When the fleet can't be started.
    pub fn start(now: Timestamp) -> io::Result<Self> {
        let scene = Self::start_well(now)?;
        ailments::fall_ill(&scene.fleet, now)?;
        Ok(scene)
    }

    /// The same with everything well.
    ///
    /// # Errors
    /// When the fleet can't be started.
    pub fn start_well(now: Timestamp) -> io::Result<Self> {
        let fleet = Fleet::start(services::all(now))?;
        let environment = services::environment(&fleet);
        Ok(Self { fleet, environment, probes_yaml: shipped::PROBES_YAML, schemas: shipped::SCHEMAS })
    }
}

/// Four lines for whoever has just seen the demo's table.
pub fn explanation() -> [&'static str; 4] {
    [
        "A fleet on 127.0.0.1 played five bridges and five public APIs; the shipped probes.yaml asked them.",
        "Down: WhatsApp logged out, VK's key revoked (told under HTTP 200), Avito's bridge not running. \
         Degraded: Telegram's backlog, VK's bridge slow, MAX's answer stale.",
        "Healed: Telegram's bridge hung, and its heal rule had it restarted. (The demo heals after one failing result and \
         looks again after 300ms; the file says after two, and 3s.)",
        "`canary init` writes the same file for your own hosts; then `canary config check` and `canary check`.",
    ]
}
