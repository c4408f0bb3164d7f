//! The command line: what may be typed. One table feeds `-h`, `--help`, the man pages and the completions.

use crate::world::terminal::ColourChoice;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// Probe the HTTP services behind your messaging channels and say what is wrong.
#[derive(Debug, Parser)]
#[command(
    name = "canary",
    version,
    long_version = super::build::long_version(),
    propagate_version = false,
    max_term_width = 100,
    after_help = "Start with:\n  canary demo               see it work: no config, no network\n  canary init               write a probes.yaml to edit\n  canary check              probe everything in it",
    after_long_help = AFTER_LONG_HELP
)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub global: Global,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_LONG_HELP: &str = "\
Start with:
  canary demo               see it work: no config, no network
  canary init               write a probes.yaml to edit
  canary check              probe everything in it

Look-up:
  config  --config, $CANARY_CONFIG, ./probes.yaml, $XDG_CONFIG_HOME/canary/probes.yaml, /etc/canary/probes.yaml
  state   --state-dir, $CANARY_STATE_DIR, state_dir of the config, $STATE_DIRECTORY, $XDG_STATE_HOME/canary
  env     --env-file, else .env beside the config; the real environment wins

Exit codes:
  0    nothing selected is down or unknown
  1    at least one endpoint is down
  2    wrong usage or configuration: nothing was probed or written
  3    none is down but one ended unknown, or canary failed at its own job
  130  ended by SIGINT, 143 by SIGTERM: what had finished is recorded and printed";

/// What holds for every command.
#[derive(Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// The configuration to use instead of the first one found
    #[arg(short, long, value_name = "FILE", global = true)]
    pub config: Option<PathBuf>,
    /// Where everything lives that must survive between two runs
    #[arg(long, value_name = "DIR", global = true)]
    pub state_dir: Option<PathBuf>,
    /// NAME=value lines for ${NAME} in the configuration [default: .env beside it, if there]
    #[arg(long, value_name = "FILE", global = true)]
    pub env_file: Option<PathBuf>,
    /// When to colour; auto asks NO_COLOR, CLICOLOR_FORCE and the terminal
    #[arg(long, value_enum, value_name = "WHEN", default_value_t, global = true, hide_possible_values = true)]
    pub color: ColourChoice,
    /// No table, no warnings
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Say on stderr what was decided and why; twice for more
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub verbose: u8,
    /// How stderr is written: text or json (one object a line)
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t, global = true, hide_possible_values = true)]
    pub log_format: LogFormat,
}

/// `--log-format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Probe endpoints, judge, record, print; the exit code says how it stands
    Check(Box<Check>),
    /// Open and past incidents: list, show all that is known of one, stop its reminders
    #[command(subcommand, arg_required_else_help = true)]
    Incidents(Incidents),
    /// What people are yet to be told, and whether their receivers work
    #[command(subcommand, arg_required_else_help = true)]
    Alerts(Alerts),
    /// Mute targets for a while: they are probed and recorded, and nobody is told
    #[command(subcommand, arg_required_else_help = true)]
    Silence(Silence),
    /// Validate the configuration, show what it comes to, print its schema
    #[command(subcommand, arg_required_else_help = true)]
    Config(Config),
    /// Print the JSON Schemas of canary's own output
    #[command(subcommand, arg_required_else_help = true)]
    Schema(Schema),
    /// Write a commented starter probes.yaml and its schemas; never overwrites
    Init(Init),
    /// Show the real thing against a built-in loopback fleet: five channels, some of them ill
    Demo(Demo),
    /// Print the completion script of a shell
    #[command(after_help = "Example:\n  canary completions bash > /etc/bash_completion.d/canary")]
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page of canary or of one command, as roff
    #[command(after_help = "Example:\n  canary man check | man -l -")]
    Man {
        /// A command such as `check` or `config show`
        #[arg(value_name = "COMMAND", num_args = 0..)]
        command: Vec<String>,
    },
}

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
    /// table, json, jsonl, junit, markdown, github or nagios, to stdout or to a FILE that is replaced atomically;
    /// repeatable
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
    /// After a deploy: probe again until all are up, or DUR is over; the last round counts
    #[arg(long, value_name = "DUR", value_parser = duration, conflicts_with = "due")]
    pub wait: Option<Duration>,
    /// The pause between two rounds of --wait
    #[arg(long, value_name = "DUR", default_value = "2s", value_parser = duration, requires = "wait")]
    pub wait_interval: Duration,
    /// Incidents are neither read nor changed, nobody is told; the results are recorded and count for nothing else
    #[arg(long)]
    pub no_alerts: bool,
    /// Ping the heartbeat although the run is partial
    #[arg(long)]
    pub heartbeat: bool,
    /// Record nothing in the history (implies --no-alerts)
    #[arg(long)]
    pub no_history: bool,
    /// Probe and print, and leave the state directory alone
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
    #[command(after_help = "Example:\n  canary incidents show 3f9c0a1b2c4d")]
    Show {
        /// As `incidents list` and every alert name it
        #[arg(value_name = "ID")]
        id: String,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Stop the reminders of an open incident until it recovers
    #[command(after_help = "Example:\n  canary incidents ack 3f9c0a1b2c4d --note 'provider is on it'")]
    Ack {
        /// As `incidents list` and every alert name it
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
        /// As `silence list` names it
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
    /// For each endpoint until it has recovered; at once for one that is well
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
    /// The schema of `check --json`; its `$defs.result` is a line of the history
    Output,
}

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
#[command(after_help = "Examples:\n  canary demo\n  canary demo --json | jq .summary")]
pub struct Demo {
    /// Print the report as JSON instead of the table
    #[arg(long)]
    pub json: bool,
}

fn duration(text: &str) -> Result<Duration, String> {
    match crate::text::duration::parse(text)? {
        Duration::ZERO => Err("must be longer than 0s".to_owned()),
        some => Ok(some),
    }
}

fn time(text: &str) -> Result<jiff::Timestamp, String> {
    text.parse().map_err(|_| "must be a time with its offset such as 2026-11-24T06:00:00Z".to_owned())
}

fn deadline(text: &str) -> Result<Duration, String> {
    let shortest = Duration::from_millis(100);
    match crate::text::duration::parse(text)? {
        short if short < shortest => Err("must be at least 100ms".to_owned()),
        some => Ok(some),
    }
}

fn concurrency(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(n @ 1..=10_000) => Ok(n),
        _ => Err("must be a whole number from 1 to 10000".to_owned()),
    }
}
