//! What is known now: made from the rollups and the state, shown by `status` and the report.

use super::days::DAY;
use super::endpoint::Stretch;
use super::latest::Latest;
use super::rollup::Rollup;
use super::score::{Parts, Signs};
use super::sketch::Percentiles;
use super::timeline::{Class, Timeline};
use crate::model::result::stamp;
use crate::model::{EndpointId, Name, Verdict};
use indexmap::IndexMap;
use jiff::Timestamp;
use serde::{Serialize, Serializer, ser::SerializeMap as _};
use std::collections::{HashMap, HashSet};
use std::time::Duration;

const HOUR: i64 = 3_600_000;

/// An endpoint of the configuration, with what the state knows of it.
#[derive(Clone, Debug)]
pub struct Known {
    /// Which.
    pub id: EndpointId,
    /// Why it is not probed (disabled, not configured); none when it is.
    pub skipped: Option<String>,
    /// `warn.latency`.
    pub warn_latency: Option<Duration>,
    /// The last committed verdict and since when it holds.
    pub state: Option<(Verdict, Timestamp)>,
    /// Its open incident.
    pub incident: Option<OpenIncident>,
    /// What mutes it.
    pub silenced: Option<Silenced>,
}

/// A silence that mutes an endpoint now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silenced {
    /// Its ID.
    pub id: String,
    /// Its end; none for one that lasts until the endpoint has recovered.
    pub until: Option<Timestamp>,
    /// Why, as somebody said.
    pub reason: Option<String>,
}

/// An incident that is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenIncident {
    /// Its ID.
    pub id: String,
    /// When it began.
    pub since: Timestamp,
    /// Whether somebody has acknowledged it.
    pub acknowledged: bool,
}

/// What `status` tells.
#[derive(Clone, Debug)]
pub struct Status {
    /// The time that it tells of.
    pub now: Timestamp,
    /// When the last run was recorded, at its end.
    pub last_run_at: Option<Timestamp>,
    /// Whether no run was recorded for so long that nothing seems to start them any more.
    pub overdue: bool,
    /// What the configuration has and that expands to nothing: receivers, the heartbeat, pools, endpoints.
    pub not_configured: Vec<String>,
    /// What is not delivered yet, in one line; not in the JSON.
    pub waiting: Option<String>,
    /// In the configuration's order.
    pub endpoints: Vec<EndpointStatus>,
    /// In the configuration's order.
    pub channels: Vec<ChannelStatus>,
}

/// A value for each of the three windows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Windows<T> {
    /// The last 24 hours.
    #[serde(rename = "24h")]
    pub day: T,
    /// The last 7 days.
    #[serde(rename = "7d")]
    pub week: T,
    /// The last 30 days.
    #[serde(rename = "30d")]
    pub month: T,
}

impl<T> Windows<T> {
    fn each(value: impl Fn(i64) -> T) -> Self {
        Self { day: value(DAY), week: value(7 * DAY), month: value(30 * DAY) }
    }
}

/// What is known of one endpoint.
#[derive(Clone, Debug)]
pub struct EndpointStatus {
    /// Which.
    pub id: EndpointId,
    /// The newest verdict; none when it was never probed, `skipped` when it isn't probed at all.
    pub verdict: Option<Verdict>,
    /// Why it is not probed.
    pub skipped: Option<String>,
    /// Since when the verdict holds.
    pub since: Option<Timestamp>,
    /// When the newest result began.
    pub last_result_at: Option<Timestamp>,
    /// 0–1; none when nothing is known of the window.
    pub uptime: Windows<Option<f64>>,
    /// Known time ÷ window, 0–1.
    pub coverage: Windows<f64>,
    /// Of the last 24 hours' answered probes.
    pub latency: Percentiles,
    /// The open incident.
    pub incident: Option<OpenIncident>,
    /// What mutes it.
    pub silenced: Option<Silenced>,
    /// The last result that was not up.
    pub last_error: Option<Stretch>,
    /// The newest result in more detail; not in the JSON.
    pub latest: Option<Latest>,
    /// The last 24 hours, one cell an hour, the present one last.
    pub day: Vec<Cell>,
}

/// One step of a sparkline.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cell {
    /// The worst that held; none when nothing is known.
    pub worst: Option<Class>,
    /// The median of its latencies, milliseconds.
    pub p50: Option<f64>,
}

/// What is known of one channel.
#[derive(Clone, Debug)]
pub struct ChannelStatus {
    /// Which.
    pub channel: Name,
    /// 0–100; none when nothing is known.
    pub health_score: Option<f64>,
    /// What it is made of.
    pub parts: Parts,
    /// The worst of its endpoints' verdicts.
    pub verdict: Option<Verdict>,
}

impl Status {
    /// Puts together what the rollups and the state know of these endpoints.
    pub fn of(rollup: &Rollup, known: &[Known], last_run_at: Option<Timestamp>, now: Timestamp) -> Self {
        let endpoints: Vec<_> = known.iter().map(|known| endpoint(rollup, known, now.as_millisecond())).collect();
        let mut channels: IndexMap<Name, Vec<(&Known, &EndpointStatus)>> = IndexMap::new();
        for one in known.iter().zip(&endpoints) {
            channels.entry(one.0.id.channel.clone()).or_default().push(one);
        }
        let channels = channels.into_iter().map(|(channel, own)| {
            let probed = own.iter().filter(|(one, _)| one.skipped.is_none());
            let signs: Vec<_> = probed.map(|(one, status)| signs(rollup, one, status)).collect();
            let parts = Parts::of(&signs);
            let verdict = own.iter().filter_map(|(_, status)| status.verdict).max();
            ChannelStatus { channel, health_score: parts.score(), parts, verdict }
        });
        let channels = channels.collect();
        Self { now, last_run_at, overdue: false, not_configured: Vec::new(), waiting: None, channels, endpoints }
    }

    /// The same with what the configuration says beside its endpoints: the shortest interval, and what is not configured.
    /// Runs are overdue after three of the shortest intervals.
    #[must_use]
    pub fn beside(self, shortest: Option<Duration>, not_configured: &[String]) -> Self {
        let silent = self.last_run_at.map(|at| self.now.duration_since(at));
        let limit = shortest.map(|shortest| shortest.saturating_mul(3));
        let overdue =
            silent.zip(limit).is_some_and(|(silent, limit)| Duration::try_from(silent).unwrap_or_default() > limit);
        Self { overdue, not_configured: not_configured.to_vec(), ..self }
    }

    /// The same of these endpoints only, and of their channels, whose scores stay those of all of their endpoints.
    #[must_use]
    pub fn only(mut self, chosen: impl Fn(&EndpointId) -> bool) -> Self {
        self.endpoints.retain(|one| chosen(&one.id));
        let left: HashSet<&Name> = self.endpoints.iter().map(|one| &one.id.channel).collect();
        self.channels.retain(|channel| left.contains(&channel.channel));
        self
    }

    /// The same channel by channel.
    pub fn by_channel(&self) -> Vec<ChannelPart<'_>> {
        let mut own: HashMap<&Name, Vec<&EndpointStatus>> = HashMap::new();
        for one in &self.endpoints {
            own.entry(&one.id.channel).or_default().push(one);
        }
        let each = self.channels.iter().map(|channel| {
            let endpoints = own.remove(&channel.channel).unwrap_or_default();
            ChannelPart { status: self, channel, endpoints }
        });
        each.collect()
    }
}

/// One channel of a status with its endpoints; serializes as a status of nothing else.
#[derive(Clone, Debug)]
pub struct ChannelPart<'a> {
    status: &'a Status,
    /// The channel.
    pub channel: &'a ChannelStatus,
    /// Its endpoints, in the configuration's order.
    pub endpoints: Vec<&'a EndpointStatus>,
}

fn signs(rollup: &Rollup, known: &Known, status: &EndpointStatus) -> Signs {
    Signs {
        verdict: status.verdict,
        uptime: status.uptime.day,
        p95_ms: status.latency.p95,
        warn_ms: known.warn_latency.map(|warn| warn.as_secs_f64() * 1e3),
        reported: rollup.endpoint(&known.id).and_then(super::EndpointRollup::reported_health),
    }
}

fn endpoint(rollup: &Rollup, known: &Known, now: i64) -> EndpointStatus {
    let at = |ms| Timestamp::from_millisecond(ms).ok();
    let kept = rollup.endpoint(&known.id);
    let timeline = kept.map_or_else(Timeline::default, |kept| kept.timeline(now));
    let totals = |window: i64| timeline.totals(now - window, now);
    let streak = kept.and_then(super::EndpointRollup::streak);
    let in_history = streak.and_then(|streak| Some((streak.verdict, at(streak.since)?)));
    // The state may remember a beginning that the history has lost.
    let (verdict, since) = match (in_history, known.state) {
        (Some((verdict, since)), Some((same, earlier))) if verdict == same => (Some(verdict), Some(since.min(earlier))),
        (Some((verdict, since)), _) | (None, Some((verdict, since))) => (Some(verdict), Some(since)),
        (None, None) => (None, None),
    };
    let verdict = if known.skipped.is_some() { Some(Verdict::Skipped) } else { verdict };
    let cell = |hours_ago: i64| {
        let (from, to) = (now - hours_ago * HOUR, now - (hours_ago - 1) * HOUR);
        let p50 = kept.and_then(|kept| kept.recent().between(from, to).percentile(0.5));
        Cell { worst: timeline.totals(from, to).worst(), p50 }
    };
    EndpointStatus {
        id: known.id.clone(),
        verdict,
        skipped: known.skipped.clone(),
        since: since.filter(|_| known.skipped.is_none()),
        last_result_at: kept.and_then(super::EndpointRollup::newest).and_then(at),
        uptime: Windows::each(|window| totals(window).uptime()),
        coverage: Windows::each(|window| totals(window).coverage(window)),
        latency: kept.map(|kept| kept.recent().between(now - DAY, now + 1).percentiles()).unwrap_or_default(),
        incident: known.incident.clone(),
        silenced: known.silenced.clone(),
        last_error: kept.and_then(|kept| kept.errors().last()).cloned(),
        latest: kept.map(|kept| kept.latest().clone()),
        day: (1..=24).rev().map(cell).collect(),
    }
}

/// One line of JSON with these keys and values.
macro_rules! object {
    ($serializer:expr, $($key:literal: $value:expr),+ $(,)?) => {{
        let mut map = $serializer.serialize_map(None)?;
        $(map.serialize_entry($key, &$value)?;)+
        map.end()
    }};
}

impl Serialize for Status {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.write(&self.endpoints, &self.channels, serializer)
    }
}

impl Serialize for ChannelPart<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.status.write(&self.endpoints, std::slice::from_ref(self.channel), serializer)
    }
}

impl Status {
    fn write<S: Serializer>(
        &self,
        endpoints: &impl Serialize,
        channels: &[ChannelStatus],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        object!(serializer, "v": 1, "generated_at": stamp(self.now), "last_run_at": self.last_run_at.map(stamp),
            "overdue": self.overdue, "endpoints": endpoints, "channels": channels,
            "not_configured": self.not_configured)
    }
}

impl Serialize for EndpointStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        object!(serializer,
            "channel": self.id.channel,
            "endpoint": &*self.id.endpoint,
            "verdict": self.verdict,
            "skipped": self.skipped,
            "since": self.since.map(stamp),
            "last_result_at": self.last_result_at.map(stamp),
            "uptime": self.uptime,
            "coverage": self.coverage,
            "latency_ms": self.latency,
            "incident": self.incident,
            "silenced": self.silenced,
            "last_error": self.last_error.as_ref().map(LastError),
        )
    }
}

impl Serialize for ChannelStatus {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        object!(serializer, "channel": self.channel, "verdict": self.verdict,
            "health_score": self.health_score, "parts": self.parts)
    }
}

impl Serialize for OpenIncident {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        object!(serializer, "id": self.id, "since": stamp(self.since), "acknowledged": self.acknowledged)
    }
}

impl Serialize for Silenced {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        object!(serializer, "id": self.id, "until": self.until.map(stamp), "reason": self.reason)
    }
}

struct LastError<'a>(&'a Stretch);

impl Serialize for LastError<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(stretch) = self;
        let at = |ms| Timestamp::from_millisecond(ms).ok().map(stamp);
        object!(serializer,
            "ts": at(stretch.last),
            "since": at(stretch.from),
            "count": stretch.count,
            "verdict": stretch.verdict,
            "reason": stretch.reason,
            "status": stretch.status,
            "message": stretch.message,
        )
    }
}

#[cfg(test)]
mod tests;
