//! `canary status`: a row an endpoint, the channels' scores, and what is failing; or the same as JSON.

mod remarks;

use super::table::{Paint, Style, glyph, label};
use crate::model::Verdict;
use crate::stats::{Cell, Class, EndpointStatus, Percentiles, Status};
use crate::text::duration::{brief, human};
use crate::text::escape::{shorten, terminal};
use crate::text::percent::percent;
use crate::text::wrap::wrap;
use comfy_table::{Cell as TableCell, CellAlignment, ContentArrangement, Table, presets};
use jiff::Timestamp;
use std::fmt::Write as _;
use std::time::Duration;

/// One line of JSON with a newline at its end.
pub fn json(status: &Status) -> Vec<u8> {
    super::jsonl::line_of(status)
}

/// The whole text, ending in a newline.
pub fn render(status: &Status, style: Style) -> String {
    let width = style.width.clamp(20, 1_000);
    let paint = Paint { on: style.colour };
    let layout = Layout::of(width);
    let now = status.now;
    let mut out = String::new();
    if status.endpoints.is_empty() {
        out.push_str("no endpoints\n");
        return out;
    }
    if let Some(at) = status.last_run_at.filter(|_| status.overdue) {
        let text =
            format!("NO RUN FOR {}: nothing below is newer; is cron or the timer still running?", since(at, now));
        for line in wrap(&text, width, 2) {
            let _ = writeln!(out, "{}", paint.verdict(Verdict::Down, &line));
        }
        out.push('\n');
    }
    grid(&mut out, layout.headings(), status.endpoints.iter().map(|one| layout.row(one, now)), width, paint);
    if layout.has_sparkline() {
        let legend = "last day: ▁ to █ median latency, × down, ? unknown, - maintenance, · no result";
        for line in wrap(legend, width, 2) {
            let _ = writeln!(out, "{}", paint.dim(&line));
        }
    }
    channels(&mut out, status, width, paint);
    failing(&mut out, status, now, width, paint);
    remarks::waiting(&mut out, status, width, paint);
    remarks::silences(&mut out, status, width);
    remarks::not_configured(&mut out, status, width);
    out.push('\n');
    let last = match status.last_run_at {
        Some(at) => format!("last run {} ago", since(at, now)),
        None => "no run is recorded yet".to_owned(),
    };
    let _ = writeln!(out, "{}", paint.dim(&last));
    out
}

/// By the terminal's width.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// Everything.
    Wide,
    /// One window, one percentile, a short sparkline: fits 80 columns.
    Usual,
    /// Verdict, endpoint, since when, uptime.
    Narrow,
}

impl Layout {
    fn of(width: usize) -> Self {
        match width {
            0..78 => Self::Narrow,
            78..130 => Self::Usual,
            _ => Self::Wide,
        }
    }

    fn has_sparkline(self) -> bool {
        self != Self::Narrow
    }

    fn headings(self) -> &'static [&'static str] {
        match self {
            Self::Wide => &[
                "VERDICT",
                "ENDPOINT",
                "FOR",
                "24H (SEEN)",
                "7D (SEEN)",
                "30D (SEEN)",
                "P50",
                "P95",
                "P99",
                "LAST DAY",
                "INCIDENT",
            ],
            Self::Usual => &["VERDICT", "ENDPOINT", "FOR", "24H (SEEN)", "P95", "LAST DAY"],
            Self::Narrow => &["VERDICT", "ENDPOINT", "FOR", "24H"],
        }
    }

    fn row(self, one: &EndpointStatus, now: Timestamp) -> Vec<String> {
        let verdict = one.verdict.map_or("· no result", label).to_owned();
        let id = terminal(&one.id.to_string()).into_owned();
        let held = one.since.map(|at| since(at, now)).unwrap_or_default();
        let day = uptime(one.uptime.day, one.coverage.day);
        let Percentiles { p50, p95, p99 } = one.latency;
        match self {
            Self::Wide => vec![
                verdict,
                id,
                held,
                day,
                uptime(one.uptime.week, one.coverage.week),
                uptime(one.uptime.month, one.coverage.month),
                ms(p50),
                ms(p95),
                ms(p99),
                last_day(one, 1),
                one.incident.as_ref().map(|open| terminal(&open.id).into_owned()).unwrap_or_default(),
            ],
            Self::Usual => vec![verdict, id, held, day, ms(p95), last_day(one, 2)],
            Self::Narrow => vec![verdict, id, held, one.uptime.day.map(percent).unwrap_or_default()],
        }
    }
}

/// A table without lines; numbers are aligned to the right.
fn grid(out: &mut String, headings: &[&str], rows: impl Iterator<Item = Vec<String>>, width: usize, paint: Paint) {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    let is_number = |heading: &str| !matches!(heading, "VERDICT" | "ENDPOINT" | "LAST DAY" | "INCIDENT" | "CHANNEL");
    let aligned = |text: &str, heading: &&str| {
        let cell = TableCell::new(text);
        if is_number(heading) { cell.set_alignment(CellAlignment::Right) } else { cell }
    };
    table.set_header(headings.iter().map(|heading| aligned(heading, heading)).collect::<Vec<_>>());
    for row in rows {
        table.add_row(row.iter().zip(headings).map(|(text, heading)| aligned(text, heading)).collect::<Vec<_>>());
    }
    let last = headings.len().saturating_sub(1);
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, if index == last { 0 } else { 2 }));
    }
    for line in table.lines() {
        let line = line.trim_end();
        if line.starts_with("CHANNEL") {
            let _ = writeln!(out, "{}", paint.dim(line));
        } else {
            paint.row(out, line);
        }
    }
}

/// The scores, with the parts that they are made of and their weights.
fn channels(out: &mut String, status: &Status, width: usize, paint: Paint) {
    if status.channels.iter().all(|channel| channel.health_score.is_none()) {
        return;
    }
    out.push('\n');
    let number = |score: Option<f64>| score.map_or("-".to_owned(), |score| format!("{score:.0}"));
    let rows = status.channels.iter().map(|channel| {
        let mut row = vec![channel.channel.to_string(), number(channel.health_score)];
        row.extend(channel.parts.named().map(|(_, part)| number(part.score)));
        row
    });
    let headings = ["CHANNEL", "HEALTH", "STATE ×50", "UPTIME ×30", "LATENCY ×10", "REPORTED ×10"];
    let shown = if width < 60 { &headings[..2] } else { &headings[..] };
    grid(out, shown, rows.map(|row| row[..shown.len()].to_vec()), width, paint);
}

/// Why what is not up isn't.
fn failing(out: &mut String, status: &Status, now: Timestamp, width: usize, paint: Paint) {
    let mut first = true;
    for one in &status.endpoints {
        let (Some(verdict), Some(error)) = (one.verdict, &one.last_error) else { continue };
        match verdict {
            Verdict::Degraded | Verdict::Unknown | Verdict::Down => {}
            Verdict::Up | Verdict::Skipped => continue,
        }
        if std::mem::take(&mut first) {
            out.push('\n');
        }
        let id = format!("{} {}", glyph(verdict), terminal(&one.id.to_string()));
        let message = terminal(error.message.as_deref().unwrap_or("no message")).into_owned();
        let reason = error.reason.map(|reason| format!("{reason}: ")).unwrap_or_default();
        let when = Timestamp::from_millisecond(error.last).map(|at| since(at, now)).unwrap_or_default();
        let incident = one.incident.as_ref().map(|open| {
            let acknowledged = if open.acknowledged { ", acknowledged" } else { "" };
            format!(", incident {}{acknowledged}", terminal(&open.id))
        });
        let remark = format!(" ({}×, {when} ago{})", error.count, incident.unwrap_or_default());
        let text = format!("{id}: {reason}{message}");
        let room = (2 * width).saturating_sub(remark.len());
        let text = format!("{}{remark}", shorten(&text, room.max(40)));
        for (index, line) in wrap(&text, width, 2).into_iter().enumerate() {
            match line.strip_prefix(&id) {
                Some(rest) if index == 0 => {
                    let _ = writeln!(out, "{}{rest}", paint.verdict(verdict, &id));
                }
                Some(_) | None => {
                    let _ = writeln!(out, "{line}");
                }
            }
        }
    }
}

/// `99.95% (97%)`: uptime, and the share of the window that it is known of.
fn uptime(uptime: Option<f64>, coverage: f64) -> String {
    let seen = match (coverage * 100.0).floor() {
        floor if floor < 1.0 && coverage > 0.0 => "<1%".to_owned(),
        floor => format!("{floor:.0}%"),
    };
    uptime.map(|uptime| format!("{} ({seen})", percent(uptime))).unwrap_or_default()
}

/// Milliseconds for a person; nothing for none.
pub(super) fn ms(ms: Option<f64>) -> String {
    let duration = ms.and_then(|ms| Duration::try_from_secs_f64(ms / 1e3).ok());
    duration.map(brief).unwrap_or_default()
}

fn since(at: Timestamp, now: Timestamp) -> String {
    let span: Duration = now.duration_since(at).try_into().unwrap_or_default();
    let rounded = if span.as_secs() < 60 { Duration::from_secs(span.as_secs()) } else { span };
    if rounded.is_zero() { "0s".to_owned() } else { human(rounded) }
}

/// The sparkline, or why there is none.
fn last_day(one: &EndpointStatus, step: usize) -> String {
    match &one.skipped {
        // Which setting is empty is said below.
        Some(why) => why.split(':').next().unwrap_or_default().to_owned(),
        None => sparkline(&one.day, step),
    }
}

/// One sign for `step` hours. The height is the median latency on a scale that begins at the day's lowest and takes
/// one step for every half more, so that a steady service is a flat line.
fn sparkline(day: &[Cell], step: usize) -> String {
    const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let lowest = day.iter().filter_map(|cell| cell.p50).fold(f64::INFINITY, f64::min).max(0.1);
    let height = |p50: f64| {
        let steps = (p50 / lowest).ln() / 1.5_f64.ln();
        HEIGHTS.into_iter().zip(1_u8..).find(|(_, next)| steps < f64::from(*next)).map_or('█', |(sign, _)| sign)
    };
    day.chunks(step)
        .map(|cells| {
            let p50 = cells
                .iter()
                .filter_map(|cell| cell.p50)
                .fold(None, |most: Option<f64>, ms| Some(most.map_or(ms, |most| most.max(ms))));
            match cells.iter().filter_map(|cell| cell.worst).max() {
                None => '·',
                Some(Class::Down) => '×',
                Some(Class::Unknown) => '?',
                Some(Class::Maintenance) => '-',
                Some(Class::Up | Class::Degraded) => p50.map_or('▁', height),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
