//! Everything that goes to stderr: one door, redacted and escaped.

use super::args::{Global, LogFormat};
use crate::model::Redactor;
use crate::text::escape;
use crate::text::wrap::wrap;
use crate::world::{World, clock};
use std::cell::RefCell;
use std::io::Write as _;
use std::panic::PanicHookInfo;

/// How far the further lines of a text stand to the right.
const HANG: usize = 4;

/// Writes lines to stderr. A closed or full stderr changes nothing about the run.
#[derive(Debug)]
pub(super) struct Stderr {
    format: LogFormat,
    verbosity: u8,
    quiet: bool,
    colour: bool,
    width: Option<usize>,
    redactor: RefCell<Redactor>,
}

impl Stderr {
    /// As the flags and the terminal want it.
    pub(super) fn new(world: &World, global: &Global) -> Self {
        Self {
            format: global.log_format,
            verbosity: global.verbose,
            quiet: global.quiet,
            colour: world.terminal.colour_stderr(global.color),
            width: world.terminal.fits.stderr,
            redactor: RefCell::default(),
        }
    }

    /// Of no terminal, for what comes before or beside all flags.
    pub(super) fn plain(format: LogFormat) -> Self {
        Self { format, verbosity: 0, quiet: false, colour: false, width: None, redactor: RefCell::default() }
    }

    /// What ends the process: where, and nothing of what, which could hold a secret.
    pub(super) fn panicked(&self, info: &PanicHookInfo<'_>) {
        let place = info.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
        self.error(&format!("canary itself broke{place}; please report this"));
    }

    /// Masks these secrets from now on.
    pub(super) fn mask(&self, redactor: &Redactor) {
        self.redactor.replace(redactor.clone());
    }

    /// The text without the secrets, for another door than this one.
    pub(super) fn masked(&self, text: &str) -> String {
        self.redactor.borrow().redact(text).into_owned()
    }

    /// Whether stderr gets colour.
    pub(super) fn colour(&self) -> bool {
        self.colour && self.format == LogFormat::Text
    }

    /// What ends the command.
    pub(super) fn error(&self, text: &str) {
        self.line("error", "\u{1b}[1;31m", text);
    }

    /// What a person should know although the command goes on; `-q` silences it.
    pub(super) fn warning(&self, text: &str) {
        if !self.quiet {
            self.pressing(text);
        }
    }

    /// A warning that is said even with `-q`: nobody else will tell.
    pub(super) fn pressing(&self, text: &str) {
        self.line("warning", "\u{1b}[1;33m", text);
    }

    /// What was done, for a person; `-q` silences it.
    pub(super) fn note(&self, text: &str) {
        if !self.quiet {
            self.line("note", "\u{1b}[1m", text);
        }
    }

    /// What is being waited for: progress, and so only for a terminal, unless `-v` asks for it.
    pub(super) fn waiting(&self, text: &str) {
        if !self.quiet && (self.width.is_some() || self.verbosity > 0) {
            self.line("waiting", "\u{1b}[1m", text);
        }
    }

    /// A decision and its reason, shown with `-v` (level 1) or `-vv` (level 2).
    pub(super) fn decision(&self, level: u8, text: &str) {
        if self.verbosity >= level {
            self.line("decision", "\u{1b}[2m", text);
        }
    }

    /// Text that is laid out already (diagnostics), line breaks and colours its own.
    pub(super) fn block(&self, text: &str) {
        match self.format {
            LogFormat::Text => write(&self.redactor.borrow().redact(text)),
            LogFormat::Json => self.line("error", "", text.trim_end()),
        }
    }

    fn line(&self, level: &str, paint: &str, text: &str) {
        let text = self.redactor.borrow().redact(text).into_owned();
        let line = match self.format {
            LogFormat::Json => {
                let ts = crate::model::result::stamp(clock::now());
                escape::json(serde_json::json!({ "ts": ts, "level": level, "message": text }).to_string()) + "\n"
            }
            LogFormat::Text => {
                let lines = fit(&format!("{level}: {}", escape::terminal(&text)), self.width);
                match lines.strip_prefix(level).filter(|_| self.colour) {
                    Some(rest) => format!("{paint}{level}:\u{1b}[0m{}", rest.strip_prefix(':').unwrap_or(rest)),
                    None => lines,
                }
            }
        };
        write(&line);
    }
}

/// The text's line, or lines where a terminal's width asks for it.
fn fit(text: &str, width: Option<usize>) -> String {
    match width {
        Some(width) => wrap(text, width, HANG).join("\n") + "\n",
        None => format!("{text}\n"),
    }
}

fn write(text: &str) {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::fit;

    #[test]
    fn only_a_terminal_breaks_lines() {
        let text = "note: somebody should know that this line is longer than the terminal is wide";
        assert_eq!(fit(text, None), format!("{text}\n"));
        let lines = "note: somebody should know that this\n    line is longer than the terminal is\n    wide\n";
        assert_eq!(fit(text, Some(40)), lines);
    }
}
