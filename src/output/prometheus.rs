//! `-o prometheus` and `metrics.prom`: the text format 0.0.4, for the node exporter's textfile collector or a web server.
//!
//! It tells of every configured endpoint, from the state: a run over a few must not make the others vanish.

use crate::model::{EndpointId, Name, Phases, Verdict};
use crate::stats::Status;
use jiff::Timestamp;
use std::fmt::Write as _;
use std::time::Duration;

/// What the metrics are made of.
#[derive(Clone, Debug, Default)]
pub struct MetricsInput {
    /// Every configured endpoint.
    pub endpoints: Vec<EndpointMetrics>,
    /// Every channel with its health score, where one is known.
    pub channels: Vec<(Name, Option<f64>)>,
    /// When the last run was recorded, at its end.
    pub last_run_at: Option<Timestamp>,
}

/// What is told of one endpoint: its last result.
#[derive(Clone, Debug)]
pub struct EndpointMetrics {
    /// Which.
    pub id: EndpointId,
    /// Its last verdict; none when it was never probed.
    pub verdict: Option<Verdict>,
    /// When that probe began.
    pub at: Option<Timestamp>,
    /// From start to end of the judged attempt.
    pub latency: Option<Duration>,
    /// Per stage.
    pub phases: Phases,
    /// HTTP status.
    pub status: Option<u16>,
    /// End of validity of the certificate that runs out first, Unix seconds.
    pub cert_not_after: Option<i64>,
    /// Numbers read from the response, by name.
    pub metrics: Vec<(String, f64)>,
    /// Whether an incident is open.
    pub incident_open: bool,
    /// Uptime of the last 24 hours, 0–1.
    pub uptime: Option<f64>,
}

/// Reads one value of an endpoint.
type Read = fn(&EndpointMetrics) -> Option<f64>;

/// The whole text. A value that isn't known has no line; a metric without lines has no head.
pub fn render(input: &MetricsInput) -> String {
    let mut out = String::new();
    let each = |one: &dyn Fn(&EndpointMetrics, &mut Lines)| {
        let mut lines = Lines::default();
        for endpoint in &input.endpoints {
            one(endpoint, &mut lines);
        }
        lines
    };
    let up = each(&|endpoint, lines| {
        let value = match endpoint.verdict {
            Some(Verdict::Up | Verdict::Degraded) => 1.0,
            Some(Verdict::Down | Verdict::Unknown) => 0.0,
            Some(Verdict::Skipped) | None => return,
        };
        lines.add(&labels(&endpoint.id), value);
    });
    family(&mut out, "canary_probe_up", "Whether the last verdict was up or degraded; 0 for down and unknown.", up);
    let verdict = each(&|endpoint, lines| {
        for verdict in Verdict::ALL {
            let is = endpoint.verdict.unwrap_or(Verdict::Skipped) == verdict;
            lines.add(&with(&endpoint.id, "verdict", verdict.as_str()), f64::from(u8::from(is)));
        }
    });
    family(&mut out, "canary_probe_verdict", "1 for the last verdict, 0 for the others.", verdict);
    let phases = each(&|endpoint, lines| {
        let Phases { dns, connect, tls, ttfb, download } = endpoint.phases;
        let all = [("dns", dns), ("connect", connect), ("tls", tls), ("ttfb", ttfb), ("download", download)];
        for (phase, took) in all {
            lines.maybe(&with(&endpoint.id, "phase", phase), took.map(|took| took.as_secs_f64()));
        }
    });
    family(&mut out, "canary_probe_duration_seconds", "How long each phase of the last probe took.", phases);
    #[expect(clippy::cast_precision_loss, reason = "Unix seconds stay far below 2^52")]
    let simple: [(&str, &str, Read); 6] = [
        ("canary_probe_latency_seconds", "How long the last answered probe took from start to end.", |one| {
            one.latency.map(|latency| latency.as_secs_f64())
        }),
        ("canary_probe_http_status_code", "HTTP status of the last response.", |one| one.status.map(f64::from)),
        (
            "canary_probe_tls_cert_expiry_timestamp_seconds",
            "When the served certificate that runs out first does so, Unix time.",
            |one| one.cert_not_after.map(|at| at as f64),
        ),
        ("canary_probe_timestamp_seconds", "When the last probe began, Unix time.", |one| one.at.map(seconds)),
        ("canary_probe_uptime_ratio", "Share of the known time of the last 24 hours that was not down.", |one| {
            one.uptime
        }),
        ("canary_incident_open", "Whether an incident of this endpoint is open.", |one| {
            Some(f64::from(u8::from(one.incident_open)))
        }),
    ];
    for (name, help, read) in simple {
        family(&mut out, name, help, each(&|one, lines| lines.maybe(&labels(&one.id), read(one))));
    }
    let metrics = each(&|endpoint, lines| {
        for (name, value) in &endpoint.metrics {
            lines.add(&with(&endpoint.id, "name", name), *value);
        }
    });
    family(&mut out, "canary_probe_metric", "A number that the configuration reads from the response.", metrics);
    let mut scores = Lines::default();
    for (channel, score) in &input.channels {
        scores.maybe(&format!("channel=\"{}\"", escape(channel.as_str())), *score);
    }
    family(&mut out, "canary_channel_health_score", "Health score of the channel, 0 to 100.", scores);
    let mut last = Lines::default();
    last.maybe("", input.last_run_at.map(seconds));
    family(
        &mut out,
        "canary_last_run_timestamp_seconds",
        "When the last run was recorded, at its end, Unix time.",
        last,
    );
    out
}

impl MetricsInput {
    /// From what is known of every configured endpoint. When a certificate ends is known to the day there.
    pub fn of(status: &Status) -> Self {
        let endpoints = status.endpoints.iter().map(|one| {
            let latest = one.latest.clone().unwrap_or_default();
            let not_after = one.last_result_at.zip(latest.cert_days_left);
            EndpointMetrics {
                id: one.id.clone(),
                verdict: one.verdict,
                at: one.last_result_at,
                latency: latest.latency_ms.and_then(|ms| Duration::try_from_secs_f64(ms / 1e3).ok()),
                phases: latest.phases(),
                status: latest.status,
                cert_not_after: not_after.map(|(at, days)| at.as_second().saturating_add(days.saturating_mul(86_400))),
                metrics: latest.metrics(),
                incident_open: one.incident.is_some(),
                uptime: one.uptime.day,
            }
        });
        Self {
            endpoints: endpoints.collect(),
            channels: status.channels.iter().map(|one| (one.channel.clone(), one.health_score)).collect(),
            last_run_at: status.last_run_at,
        }
    }
}

/// The lines of one metric, without its name.
#[derive(Default)]
struct Lines(Vec<(String, f64)>);

impl Lines {
    fn add(&mut self, labels: &str, value: f64) {
        self.0.push((labels.to_owned(), value));
    }

    fn maybe(&mut self, labels: &str, value: Option<f64>) {
        if let Some(value) = value {
            self.add(labels, value);
        }
    }
}

fn family(out: &mut String, name: &str, help: &str, lines: Lines) {
    if lines.0.is_empty() {
        return;
    }
    // Writing to a string can't fail.
    let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge");
    for (labels, value) in lines.0 {
        let _ = if labels.is_empty() {
            writeln!(out, "{name} {value}")
        } else {
            writeln!(out, "{name}{{{labels}}} {value}")
        };
    }
}

fn labels(id: &EndpointId) -> String {
    format!("channel=\"{}\",endpoint=\"{}\"", escape(id.channel.as_str()), escape(&id.endpoint))
}

fn with(id: &EndpointId, name: &str, value: &str) -> String {
    format!("{},{name}=\"{}\"", labels(id), escape(value))
}

/// As the text format wants label values.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds stay far below 2^52")]
fn seconds(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1e3
}

#[cfg(test)]
mod tests;
