//! The top of the file.

use super::{ALERTING, Block, CHANNEL, DEFAULTS, Key, Keys, RECEIVER_TYPES, SOME_TIME, Shape, key, words};

/// The whole file.
pub(in crate::config) static ROOT: Block = Block { extensible: true, ..Block::new("probes.yaml", &[&KEYS]) };

static KEYS: [Key; 11] = [
    key("version", Shape::Integer(1, 1), "The grammar's version: 1."),
    key("state_dir", Shape::Text(&words::FILE), "Where state and history live, relative to this file."),
    key("defaults", Shape::Block(&DEFAULTS), "Settings of all endpoints: any endpoint setting but `auth`."),
    key(
        "schemas",
        Shape::Map(Keys::Name("a schema"), &Shape::Document),
        "JSON Schemas by name: a file relative to this one, or inline.",
    ),
    key("proxies", Shape::Map(Keys::Name("a pool"), &Shape::Block(&POOL)), "Pools of proxies by name."),
    key(
        "receivers",
        Shape::Map(Keys::Name("a receiver"), &Shape::Tagged(&RECEIVER_TYPES)),
        "Who can be told, by name. A receiver whose url or token expands to nothing is not configured: skipped.",
    ),
    key("alerting", Shape::Block(&ALERTING), "When incidents open, close and are told."),
    key("heartbeat", Shape::Block(&HEARTBEAT), "A dead-man's switch, pinged at the end of a run over everything."),
    key(
        "connectivity",
        Shape::Block(&CONNECTIVITY),
        "What is asked after a failure to tell whether this machine is offline.",
    ),
    key("history", Shape::Block(&HISTORY), "Where the history is written, and how much is kept."),
    key(
        "channels",
        Shape::Map(Keys::Name("a channel"), &Shape::Block(&CHANNEL)),
        "What is watched: channels by name, each with its endpoints.",
    ),
];

static POOL: Block = Block { required: &[&["urls"]], ..Block::new("a pool", &[&POOL_KEYS]) };

static POOL_KEYS: [Key; 6] = [
    key(
        "urls",
        Shape::Some(&Shape::Text(&words::PROXY_URL)),
        "Its exits: http, https, socks5 or socks5h URLs. One that expands to nothing is left out.",
    ),
    key(
        "strategy",
        Shape::Words(&["round_robin", "random", "sticky"]),
        "In which order exits are tried. Built in: round_robin.",
    ),
    key("control", Shape::Text(&words::URL), "A URL asked through an exit, to tell a bad exit from a bad target."),
    key(
        "confirm",
        Shape::Integer(1, 100),
        "Exits that must agree before a target is called down. Built in: 2, when the pool has as many.",
    ),
    key(
        "max_exits",
        Shape::Integer(1, 100),
        "Exits tried in one probe, at least as many as `confirm` wants. Built in: 3.",
    ),
    key("quarantine", SOME_TIME, "How long a bad exit is left alone. Built in: 10m."),
];

static HEARTBEAT: Block = Block::new("`heartbeat`", &[&HEARTBEAT_KEYS]);

static HEARTBEAT_KEYS: [Key; 1] = [key(
    "url",
    Shape::Text(&words::URL),
    "What is pinged; `/fail` is added to its path when canary failed at its own job.",
)];

static CONNECTIVITY: Block = Block::new("`connectivity`", &[&CONNECTIVITY_KEYS]);

static CONNECTIVITY_KEYS: [Key; 1] = [key(
    "targets",
    Shape::List(&Shape::Text(&words::ONLINE)),
    "Asked only after a failure: `https://…` or `tcp://host:port`. None are built in.",
)];

static HISTORY: Block = Block::new("`history`", &[&HISTORY_KEYS]);

static HISTORY_KEYS: [Key; 3] = [
    key("path", Shape::Text(&words::PATH), "Relative to the state directory. Built in: history.jsonl."),
    key("max_size", Shape::Size(64 << 10, 1 << 40), "Rotation begins past this size. Built in: 256MiB."),
    key("keep", Shape::Integer(0, 10_000), "Older files kept beside the live one. Built in: 8."),
];
