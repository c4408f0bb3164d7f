//! Arguments and commands: one file a command.

pub mod args;

mod alerts;
mod build;
mod check;
mod columns;
mod config;
mod demo;
mod elsewhere;
mod environment;
mod generate;
mod heal;
mod history;
mod incidents;
mod infer;
mod init;
mod locate;
mod looked;
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
mod via;

use crate::text::escape;
use crate::world::{World, limits};
use args::{Cli, Command};
use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory as _, FromArgMatches as _};
use session::Session;
use std::io::Write as _;
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

/// Runs the command line and returns the process's exit code.
pub fn main(world: &World) -> u8 {
    limits::forbid_core_dumps();
    if world.args.get(1).is_some_and(|arg| arg == names::ASKED) {
        let words = world.args.iter().skip(2).map(|word| word.to_string_lossy().into_owned());
        return print(names::answer(world, &words.collect::<Vec<_>>()).as_bytes()).unwrap_or(EXIT_DONE);
    }
    let parsed = Cli::command().try_get_matches_from(&world.args).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            let code = help_or_usage(world, &error);
            let text = error.render().to_string();
            let why = text.lines().next().unwrap_or_default();
            return nagios::code(world, code, why.strip_prefix("error: ").unwrap_or(why));
        }
    };
    let stderr = Stderr::new(world, &cli.global);
    let session = Session { world, global: &cli.global, stderr: &stderr };
    let ended = match cli.command {
        Command::Check(args) => check::run(session, &args),
        Command::History(args) => history::run(session, &args),
        Command::Status(args) => status::run(session, &args),
        Command::Report(args) => report::run(session, &args),
        Command::Incidents(asked) => incidents::run(session, &asked.or(args::Incidents::List { json: false })),
        Command::Alerts(asked) => alerts::run(session, &asked.or(args::Alerts::List { json: false })),
        Command::Silence(asked) => silence::run(session, &asked.or(args::Silence::List { json: false })),
        Command::Heal(asked) => heal::run(session, &asked.or(args::Heal::List { json: false })),
        Command::Config(command) => config::run(session, &command),
        Command::Schema(args::Schema::Infer(args)) => infer::run(session, &args),
        Command::Schema(args::Schema::Output) => print_json(&crate::output::schema::document()),
        Command::Init(args) => init::run(&args, &stderr),
        Command::Demo(args) => demo::run(session, &args),
        Command::Completions { shell } => print(&generate::completions(shell)),
        Command::Man { command } => generate::man(&command).and_then(|page| print(&page)),
    };
    match ended {
        Ok(code) => code,
        Err(Stop::Usage(text)) => {
            text.lines().for_each(|line| stderr.error(line));
            nagios::code(world, EXIT_USAGE, &stderr.masked(&text))
        }
        Err(Stop::Diagnostics(text)) => {
            stderr.block(&text);
            nagios::code(world, EXIT_USAGE, "the configuration is wrong; canary config check says where")
        }
        Err(Stop::Own(text)) => {
            stderr.error(&text);
            nagios::code(world, EXIT_OWN_FAILURE, &stderr.masked(&text))
        }
    }
}

/// The panic hook: where, and nothing of what: the message could hold a secret.
pub fn panic_line(info: &std::panic::PanicHookInfo<'_>) {
    let place = info.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
    let _ = writeln!(std::io::stderr(), "error: canary itself broke{place}; please report this");
}

/// What somebody sees who types `canary` and nothing else.
const FIRST_CONTACT: &str = "\
canary tells whether the HTTP services behind your messaging channels work.

  canary demo       see it work: no config, no network
  canary init       write a probes.yaml to edit
  canary check      probe everything in it: exit 0 well, 1 something is down, 3 can't tell

`canary check URL` needs no configuration; `canary --help` shows all commands.
";

/// `--help` and `--version` are output; everything else that clap says is a usage error.
fn help_or_usage(world: &World, error: &clap::Error) -> u8 {
    if world.args.len() < 2 {
        let _ = std::io::stderr().write_all(FIRST_CONTACT.as_bytes());
        return EXIT_USAGE;
    }
    let text = error.render();
    if error.use_stderr() {
        let colour = world.terminal.colour_stderr(crate::world::terminal::ColourChoice::Auto);
        let tip = unknown_command_tip(error);
        let plain = text.to_string() + &tip;
        let hostile = plain.chars().any(|c| c != '\n' && escape::is_hostile(c));
        let text = match (hostile, colour) {
            (true, _) => plain.lines().map(escape::terminal).collect::<Vec<_>>().join("\n") + "\n",
            (false, true) => text.ansi().to_string() + &tip,
            (false, false) => plain,
        };
        let _ = std::io::stderr().write_all(text.as_bytes());
        return EXIT_USAGE;
    }
    let colour = world.terminal.colour_stdout(crate::world::terminal::ColourChoice::Auto);
    let text = if colour { text.ansi().to_string() } else { text.to_string() };
    match stdout::write(text.as_bytes()) {
        Written::Whole => EXIT_DONE,
        Written::Failed(error) => {
            let _ = writeln!(std::io::stderr(), "error: stdout: {error}");
            EXIT_OWN_FAILURE
        }
    }
}

/// clap names a command that is spelt nearly so; for a word like no command, say which there are. Who types a target
/// wants `check`.
fn unknown_command_tip(error: &clap::Error) -> String {
    let is_unknown = error.kind() == clap::error::ErrorKind::InvalidSubcommand;
    if !is_unknown || error.get(ContextKind::SuggestedSubcommand).is_some() {
        return String::new();
    }
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand) else { return String::new() };
    let command = Cli::command();
    let names: Vec<&str> = command.get_subcommands().map(clap::Command::get_name).collect();
    match crate::text::suggest::nearest(typed, names.iter().copied()) {
        Some(near) => format!("  tip: there is `{near}`\n"),
        None => format!("Commands: {}; to probe something: `canary check TARGET`\n", names.join(", ")),
    }
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
