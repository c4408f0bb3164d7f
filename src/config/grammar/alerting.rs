//! `alerting` and `receivers`.

use super::{Block, Key, Ref, SOME_TIME, Shape, key, words};

/// When incidents open, close and are told.
pub(in crate::config) static ALERTING: Block = Block::new("`alerting`", &[&KEYS]);

static KEYS: [Key; 7] = [
    key("after", AFTER, "Consecutive failing results that open an incident, or `{failures, of}`. Built in: 2."),
    key("recover_after", COUNT, "Consecutive results that are not down and close it. Built in: 2."),
    key("degraded_after", OFF_OR_COUNT, "Consecutive degraded results that open an incident, or `off`. Built in: 5."),
    key("unknown_after", OFF_OR_COUNT, "Consecutive unknown results that open an incident, or `off`. Built in: 10."),
    key("repeat", SOME_TIME, "How often an open incident is told again. Built in: 4h."),
    key("flap", Shape::Block(&FLAP), "So many changes within a window are flapping. Built in: 4 within 30m."),
    key("receivers", Shape::List(&Shape::Ref(Ref::Receiver)), "Who is told: names of `receivers`."),
];

const COUNT: Shape = Shape::Integer(1, 1_000);
const OFF_OR_COUNT: Shape = Shape::Either("`off` or a whole number from 1 to 1000", &[Shape::Words(&["off"]), COUNT]);
const AFTER: Shape =
    Shape::Either("a whole number from 1 to 1000, or {failures, of}", &[Shape::Block(&OF), Shape::Integer(1, 1_000)]);

static OF: Block = Block { required: &[&["failures"], &["of"]], ..Block::new("`after`", &[&OF_KEYS]) };

static OF_KEYS: [Key; 2] = [key("failures", COUNT, "Failing results …"), key("of", COUNT, "… among the last so many.")];

static FLAP: Block = Block::new("`flap`", &[&FLAP_KEYS]);

static FLAP_KEYS: [Key; 2] = [
    key("changes", Shape::Integer(2, 1_000), "Changes between down and not down …"),
    key("window", SOME_TIME, "… within this long."),
];

/// Each type of receiver.
pub(in crate::config) static RECEIVER_TYPES: [(&str, &Block); 7] = [
    ("telegram", &TELEGRAM),
    ("n8n", &WEBHOOK),
    ("webhook", &WEBHOOK),
    ("slack", &SLACK),
    ("email", &EMAIL),
    ("alertmanager", &ALERTMANAGER),
    ("command", &COMMAND),
];

static COMMON: [Key; 3] = [
    key(
        "type",
        Shape::Words(&["telegram", "n8n", "webhook", "slack", "email", "alertmanager", "command"]),
        "What kind of receiver it is.",
    ),
    key("proxy", Shape::Ref(Ref::Proxy), "How it is reached: a pool, a proxy's URL or `direct`. Built in: direct."),
    key(
        "events",
        Shape::Some(&Shape::Words(&["open", "remind", "recover", "heal"])),
        "What it is told. Built in: everything.",
    ),
];

static TELEGRAM: Block = Block {
    required: &[&["bot_token"], &["chat_id"]],
    ..Block::new("a telegram receiver", &[&COMMON, &TELEGRAM_KEYS])
};

static TELEGRAM_KEYS: [Key; 5] = [
    key("bot_token", Shape::Text(&words::SECRET), "The bot's token."),
    key("chat_id", Shape::Text(&words::CHAT), "The chat."),
    key("topic_id", Shape::Integer(1, i64::MAX), "A topic of the chat."),
    key("silent", Shape::Bool, "Deliver without a sound. Built in: false."),
    key("api_url", Shape::Text(&words::URL), "Another Bot API server. Built in: https://api.telegram.org."),
];

static WEBHOOK: Block = Block { required: &[&["url"]], ..Block::new("a webhook receiver", &[&COMMON, &WEBHOOK_KEYS]) };

static WEBHOOK_KEYS: [Key; 2] = [
    key("url", Shape::Text(&words::URL), "Where the JSON is posted."),
    key("secret", Shape::Text(&words::SECRET), "Signs the exact bytes: `X-Canary-Signature: sha256=…`."),
];

static SLACK: Block = Block { required: &[&["url"]], ..Block::new("a slack receiver", &[&COMMON, &SLACK_KEYS]) };

static SLACK_KEYS: [Key; 1] = [key("url", Shape::Text(&words::URL), "The incoming webhook.")];

static EMAIL: Block =
    Block { required: &[&["url"], &["from"], &["to"]], ..Block::new("an email receiver", &[&COMMON, &EMAIL_KEYS]) };

static EMAIL_KEYS: [Key; 4] = [
    key("url", Shape::Text(&words::MAIL_URL), "The mail server: `smtp[s]://user:pass@host:port`."),
    key("from", Shape::Text(&words::MAILBOX), "The sender."),
    key("to", Shape::Some(&Shape::Text(&words::MAILBOX)), "The recipients."),
    key("tls", Shape::Words(&["starttls", "implicit", "none"]), "Built in: implicit for smtps, starttls for smtp."),
];

static ALERTMANAGER: Block =
    Block { required: &[&["url"]], ..Block::new("an alertmanager receiver", &[&COMMON, &ALERTMANAGER_KEYS]) };

static ALERTMANAGER_KEYS: [Key; 1] = [key("url", Shape::Text(&words::URL), "Its base URL; the v2 API is used.")];

static COMMAND: Block =
    Block { required: &[&["command"]], ..Block::new("a command receiver", &[&COMMON, &super::endpoint::COMMAND_KEYS]) };
