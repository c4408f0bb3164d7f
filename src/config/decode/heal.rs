//! `heal` and commands.

use super::endpoint::backoff;
use super::missing::Missing;
use super::{hollow, request, rules};
use crate::config::context::Context;
use crate::config::settings::{Action, CommandRun, HealRule, HealRun};
use crate::config::tree::{Kind, Node, Place, Value};
use crate::model::{EndpointId, Reason, Secret, defaults};
use std::sync::Arc;
use std::time::Duration;

/// The rules of an endpoint. One whose command or URL expands to nothing is not configured: left out, and said.
pub(super) fn rules(cx: &mut Context<'_>, node: &Node, base: Option<&Arc<Node>>, id: &EndpointId) -> Vec<HealRule> {
    let Some(list) = node.get("heal") else { return Vec::new() };
    let mut rules = Vec::new();
    for (at, item) in list.items().iter().enumerate() {
        let mut missing = Missing::default();
        let rule = rule(cx, item, base, &mut missing);
        if missing.first.is_none() {
            rules.extend(rule);
        }
        missing.note(cx, &format!("{id} heal[{at}]."), format!("heal of {id}"));
    }
    rules
}

fn rule(cx: &mut Context<'_>, node: &Node, base: Option<&Arc<Node>>, missing: &mut Missing) -> Option<HealRule> {
    let run = node.get("run")?;
    let run = match &run.value {
        Value::Map(_) => match run.get("http") {
            // The check has said that it needs one of them.
            Some(http) if http.get("url").is_none() && http.get("path").is_none() => return None,
            Some(http) => HealRun::Act(Action::Http(Box::new(request::remedy(cx, http, base, missing)))),
            None => HealRun::Act(Action::Command(command(cx, run, defaults::HEAL_COMMAND_TIMEOUT, missing))),
        },
        Value::Scalar(_) | Value::List(_) => HealRun::HandOver,
    };
    let any = Node { place: Place::default(), value: Value::Map(Vec::new()) };
    let when = node.get("when").map_or(&any, |node| node);
    if let Some(map) = when.get("json") {
        hollow::conditions(cx, "json", map, None);
    }
    Some(HealRule {
        reasons: cx.strings(when, "reason").iter().filter_map(|word| Reason::from_word(word)).collect(),
        statuses: rules::statuses(cx, when, "status"),
        json: rules::json(cx, when),
        run,
        after: cx.count(node, "after").unwrap_or(defaults::HEAL_AFTER),
        backoff: backoff(cx, node, defaults::HEAL_BACKOFF),
        max_attempts: cx.count(node, "max_attempts").unwrap_or(defaults::HEAL_MAX_ATTEMPTS),
        reset_after: cx.duration(node, "reset_after").unwrap_or(defaults::HEAL_RESET_AFTER),
        verify: cx.boolean(node, "verify").unwrap_or(defaults::HEAL_VERIFY),
    })
}

/// `command`, `env`, `timeout`. Arguments are held against the secrets once all of them are known.
///
/// A program with a slash in its name is found from the configuration's directory, as every path is.
pub(super) fn command(cx: &mut Context<'_>, node: &Node, timeout: Duration, missing: &mut Missing) -> CommandRun {
    let mut argv = Vec::new();
    for item in node.get("command").map(|node| node.items()).unwrap_or_default() {
        if let Some(argument) = missing.read(cx, item, "command") {
            let from_here = argv.is_empty() && argument.text.contains('/');
            argv.push(if from_here { cx.beside(&argument.text) } else { argument.text.clone() });
            if item.scalar().is_some_and(|scalar| scalar.kind == Kind::Text) {
                cx.arguments.push((item.place, argument));
            }
        }
    }
    let mut env = Vec::new();
    for entry in node.get("env").map(|node| node.entries()).unwrap_or_default() {
        if let Some(value) = cx.text(&entry.value) {
            cx.secrets.parts(&value);
            if crate::model::names_secret(&entry.key) {
                cx.secrets.value(&value.text);
            }
            env.push((entry.key.to_string(), Secret::new(&value.text)));
        }
    }
    CommandRun { argv, env, timeout: cx.duration(node, "timeout").unwrap_or(timeout) }
}
