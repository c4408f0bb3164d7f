//! Built-in values, read off the typed settings, for what the file leaves open.

use crate::config::settings::{
    Alerting, Config, Endpoint, HttpVersion, IpFamily, MailTls, Pool, Receiver, ReceiverKind,
};
use crate::config::settings::{Strategy, Threshold};
use crate::model::defaults::{
    HEAL_AFTER, HEAL_BACKOFF, HEAL_COMMAND_TIMEOUT, HEAL_MAX_ATTEMPTS, HEAL_RESET_AFTER, HEAL_VERIFY,
    RECEIVER_COMMAND_TIMEOUT,
};
use crate::retry::Backoff;
use crate::text::{duration, size};
use serde_json::{Map, Value as Json, json};
use std::time::Duration;

/// Adds what `value` lacks; maps are filled key by key.
pub(super) fn fill(value: &mut Json, built_in: Json) {
    match (value, built_in) {
        (Json::Object(given), Json::Object(built_in)) => {
            for (key, built_in) in built_in {
                match given.get_mut(&key) {
                    Some(value) => fill(value, built_in),
                    None => drop(given.insert(key, built_in)),
                }
            }
        }
        (value @ Json::Null, built_in) => *value = built_in,
        _ => {}
    }
}

fn time(time: Duration) -> Json {
    Json::from(duration::format(time))
}

/// Of an endpoint.
pub(super) fn of(endpoint: &Endpoint) -> Json {
    let transport = &endpoint.transport;
    let mut out = json!({
        "method": endpoint.request.method.as_str(),
        "proxy": "direct",
        "timeout": time(transport.timeout),
        "connect_timeout": time(transport.connect_timeout),
        "ip_family": match transport.ip_family { IpFamily::Auto => "auto", IpFamily::V4 => "4", IpFamily::V6 => "6" },
        "interval": time(endpoint.interval),
        "interval_failing": time(endpoint.interval_failing),
        "retry": {
            "attempts": endpoint.retry.attempts,
            "backoff": backoff(&endpoint.retry.backoff),
            "unsafe": endpoint.retry.unsafe_too,
        },
        "follow_redirects": transport.max_redirects,
        "max_body": size::format(transport.max_body),
        "http_version": match transport.http_version {
            HttpVersion::Auto => "auto", HttpVersion::V1 => "1.1", HttpVersion::V2 => "2",
        },
        "tls": { "verify": transport.tls.verify },
        "max_per_host": transport.max_per_host,
        "capture": if endpoint.rules.capture { "on_failure" } else { "never" },
        "expect": { "status": ["2xx"] },
        "alerting": alerting(&endpoint.alerting),
        "connectivity": endpoint.connectivity,
        "enabled": endpoint.enabled,
    });
    out["retry"]["backoff"]["jitter"] = Json::from(endpoint.retry.backoff.jitter);
    if endpoint.request.url.scheme() == "https"
        && let Some(cert) = endpoint.rules.warn.cert
    {
        out["warn"] = json!({ "cert": time(cert) });
    }
    out
}

fn backoff(backoff: &Backoff) -> Json {
    // 2 rather than 2.0, as people write it.
    let factor = serde_json::from_str(&backoff.factor.to_string()).unwrap_or(Json::from(backoff.factor));
    json!({ "initial": time(backoff.initial), "factor": factor, "max": time(backoff.max) })
}

/// Of a heal rule that is shown so far.
pub(super) fn of_rule(shown: &Json) -> Json {
    let longest = shown.pointer("/backoff/max").and_then(|max| duration::parse(max.as_str()?).ok());
    let initial = longest.map_or(HEAL_BACKOFF.initial, |longest| HEAL_BACKOFF.initial.min(longest));
    let mut out = json!({
        "after": HEAL_AFTER,
        "backoff": backoff(&Backoff { initial, ..HEAL_BACKOFF }),
        "max_attempts": HEAL_MAX_ATTEMPTS,
        "reset_after": time(HEAL_RESET_AFTER),
        "verify": HEAL_VERIFY,
    });
    if shown.pointer("/run/command").is_some() {
        out["run"] = json!({ "timeout": time(HEAL_COMMAND_TIMEOUT) });
    } else if shown.pointer("/run/http").is_some() {
        out["run"] = json!({ "http": { "method": "POST" } });
    }
    out
}

fn alerting(alerting: &Alerting) -> Json {
    let off_or = |count: Option<u32>| count.map_or_else(|| Json::from("off"), Json::from);
    let after = match alerting.after {
        Threshold::Consecutive(count) => Json::from(count),
        Threshold::Of { failures, of } => json!({ "failures": failures, "of": of }),
    };
    let receivers: Vec<&str> = alerting.receivers.iter().map(crate::model::Name::as_str).collect();
    json!({
        "after": after,
        "recover_after": alerting.recover_after,
        "degraded_after": off_or(alerting.degraded_after),
        "unknown_after": off_or(alerting.unknown_after),
        "repeat": time(alerting.repeat),
        "flap": { "changes": alerting.flap.changes, "window": time(alerting.flap.window) },
        "receivers": receivers,
    })
}

/// Of a block at the top.
pub(super) fn at_the_top(key: &str, config: &Config) -> Option<Json> {
    match key {
        "alerting" => Some(alerting(&config.alerting)),
        "history" => Some(json!({
            "path": config.history.path.to_string_lossy(),
            "max_size": size::format(config.history.max_size),
            "keep": config.history.keep,
        })),
        "proxies" if !config.proxies.is_empty() => Some(
            config.proxies.iter().map(|(name, pool)| (name.to_string(), of_pool(pool))).collect::<Map<_, _>>().into(),
        ),
        "receivers" if !config.receivers.is_empty() => Some(
            config
                .receivers
                .iter()
                .map(|(name, one)| (name.to_string(), of_receiver(one)))
                .collect::<Map<_, _>>()
                .into(),
        ),
        _ => None,
    }
}

fn of_pool(pool: &Pool) -> Json {
    let strategy = match pool.strategy {
        Strategy::RoundRobin => "round_robin",
        Strategy::Random => "random",
        Strategy::Sticky => "sticky",
    };
    json!({
        "strategy": strategy,
        "confirm": pool.confirm,
        "max_exits": pool.max_exits,
        "quarantine": time(pool.quarantine),
    })
}

fn of_receiver(receiver: &Receiver) -> Json {
    let mut out = json!({ "proxy": "direct", "events": ["open", "remind", "recover", "heal"] });
    match &receiver.kind {
        ReceiverKind::Telegram { silent, .. } => out["silent"] = Json::from(*silent),
        ReceiverKind::Email { tls, .. } => {
            out["tls"] = Json::from(match tls {
                MailTls::Starttls => "starttls",
                MailTls::Implicit => "implicit",
                MailTls::None => "none",
            });
        }
        ReceiverKind::Command(_) => out["timeout"] = time(RECEIVER_COMMAND_TIMEOUT),
        ReceiverKind::Webhook { .. } | ReceiverKind::Slack { .. } | ReceiverKind::Alertmanager { .. } => {}
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{of, of_rule};
    use crate::config::adhoc;
    use crate::config::grammar::{ALERTING, Block, ENDPOINT, Shape};
    use crate::model::defaults;
    use crate::text::duration;
    use serde_json::{Value as Json, json};

    /// What a key's words call built in.
    fn said(block: &'static Block, key: &str) -> String {
        let doc = block.key(key).expect("a key").doc;
        let (_, said) = doc.split_once("Built in: ").expect("words on what is built in");
        said.trim_end_matches('.').to_owned()
    }

    fn words(value: &Json) -> String {
        value.as_str().map_or_else(|| value.to_string(), str::to_owned)
    }

    #[test]
    fn what_the_grammar_calls_built_in_is_built_in() {
        let endpoint = of(&adhoc("http://127.0.0.1:1/").expect("an endpoint"));
        for key in
            ["timeout", "connect_timeout", "ip_family", "interval", "follow_redirects", "max_body", "http_version"]
        {
            assert_eq!(said(&ENDPOINT, key), words(&endpoint[key]), "{key}");
        }
        for key in ["max_per_host", "capture", "connectivity", "enabled", "proxy"] {
            assert_eq!(said(&ENDPOINT, key), words(&endpoint[key]), "{key}");
        }
        let failing = super::time(defaults::INTERVAL_FAILING);
        assert_eq!(said(&ENDPOINT, "interval_failing"), format!("min(interval, {})", words(&failing)));

        let Some(Shape::List(Shape::Block(heal))) = ENDPOINT.key("heal").map(|key| &key.shape) else { panic!("rules") };
        let rule = of_rule(&json!({ "run": { "command": ["a"] } }));
        for key in ["after", "max_attempts", "reset_after", "verify"] {
            assert_eq!(said(heal, key), words(&rule[key]), "{key}");
        }
        let backoff = &rule["backoff"];
        assert_eq!((&backoff["factor"], &backoff["initial"], &backoff["max"]), (&json!(2), &json!("3s"), &json!("1m")));
        assert_eq!(said(heal, "backoff"), "3s, doubling up to 60s");
        let Some(Shape::Either(_, [_, Shape::Block(run)])) = heal.key("run").map(|key| &key.shape) else {
            panic!("run")
        };
        let limits = [defaults::HEAL_COMMAND_TIMEOUT, defaults::RECEIVER_COMMAND_TIMEOUT].map(duration::format);
        assert_eq!(said(run, "timeout"), format!("{} for healing, {} for receivers", limits[0], limits[1]));

        let alerting = &endpoint["alerting"];
        for key in ["after", "recover_after", "degraded_after", "unknown_after", "repeat"] {
            assert_eq!(said(&ALERTING, key), words(&alerting[key]), "{key}");
        }
        let flap = &alerting["flap"];
        assert_eq!(said(&ALERTING, "flap"), format!("{} within {}", flap["changes"], words(&flap["window"])));
    }
}
