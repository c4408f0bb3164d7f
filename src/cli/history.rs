//! `canary history`.

use super::args;
use super::session::Session;
use super::stdout::{Pieces, Written};
use super::stored::{Stored, mask};
use super::targets::Wanted;
use super::{EXIT_DONE, Stop, print};
use crate::history::{HistoryError, LATEST, Line, Lines, Share};
use crate::model::Record;
use crate::model::time::later;
use crate::output::history::{HistoryFormat, Stream, render_stats, render_table};
use crate::run::denied;
use crate::stats::{Filter, Newest, Selection, Tally};
use crate::text::escape;
use serde_json::Value;
use std::borrow::Cow;
use std::ops::ControlFlow;
use std::thread;

/// Lines of the table when nobody says how many.
const TABLE: usize = 100;

/// More of the newest records than this are not held: the files are read twice instead.
const HELD: usize = 10_000;

/// More processors than this are left to others.
const MOST_THREADS: usize = 8;

pub(super) fn run(session: Session<'_>, args: &args::History) -> Result<u8, Stop> {
    let stored = Stored::find_anyway(session)?;
    let since = args.since.map(|when| when.seen_from(stored.now));
    let until = args.until.map(|when| when.seen_from(stored.now));
    if let (Some(since), Some(until)) = (since, until)
        && since > until
    {
        return Err(Stop::Usage(format!("--since ({since:.0}) is after --until ({until:.0}): nothing is between")));
    }
    let targets = stored.wanted(&args.targets, &args.tag)?;
    let filter =
        || Filter { since, until, verdicts: args.verdict.clone(), targets: targets.as_ref().map(Wanted::decider) };
    let mut lines = stored.history().lines().map_err(own)?;
    if lines.is_none() {
        let path = stored.history();
        let path = path.path().display();
        session.stderr.note(&format!("there is no history yet: {path}; {}", stored.hint()));
    }
    lines.narrow(since, until).map_err(own)?;
    let format = if args.json { HistoryFormat::Json } else { args.output };
    if args.stats {
        let (tally, unreadable) = tally(&lines, &filter)?;
        stored.tell_unreadable(unreadable);
        return print(render_stats(&tally.rows(), format, session.style()).as_bytes());
    }
    let query = Query { lines, filter: filter(), stored: &stored };
    let stream = match format {
        HistoryFormat::Table => {
            let (newest, unreadable) = query.newest(args.limit.unwrap_or(TABLE))?;
            stored.tell_unreadable(unreadable);
            if newest.left_out() && args.limit.is_none() {
                session.stderr.note(&format!("the newest {TABLE}; --limit N shows more"));
            }
            let found: Vec<Vec<u8>> = newest.finish().iter().map(|line| query.masked(line).into_owned()).collect();
            return print(render_table(&found, session.style()).as_bytes());
        }
        HistoryFormat::Json => Stream::Json,
        HistoryFormat::Jsonl => Stream::Jsonl,
        HistoryFormat::Csv => Stream::Csv,
    };
    query.print(stream, args.limit)
}

#[expect(clippy::needless_pass_by_value, reason = "it stands in map_err")]
fn own(error: HistoryError) -> Stop {
    Stop::Own(denied::history(&error))
}

/// Hands on what is wanted, and counts the lines that hold no record.
fn sift<'a>(filter: &Filter<'_>, line: Line<'a>, unreadable: &mut u64) -> Option<(Record<'a>, &'a [u8])> {
    let found = line.and_then(|line| Some((Record::parse(line)?, line)));
    if found.is_none() {
        *unreadable += 1;
    }
    found.filter(|(record, _)| filter.admits(record))
}

/// Adds everything up, a processor beside the other.
fn tally<'a>(lines: &Lines, filter: &(dyn Fn() -> Filter<'a> + Sync)) -> Result<(Tally, u64), Stop> {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let shares = lines.shares(processors.min(MOST_THREADS)).map_err(own)?;
    let count = |share: &Share<'_>| {
        let (filter, mut tally, mut unreadable) = (filter(), Tally::default(), 0);
        let done = share.forward(&mut |line| {
            if let Some((record, _)) = sift(&filter, line, &mut unreadable) {
                tally.add(&record);
            }
            ControlFlow::Continue(())
        });
        done.map(|()| (tally, unreadable))
    };
    let parts: Vec<_> = thread::scope(|scope| {
        let begun: Vec<_> = shares.iter().map(|share| scope.spawn(|| count(share))).collect();
        begun.into_iter().map(thread::ScopedJoinHandle::join).collect()
    });
    let mut sum = (Tally::default(), 0);
    for part in parts {
        let part = part.map_err(|_| Stop::Own("canary itself broke while counting; please report it".to_owned()))?;
        let (tally, unreadable) = part.map_err(own)?;
        sum.0.merge(tally);
        sum.1 += unreadable;
    }
    Ok(sum)
}

struct Query<'f> {
    lines: Lines,
    filter: Filter<'f>,
    stored: &'f Stored<'f>,
}

impl Query<'_> {
    /// Reads from the end until no older line can matter.
    fn newest(&self, limit: usize) -> Result<(Newest, u64), Stop> {
        let (mut newest, mut unreadable) = (Newest::new(limit), 0);
        let is_small = self.lines.is_small();
        let done = self.lines.backward(&mut |line| {
            let Some(record) = line.and_then(Record::parse) else {
                unreadable += 1;
                return ControlFlow::Continue(());
            };
            if let (Some(line), true) = (line, self.filter.admits(&record)) {
                newest.push(record.at, line);
            }
            // Whatever stands before a record is at most so much newer.
            let settled = later(record.at, LATEST);
            let is_over = newest.enough().is_some_and(|oldest| settled < oldest)
                || self.filter.since.is_some_and(|since| settled < since);
            if is_over && !is_small { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        done.map_err(own)?;
        Ok((newest, unreadable))
    }

    fn print(&self, stream: Stream, limit: Option<usize>) -> Result<u8, Stop> {
        let mut out = Printer { pieces: Pieces::new(), stream, number: 0, unreadable: 0 };
        let mut ended = out.pieces.put(stream.head().as_bytes());
        match limit {
            Some(limit) if limit <= HELD => {
                let (newest, unreadable) = self.newest(limit)?;
                out.unreadable = unreadable;
                let found = newest.finish();
                let _ = found.iter().try_for_each(|line| out.put(&self.masked(line)));
            }
            _ => {
                let mut skip = 0;
                if let Some(limit) = limit {
                    let mut all = 0_usize;
                    let counted = self.lines.forward(&mut |line| {
                        all += usize::from(sift(&self.filter, line, &mut 0).is_some());
                        ControlFlow::Continue(())
                    });
                    counted.map_err(own)?;
                    skip = all.saturating_sub(limit);
                }
                let mut put = |out: &mut Printer, line: &[u8]| {
                    if skip > 0 {
                        skip -= 1;
                        return ControlFlow::Continue(());
                    }
                    out.put(&self.masked(line))
                };
                let mut selection = Selection::default();
                let done = self.lines.forward(&mut |line| {
                    let mut unreadable = 0;
                    let next = sift(&self.filter, line, &mut unreadable)
                        .and_then(|(record, line)| selection.push(record.at, line));
                    out.unreadable += unreadable;
                    if let Some(next) = next {
                        ended = put(&mut out, &next);
                    }
                    ended
                });
                if ended.is_continue() {
                    let _ = selection.finish().iter().try_for_each(|line| put(&mut out, line));
                }
                if let Err(error) = done {
                    let _ = out.end(self.stored);
                    return Err(own(error));
                }
            }
        }
        out.end(self.stored)
    }

    /// The line without secrets: written before they were secret, they may still stand in it.
    fn masked<'a>(&self, line: &'a [u8]) -> Cow<'a, [u8]> {
        let Ok(text) = std::str::from_utf8(line) else { return Cow::Borrowed(line) };
        if let Cow::Borrowed(_) = self.stored.redactor().redact(text) {
            return Cow::Borrowed(line);
        }
        let Ok(mut value) = serde_json::from_str::<Value>(text) else { return Cow::Borrowed(line) };
        mask(&mut value, self.stored.redactor());
        Cow::Owned(escape::json(value.to_string()).into_bytes())
    }
}

/// Records on their way to stdout.
struct Printer {
    pieces: Pieces,
    stream: Stream,
    number: u64,
    unreadable: u64,
}

impl Printer {
    fn put(&mut self, line: &[u8]) -> ControlFlow<()> {
        let Some(piece) = self.stream.record(line, self.number) else {
            self.unreadable += 1;
            return ControlFlow::Continue(());
        };
        self.number += 1;
        self.pieces.put(&piece)
    }

    fn end(mut self, stored: &Stored<'_>) -> Result<u8, Stop> {
        let _ = self.pieces.put(self.stream.foot(self.number).as_bytes());
        stored.tell_unreadable(self.unreadable);
        match self.pieces.end() {
            Written::Whole => Ok(EXIT_DONE),
            Written::Failed(error) => Err(Stop::Own(format!("stdout: {error}"))),
        }
    }
}
