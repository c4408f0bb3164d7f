//! A progress bar on stderr while a run goes on.

use crate::model::{EndpointId, Verdict};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Watches a run's results as they finish. Built only when stderr is a terminal.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    failing: usize,
}

impl Progress {
    /// Shows `0/total` until something finishes.
    pub fn new(total: usize) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total as u64), ProgressDrawTarget::stderr());
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {wide_msg}") {
            bar.set_style(style.progress_chars("━╸─"));
        }
        Self { bar, failing: 0 }
    }

    /// Counts one result and names its endpoint, and how many are failing so far.
    pub fn finished(&mut self, verdict: Verdict, id: &EndpointId) {
        match verdict {
            Verdict::Down | Verdict::Unknown => self.failing += 1,
            Verdict::Up | Verdict::Degraded | Verdict::Skipped => {}
        }
        let id = id.to_string();
        let id = crate::text::escape::terminal(&id);
        self.bar.set_message(match self.failing {
            0 => id.into_owned(),
            failing => format!("{failing} failing  {id}"),
        });
        self.bar.inc(1);
    }

    /// Takes the bar off the screen, before anything else is printed.
    pub fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::Progress;
    use crate::model::{EndpointId, Name, Verdict};

    #[test]
    fn counts_and_escapes() {
        let mut progress = Progress::new(2);
        progress.bar.set_draw_target(indicatif::ProgressDrawTarget::hidden());
        let id = EndpointId::new(Name::parse("vk").expect("a name"), "health\u{1b}[2J");
        progress.finished(Verdict::Up, &id);
        assert_eq!(progress.bar.message(), "vk/health\\x1b[2J");
        progress.finished(Verdict::Down, &id);
        assert_eq!(progress.bar.message(), "1 failing  vk/health\\x1b[2J");
        assert_eq!(progress.bar.position(), 2);
        progress.clear();
        assert!(progress.bar.is_finished());
    }
}
