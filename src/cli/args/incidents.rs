//! What is about incidents: `incidents`, `alerts`, `silence`, `heal`.

use super::values::{When, duration, time, when};
use crate::cli::Stop;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::time::Duration;

/// A command whose subcommand may be left out: then it lists.
#[derive(Debug, Args)]
pub struct Listing<S: Subcommand> {
    /// What was asked for.
    #[command(subcommand)]
    pub command: Option<S>,
    /// Without a command: the list as a JSON array
    #[arg(long)]
    pub json: bool,
}

impl<S: Subcommand> Listing<S> {
    /// What was asked for, or else the list, which is told whether as JSON.
    pub(in crate::cli) fn or(self, list: impl FnOnce(bool) -> S) -> Result<S, Stop> {
        match (self.command, self.json) {
            (None, json) => Ok(list(json)),
            (Some(command), false) => Ok(command),
            (Some(_), true) => Err(Stop::Usage("--json goes behind the command: `list --json`".to_owned())),
        }
    }
}

/// `canary incidents …`.
#[derive(Debug, Subcommand)]
pub enum Incidents {
    /// List open incidents, then past ones, the newest first
    #[command(after_help = "Example:\n  canary incidents list --json | jq '.[] | select(.state == \"open\")'")]
    List {
        /// As a JSON array
        #[arg(long)]
        json: bool,
    },
    /// Show what a responder needs: timeline, last results, evidence, what healing did, how to ask again by hand
    #[command(after_help = "Examples:\n  canary incidents show 3f9c0a1b2c4d\n  canary incidents show vk/health")]
    Show {
        /// As `incidents list` and every alert name it, or how it begins; or CHANNEL/ENDPOINT: its open incident, else its
        /// latest
        #[arg(value_name = "ID")]
        id: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Stop the reminders of an open incident until it recovers
    #[command(after_help = "Example:\n  canary incidents ack 3f9c0a1b2c4d --note 'provider is on it'")]
    Ack {
        /// As `incidents list` and every alert name it, or how it begins; or CHANNEL/ENDPOINT: its open incident, else its
        /// latest
        #[arg(value_name = "ID")]
        id: String,
        /// Who knows, and what is being done
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
}

/// `canary alerts …`.
#[derive(Debug, Subcommand)]
pub enum Alerts {
    /// List what is not delivered yet, by receiver, and say which receivers are not configured
    #[command(after_help = "Example:\n  canary alerts list --json | jq '.[] | select(.state == \"refused\")'")]
    List {
        /// As a JSON array
        #[arg(long)]
        json: bool,
    },
    /// Send a sample and say which step failed; no RECEIVER means all that are configured
    #[command(after_help = "Example:\n  canary alerts test ops-telegram")]
    Test {
        /// A name of `receivers`
        #[arg(value_name = "RECEIVER")]
        receivers: Vec<String>,
    },
    /// Replay the history through the alert rules: what would have been said, when, to whom, and what not and why
    Simulate(Simulate),
    /// Deliver now what is pending, whatever its next try; or discard it
    #[command(after_help = FLUSH_EXAMPLES)]
    Flush {
        /// Try again what was refused for good, too; with --drop: only what was refused
        #[arg(long)]
        failed: bool,
        /// Discard instead of delivering; what is being sent at this moment stays
        #[arg(long)]
        drop: bool,
    },
}

/// `canary alerts simulate`.
#[derive(Debug, Args)]
#[command(after_help = SIMULATE_EXAMPLES)]
pub struct Simulate {
    /// Tell only of these: all, a channel (vk), an endpoint (vk/health), a glob (*/health), tag:NAME [default: all]
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    /// From when on: so long ago (90m, 7d), or a time such as 2026-11-24T06:00:00Z
    #[arg(long, value_name = "WHEN", value_parser = when)]
    pub since: When,
    /// A second configuration to set beside the first one
    #[arg(long, value_name = "FILE")]
    pub compare: Option<PathBuf>,
    /// An incident that is announced and over within so long counts as noise
    #[arg(long, value_name = "DUR", default_value = "5m", value_parser = duration)]
    pub noise: Duration,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

const SIMULATE_EXAMPLES: &str = "\
Nothing is written and nobody is told. The day before counts too, silently: what was open already is no news.
Silences count from when they were added as long as they last; those that are over, acknowledgements, healing and
--no-alerts runs leave no trace in the history. Every receiver is taken to be configured and to accept at once.

Examples:
  canary alerts simulate --since 7d                          what a week looked like
  canary alerts simulate --since 30d --compare new.yaml      two configurations side by side
  canary alerts simulate --since 7d --json vk | jq .counts";

const FLUSH_EXAMPLES: &str = "\
Examples:
  canary alerts flush                      deliver what is pending
  canary alerts flush --failed             after a receiver was mended: what it had refused, too
  canary alerts flush --failed --drop      forget what was refused";

/// `canary silence …`.
#[derive(Debug, Subcommand)]
pub enum Silence {
    /// Mute targets; what is still down at the end is told then, with its true start
    Add(SilenceAdd),
    /// List the silences that are not over
    List {
        /// As a JSON array
        #[arg(long)]
        json: bool,
    },
    /// End a silence now
    #[command(after_help = "Example:\n  canary silence remove 3f9c0a1b2c4d")]
    Remove {
        /// As `silence list` names it, or how it begins; or its only target
        #[arg(value_name = "ID")]
        id: String,
    },
}

/// `canary silence add`.
#[derive(Debug, Args)]
#[command(
    after_help = SILENCE_EXAMPLES,
    group = clap::ArgGroup::new("ending").required(true).args(["for", "until", "until_recovered"])
)]
pub struct SilenceAdd {
    /// all, a channel (vk), an endpoint (vk/health), a glob (*/health) or tag:NAME
    #[arg(value_name = "TARGET", required = true)]
    pub targets: Vec<String>,
    /// For so long from now
    #[arg(id = "for", long = "for", value_name = "DUR", value_parser = duration)]
    pub lasting: Option<Duration>,
    /// Until this time
    #[arg(long, value_name = "RFC3339", value_parser = time)]
    pub until: Option<jiff::Timestamp>,
    /// For each endpoint until it has recovered: alerting.recover_after good results in a row
    #[arg(long)]
    pub until_recovered: bool,
    /// Why, for whoever reads the list
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

const SILENCE_EXAMPLES: &str = "\
Examples:
  canary silence add vk --for 2h --reason 'moving the database'
  canary silence add tag:ru '*/extended' --until 2026-11-24T06:00:00Z
  canary silence add max/api --until-recovered";

/// `canary heal …`.
#[derive(Debug, Subcommand)]
pub enum Heal {
    /// List attempts, repairs that held, their median time, the last outcome and output, and when the next may come
    #[command(after_help = "Example:\n  canary heal list --json | jq '.[] | select(.exhausted)'")]
    List {
        /// As a JSON array
        #[arg(long)]
        json: bool,
    },
    /// Start the count of attempts over, after the cause is mended
    #[command(after_help = "Example:\n  canary heal reset vk/health")]
    Reset {
        /// all, a channel (vk), an endpoint (vk/health), a glob (*/health) or tag:NAME
        #[arg(value_name = "TARGET", required = true)]
        targets: Vec<String>,
    },
}
