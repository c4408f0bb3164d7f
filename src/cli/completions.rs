//! The completion scripts, made of the argument table.

use super::args::Cli;
use super::names::Kind;
use clap::{Arg, Command, CommandFactory as _, ValueHint};
use clap_complete::Shell;

/// The completion script of a shell: commands and options as they are, and, for bash, zsh and fish, names asked of
/// canary itself.
pub(super) fn script(shell: Shell) -> Vec<u8> {
    let mut out = Vec::new();
    let mut command = Cli::command();
    command.build();
    clap_complete::generate(shell, &mut without_files(command, ""), "canary", &mut out);
    let script = String::from_utf8_lossy(&out).into_owned();
    let renamed = || script.replacen("_canary() {", "_canary_static() {", 1);
    let script = match shell {
        Shell::Bash => renamed() + include_str!("shell/names.bash"),
        Shell::Zsh => {
            let renamed = renamed();
            let (functions, registration) = renamed.split_at(renamed.find(ZSH_REGISTERS).unwrap_or(renamed.len()));
            format!("{functions}{}\n{registration}", include_str!("shell/names.zsh"))
        }
        Shell::Fish => script + include_str!("shell/names.fish") + &fish_options(&Cli::command(), &[]),
        _ => script,
    };
    script.into_bytes()
}

/// Where the script of zsh begins to register its function.
const ZSH_REGISTERS: &str = "if [ \"$funcstack[1]\" = \"_canary\" ]";

/// No file names where an option's value is a name. (zsh would offer no options beside a positional without files.)
fn without_files(command: Command, name: &str) -> Command {
    let hint = |arg: Arg| {
        let named = !arg.is_positional() && Kind::of(&arg, name).is_some();
        if named { arg.value_hint(ValueHint::Other) } else { arg }
    };
    let command = command.mut_args(hint);
    let children: Vec<String> = command.get_subcommands().map(|child| child.get_name().to_owned()).collect();
    children.into_iter().fold(command, |command, child| {
        let name = child.clone();
        command.mut_subcommand(child, move |command| without_files(command, &name))
    })
}

/// fish asks for the value of an option only where the option itself is declared.
fn fish_options(command: &Command, path: &[&str]) -> String {
    let mut lines = String::new();
    let condition = match path {
        [] => "__fish_canary_needs_command".to_owned(),
        [command] => format!("__fish_canary_using_subcommand {command}"),
        [command, rest @ ..] => {
            format!("__fish_canary_using_subcommand {command}; and __fish_seen_subcommand_from {}", rest.join(" "))
        }
    };
    for arg in command.get_arguments().filter(|arg| Kind::of(arg, command.get_name()).is_some()) {
        let (long, short) = (arg.get_long(), arg.get_short());
        let long = long.map(|long| format!(" -l {long}")).unwrap_or_default();
        let short = short.map(|short| format!(" -s {short}")).unwrap_or_default();
        if !(long.is_empty() && short.is_empty()) {
            let options = format!("{short}{long} -k -x -a \"(__canary_values)\"");
            lines += &["complete -c canary -n \"", &condition, "\"", &options, "\n"].concat();
        }
    }
    for child in command.get_subcommands() {
        lines += &fish_options(child, &[path, &[child.get_name()]].concat());
    }
    lines
}
