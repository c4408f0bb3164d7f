//! What stdout and stderr are, how wide, and whether colour is wanted.

use std::collections::HashMap;
use std::io::IsTerminal as _;

/// What was found at the start.
#[derive(Clone, Copy, Debug)]
pub struct Terminal {
    /// Whether stdout is a terminal.
    pub stdout: bool,
    /// Whether stderr is a terminal that can redraw a line (`TERM` isn't `dumb`).
    pub stderr: bool,
    /// Columns to lay tables out for: `COLUMNS`, else the terminal's, else 120.
    pub width: usize,
    /// What the environment says of colour: NO_COLOR, then CLICOLOR_FORCE.
    colour: Option<bool>,
    dumb: bool,
}

/// `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ColourChoice {
    /// On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes
    #[default]
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Terminal {
    /// Looks at the standard streams and the environment.
    pub fn look(env: &HashMap<String, String>) -> Self {
        let set = |name: &str| env.get(name).is_some_and(|value| !value.is_empty());
        let dumb = env.get("TERM").is_some_and(|term| term == "dumb");
        let stdout = std::io::stdout().is_terminal();
        let colour = if set("NO_COLOR") {
            Some(false)
        } else if env.get("CLICOLOR_FORCE").is_some_and(|value| !value.is_empty() && value != "0") {
            Some(true)
        } else {
            None
        };
        let columns = env.get("COLUMNS").and_then(|text| text.parse::<usize>().ok()).filter(|columns| *columns > 0);
        let measured = || if stdout { measure() } else { None };
        let width = columns.or_else(measured).unwrap_or(120).clamp(20, 500);
        Self { stdout, stderr: std::io::stderr().is_terminal() && !dumb, width, colour, dumb }
    }

    /// Whether stdout gets colour.
    pub fn colour_stdout(self, choice: ColourChoice) -> bool {
        self.decide(choice, self.stdout)
    }

    /// Whether stderr gets colour.
    pub fn colour_stderr(self, choice: ColourChoice) -> bool {
        self.decide(choice, self.stderr)
    }

    fn decide(self, choice: ColourChoice, is_terminal: bool) -> bool {
        match choice {
            ColourChoice::Always => true,
            ColourChoice::Never => false,
            ColourChoice::Auto => self.colour.unwrap_or(is_terminal && !self.dumb),
        }
    }
}

fn measure() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok()?;
    (size.ws_col > 0).then_some(usize::from(size.ws_col))
}
