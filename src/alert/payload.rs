//! The webhook body, exactly as the contract has it; within `v` 1 fields are only added.

use super::{Backlog, Entry, Story, causes, text};
use crate::model::result::stamp;
use crate::model::{HeldBack, Notice, Summary};
use jiff::Timestamp;
use serde_json::{Value, json};

/// What a body is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something happened.
    Alert,
    /// Somebody asked for a sample (`alerts test`).
    Test,
}

/// The body for an entry. It depends on the clock only where the text says how late something is: a retry sends the same
/// bytes otherwise.
pub fn body(kind: Kind, entry: &Entry, host: &str, now: Timestamp) -> Value {
    let story = match kind {
        Kind::Alert => Story::of(entry, now),
        Kind::Test => Story::sample(host),
    };
    json!({
        "v": 1,
        "id": entry.id,
        "kind": match kind { Kind::Alert => "alert", Kind::Test => "test" },
        "run": entry.run,
        "sent_at": stamp(entry.sent_at.unwrap_or(now)),
        "host": host,
        "summary": entry.summary,
        "items": items(entry),
        "causes": causes(&entry.items),
        "text": text(&story),
        "may_be_repeat": entry.repeat,
    })
}

impl Entry {
    /// What `alerts test` sends: an entry without items.
    pub fn sample(receiver: &str, run: &str, summary: &Summary, now: Timestamp) -> Self {
        let id = crate::model::incident::short_hash(&["test", receiver, run]);
        let (receiver, run) = (receiver.to_owned(), run.to_owned());
        Self { id, receiver, run, summary: *summary, created_at: now, sent_at: Some(now), ..Self::default() }
    }
}

/// What was folded comes first: the last word about each subject, and how many messages it stands for.
pub(super) fn items(entry: &Entry) -> Vec<Value> {
    let folded = entry.backlog.iter().map(|Backlog { last, messages, .. }| {
        let mut one = item(last);
        one["messages"] = (*messages).into();
        one
    });
    folded.chain(entry.items.iter().map(item)).collect()
}

fn item(notice: &Notice) -> Value {
    json!({
        "id": notice.incident,
        "event": notice.event,
        "channel": notice.endpoint.as_ref().map(|id| &id.channel),
        "endpoint": notice.endpoint.as_ref().map(|id| &*id.endpoint),
        "verdict": notice.verdict,
        "reason": notice.reason,
        "blame": notice.blame,
        "message": notice.message,
        "since": stamp(notice.since),
        "ended_at": notice.ended_at.map(stamp),
        "merged": notice.merged,
        "url": notice.url,
        "runbook": notice.runbook,
        "evidence": notice.evidence.as_ref().map(|body| json!({ "body": body })),
        "kind": notice.kind,
        "change": notice.change,
        "endpoints": notice.endpoints,
        "heal": notice.heal,
        "held_back": notice.held_back.iter().map(held_back).collect::<Value>(),
        "at": stamp(notice.at),
    })
}

fn held_back(one: &HeldBack) -> Value {
    json!({
        "channel": one.endpoint.channel,
        "endpoint": &*one.endpoint.endpoint,
        "reason": one.reason,
        "message": one.message,
        "url": one.url,
        "runbook": one.runbook,
        "action": one.action,
    })
}
