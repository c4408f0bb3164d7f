//! `check -o prometheus`: the content of `metrics.prom`, this run's results included.

use crate::config::Config;
use crate::history::History;
use crate::model::RunReport;
use crate::output::prometheus::{MetricsInput, render};
use crate::run::rollups::{self, Place};
use crate::run::view;
use crate::stats::Rollup;
use crate::store::StateDir;
use crate::world::clock;
use std::path::PathBuf;

/// Where the metrics of a run come from.
#[derive(Debug)]
pub(super) struct Metrics<'a> {
    /// None for URLs without a configuration: then only they are told of.
    pub(super) config: Option<&'a Config>,
    /// Looked at, also by a run that changes nothing there.
    pub(super) state_dir: Option<PathBuf>,
    /// Whether this run changes the state: then the cache of the history may be kept.
    pub(super) recording: bool,
}

/// The text, and what a person should know of it.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) text: String,
    pub(super) warning: Option<String>,
}

impl Metrics<'_> {
    /// Every configured endpoint, from state and history, which hold this run's results by now; where nothing was to be
    /// recorded, or could be, the results themselves are put over what is known. A run over a few must not make the others
    /// vanish.
    pub(super) fn of(&self, report: &RunReport) -> Told {
        let now = clock::now();
        let intervals = self.config.map(|config| view::intervals(&config.endpoints)).unwrap_or_default();
        let dir = self.state_dir.as_deref().and_then(|path| StateDir::existing(path).ok().flatten());
        // What is wrong with the state was said by the run already.
        let state = dir.as_ref().and_then(|dir| dir.peek(now).ok()).map(|read| read.state).unwrap_or_default();
        let looked = dir.as_ref().zip(self.config).map(|(dir, config)| {
            let settings = &config.history;
            let history = History::new(dir.path().join(&settings.path), settings.max_size, settings.keep);
            let place = Place { dir: Some(dir), history: &history, keeps: self.recording };
            rollups::look(place, &intervals, now)
        });
        let (rollup, warning) = match looked {
            Some(Ok(looked)) => (looked.rollup, None),
            Some(Err(error)) => {
                (Rollup::new(intervals), Some(format!("{error}; the metrics tell of this run's results only")))
            }
            None => (Rollup::new(intervals), None),
        };
        let status = view::status_after(self.config, &state, rollup, &report.results, now);
        Told { text: render(&MetricsInput::of(&status)), warning }
    }
}
