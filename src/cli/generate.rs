//! What is made of the argument table: completion scripts and manual pages.

use super::Stop;
use super::args::Cli;
use clap::CommandFactory as _;

/// The completion script of a shell.
pub(super) fn completions(shell: clap_complete::Shell) -> Vec<u8> {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "canary", &mut out);
    out
}

/// The manual page of canary, or of the command that these words name.
pub(super) fn man(words: &[String]) -> Result<Vec<u8>, Stop> {
    let mut command = Cli::command();
    command.build();
    let mut name = "canary".to_owned();
    for word in words.iter().flat_map(|words| words.split_whitespace()) {
        let known: Vec<String> = command.get_subcommands().map(|one| one.get_name().to_owned()).collect();
        let Some(found) = command.find_subcommand(word) else {
            let near = crate::text::suggest::nearest(word, known.iter().map(String::as_str));
            let hint = near.map_or_else(|| known.join(", "), |near| format!("did you mean `{near}`?"));
            return Err(Stop::Usage(format!("no manual page for `{word}` under `{name}`: {hint}")));
        };
        name = format!("{name}-{word}");
        command = found.clone();
    }
    let name: &'static str = Box::leak(name.into_boxed_str());
    let page = clap_mangen::Man::new(command.name(name))
        .manual("canary")
        .source(concat!("canary ", env!("CARGO_PKG_VERSION")));
    let mut out = Vec::new();
    page.render(&mut out).map_err(|error| Stop::Own(error.to_string()))?;
    Ok(out)
}
