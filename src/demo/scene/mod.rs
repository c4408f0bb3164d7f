//! The five channels on a loopback fleet: what `canary demo` probes with the shipped `probes.yaml`.

mod ailments;
mod play;
mod services;
#[cfg(test)]
mod tests;

use super::bot::{self, Heard};
use super::fleet::{Fleet, Service};
use super::shipped;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::io;

/// The fleet's name of the Bot API that alerts go to.
const ALERTS: &str = "alerts";
const ALERT_TOKEN: &str = "7000000002:demo-alert-token";
const ALERT_CHAT: i64 = -1_000_000_000_001;

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
    /// The scene of the demo: some are ill. `now` dates the answers, and they keep up with the clock.
    ///
    /// # Errors
    /// When the fleet can't be started.
    pub fn start(now: Timestamp) -> io::Result<Self> {
        Self::start_ill([], now)
    }

    /// The same, and the receiver `ops-telegram`: `tell` hears of every request to it.
    ///
    /// # Errors
    /// When the fleet can't be started.
    pub fn start_told(now: Timestamp, tell: impl Fn(Heard) + Send + Sync + 'static) -> io::Result<Self> {
        let mut scene = Self::start_ill([bot::service(ALERTS, ALERT_TOKEN, ALERT_CHAT, tell)], now)?;
        let told = [
            ("ALERT_TELEGRAM_API_URL", scene.fleet.url(ALERTS)),
            ("ALERT_TELEGRAM_BOT_TOKEN", ALERT_TOKEN.to_owned()),
            ("ALERT_TELEGRAM_CHAT_ID", ALERT_CHAT.to_string()),
        ];
        scene.environment.extend(told.map(|(name, value)| (name.to_owned(), value)));
        Ok(scene)
    }

    fn start_ill(more: impl IntoIterator<Item = Service>, now: Timestamp) -> io::Result<Self> {
        let mut scene = Self::start_with(more, now)?;
        ailments::fall_ill(&scene.fleet, &mut scene.environment, now)?;
        Ok(scene)
    }

    /// The same with everything well.
    ///
    /// # Errors
    /// When the fleet can't be started.
    pub fn start_well(now: Timestamp) -> io::Result<Self> {
        Self::start_with([], now)
    }

    fn start_with(more: impl IntoIterator<Item = Service>, now: Timestamp) -> io::Result<Self> {
        let fleet = Fleet::start(services::all(now).into_iter().chain(more))?;
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
