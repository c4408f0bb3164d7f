//! What sets a place up: `config`, `schema`, `init`, `demo`.

use clap::{Args, Subcommand};
use std::path::PathBuf;
use std::time::Duration;

/// `canary config …`.
#[derive(Debug, Subcommand)]
pub enum Config {
    /// Report every mistake at once, with its place and a suggestion
    #[command(after_help = "Example:\n  canary config check -c probes.yaml")]
    Check {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Print what the configuration comes to: defaults merged in, secrets masked
    Show {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Print the JSON Schema of probes.yaml, for editors
    #[command(
        after_help = "Example:\n  canary config schema > probes.schema.json\n  # then, as the first line of probes.yaml:\n  # yaml-language-server: $schema=probes.schema.json"
    )]
    Schema,
}

/// `canary schema …`.
#[derive(Debug, Subcommand)]
pub enum Schema {
    /// A schema made from live answers of one endpoint, to begin with
    Infer(Infer),
    /// The schema of `check --json`; its `$defs.result` is a line of the history
    Output,
}

/// `canary schema infer`.
#[derive(Debug, Args)]
#[command(after_help = INFER_EXAMPLES)]
pub struct Infer {
    /// One endpoint (vk/health), or a URL
    #[arg(value_name = "TARGET")]
    pub target: String,
    /// How many answers to look at
    #[arg(long, value_name = "N", default_value = "3", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub samples: u32,
    /// The pause between two of them
    #[arg(long, value_name = "DUR", default_value = "1s", value_parser = crate::text::duration::parse)]
    pub interval: Duration,
}

const INFER_EXAMPLES: &str = "\
required is what every answer had; an enum is made only of a status or state that took two to six short words, one of
them again; minimum 0 only where the name speaks of a count, a size, an age or a share; keys that look like ids or
addresses are never named. No value is copied. Read it before you use it: three answers don't show everything.

Examples:
  canary schema infer vk/health > schemas/vk-health.json
  canary schema infer https://example.com/health --samples 10 --interval 30s";

/// `canary init`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  canary init\n  canary init /etc/canary\n  canary init --channel vk,telegram      only these two, and the schemas that they need"
)]
pub struct Init {
    /// Only these channels: whatsapp, telegram, vk, max, avito; repeatable
    #[arg(long, value_name = "CHANNEL", value_delimiter = ',')]
    pub channel: Vec<String>,
    /// Where to write
    #[arg(value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
}

/// `canary demo`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  canary demo\n  canary demo --json | jq .summary\n  canary demo --stay play     then, in a second terminal: cd play && canary check"
)]
pub struct Demo {
    /// Print the report as JSON instead of the table
    #[arg(long)]
    pub json: bool,
    /// Keep the fleet running for a second terminal, and print the Telegram messages that it gets
    ///
    /// Writes probes.yaml, its schemas and .env into DIR (default: a new temporary directory; nothing is overwritten). A
    /// `canary check` there probes the fleet, and alerts go to a Telegram that the fleet plays. Ctrl-C or SIGTERM ends it:
    /// exit code 0. DIR stays.
    #[arg(long, value_name = "DIR", num_args = 0..=1, conflicts_with = "json")]
    pub stay: Option<Option<PathBuf>>,
}
