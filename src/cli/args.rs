//! The command line: what may be typed. One table feeds `-h`, `--help`, the man pages and the completions.

use crate::model::Verdict;
use crate::output::history::HistoryFormat;
use crate::text::suggest::nearest;
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
#[derive(Clone, Debug, Default, Args)]
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
    /// Query the history: which results there were, what they add up to
    History(Box<History>),
    /// What is known now, from state and history: verdicts, uptime, latency, health scores; probes nothing
    Status(Status),
    /// Write a static HTML dashboard and its figures for machines into a directory
    Report(Report),
    /// Open and past incidents: list (so without a command), show all that is known of one, stop its reminders
    Incidents(Listing<Incidents>),
    /// What people are yet to be told (listed without a command), and whether their receivers work
    Alerts(Listing<Alerts>),
    /// Mute targets for a while: they are probed and recorded, and nobody is told; without a command: list the silences
    Silence(Listing<Silence>),
    /// What was tried to mend failing endpoints, and what came of it (listed without a command); start a count over
    Heal(Listing<Heal>),
    /// Validate the configuration, show what it comes to, print its schema
    #[command(subcommand, arg_required_else_help = true)]
    Config(Config),
    /// Make a JSON Schema of an endpoint's answers; print those of canary's own output
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

/// A time on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// So long before now.
    Ago(Duration),
    /// This time.
    At(jiff::Timestamp),
}

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

/// A command whose subcommand may be left out: then it lists.
#[derive(Debug, Args)]
pub struct Listing<S: Subcommand> {
    /// What was asked for.
    #[command(subcommand)]
    pub command: Option<S>,
}

impl<S: Subcommand> Listing<S> {
    /// What was asked for, or else the list.
    pub fn or(self, list: S) -> S {
        self.command.unwrap_or(list)
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
    /// For each endpoint until its next good result
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

fn duration(text: &str) -> Result<Duration, String> {
    match crate::text::duration::parse(text)? {
        Duration::ZERO => Err("must be longer than 0s".to_owned()),
        some => Ok(some),
    }
}

fn when(text: &str) -> Result<When, String> {
    if let Ok(ago) = crate::text::duration::parse(text) {
        return Ok(When::Ago(ago));
    }
    if text.len() == "2026-11-24".len()
        && let Ok(midnight) = format!("{text}T00:00:00Z").parse()
    {
        return Ok(When::At(midnight));
    }
    let hint = "must be so long ago (90m, 7d), a day (2026-11-24, from midnight UTC) or a time with its offset \
                (2026-11-24T06:00:00Z)";
    text.parse().map(When::At).map_err(|_| hint.to_owned())
}

fn verdict(text: &str) -> Result<Verdict, String> {
    let known = Verdict::ALL.into_iter().filter(|verdict| *verdict != Verdict::Skipped);
    let found = known.clone().find(|verdict| verdict.as_str() == text);
    found.ok_or_else(|| {
        let names: Vec<&str> = known.map(Verdict::as_str).collect();
        let hint =
            nearest(text, names.iter().copied()).map(|near| format!(", did you mean `{near}`?")).unwrap_or_default();
        format!("no verdict of a result{hint} (known: {})", names.join(", "))
    })
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
