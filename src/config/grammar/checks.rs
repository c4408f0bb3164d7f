//! `expect` and `warn`.

use super::{ANY_TIME, Block, Key, Keys, SOME_TIME, Shape, key, words};

/// One block of expectations.
pub(in crate::config) static CHECKS: Block = Block::new("a block of checks", &[&KEYS]);

static KEYS: [Key; 7] = [
    key(
        "status",
        Shape::OneOrMany(&Shape::Status),
        "The statuses allowed: `200`, `\"2xx\"`, `\"200-299\"`, or a list. Built in for expect: 2xx.",
    ),
    key("latency", SOME_TIME, "The successful attempt may take no longer."),
    key(
        "schema",
        Shape::Schema,
        "The body must be JSON that this schema accepts: a name of `schemas`, or an inline JSON Schema.",
    ),
    key(
        "json",
        Shape::Map(Keys::JsonPath, &Shape::Condition),
        "What the nodes that a JSONPath selects must satisfy: a value they equal, or operators.",
    ),
    key(
        "headers",
        Shape::Map(Keys::Answer, &HEADER),
        "Conditions on headers: an exact value, or `{matches, exists, contains}`.",
    ),
    key("body", Shape::Block(&BODY), "Conditions on the body's text."),
    key(
        "cert",
        ANY_TIME,
        "The served certificates must last at least this long. Built in for warn over https: 14d. `0s` asks for nothing.",
    ),
];

static HEADER: Shape = Shape::Either(
    "an exact value, or {matches, exists, contains}",
    &[Shape::Block(&HEADER_BLOCK), Shape::Text(&words::HEADER)],
);

static HEADER_BLOCK: Block = Block::new("a header's conditions", &[&HEADER_KEYS]);

static HEADER_KEYS: [Key; 3] = [
    key("matches", Shape::Text(&words::REGEX), "A regex (Rust syntax, unanchored) that finds something in the value."),
    key("exists", Shape::Bool, "Whether the header must be there, or must not."),
    key("contains", Shape::Text(&words::PROSE), "A text that the value holds."),
];

static BODY: Block = Block::new("the body's conditions", &[&BODY_KEYS]);

static BODY_KEYS: [Key; 4] = [
    key("contains", Shape::OneOrMany(&Shape::Text(&words::PROSE)), "Texts that must all stand in the body."),
    key("not_contains", Shape::OneOrMany(&Shape::Text(&words::PROSE)), "Texts that may not stand in the body."),
    key("matches", Shape::OneOrMany(&Shape::Text(&words::REGEX)), "Regexes that must all find something."),
    key("not_matches", Shape::OneOrMany(&Shape::Text(&words::REGEX)), "Regexes that may find nothing."),
];
