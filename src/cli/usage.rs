//! What clap says of a command line: help and versions to stdout, mistakes to stderr in the format that was asked for.

use super::args::{Cli, Global, LogFormat};
use super::stderr::Stderr;
use super::{EXIT_USAGE, nagios, print};
use crate::text::escape;
use crate::text::suggest::nearest;
use crate::world::World;
use crate::world::terminal::ColourChoice;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory as _};
use std::ffi::OsString;

/// What somebody sees who types `canary` and nothing else.
const FIRST_CONTACT: &str = "\
canary tells whether the HTTP services behind your messaging channels work.

  canary demo       see it work: no config, no network
  canary init       write a probes.yaml to edit
  canary check      probe everything in it: exit 0 well, 1 something is down, 3 can't tell

`canary check URL` needs no configuration; `canary --help` shows all commands.
";

/// `--help` and `--version` are output; everything else that clap says is a usage error. Returns the exit code.
pub(super) fn answer(world: &World, mut error: clap::Error) -> u8 {
    let global = Global { log_format: asked_format(&world.args), ..Global::default() };
    let stderr = Stderr::new(world, &global);
    if !error.use_stderr() {
        let text = error.render();
        let colour = world.terminal.colour_stdout(ColourChoice::Auto);
        let text = if colour { text.ansi().to_string() } else { text.to_string() };
        return print(text.as_bytes()).unwrap_or_else(|stop| stop.told(world, &stderr));
    }
    if world.args.len() < 2 {
        stderr.block(FIRST_CONTACT);
        return EXIT_USAGE;
    }
    let tip = tip(&mut error, &world.args);
    let text = error.render();
    let plain = text.to_string() + &tip;
    let why = plain.lines().next().unwrap_or_default();
    let why = why.strip_prefix("error: ").unwrap_or(why).to_owned();
    let hostile = plain.chars().any(|c| c != '\n' && escape::is_hostile(c));
    stderr.block(&match (global.log_format, hostile) {
        // A page of help is for people.
        (LogFormat::Json, _) if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            let command = addressed(&world.args);
            format!("`{}` needs a command: {}", command.get_name(), subcommands(&command).join(", "))
        }
        (LogFormat::Json, _) => plain.strip_prefix("error: ").unwrap_or(&plain).to_owned(),
        (LogFormat::Text, true) => plain.lines().map(escape::terminal).collect::<Vec<_>>().join("\n") + "\n",
        (LogFormat::Text, false) if stderr.colour() => text.ansi().to_string() + &tip,
        (LogFormat::Text, false) => plain,
    });
    nagios::code(world, EXIT_USAGE, &why)
}

/// `--log-format` as it was typed, on a command line that may be too wrong to be parsed.
pub(super) fn asked_format(args: &[OsString]) -> LogFormat {
    let words: Vec<&str> =
        args.iter().skip(1).filter_map(|arg| arg.to_str()).take_while(|word| *word != "--").collect();
    let is_asked =
        words.contains(&"--log-format=json") || words.windows(2).any(|pair| pair == ["--log-format", "json"]);
    if is_asked { LogFormat::Json } else { LogFormat::Text }
}

/// clap knows words that are spelt nearly so. Where it knows none, we look further, into the error or into what is returned.
fn tip(error: &mut clap::Error, args: &[OsString]) -> String {
    let command = addressed(args);
    let typed = |kind| match error.get(kind) {
        Some(ContextValue::String(typed)) => Some(typed.clone()),
        _ => None,
    };
    match error.kind() {
        ErrorKind::UnknownArgument if error.get(ContextKind::SuggestedArg).is_none() => {
            let near = typed(ContextKind::InvalidArg).and_then(|typed| near_option(&command, &typed));
            if let Some(near) = near {
                // Who slipped means no value that begins with a dash.
                error.remove(ContextKind::Suggested);
                error.insert(ContextKind::SuggestedArg, ContextValue::String(near));
            }
            String::new()
        }
        ErrorKind::InvalidSubcommand if error.get(ContextKind::SuggestedSubcommand).is_none() => {
            let names = subcommands(&command);
            let Some(typed) = typed(ContextKind::InvalidSubcommand) else { return String::new() };
            // Who types a target wants `check`.
            let probe = if command.get_name() == "canary" { "; to probe something: `canary check TARGET`" } else { "" };
            match nearest(&typed, names.iter().copied()) {
                Some(near) => format!("  tip: there is `{near}`\n"),
                None => format!("Commands: {}{probe}\n", names.join(", ")),
            }
        }
        _ => String::new(),
    }
}

/// The command that the words lead to.
fn addressed(args: &[OsString]) -> Command {
    let mut command = Cli::command();
    command.build();
    for word in args.iter().skip(1).filter_map(|arg| arg.to_str()) {
        if let Some(next) = command.find_subcommand(word) {
            command = next.clone();
        }
    }
    command
}

fn subcommands(command: &Command) -> Vec<&str> {
    command.get_subcommands().map(Command::get_name).filter(|name| *name != "help").collect()
}

/// The option that is meant: the nearest one, or else the only one of this length that begins alike.
fn near_option(command: &Command, typed: &str) -> Option<String> {
    let typed = typed.strip_prefix("--")?.split('=').next()?;
    let options: Vec<&str> = command.get_arguments().filter_map(clap::Arg::get_long).collect();
    let alike = |name: &&&str| name.starts_with(typed.chars().next().unwrap_or_default()) && name.len() == typed.len();
    let mut begins_alike = options.iter().filter(alike);
    let near = nearest(typed, options.iter().copied());
    let near = near.or_else(|| begins_alike.next().copied().filter(|_| begins_alike.next().is_none()));
    near.map(|name| format!("--{name}"))
}
