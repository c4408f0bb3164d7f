//! How a run is to be made, settled before it begins.

use super::exit::FailOn;
use super::tell::Audience;
use crate::config::settings::{HistorySettings, Pool};
use crate::model::{Name, Secret};
use crate::world::signals::Signal;
use indexmap::IndexMap;
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::watch;

/// How a run is to be made.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line are bools")]
pub struct Settings {
    /// `--fail-on`.
    pub fail_on: FailOn,
    /// `--concurrency`.
    pub concurrency: usize,
    /// `--deadline`: the whole run, recording included.
    pub deadline: Duration,
    /// `--due`.
    pub due: bool,
    /// `defaults.spread`.
    pub spread: bool,
    /// `proxies`.
    pub pools: IndexMap<Name, Pool>,
    /// `connectivity.targets`.
    pub connectivity: Vec<Secret>,
    /// `--wait`.
    pub wait: Option<Wait>,
    /// Where the state is; none when the run must not touch it.
    pub state_dir: Option<PathBuf>,
    /// Whether the environment names the trust store (SSL_CERT_FILE, SSL_CERT_DIR).
    pub trust_store_is_named: bool,
    /// The signal that ends the run early, once one comes.
    pub signal: watch::Receiver<Option<Signal>>,
    /// PATH, HOME and LANG for commands.
    pub command_env: Vec<(String, String)>,
    /// `heartbeat.url`, when this run may ping it.
    pub heartbeat: Option<Secret>,
    /// Who is to be told of what; `counts` is false with `--no-alerts`.
    pub audience: Audience,
    /// Whether decisions are to be gathered (`-v`).
    pub explains: bool,
    /// Whether anything may be healed.
    pub heals: bool,
    /// Receivers and a heartbeat that this run does without, because something is unset.
    pub without: Vec<String>,
    /// `history`; none when nothing is recorded.
    pub history: Option<HistorySettings>,
}

/// Rounds until all are up.
#[derive(Clone, Copy, Debug)]
pub struct Wait {
    /// `--wait`: for so long at the most.
    pub at_most: Duration,
    /// `--wait-interval`: the pause between two rounds.
    pub pause: Duration,
}
