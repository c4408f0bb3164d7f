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
    /// Columns that a line on stdout may take, and on stderr; none where it isn't a terminal: such lines stay whole.
    pub fits: Fits,
    /// What the environment says of colour: NO_COLOR, then CLICOLOR_FORCE.
    colour: Option<bool>,
    dumb: bool,
}

/// Where lines end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fits {
    /// On stdout.
    pub stdout: Option<usize>,
    /// On stderr.
    pub stderr: Option<usize>,
}

/// `--color`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColourChoice {
    /// On a terminal, unless NO_COLOR says no or CLICOLOR_FORCE says yes.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
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
        let stderr = std::io::stderr().is_terminal();
        let bounded = |width: usize| width.clamp(20, 500);
        let fits = Fits {
            stdout: stdout.then(|| columns.or_else(|| measure(std::io::stdout()))).flatten().map(bounded),
            stderr: stderr.then(|| columns.or_else(|| measure(std::io::stderr()))).flatten().map(bounded),
        };
        let width = fits.stdout.or(columns.map(bounded)).unwrap_or(120);
        Self { stdout, stderr: stderr && !dumb, width, fits, colour, dumb }
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

fn measure(stream: impl std::os::fd::AsFd) -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(stream).ok()?;
    (size.ws_col > 0).then_some(usize::from(size.ws_col))
}
