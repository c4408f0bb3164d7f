//! The healthy fleet, and the environment that leads the shipped `probes.yaml` to it.

use crate::demo::fixtures::{self as bodies, at};
use crate::demo::fleet::{Behaviour, Fleet, Reply, Service};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::time::Instant;

const TELEGRAM_TOKEN: &str = "7000000001:demo-telegram-token";
/// What the API wants.
pub(super) const VK_TOKEN: &str = "demo-vk-token";
/// What the API answers with its error 5.
pub(super) const VK_REVOKED: &str = "demo-vk-token-revoked";
const MAX_TOKEN: &str = "demo-max-token";
const AVITO_CLIENT: &str = "demo-avito-client";
const AVITO_SECRET: &str = "demo-avito-secret";
const AVITO_USER: &str = "94000001";
const CLOUD_TOKEN: &str = "demo-cloud-token";
const CLOUD_PHONE: &str = "100000000000001";

/// The host of the webhooks in the fixtures.
const WEBHOOK_HOST: &str = "bridge.example";

/// The times in answers are moved in steps of so many seconds: well below the shortest `max_age` of the shipped file (1m).
const STEP: u64 = 20;

/// Where getWebhookInfo is asked.
pub(super) const TELEGRAM_WEBHOOK: &str = "GET /bot7000000001:demo-telegram-token/getWebhookInfo";

/// The VK methods that the shipped file asks.
pub(super) const VK_METHODS: [&str; 5] = [
    "GET /method/utils.getServerTime",
    "GET /method/groups.getTokenPermissions",
    "GET /method/groups.getCallbackServers",
    "GET /method/groups.getById",
    "GET /method/messages.getConversations",
];

/// Every service of the scene, all well, with answers dated `now`.
pub(super) fn all(now: Timestamp) -> Vec<Service> {
    vec![
        bridge("whatsapp", bodies::WHATSAPP_HEALTH, bodies::WHATSAPP_EXTENDED, now),
        bridge("telegram", bodies::TELEGRAM_HEALTH, bodies::TELEGRAM_EXTENDED, now),
        bridge("vk", bodies::VK_HEALTH, bodies::VK_EXTENDED, now),
        bridge("max", bodies::MAX_HEALTH, bodies::MAX_EXTENDED, now),
        bridge("avito", bodies::AVITO_HEALTH, bodies::AVITO_EXTENDED, now),
        whatsapp_web(),
        whatsapp_raw(),
        whatsapp_cloud(),
        telegram_api(now),
        vk_api(now),
        max_api(now),
        avito_api(now),
    ]
}

/// The variables that the shipped file names, for this fleet.
pub(super) fn environment(fleet: &Fleet) -> BTreeMap<String, String> {
    let urls = [
        ("WHATSAPP_BRIDGE_URL", "whatsapp"),
        ("WHATSAPP_WEB_URL", "whatsapp-web"),
        ("WHATSAPP_RAW_URL", "whatsapp-raw"),
        ("WHATSAPP_CLOUD_URL", "whatsapp-cloud"),
        ("TELEGRAM_BRIDGE_URL", "telegram"),
        ("TELEGRAM_API_URL", "telegram-api"),
        ("VK_BRIDGE_URL", "vk"),
        ("VK_API_URL", "vk-api"),
        ("MAX_BRIDGE_URL", "max"),
        ("MAX_API_URL", "max-api"),
        ("AVITO_BRIDGE_URL", "avito"),
        ("AVITO_API_URL", "avito-api"),
        ("TELEGRAM_SUPERVISOR_URL", "telegram"),
    ]
    .map(|(variable, service)| (variable.to_owned(), fleet.url(service)));
    let values = [
        ("WHATSAPP_CLOUD_PHONE_ID", CLOUD_PHONE),
        ("WHATSAPP_CLOUD_TOKEN", CLOUD_TOKEN),
        ("TELEGRAM_BOT_TOKEN", TELEGRAM_TOKEN),
        ("TELEGRAM_WEBHOOK_HOST", WEBHOOK_HOST),
        ("VK_TOKEN", VK_TOKEN),
        ("VK_GROUP_ID", "200000001"),
        ("MAX_TOKEN", MAX_TOKEN),
        ("MAX_WEBHOOK_HOST", WEBHOOK_HOST),
        ("AVITO_CLIENT_ID", AVITO_CLIENT),
        ("AVITO_CLIENT_SECRET", AVITO_SECRET),
        ("AVITO_USER_ID", AVITO_USER),
        ("AVITO_WEBHOOK_HOST", WEBHOOK_HOST),
    ]
    .map(|(variable, value)| (variable.to_owned(), value.to_owned()));
    urls.into_iter().chain(values).collect()
}

/// JSON whose times keep up with the clock: a scene that stays does not go stale.
pub(super) fn dated(body: &'static str, now: Timestamp) -> Behaviour {
    dated_as(body, now, |reply| reply)
}

/// The same, the reply finished by this.
pub(super) fn dated_as(
    body: &'static str,
    now: Timestamp,
    finish: impl Fn(Reply) -> Reply + Send + Sync + 'static,
) -> Behaviour {
    let begun = Instant::now();
    Behaviour::made(move |_| {
        let steps = begun.elapsed().as_secs() / STEP * STEP;
        let passed = SignedDuration::from_secs(i64::try_from(steps).unwrap_or(0));
        finish(Reply::json(200, at(body, now.checked_add(passed).unwrap_or(now)))).into()
    })
}

fn bridge(name: &str, health: &'static str, extended: &'static str, now: Timestamp) -> Service {
    Service::new(name).on("GET /health", dated(health, now)).on("GET /health/extended", dated(extended, now))
}

/// Answers 400 without the header that a browser sends when it fetches a service worker.
fn whatsapp_web() -> Service {
    let script =
        Reply::new(200, bodies::WHATSAPP_WEB_VERSION).header("content-type", "application/javascript; charset=utf-8");
    let refusal = Behaviour::text(400, "Bad Request");
    Service::new("whatsapp-web").on("GET /sw.js", Behaviour::from(script).guarded("sec-fetch-site", "none", refusal))
}

fn whatsapp_raw() -> Service {
    let path = "GET /WhiskeySockets/Baileys/master/src/Defaults/baileys-version.json";
    Service::new("whatsapp-raw").on(path, Behaviour::text(200, bodies::WHATSAPP_BAILEYS_VERSION))
}

fn whatsapp_cloud() -> Service {
    let refusal = r#"{"error":{"message":"Invalid OAuth access token.","type":"OAuthException","code":190}}"#;
    let healthy = Behaviour::json(200, bodies::WHATSAPP_CLOUD);
    let route = format!("GET /v23.0/{CLOUD_PHONE}");
    Service::new("whatsapp-cloud").on(&route, bearer(healthy, CLOUD_TOKEN, Behaviour::json(401, refusal)))
}

fn telegram_api(now: Timestamp) -> Service {
    let not_found = r#"{"ok":false,"error_code":404,"description":"Not Found"}"#;
    Service::new("telegram-api")
        .on(&format!("GET /bot{TELEGRAM_TOKEN}/getMe"), Behaviour::json(200, bodies::TELEGRAM_GET_ME))
        .on(TELEGRAM_WEBHOOK, dated(bodies::TELEGRAM_WEBHOOK, now))
        .on("*", Behaviour::json(404, not_found))
}

fn vk_api(now: Timestamp) -> Service {
    let answers = [
        bodies::VK_SERVER_TIME,
        bodies::VK_PERMISSIONS,
        bodies::VK_CALLBACK_SERVERS,
        bodies::VK_GROUP,
        bodies::VK_UNANSWERED,
    ];
    VK_METHODS.iter().zip(answers).fold(Service::new("vk-api"), |service, (method, answer)| {
        let refusal = Behaviour::json(200, bodies::VK_INVALID_TOKEN);
        service.on(method, bearer(dated(answer, now), VK_TOKEN, refusal))
    })
}

fn max_api(now: Timestamp) -> Service {
    // The bare token: MAX refuses it with "Bearer " before it.
    let guarded = |body| {
        let refusal = Behaviour::json(401, r#"{"code":"verify.token","message":"Invalid access_token"}"#);
        dated(body, now).guarded("authorization", MAX_TOKEN, refusal)
    };
    Service::new("max-api")
        .on("GET /me", guarded(bodies::MAX_ME))
        .on("GET /subscriptions", guarded(bodies::MAX_SUBSCRIPTIONS))
}

fn avito_api(now: Timestamp) -> Service {
    let guarded = |body, now| {
        let reply = |reply: Reply| reply.header("x-ratelimit-limit", "60").header("x-ratelimit-remaining", "41");
        let refusal = Behaviour::json(401, r#"{"error":{"code":401,"message":"Unauthorized"}}"#);
        bearer(dated_as(body, now, reply), "EXAMPLE-access-token", refusal)
    };
    // As written the customer waits for over an hour; an hour earlier it is four minutes.
    let fresh = now.checked_add(SignedDuration::from_mins(62)).unwrap_or(now);
    Service::new("avito-api")
        .on("POST /token", Behaviour::json(200, bodies::AVITO_TOKEN))
        .on("GET /core/v1/accounts/self", guarded(bodies::AVITO_SELF, now))
        .on("POST /messenger/v1/subscriptions", guarded(bodies::AVITO_SUBSCRIPTIONS, now))
        .on(&format!("GET /messenger/v2/accounts/{AVITO_USER}/chats"), guarded(bodies::AVITO_UNREAD, fresh))
        .on(&format!("GET /core/v1/accounts/{AVITO_USER}/balance/"), guarded(bodies::AVITO_BALANCE, now))
}

fn bearer(behaviour: Behaviour, token: &str, refusal: Behaviour) -> Behaviour {
    behaviour.guarded("authorization", &format!("Bearer {token}"), refusal)
}
