//! Where a report goes: live lines and progress while it runs, files and stdout at its end.

use super::session::Session;
use super::stdout::{self, Written};
use crate::model::{ExitReason, ProbeResult, RunReport};
use crate::output::{self, Format, OutputSpec, progress::Progress, table::Style};
use crate::run::FailOn;
use crate::run::exit;
use crate::run::finish::Finished;
use std::mem::ManuallyDrop;
use std::path::{Path, PathBuf};

/// What `-o`, `--json` and `-q` come to.
#[derive(Debug)]
pub(super) struct Outputs {
    stdout: Option<Format>,
    files: Vec<OutputSpec>,
}

impl Outputs {
    /// At most one goes to stdout; the table does when none was named and nobody asked for quiet.
    pub(super) fn parse(specs: &[String], json: bool, quiet: bool) -> Result<Self, String> {
        let mut stdout = json.then_some(Format::Json);
        let mut files: Vec<OutputSpec> = Vec::new();
        for text in specs {
            let spec = text.parse::<OutputSpec>()?;
            match (&spec.file, stdout) {
                (Some(file), _) => {
                    let place = replaced(file);
                    let same =
                        |known: &&OutputSpec| place.is_some() && known.file.as_deref().and_then(replaced) == place;
                    if let Some(known) = files.iter().find(same) {
                        let (one, other) = (known.format, spec.format);
                        return Err(format!("-o {one} and -o {other} both write {}: name two files", file.display()));
                    }
                    files.push(spec);
                }
                (None, Some(other)) if other != spec.format => {
                    return Err(format!(
                        "{other} and {} can't both go to stdout; give one a file: -o {}=FILE",
                        spec.format, spec.format
                    ));
                }
                (None, _) => stdout = Some(spec.format),
            }
        }
        if stdout.is_none() && !quiet {
            stdout = Some(Format::Table);
        }
        Ok(Self { stdout, files })
    }

    /// Whether any of them has this format.
    pub(super) fn want(&self, format: Format) -> bool {
        self.stdout == Some(format) || self.files.iter().any(|spec| spec.format == format)
    }

    /// Nothing at all.
    pub(super) fn none() -> Self {
        Self { stdout: None, files: Vec::new() }
    }

    /// Only this format, to stdout.
    pub(super) fn only(format: Format) -> Self {
        Self { stdout: Some(format), files: Vec::new() }
    }
}

/// The file that an output would replace, whatever way leads there; none for pipes and devices, which take more than one.
fn replaced(file: &Path) -> Option<PathBuf> {
    if file.metadata().is_ok_and(|meta| !meta.is_file()) {
        return None;
    }
    let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let dir = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
    Some(dir.join(file.file_name()?))
}

/// What is shown while the run goes on: JSON lines on stdout, progress on a terminal's stderr.
#[derive(Debug)]
pub(super) struct Live {
    jsonl: bool,
    progress: Option<Progress>,
    failed: Option<String>,
}

impl Live {
    pub(super) fn new(session: Session<'_>, outputs: &Outputs, probes: usize) -> Self {
        let Session { world, global, .. } = session;
        let wanted = world.terminal.stderr && !global.quiet && global.verbose == 0 && probes > 0;
        Self {
            jsonl: outputs.stdout == Some(Format::Jsonl),
            progress: wanted.then(|| Progress::new(probes)),
            failed: None,
        }
    }

    /// One result is there. A failing stdout is remembered and never stops the run.
    pub(super) fn finished(&mut self, result: &ProbeResult) {
        if self.jsonl
            && self.failed.is_none()
            && let Written::Failed(error) = stdout::write(&output::jsonl::line(result))
        {
            self.failed = Some(error.to_string());
        }
        if let Some(progress) = self.progress.as_mut().filter(|_| !result.verify) {
            progress.finished(result.verdict, &result.id);
        }
    }

    /// Clears the line and says whether stdout failed.
    pub(super) fn end(self) -> Option<String> {
        if let Some(progress) = self.progress {
            progress.clear();
        }
        self.failed
    }
}

/// What a run comes to when everything is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    /// The exit code.
    pub(super) code: u8,
    /// Whether canary failed at its own job.
    pub(super) failed: bool,
}

/// Writes files, then stdout, and says what all of it comes to. `metrics` is what the metrics are to be,
/// when [`Outputs::want`] says that they are wanted.
pub(super) fn write(
    session: Session<'_>,
    outputs: &Outputs,
    finished: Finished,
    metrics: &str,
    failed_live: Option<String>,
    fail_on: FailOn,
) -> End {
    let stderr = session.stderr;
    let Finished { report, mut own, signal, pressing, .. } = finished;
    let mut report = ManuallyDrop::new(report); // the process is about to end, which frees it at once
    let mut fail = |report: &mut RunReport, message: String| {
        own.push(ExitReason::OutputNotWritten);
        report.warnings.push(message);
        (report.exit_code, report.exit_reasons) = exit::decide(&report.results, fail_on, &own, signal);
    };
    if let Some(error) = failed_live {
        fail(&mut report, format!("stdout: {error}"));
    }
    let plain = Style { width: 120, colour: false };
    for spec in &outputs.files {
        let Some(path) = &spec.file else { continue };
        let bytes = render(spec.format, &report, metrics, plain);
        if let Err(error) = output::file::replace(path, &bytes) {
            fail(&mut report, format!("{}: {error}: the {} output was not written", path.display(), spec.format));
        }
    }
    // What makes the exit code canary's own trouble is said even with -q: cron mails nothing else.
    let own_trouble = report.exit_reasons.iter().any(|reason| reason.is_own_failure());
    for warning in &report.warnings {
        if own_trouble {
            stderr.error(warning);
        } else if pressing.contains(warning) {
            stderr.pressing(warning);
        } else {
            stderr.warning(warning);
        }
    }
    let bytes = match outputs.stdout {
        Some(Format::Jsonl) | None => Vec::new(),
        Some(format) => render(format, &report, metrics, session.style()),
    };
    if let Written::Failed(error) = stdout::write(&bytes) {
        let message = format!("stdout: {error}");
        stderr.error(&message);
        fail(&mut report, message);
    }
    // A server that runs plugins knows four codes; a signal's own says more than they could.
    let code = if outputs.stdout == Some(Format::Nagios) && signal.is_none() {
        output::nagios::exit_code(&report)
    } else {
        report.exit_code
    };
    End { code, failed: report.exit_reasons.iter().any(|reason| reason.is_own_failure()) }
}

fn render(format: Format, report: &RunReport, metrics: &str, style: Style) -> Vec<u8> {
    match format {
        Format::Table => output::table::render(report, style).into_bytes(),
        Format::Json => output::json::render(report),
        Format::Jsonl => report
            .results
            .iter()
            .filter(|result| result.verdict != crate::model::Verdict::Skipped)
            .flat_map(output::jsonl::line)
            .collect(),
        Format::Junit => output::junit::render(report).into_bytes(),
        Format::Markdown => output::markdown::render(report).into_bytes(),
        Format::Github => output::github::render(report).into_bytes(),
        Format::Prometheus => metrics.as_bytes().to_vec(),
        Format::Nagios => output::nagios::render(report).into_bytes(),
    }
}
