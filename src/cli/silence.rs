//! `canary silence add|list|remove`.

use super::args::{self, SilenceAdd};
use super::columns::lay;
use super::session::Session;
use super::stored::{Stored, begun, no_such};
use super::{Stop, print, targets};
use crate::config::settings::Config;
use crate::incident::{Ending, Silence, Track};
use crate::model::incident::short_hash;
use crate::model::result::stamp;
use crate::model::time::{elapsed, later};
use crate::model::{EndpointId, Target, Verdict};
use crate::store::State;
use crate::text::duration::human;
use crate::text::plural::count;
use crate::world::clock;
use jiff::Timestamp;
use serde_json::{Value, json};

pub(super) fn run(session: Session<'_>, command: &args::Silence) -> Result<u8, Stop> {
    let stored = Stored::find(session)?;
    match command {
        args::Silence::Add(args) => add(&stored, args),
        args::Silence::List { json } => list(&stored, *json),
        args::Silence::Remove { id } => remove(&stored, id),
    }
}

fn add(stored: &Stored<'_>, args: &SilenceAdd) -> Result<u8, Stop> {
    let now = stored.now;
    let covered = targets::select(&stored.config, &args.targets, &[])?;
    let ending = match (args.lasting, args.until) {
        (Some(lasting), _) => Ending::At(later(now, lasting)),
        (None, Some(until)) if until > now => Ending::At(until),
        (None, Some(until)) => return Err(Stop::Usage(format!("--until {until} is over already"))),
        (None, None) => Ending::Recovery,
    };
    let state = stored.peek_whole()?;
    let place = stored.mind(&state);
    if ending == Ending::Recovery && !covered.iter().any(|endpoint| is_ill(&endpoint.id, &state)) {
        stored.session.stderr.warning(&format!(
            "nothing that {} names is failing now: this silence ends with the next good result, and mutes a failure that \
             comes before that",
            args.targets.join(", ")
        ));
    }
    let mut targets: Vec<Target> = Vec::with_capacity(args.targets.len());
    for target in &args.targets {
        let target = Target::from(target.as_str());
        if !targets.contains(&target) {
            targets.push(target);
        }
    }
    let id = short_hash(&["silence", &clock::new_run_id(now)]);
    let reason = args.reason.as_ref().map(|reason| stored.redactor().redact(reason).into_owned());
    let silence = Silence::new(id.clone(), targets, ending, reason, now);
    let ends = ends(&silence, now);
    let line =
        format!("{id}: {} ({}) silenced {ends}{place}", silence.targets.join(", "), count(covered.len(), "endpoint"));
    stored.change(|state| {
        state.book.silence(silence);
        Ok(())
    })?;
    print(format!("{}\n", stored.safe(&line)).as_bytes())
}

/// Whether the endpoint has an open incident, or failed when it was probed last.
fn is_ill(id: &EndpointId, state: &State) -> bool {
    let failed = match state.endpoints.get(&id.to_string()).and_then(|entry| entry.verdict) {
        Some(Verdict::Down | Verdict::Degraded | Verdict::Unknown) => true,
        Some(Verdict::Up | Verdict::Skipped) | None => false,
    };
    failed || state.book.track(id).and_then(Track::open).is_some()
}

fn list(stored: &Stored<'_>, json: bool) -> Result<u8, Stop> {
    let now = stored.now;
    let state = stored.peek()?;
    let silences: Vec<&Silence> = state.book.silences(now).collect();
    if json {
        return stored.print_json(silences.into_iter().map(|silence| view(silence, &stored.config, now)).collect());
    }
    if silences.is_empty() {
        stored.nothing(&state, "nothing is silenced");
        return print(b"");
    }
    let rows: Vec<Vec<String>> = silences
        .into_iter()
        .map(|silence| {
            let reason = silence.reason.as_deref().unwrap_or("-");
            [&silence.id, &silence.targets.join(", "), &ends(silence, now), reason]
                .map(|cell| stored.safe(cell))
                .to_vec()
        })
        .collect();
    print(lay(&["ID", "TARGETS", "ENDS", "REASON"], &rows, stored.width()).as_bytes())
}

fn view(silence: &Silence, config: &Config, now: Timestamp) -> Value {
    let covered: Vec<String> = config
        .endpoints
        .iter()
        .filter(|endpoint| silence.mutes(&endpoint.id, &endpoint.tags, now))
        .map(|endpoint| endpoint.id.to_string())
        .collect();
    let (channel, endpoint) = alone(silence, config);
    json!({
        "id": silence.id,
        "channel": channel,
        "endpoint": endpoint,
        "targets": silence.targets,
        "created_at": stamp(silence.created_at),
        "until": silence.until.map(stamp),
        "until_recovered": silence.until.is_none(),
        "reason": silence.reason,
        "endpoints": covered,
        "recovered": silence.recovered,
    })
}

/// The channel, or channel and endpoint, that the only target names.
fn alone<'a>(silence: &Silence, config: &'a Config) -> (Option<&'a str>, Option<&'a str>) {
    let [target] = silence.targets.as_slice() else { return (None, None) };
    if let Some(channel) = config.channels.iter().find(|channel| channel.as_str() == target.as_str()) {
        return (Some(channel.as_str()), None);
    }
    let named = config.endpoints.iter().find(|endpoint| endpoint.id.to_string() == target.as_str());
    named.map_or((None, None), |endpoint| (Some(endpoint.id.channel.as_str()), Some(&endpoint.id.endpoint)))
}

fn ends(silence: &Silence, now: Timestamp) -> String {
    match silence.until {
        Some(until) => format!("until {until:.0} (in {})", human(elapsed(now, until))),
        None => "until recovery".to_owned(),
    }
}

fn remove(stored: &Stored<'_>, typed: &str) -> Result<u8, Stop> {
    let state = stored.peek_whole()?;
    stored.mind(&state);
    let silences: Vec<&Silence> = state.book.silences(stored.now).collect();
    let known: Vec<&str> = silences.iter().map(|silence| silence.id.as_str()).collect();
    let unknown = || no_such("silence", typed, &known, "canary silence list");
    let mut of_target =
        silences.iter().filter(|silence| matches!(silence.targets.as_slice(), [one] if one.as_str() == typed));
    let id = match (known.contains(&typed), of_target.next(), of_target.next()) {
        (true, _, _) => typed,
        (false, Some(only), None) => &only.id,
        (false, Some(_), Some(_)) => {
            return Err(Stop::Usage(format!("several silences are of {typed}: `canary silence list` names them")));
        }
        (false, None, _) => begun(&known, typed)?.ok_or_else(unknown)?,
    };
    stored.change(|state| if state.book.unsilence(id) { Ok(()) } else { Err(unknown()) })?;
    print(format!("{id}: no longer silenced\n").as_bytes())
}
