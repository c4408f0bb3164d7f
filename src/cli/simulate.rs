//! `canary alerts simulate`.

use super::args::{self, Global};
use super::session::Session;
use super::stored::{Stored, mask};
use super::targets::Wanted;
use super::{Stop, print};
use crate::alert::{Account, Untold};
use crate::config::settings::Config;
use crate::incident::{Silence, Why};
use crate::model::result::stamp;
use crate::model::time::earlier;
use crate::model::{EndpointId, ProbeResult, Record};
use crate::output::simulation::{self, Side};
use crate::run::replay::{Replay, Replayed};
use crate::stats::Targets;
use crate::text::escape;
use crate::text::plural::count;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::time::Duration;

/// So long before the beginning the history is heard silently, so that what was open already is no news.
const LEAD: Duration = Duration::from_hours(24);

pub(super) fn run(session: Session<'_>, args: &args::Simulate) -> Result<u8, Stop> {
    let other = args.compare.as_ref().map(|file| {
        let global = Global { config: Some(file.clone()), ..session.global.clone() };
        Session { global: &global, ..session }.load().map(|loaded| loaded.config)
    });
    let other = other.transpose()?;
    let stored = Stored::find(session)?;
    let targets = stored.wanted(&args.targets, &[])?;
    let since = args.since.seen_from(stored.now);
    let lead = earlier(since, LEAD);
    let state = stored.peek_some();
    if !stored.has_run(&state) {
        session.stderr.note(&stored.hint());
    }
    let silences: Vec<_> = state.book.silences(stored.now).cloned().collect();
    let mut sides: Vec<Simulated<'_>> = [Some(&stored.config), other.as_ref()]
        .into_iter()
        .flatten()
        .map(|config| Simulated::new(config, silences.clone(), args.noise))
        .collect();

    let mut lines = stored.history().lines().map_err(|error| Stop::Own(error.to_string()))?;
    lines.narrow(Some(lead), None).map_err(|error| Stop::Own(error.to_string()))?;
    let mut heard = Heard {
        since,
        targets: targets.as_ref().map(Wanted::decider),
        run: String::new(),
        begun: false,
        runs: 0,
        results: 0,
        unreadable: 0,
    };
    let read = lines.forward(&mut |line| {
        let Some(record) = line.and_then(Record::parse) else {
            heard.unreadable += 1;
            return ControlFlow::Continue(());
        };
        if record.at >= lead {
            heard.take(&record, &mut sides);
        }
        ControlFlow::Continue(())
    });
    read.map_err(|error| Stop::Own(error.to_string()))?;
    heard.flush(&mut sides);
    stored.tell_unreadable(heard.unreadable);
    for side in &sides {
        side.say_left_out(session);
    }
    if args.json { heard.print_json(&sides) } else { heard.print(&sides, stored.now) }
}

/// One configuration, and what came of it.
struct Simulated<'a> {
    config: &'a Config,
    replay: Replay,
    account: Account,
    pending: Vec<ProbeResult>,
    left_out: BTreeSet<String>,
}

impl<'a> Simulated<'a> {
    fn new(config: &'a Config, silences: Vec<Silence>, noise: Duration) -> Self {
        Self {
            config,
            replay: Replay::new(config, silences),
            account: Account::new(noise),
            pending: Vec::new(),
            left_out: BTreeSet::new(),
        }
    }

    fn name(&self) -> String {
        let path = self.config.path.as_ref();
        path.map(|path| path.display().to_string()).unwrap_or_default()
    }

    /// The account takes what belongs to the span and to the targets.
    fn settle(&mut self, replayed: Replayed, wanted: &dyn Fn(&EndpointId) -> bool) {
        let Replayed { at, told, sent } = replayed;
        self.account.send(at, sent, wanted);
        for unsaid in told.unsaid.iter().filter(|unsaid| unsaid.why != Why::Well && wanted(&unsaid.endpoint)) {
            let untold = Untold { why: unsaid.why.name(), gist: unsaid.why.gist() };
            self.account.leave_untold(at, &unsaid.endpoint, untold);
        }
        for notice in &told.notices {
            let about: Vec<&EndpointId> =
                notice.endpoint.iter().chain(&notice.endpoints).filter(|endpoint| wanted(endpoint)).collect();
            let held = told.unqueued.iter().filter(|one| one.notice == notice.id);
            let mut untold: Vec<Untold> = held
                .map(|one| Untold { why: one.why.name(), gist: format!("{}: {}", one.receiver, one.why) })
                .collect();
            if notice.to.is_empty() {
                let gist = "decided, but alerting.receivers names nobody".to_owned();
                untold.push(Untold { why: "no_receivers", gist });
            }
            for one in untold {
                for endpoint in &about {
                    self.account.leave_untold(at, endpoint, one.clone());
                }
            }
        }
    }

    fn say_left_out(&self, session: Session<'_>) {
        let idle = self.config.receivers.iter().filter(|(_, receiver)| !receiver.configured);
        for (name, _) in idle {
            session
                .stderr
                .note(&format!("{}: receiver {name} is not configured here, and taken as if it were", self.name()));
        }
        let Some(first) = self.left_out.first() else { return };
        let more = self.left_out.len() - 1;
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        session.stderr.note(&format!("{} doesn't probe {first}{more}: left out", self.name()));
    }
}

/// The history so far.
struct Heard<'a> {
    since: Timestamp,
    targets: Option<Targets<'a>>,
    run: String,
    begun: bool,
    runs: u64,
    results: u64,
    unreadable: u64,
}

impl Heard<'_> {
    /// Lines of one run stand together.
    fn take(&mut self, record: &Record<'_>, sides: &mut [Simulated<'_>]) {
        let run = record.run().map_or_else(|| stamp(record.at), std::borrow::Cow::into_owned);
        if run != self.run {
            self.flush(sides);
            self.run = run;
        }
        let counts = record.at >= self.since;
        self.results += u64::from(counts);
        for side in sides {
            match side.replay.result(record) {
                Some(result) => side.pending.push(result),
                None if counts => {
                    side.left_out.insert(format!("{}/{}", record.channel, record.endpoint));
                }
                None => {}
            }
        }
    }

    fn flush(&mut self, sides: &mut [Simulated<'_>]) {
        let counts = sides.iter().flat_map(|side| &side.pending).any(|result| result.started >= self.since);
        if counts && !self.begun {
            self.begun = true;
            for side in &mut *sides {
                side.account.begin(side.replay.open());
            }
        }
        self.runs += u64::from(counts);
        let targets = self.targets.as_ref();
        let wanted = |id: &EndpointId| targets.is_none_or(|targets| targets(id.channel.as_str(), &id.endpoint));
        for side in sides {
            let results = std::mem::take(&mut side.pending);
            if results.is_empty() {
                continue;
            }
            let replayed = side.replay.run(&self.run, results);
            if counts {
                side.settle(replayed, &wanted);
            }
        }
    }

    fn print_json(&self, sides: &[Simulated<'_>]) -> Result<u8, Stop> {
        let mut values = sides.iter().enumerate().map(|(at, side)| {
            let mut value = side.account.json();
            value["config"] = side.name().into();
            let others = sides.iter().enumerate().find(|(other, _)| *other != at).map(|(_, other)| other);
            let only = others.map(|other| {
                side.account.alerted().difference(other.account.alerted()).map(ToString::to_string).collect::<Vec<_>>()
            });
            value["only_here"] = json!(only);
            value
        });
        let mut value = json!({
            "v": 1, "since": stamp(self.since), "runs": self.runs, "results": self.results, "unreadable": self.unreadable,
        });
        if let (Some(map), Some(Value::Object(first))) = (value.as_object_mut(), values.next()) {
            map.extend(first);
            map.insert("compare".to_owned(), values.next().unwrap_or_default());
        }
        for side in sides {
            mask(&mut value, &side.config.redactor);
        }
        print(escape::json(format!("{value:#}\n")).as_bytes())
    }

    fn print(&self, sides: &[Simulated<'_>], now: Timestamp) -> Result<u8, Stop> {
        let results = count(usize::try_from(self.results).unwrap_or(usize::MAX), "result");
        let runs = count(usize::try_from(self.runs).unwrap_or(usize::MAX), "run");
        let head = format!("{results} in {runs} since {:.0}", self.since);
        let names: Vec<String> = sides.iter().map(Simulated::name).collect();
        let views: Vec<Side<'_>> =
            names.iter().zip(sides).map(|(name, side)| Side { name, account: &side.account }).collect();
        let text = match views.as_slice() {
            [one, other] => simulation::compared(&head, one, other),
            [one] => simulation::render(&head, one.account, now),
            _ => String::new(),
        };
        let redacted = |text: String, side: &Simulated<'_>| side.config.redactor.redact(&text).into_owned();
        print(sides.iter().fold(text, redacted).as_bytes())
    }
}
