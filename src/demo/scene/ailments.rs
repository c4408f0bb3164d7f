//! What is wrong in the demo: faults that operators of these channels know.

use super::services::{TELEGRAM_WEBHOOK, VK_REVOKED, dated, dated_as};
use crate::demo::fixtures;
use crate::demo::fleet::{Behaviour, Fleet, Reply};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

/// Above the shipped `warn.latency` of a bridge (1s), below its `expect.latency` (5s).
const SLOW: Duration = Duration::from_millis(1300);

/// Above the shipped `max_age` of a bridge's timestamp (5m).
const STALE: SignedDuration = SignedDuration::from_mins(42);

/// Makes some of a healthy fleet ill. No fault but the refused port and the hanging bridge is of a kind that is retried, so the demo is short.
pub(super) fn fall_ill(fleet: &Fleet, environment: &mut BTreeMap<String, String>, now: Timestamp) -> io::Result<()> {
    // The device was removed on the phone: down, and only a person can pair it again.
    fleet.set("whatsapp", "GET /health/extended", dated(fixtures::WHATSAPP_LOGGED_OUT, now));
    // The bridge hangs; its supervisor restarts it when asked, and then it is well: down, and healed.
    let well = dated(fixtures::TELEGRAM_HEALTH, now);
    fleet.set("telegram", "GET /health", Behaviour::text(503, "event loop blocked\n"));
    fleet.set(
        "telegram",
        "POST /restart",
        Behaviour::Changes { reply: Reply::new(202, "restarting\n"), routes: vec![("GET /health".to_owned(), well)] },
    );
    // The bridge behind the webhook answered 502 two minutes ago, and updates pile up: degraded.
    fleet.set("telegram-api", TELEGRAM_WEBHOOK, dated(fixtures::TELEGRAM_WEBHOOK_BACKLOG, now));
    // A revoked key: every method answers HTTP 200 with an error in the body: down.
    environment.insert("VK_TOKEN".to_owned(), VK_REVOKED.to_owned());
    fleet.set("vk", "GET /health", dated_as(fixtures::VK_HEALTH, now, |reply| reply.after(SLOW)));
    // Says healthy, but the answer is from a while ago: stuck, or a cache in between: degraded.
    let stale = now.checked_sub(STALE).unwrap_or(now);
    fleet.set("max", "GET /health", dated(fixtures::MAX_HEALTH, stale));
    // Not running: down.
    fleet.refuse("avito")
}
