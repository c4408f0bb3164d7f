//! What a responder needs about one incident, gathered from state, history and configuration.

use super::Stop;
use super::incidents::subject;
use super::reproduce;
use super::stored::Stored;
use crate::config::settings::{Config, Endpoint};
use crate::heal::{HANDED_OVER, Record};
use crate::incident::Incident;
use crate::model::result::stamp;
use crate::model::time::earlier;
use crate::model::{EndpointId, Name};
use crate::store::State;
use crate::text::duration::human;
use crate::text::escape::shorten;
use crate::text::plural::count;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::{BTreeSet, VecDeque};
use std::fmt::Write as _;
use std::time::Duration;

/// So many of the newest results are shown.
const RESULTS: usize = 10;
/// Records are in the order in which runs ended: one that lasted may have begun so much before its neighbours.
const STRAGGLE: Duration = Duration::from_hours(1);
/// Characters of a line's message.
const MESSAGE: usize = 160;

/// All of it.
pub(super) struct Bundle<'a> {
    incident: &'a Incident,
    timeline: Vec<(String, String)>,
    results: VecDeque<Value>,
    healing: Vec<(&'a EndpointId, &'a Record)>,
    reproduce: Vec<(&'a EndpointId, String)>,
    lasted: String,
}

/// Gathers it.
pub(super) fn gather<'a>(stored: &Stored<'_>, state: &'a State, incident: &'a Incident) -> Result<Bundle<'a>, Stop> {
    let results = newest(stored, incident)?;
    let configured = |id: &EndpointId| stored.config.endpoints.iter().find(|endpoint| endpoint.id == *id);
    let reproduce = incident.endpoints.iter().filter_map(|id| {
        let endpoint: &Endpoint = configured(id)?;
        let exit = results.iter().rev().filter(|one| is_of(one, id)).find_map(|one| one["proxy"].as_str());
        Some((id, reproduce::curl(endpoint, &stored.config, exit)))
    });
    let healing = incident.endpoints.iter().filter_map(|id| Some((id, state.ledger.record(id)?)));
    Ok(Bundle {
        incident,
        timeline: timeline(incident, state, &stored.config),
        healing: healing.collect(),
        reproduce: reproduce.collect(),
        lasted: human(incident.span(stored.now)),
        results,
    })
}

fn is_of(result: &Value, id: &EndpointId) -> bool {
    result["channel"] == id.channel.as_str() && result["endpoint"] == *id.endpoint
}

/// The newest results of these endpoints, oldest first: as many as are shown, none from before the incident. The history
/// is read from its end, so what it costs does not grow with what lies before.
fn newest(stored: &Stored<'_>, incident: &Incident) -> Result<VecDeque<Value>, Stop> {
    let mut newest = VecDeque::with_capacity(RESULTS);
    let mut records = stored.history().read_back::<Value>().map_err(|error| Stop::Own(error.to_string()))?;
    // the history holds milliseconds
    let since = stamp(incident.since);
    let since: Timestamp = since.parse().unwrap_or(incident.since);
    let began = |record: &Value| record["ts"].as_str().and_then(|ts| ts.parse::<Timestamp>().ok());
    for record in records.by_ref() {
        if began(&record).is_some_and(|at| at < earlier(since, STRAGGLE)) {
            break;
        }
        let wanted = incident.endpoints.iter().any(|id| is_of(&record, id));
        if wanted && began(&record).is_none_or(|at| at >= since) {
            newest.push_front(record);
        }
        if newest.len() == RESULTS {
            break;
        }
    }
    stored.tell_unreadable(records.bad());
    Ok(newest)
}

fn timeline(incident: &Incident, state: &State, config: &Config) -> Vec<(String, String)> {
    let untold = if incident.told.is_empty() { nobody(incident, config) } else { String::new() };
    let mut events = vec![
        (incident.since, "the first failing result".to_owned()),
        (incident.opened_at, format!("opened as {}{untold}", incident.kind)),
    ];
    if incident.announced && !incident.told.is_empty() {
        let told = format!("last spoken of, to {}", join(incident.told.iter()));
        let reminders = match incident.reminders {
            0 => String::new(),
            some => format!("; {} so far", count(some as usize, "reminder")),
        };
        events.push((incident.said_at, format!("{told}{reminders}")));
    }
    if let Some(ack) = &incident.ack {
        let note = ack.note.as_ref().map(|note| format!(": {note}")).unwrap_or_default();
        events.push((ack.at, format!("acknowledged{note}")));
    }
    for id in &incident.endpoints {
        let Some(record) = state.ledger.record(id) else { continue };
        if let Some(at) = record.last_at.filter(|at| *at >= incident.since) {
            events.push((at, format!("the last attempt to heal {id} began")));
        }
    }
    if let Some(ended) = incident.ended_at {
        let outcome = incident.outcome.map(|outcome| format!(" ({outcome})")).unwrap_or_default();
        events.push((ended, format!("over{outcome}")));
    }
    events.sort_by_key(|(at, _)| *at);
    events.into_iter().map(|(at, what)| (stamp(at), what)).collect()
}

/// Why nobody was told.
fn nobody(incident: &Incident, config: &Config) -> String {
    let endpoints = config.endpoints.iter().filter(|one| incident.endpoints.contains(&one.id));
    let named: BTreeSet<&Name> = endpoints.flat_map(|one| &one.alerting.receivers).collect();
    let idle = |name: &&&Name| config.receivers.get(**name).is_some_and(|receiver| !receiver.configured);
    let unconfigured: Vec<&str> = named.iter().filter(idle).map(|name| name.as_str()).collect();
    match unconfigured.as_slice() {
        _ if incident.ended_at.is_some() => "; told to nobody".to_owned(),
        [] if named.is_empty() => "; told to nobody: its alerting names no receiver".to_owned(),
        [one] if named.len() == 1 => format!("; told to nobody: {one} is not configured"),
        several if several.len() == named.len() => {
            format!("; told to nobody: {} are not configured", several.join(", "))
        }
        _ => "; told to nobody yet: the next run that finds it failing tells".to_owned(),
    }
}

fn join<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.map(String::as_str).collect::<Vec<_>>().join(", ")
}

impl Bundle<'_> {
    /// The newest result that failed.
    fn failing(&self) -> Option<&Value> {
        self.results.iter().rev().find(|result| result["verdict"] != "up")
    }

    fn evidence(&self) -> Option<&str> {
        self.results.iter().rev().find_map(|result| result["evidence"]["body"].as_str())
    }

    pub(super) fn json(&self) -> Value {
        let mut bundle = json!(self.incident.view());
        let timeline = self.timeline.iter().map(|(at, what)| json!({ "at": at, "what": what }));
        bundle["v"] = 1.into();
        bundle["timeline"] = timeline.collect();
        bundle["results"] = self.results.iter().cloned().collect();
        bundle["phases"] = self.failing().map(|result| result["phases"].clone()).unwrap_or_default();
        bundle["evidence"] = self.evidence().map(|body| json!({ "body": body })).unwrap_or_default();
        bundle["healing"] = self.healing.iter().map(|(id, record)| json!(record.view(id))).collect();
        bundle["reproduce"] = self
            .reproduce
            .iter()
            .map(|(id, command)| json!({ "channel": id.channel, "endpoint": &*id.endpoint, "command": command }))
            .collect();
        bundle
    }

    pub(super) fn text(&self, stored: &Stored<'_>) -> String {
        let one = self.incident;
        let mut out = String::new();
        let mut line = |text: &str| {
            for part in stored.fit(&stored.safe(text)) {
                let _ = writeln!(out, "{part}");
            }
        };
        let verb = if one.ended_at.is_some() { "lasted" } else { "for" };
        line(&format!("{}  {} {} {verb} {}", one.id, subject(one), one.severity, self.lasted));
        if one.endpoints.len() > 1 {
            for id in &one.endpoints {
                line(&format!("  {id}"));
            }
        }
        let words = [one.reason.map(|reason| reason.to_string()), one.message.clone()];
        let why = words.into_iter().flatten().collect::<Vec<_>>().join(": ");
        for (name, value) in [
            ("why", Some(why).filter(|why| !why.is_empty())),
            ("blame", one.blame.map(|blame| blame.to_string())),
            ("url", one.url.clone()),
            ("runbook", one.runbook.clone()),
        ] {
            if let Some(value) = value {
                line(&format!("{name:<8} {value}"));
            }
        }
        line("");
        line("Timeline");
        for (at, what) in &self.timeline {
            line(&format!("  {at}  {what}"));
        }
        line("");
        self.results_text(&mut line);
        if let Some(phases) = self.failing().and_then(|result| result["phases"].as_object()) {
            let reached: Vec<String> = phases
                .iter()
                .filter(|(_, time)| !time.is_null())
                .map(|(phase, time)| format!("{} {time} ms", phase.trim_end_matches("_ms")))
                .collect();
            let reached = if reached.is_empty() { "none was reached".to_owned() } else { reached.join(", ") };
            line("");
            line(&format!("Phases of the last failing one: {reached}"));
        }
        if let Some(body) = self.evidence() {
            line("");
            line("Body");
            body.lines().for_each(|part| line(&format!("  {part}")));
        }
        line("");
        line("Healing");
        if self.healing.is_empty() {
            line("  nothing was tried");
        }
        for (id, record) in &self.healing {
            line(&format!("  {id}: {}", healing(record)));
        }
        line("");
        line("Ask again by hand (*** is a secret to fill in)");
        if self.reproduce.is_empty() {
            line("  the endpoint is not in the configuration any more");
        }
        // Broken, it could not be copied.
        for (_, command) in &self.reproduce {
            let _ = writeln!(out, "  {}", stored.safe(command));
        }
        out
    }

    fn results_text(&self, line: &mut impl FnMut(&str)) {
        line(&format!("Last {}", count(self.results.len(), "result")));
        for result in &self.results {
            let text = |key: &str| result[key].as_str().unwrap_or_default().to_owned();
            let latency = match &result["latency_ms"] {
                Value::Number(ms) => format!("{ms} ms"),
                _ => String::new(),
            };
            let status = match &result["status"] {
                Value::Number(status) => status.to_string(),
                _ => String::new(),
            };
            let which = if self.incident.endpoints.len() > 1 {
                format!(" {}/{}", text("channel"), text("endpoint"))
            } else {
                String::new()
            };
            let message = text("message");
            line(&format!(
                "  {} {:<8}{which} {:<8} {status:<3} {latency:<10} {}",
                text("ts"),
                text("verdict"),
                text("reason"),
                shorten(&message, MESSAGE),
            ));
        }
    }
}

fn healing(record: &Record) -> String {
    let Some(mut text) = record.tried() else {
        let words = if record.handed_over_told { HANDED_OVER } else { "nothing was tried" };
        return words.to_owned();
    };
    if record.is_exhausted() {
        text.push_str("; a human is needed");
    } else if let Some(next) = record.next_allowed {
        let _ = write!(text, "; the next not before {next:.0}");
    }
    text
}
