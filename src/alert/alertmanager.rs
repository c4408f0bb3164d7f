//! Objects of Alertmanager's API v2: <https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml> (`postableAlerts`).

use super::words;
use crate::model::result::stamp;
use crate::model::time::later;
use crate::model::{IncidentKind, Notice};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// So many of the longest intervals an alert outlives the run that posted it.
const INTERVALS: u32 = 3;

/// All open incidents, kept alive for three of the longest intervals, and those that ended. Labels name the incident and
/// never change while it is open; what changes stands in annotations.
pub fn alerts<'a>(
    open: impl IntoIterator<Item = &'a Notice>,
    ended: impl IntoIterator<Item = &'a Notice>,
    longest_interval: Duration,
    now: Timestamp,
) -> Vec<Value> {
    let ahead = later(now, longest_interval.saturating_mul(INTERVALS));
    let open = open.into_iter().map(|notice| alert(notice, ahead, now));
    let ended = ended.into_iter().filter_map(|notice| Some(alert(notice, notice.ended_at?, now)));
    open.chain(ended).collect()
}

fn alert(notice: &Notice, ends: Timestamp, now: Timestamp) -> Value {
    let mut labels = Map::new();
    labels.insert("alertname".to_owned(), "canary".into());
    // What canary cannot tell is of one endpoint now and of three in the next run.
    if let Some(id) = notice.endpoint.as_ref().filter(|_| notice.kind != IncidentKind::Unknown) {
        labels.insert("channel".to_owned(), id.channel.as_str().into());
        labels.insert("endpoint".to_owned(), (*id.endpoint).into());
    }
    labels.insert("incident".to_owned(), notice.incident.as_str().into());
    let mut notes = Map::new();
    notes.insert("summary".to_owned(), format!("{} {}", notice.subject(), words::phrase(notice, now)).into());
    notes.insert("kind".to_owned(), notice.kind.as_str().into());
    let texts = [
        ("description", notice.message.clone()),
        ("reason", notice.reason.map(|reason| reason.to_string())),
        ("blame", notice.blame.map(|blame| blame.to_string())),
        ("url", notice.url.clone()),
        ("runbook", notice.runbook.clone()),
    ];
    notes.extend(texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?.into()))));
    // an end that isn't after the beginning is a 400
    let ends = ends.max(later(notice.since, Duration::from_millis(1)));
    json!({ "labels": labels, "annotations": notes, "startsAt": stamp(notice.since), "endsAt": stamp(ends) })
}
