//! `canary check`.

use super::values::{concurrency, deadline, duration};
use clap::{Args, ValueEnum};
use std::time::Duration;

/// `canary check`.
#[derive(Debug, Args)]
#[command(after_help = CHECK_EXAMPLES)]
#[expect(clippy::struct_excessive_bools, reason = "flags of a command line are bools")]
pub struct Check {
    /// all, a channel (vk), an endpoint (vk/health), a glob (*/health), tag:NAME, or a URL [default: all]
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    /// Only what carries this tag; several: any of them
    #[arg(long, value_name = "T")]
    pub tag: Vec<String>,
    /// table, json, jsonl, junit, markdown, github, prometheus or nagios, to stdout or to a FILE that is replaced
    /// atomically; repeatable
    #[arg(short, long, value_name = "FORMAT[=FILE]")]
    pub output: Vec<String>,
    /// The same as -o json
    #[arg(long)]
    pub json: bool,
    /// Which verdicts make the exit code 1: down, degraded (or down), never
    #[arg(long, value_enum, value_name = "VERDICT", default_value_t, hide_possible_values = true)]
    pub fail_on: FailOn,
    /// Most probes at once
    #[arg(long, value_name = "N", default_value = "64", value_parser = concurrency)]
    pub concurrency: usize,
    /// When the run must be over, recording included [default: 5m; with --due 55s]
    #[arg(long, value_name = "DUR", value_parser = deadline)]
    pub deadline: Option<Duration>,
    /// Probe only what is due: once per `interval`, whatever starts the runs
    #[arg(long)]
    pub due: bool,
    /// Probe only the K-th of N parts; every endpoint belongs to exactly one
    #[arg(long, value_name = "K/N", value_parser = crate::schedule::Shard::parse)]
    pub shard: Option<crate::schedule::Shard>,
    /// Go through this pool of the configuration, `direct`, or the proxy that env:VAR holds, instead of `proxy`
    #[arg(long, value_name = "POOL|direct|env:VAR")]
    pub via: Option<String>,
    /// After a deploy: probe again until all are up, or DUR is over; the last round counts, nobody is told, nothing is healed
    #[arg(long, value_name = "DUR", value_parser = duration, conflicts_with = "due")]
    pub wait: Option<Duration>,
    /// The pause between two rounds of --wait
    #[arg(long, value_name = "DUR", default_value = "2s", value_parser = duration, requires = "wait")]
    pub wait_interval: Duration,
    /// Incidents are neither read nor changed, nobody is told; the results are recorded and count for nothing else
    #[arg(long)]
    pub no_alerts: bool,
    /// Run no remedy of `heal`
    #[arg(long)]
    pub no_heal: bool,
    /// Ping the heartbeat although the run is partial
    #[arg(long)]
    pub heartbeat: bool,
    /// Record nothing in the history (implies --no-alerts and --no-heal)
    #[arg(long)]
    pub no_history: bool,
    /// Probe and print, heal nothing, tell nobody, and leave the state directory alone
    #[arg(long)]
    pub dry_run: bool,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  canary check                                 everything, as a table
  canary check vk telegram/health              one channel and one endpoint
  canary check '*/health' --tag ru             all short checks with the tag ru
  canary check https://example.com/health      a URL, without any configuration
  canary check --json | jq '.results[] | select(.verdict != \"up\")'
  canary check --due -q -o json=/var/lib/canary/last.json      from cron, every minute
  canary check --wait 90s                      after a deploy: until all are up";

/// `--fail-on`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Down ones.
    #[default]
    Down,
    /// Degraded ones too.
    Degraded,
    /// None.
    Never,
}
