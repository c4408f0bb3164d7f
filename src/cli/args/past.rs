//! What looks at results of the past: `history`, `status`, `report`.

use super::values::{When, verdict, when};
use crate::model::Verdict;
use crate::output::history::HistoryFormat;
use clap::Args;
use std::path::PathBuf;

/// `canary history`.
#[derive(Debug, Args)]
#[command(after_help = HISTORY_EXAMPLES)]
pub struct History {
    /// all, a channel (vk), an endpoint (vk/health), a glob (*/health) or tag:NAME; also what is only in the history
    /// [default: all]
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    /// Only what carries this tag in the configuration; several: any of them
    #[arg(long, value_name = "T")]
    pub tag: Vec<String>,
    /// Not before this: so long ago (90m, 7d), a day (2026-11-24: midnight UTC), or a time such as 2026-11-24T06:00:00Z
    #[arg(long, value_name = "WHEN", value_parser = when)]
    pub since: Option<When>,
    /// Not after this: so long ago, a day (its midnight UTC), or a time
    #[arg(long, value_name = "WHEN", value_parser = when)]
    pub until: Option<When>,
    /// Only these: up, degraded, down, unknown; repeatable, or with commas
    #[arg(long, value_name = "VERDICT", value_delimiter = ',', value_parser = verdict)]
    pub verdict: Vec<Verdict>,
    /// The newest N [default: 100 in the table, else all]
    #[arg(long, value_name = "N", conflicts_with = "stats")]
    pub limit: Option<usize>,
    /// Counts and percentiles per endpoint and verdict instead of the records
    #[arg(long)]
    pub stats: bool,
    /// table, json (one array), jsonl or csv
    #[arg(short, long, value_name = "FORMAT", default_value_t = HistoryFormat::Table)]
    pub output: HistoryFormat,
    /// The same as -o json
    #[arg(long, conflicts_with = "output")]
    pub json: bool,
}

const HISTORY_EXAMPLES: &str = "\
Examples:
  canary history                                         the last 100 results
  canary history vk --since 24h --verdict down,degraded  what was wrong with vk since yesterday
  canary history --since 7d --stats                      counts and percentiles of a week
  canary history --since 2026-11-01T00:00:00Z -o csv > november.csv
  canary history -o jsonl | jq 'select(.latency_ms > 1000)'";

/// `canary status`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  canary status\n  canary status vk '*/health'\n  canary status --json | jq '.endpoints[] | select(.verdict == \"down\")'"
)]
pub struct Status {
    /// all, a channel (vk), an endpoint (vk/health), a glob (*/health) or tag:NAME [default: all]
    #[arg(value_name = "TARGET")]
    pub targets: Vec<String>,
    /// Only what carries this tag; several: any of them
    #[arg(long, value_name = "T")]
    pub tag: Vec<String>,
    /// As one JSON document
    #[arg(long)]
    pub json: bool,
}

/// `canary report`.
#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  canary check --due -q; canary report --out /var/www/status      from cron, every minute"
)]
pub struct Report {
    /// Where to: made if it isn't there; index.html, status.json, status/CHANNEL.json, history.json and metrics.prom
    /// are replaced atomically, readable for all
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}
