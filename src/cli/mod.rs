//! Arguments and commands: one file a command.

pub mod args;

mod alerts;
mod build;
mod check;
mod columns;
mod completions;
mod config;
mod demo;
mod elsewhere;
mod environment;
mod heal;
mod history;
mod incidents;
mod infer;
mod init;
mod locate;
mod looked;
mod man;
mod metrics;
mod nagios;
mod names;
mod outputs;
mod report;
mod reproduce;
mod responder;
mod send;
mod session;
mod silence;
mod simulate;
mod status;
mod stderr;
mod stdout;
mod stored;
mod targets;
mod usage;
mod via;

use crate::world::{World, limits};
use args::{Cli, Command};
use clap::{CommandFactory as _, FromArgMatches as _};
use session::Session;
use stderr::Stderr;
use stdout::Written;

/// The exit code of a command that did what it was asked.
const EXIT_DONE: u8 = 0;
/// The exit code of wrong usage or configuration: nothing was probed or written.
const EXIT_USAGE: u8 = 2;
/// The exit code of a command that could not do its own job.
pub const EXIT_OWN_FAILURE: u8 = 3;

/// Why a command ends without having done its job.
#[derive(Debug)]
enum Stop {
    /// The user's to mend: exit 2. The text may hold several lines, laid out already.
    Usage(String),
    /// Diagnostics, laid out and coloured already: exit 2.
    Diagnostics(String),
    /// canary's own trouble: exit 3.
    Own(String),
}

impl Stop {
    /// Says why, and returns the exit code.
    fn told(self, world: &World, stderr: &Stderr) -> u8 {
        match self {
            Self::Usage(text) => {
                text.lines().for_each(|line| stderr.error(line));
                nagios::code(world, EXIT_USAGE, &stderr.masked(&text))
            }
            Self::Diagnostics(text) => {
                stderr.block(&text);
                nagios::code(world, EXIT_USAGE, "the configuration is wrong; canary config check says where")
            }
            Self::Own(text) => {
                stderr.error(&text);
                nagios::code(world, EXIT_OWN_FAILURE, &stderr.masked(&text))
            }
        }
    }
}

/// Runs the command line and returns the process's exit code.
pub fn main(world: &World) -> u8 {
    limits::forbid_core_dumps();
    let format = usage::asked_format(&world.args);
    std::panic::set_hook(Box::new(move |info| Stderr::plain(format).panicked(info)));
    if world.args.get(1).is_some_and(|arg| arg == names::ASKED) {
        let words = world.args.iter().skip(2).map(|word| word.to_string_lossy().into_owned());
        return print(names::answer(world, &words.collect::<Vec<_>>()).as_bytes()).unwrap_or(EXIT_DONE);
    }
    let parsed = Cli::command().try_get_matches_from(&world.args).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => return usage::answer(world, error),
    };
    let stderr = Stderr::new(world, &cli.global);
    let session = Session { world, global: &cli.global, stderr: &stderr };
    let ended = match cli.command {
        Command::Check(args) => check::run(session, &args),
        Command::History(args) => history::run(session, &args),
        Command::Status(args) => status::run(session, &args),
        Command::Report(args) => report::run(session, &args),
        Command::Incidents(asked) => {
            asked.or(|json| args::Incidents::List { json }).and_then(|asked| incidents::run(session, &asked))
        }
        Command::Alerts(asked) => {
            asked.or(|json| args::Alerts::List { json }).and_then(|asked| alerts::run(session, &asked))
        }
        Command::Silence(asked) => {
            asked.or(|json| args::Silence::List { json }).and_then(|asked| silence::run(session, &asked))
        }
        Command::Heal(asked) => asked.or(|json| args::Heal::List { json }).and_then(|asked| heal::run(session, &asked)),
        Command::Config(command) => config::run(session, &command),
        Command::Schema(args::Schema::Infer(args)) => infer::run(session, &args),
        Command::Schema(args::Schema::Output) => print_json(&crate::output::schema::document()),
        Command::Init(args) => init::run(session, &args),
        Command::Demo(args) => demo::run(session, &args),
        Command::Completions { shell } => print(&completions::script(shell)),
        Command::Man { command } => man::page(&command).and_then(|page| print(&page)),
    };
    ended.unwrap_or_else(|stop| stop.told(world, &stderr))
}

/// Writes a command's whole output.
fn print(bytes: &[u8]) -> Result<u8, Stop> {
    match stdout::write(bytes) {
        Written::Whole => Ok(EXIT_DONE),
        Written::Failed(error) => Err(Stop::Own(format!("stdout: {error}"))),
    }
}

/// Writes a JSON document, indented: it is for reading and for files.
fn print_json(value: &serde_json::Value) -> Result<u8, Stop> {
    print(format!("{value:#}\n").as_bytes())
}
