//! One result: what `check --json` and a history line hold.

use super::{Blame, EndpointId, Phases, Problem, Reason, Redactor, Verdict, observation::millis};
use indexmap::IndexMap;
use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use serde::{Deserialize, Serialize, Serializer, ser::SerializeMap as _};
use std::net::SocketAddr;
use std::time::Duration;

/// Everything that is told of one endpoint after a run. Texts are already redacted; escaping is the renderer's.
#[derive(Clone, Debug)]
pub struct ProbeResult {
    /// Which endpoint.
    pub id: EndpointId,
    /// When its probe began.
    pub started: Timestamp,
    /// When its probe ended.
    pub ended: Timestamp,
    /// The verdict.
    pub verdict: Verdict,
    /// The first problem's kind; why it was skipped stands in `message`.
    pub reason: Option<Reason>,
    /// Whose fault it is.
    pub blame: Option<Blame>,
    /// The first problem for a person. Of a skipped one why it was not probed: for people, the JSON has null.
    pub message: Option<String>,
    /// Every violation, at most 100.
    pub problems: Vec<Problem>,
    /// What was asked and how it went; none for a skipped endpoint.
    pub exchange: Option<Exchange>,
    /// Values read from the response by name; none when a path yielded no number.
    pub metrics: IndexMap<String, Option<serde_json::Number>>,
    /// Up to 1 KiB of the failing response's body.
    pub evidence: Option<Evidence>,
    /// The down parent that keeps this one from opening an incident.
    pub suppressed_by: Option<EndpointId>,
    /// Whether a maintenance window was open.
    pub maintenance: bool,
    /// Whether this is the second look after a remediation.
    pub verify: bool,
}

/// The request and its way.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    /// HTTP method.
    pub method: String,
    /// The URL with secrets masked.
    pub url: String,
    /// The URL that answered after redirects.
    pub final_url: Option<String>,
    /// The address connected to.
    pub remote_addr: Option<SocketAddr>,
    /// `1.0`, `1.1` or `2`.
    pub http_version: Option<&'static str>,
    /// HTTP status.
    pub status: Option<u16>,
    /// The judged attempt from start to end; none when no response came.
    pub latency: Option<Duration>,
    /// Per stage.
    pub phases: Phases,
    /// Tries in all.
    pub attempts: u32,
    /// Redirects followed.
    pub redirects: u32,
    /// `POOL/HOST:PORT`.
    pub proxy: Option<String>,
    /// Bytes of the decoded body.
    pub bytes: Option<u64>,
    /// Whole days left on the certificate, negative when expired.
    pub cert_days_left: Option<i64>,
}

/// What a responder may want to see of the response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// Up to 1 KiB of the decoded body, redacted, invalid UTF-8 replaced.
    pub body: String,
}

impl ProbeResult {
    /// A result for an endpoint that was not probed.
    pub fn skipped(id: EndpointId, now: Timestamp, why: &str) -> Self {
        Self {
            id,
            started: now,
            ended: now,
            verdict: Verdict::Skipped,
            reason: None,
            blame: None,
            message: Some(why.to_owned()),
            problems: Vec::new(),
            exchange: None,
            metrics: IndexMap::new(),
            evidence: None,
            suppressed_by: None,
            maintenance: false,
            verify: false,
        }
    }

    /// The same with every secret masked in every text.
    #[must_use]
    pub fn redacted(mut self, redactor: &Redactor) -> Self {
        let mask = |text: &mut String| redactor.redact_in_place(text);
        self.message.as_mut().map(mask);
        for problem in &mut self.problems {
            mask(&mut problem.message);
            problem.path.as_mut().map(mask);
        }
        if let Some(exchange) = &mut self.exchange {
            mask(&mut exchange.url);
            exchange.final_url.as_mut().map(mask);
        }
        if let Some(evidence) = &mut self.evidence {
            mask(&mut evidence.body);
        }
        self
    }

    /// The record of the history: `v`, `ts` and `run` before the keys of [`Serialize`].
    pub fn history_line<'a>(&'a self, run: &'a str) -> HistoryLine<'a> {
        HistoryLine { result: self, run }
    }

    fn write_keys<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let none = Exchange::default();
        let exchange = self.exchange.as_ref();
        let or = exchange.unwrap_or(&none);
        map.serialize_entry("channel", &self.id.channel)?;
        map.serialize_entry("endpoint", &*self.id.endpoint)?;
        map.serialize_entry("verdict", &self.verdict)?;
        map.serialize_entry("reason", &self.reason)?;
        map.serialize_entry("blame", &self.blame)?;
        let skipped = self.verdict == Verdict::Skipped;
        map.serialize_entry("message", &self.message.as_ref().filter(|_| !skipped))?;
        map.serialize_entry("problems", &self.problems)?;
        map.serialize_entry("method", &exchange.map(|e| &e.method))?;
        map.serialize_entry("url", &exchange.map(|e| &e.url))?;
        map.serialize_entry("final_url", &or.final_url)?;
        map.serialize_entry("remote_addr", &or.remote_addr)?;
        map.serialize_entry("http_version", &or.http_version)?;
        map.serialize_entry("status", &or.status)?;
        map.serialize_entry("latency_ms", &or.latency.map(millis))?;
        map.serialize_entry("phases", &or.phases)?;
        map.serialize_entry("attempts", &exchange.map(|e| e.attempts))?;
        map.serialize_entry("redirects", &exchange.map(|e| e.redirects))?;
        map.serialize_entry("proxy", &or.proxy)?;
        map.serialize_entry("bytes", &or.bytes)?;
        map.serialize_entry("cert_days_left", &or.cert_days_left)?;
        map.serialize_entry("metrics", &self.metrics)?;
        map.serialize_entry("evidence", &self.evidence)?;
        map.serialize_entry("suppressed_by", &self.suppressed_by.as_ref().map(ToString::to_string))?;
        map.serialize_entry("maintenance", &self.maintenance)?;
        map.serialize_entry("verify", &self.verify)
    }
}

impl Serialize for ProbeResult {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.write_keys(&mut map)?;
        map.end()
    }
}

/// A result as a line of the history.
#[derive(Clone, Copy, Debug)]
pub struct HistoryLine<'a> {
    result: &'a ProbeResult,
    run: &'a str,
}

impl Serialize for HistoryLine<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("v", &1)?;
        map.serialize_entry("ts", &stamp(self.result.started))?;
        map.serialize_entry("run", self.run)?;
        self.result.write_keys(&mut map)?;
        map.end()
    }
}

/// A time as all of canary's JSON writes it: RFC 3339, UTC, milliseconds.
pub fn stamp(at: Timestamp) -> String {
    const MILLISECONDS: DateTimePrinter = DateTimePrinter::new().precision(Some(3));
    MILLISECONDS.timestamp_to_string(&at)
}
