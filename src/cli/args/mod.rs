//! The command line: what may be typed. One table feeds `-h`, `--help`, the man pages and the completions.

mod check;
mod incidents;
mod past;
mod setup;
mod values;

use crate::world::terminal::ColourChoice;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

pub use check::{Check, FailOn};
pub use incidents::{Alerts, Heal, Incidents, Listing, Silence, SilenceAdd, Simulate};
pub use past::{History, Report, Status};
pub use setup::{Config, Demo, Infer, Init, Schema};
pub use values::When;

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
