//! What is wrong in the demo: faults that operators of these channels know.

use crate::demo::fixtures;
use crate::demo::fleet::{Behaviour, Fleet, Reply};
use jiff::{SignedDuration, Timestamp};
use std::io;
use std::time::Duration;

/// Above the shipped `warn.latency` of a bridge (1s), below its `expect.latency` (5s).
const SLOW: Duration = Duration::from_millis(1300);

/// Above the shipped `max_age` of a bridge's timestamp (5m).
const STALE: SignedDuration = SignedDuration::from_mins(42);

/// Makes some of a healthy fleet ill. No fault but the refused port and the hanging bridge is of a kind that is retried, so the demo is short.
pub(super) fn fall_ill(fleet: &Fleet, now: Timestamp) -> io::Result<()> {
    // The device was removed on the phone: down, and only a person can pair it again.
    fleet.set(
        "whatsapp",
        "GET /health/extended",
        Behaviour::json(200, fixtures::at(fixtures::WHATSAPP_LOGGED_OUT, now)),
    );
    // The bridge hangs; its supervisor restarts it when asked, and then it is well: down, and healed.
    let well = Behaviour::json(200, fixtures::at(fixtures::TELEGRAM_HEALTH, now));
    fleet.set("telegram", "GET /health", Behaviour::text(503, "event loop blocked\n"));
    fleet.set(
        "telegram",
        "POST /restart",
        Behaviour::Changes { reply: Reply::new(202, "restarting\n"), routes: vec![("GET /health".to_owned(), well)] },
    );
    // The bridge behind the webhook answered 502 two minutes ago, and updates pile up: degraded.
    let backlog = fixtures::at(fixtures::TELEGRAM_WEBHOOK_BACKLOG, now);
    fleet.set("telegram-api", super::services::TELEGRAM_WEBHOOK, Behaviour::json(200, backlog));
    // A revoked key: every method answers HTTP 200 with an error in the body: down.
    for method in super::services::VK_METHODS {
        fleet.set("vk-api", method, Behaviour::json(200, fixtures::VK_INVALID_TOKEN));
    }
    fleet.set("vk", "GET /health", Reply::json(200, fixtures::at(fixtures::VK_HEALTH, now)).after(SLOW));
    // Says healthy, but the answer is from a while ago: stuck, or a cache in between: degraded.
    let stale = now.checked_sub(STALE).unwrap_or(now);
    fleet.set("max", "GET /health", Behaviour::json(200, fixtures::at(fixtures::MAX_HEALTH, stale)));
    // Not running: down.
    fleet.refuse("avito")
}
