//! What a key's name says about its value.

use crate::model::names_secret;

/// Fields whose values are words of a small set.
const STATES: [&str; 9] = ["status", "state", "verdict", "level", "mode", "severity", "phase", "health", "result"];

/// Fields whose values say something of a person.
const PERSONAL: [&str; 14] = [
    "phone", "email", "mail", "name", "username", "user", "login", "address", "password", "passwd", "contact", "owner",
    "jid", "msisdn",
];

/// Fields that count things, or tell how large or how old they are: never negative.
const COUNTS: [&str; 40] = [
    "count",
    "total",
    "totals",
    "num",
    "size",
    "length",
    "bytes",
    "queue",
    "queued",
    "pending",
    "sent",
    "received",
    "delivered",
    "failed",
    "errors",
    "retries",
    "attempts",
    "loaded",
    "active",
    "connected",
    "messages",
    "accounts",
    "sessions",
    "users",
    "connections",
    "clients",
    "chats",
    "limit",
    "remaining",
    "used",
    "requests",
    "restarts",
    "reconnects",
    "items",
    "processed",
    "online",
    "offline",
    "warnings",
    "failures",
    "workers",
];

/// Fields that tell a time or a share: never negative, and whole only by chance.
const MEASURES: [&str; 22] = [
    "uptime", "age", "seconds", "secs", "sec", "ms", "millis", "duration", "latency", "elapsed", "percent", "pct",
    "ratio", "rate", "score", "avg", "average", "mean", "p50", "p95", "p99", "load",
];

/// Fields that hold a collection by name.
const COLLECTIONS: [&str; 14] = [
    "sessions",
    "accounts",
    "users",
    "chats",
    "clients",
    "contacts",
    "instances",
    "devices",
    "bots",
    "members",
    "tokens",
    "peers",
    "tenants",
    "customers",
];

/// Whether its values may become an `enum`.
pub fn is_state(name: &str) -> bool {
    let words = words(name);
    words.last().is_some_and(|word| STATES.contains(&word.as_str()))
        && !names_secret(name)
        && !words.iter().any(|word| PERSONAL.contains(&word.as_str()))
}

/// Whether its numbers are never negative.
pub fn is_amount(name: &str) -> bool {
    is_measure(name) || words(name).iter().any(|word| COUNTS.contains(&word.as_str()))
}

/// Whether its numbers are whole only by chance.
pub fn is_measure(name: &str) -> bool {
    words(name).iter().any(|word| MEASURES.contains(&word.as_str()))
}

/// Whether its keys are names of things that come and go.
pub fn is_collection(name: &str) -> bool {
    words(name).last().is_some_and(|word| COLLECTIONS.contains(&word.as_str()))
}

/// Whether a key is an id, an address or a number: it names one thing, not a kind of value, and may be personal.
pub fn is_id(key: &str) -> bool {
    let digits = key.bytes().filter(u8::is_ascii_digit).count();
    let run = key.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
    let hex = key.len() >= 8 && digits > 0 && key.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    let plain = key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '$' | '@' | ':'));
    let mixed = key.len() >= 16 && digits >= 4 && !key.contains('_');
    key.is_empty()
        || digits == key.len()
        || run >= 5
        || hex
        || mixed
        || key.starts_with('+')
        || key.find('@').is_some_and(|at| at > 0)
        || !plain
        || key.len() > 40
}

/// The words of a name, in lower case: `queueSize`, `queue_size` and `queue-size` have two.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase() || c.is_ascii_digit();
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::{is_amount, is_collection, is_id, is_measure, is_state};

    #[test]
    fn names_say_what_they_hold() {
        assert!(["status", "connection_state", "healthStatus"].into_iter().all(is_state));
        assert!(!["token_status", "user_state", "statuses", "title", "api_key_mode"].into_iter().any(is_state));
        assert!(["accounts_loaded", "queueSize", "uptime_seconds"].into_iter().all(is_amount));
        assert!(!["balance", "offset", "id", "timestamp", "counterparty"].into_iter().any(is_amount));
        assert!(is_measure("health_score") && !is_measure("accounts_loaded"));
        assert!(is_collection("active_sessions") && !is_collection("checks"));
    }

    #[test]
    fn keys_that_name_one_thing() {
        let ids = [
            "79991234567",
            "+7 999",
            "ivan@example.org",
            "550e8400-e29b-41d4-a716-446655440000",
            "acc_100200300",
            "1",
            "",
            "Иван",
            "deadbeef01",
        ];
        assert!(ids.into_iter().all(is_id));
        let names = ["status", "totals_24h", "p95", "sent-today", "x.y", "$ref", "@type", "sha256", "last_1000"];
        for name in names {
            assert!(!is_id(name), "{name}");
        }
    }
}
