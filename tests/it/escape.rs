//! What remotes send must never act on a terminal.

use crate::support::Home;
use crate::support::certs::Authority;
use crate::support::configs::{channel, serve};
use crate::support::scan::acting;
use canary::demo::fleet::{Behaviour, Ending, Fleet, Reply, Service};

/// Clears the screen, sets the title, writes the clipboard, turns text around, and more.
const EVIL: &str =
    "a\u{1b}[2J\u{1b}]0;owned\u{7}\u{1b}]52;c;eA==\u{7}\u{9b}31m\u{7f}\u{202e}b\u{2066}\u{200f}\rc\u{8}d\u{0}e";

fn raw(text: &str) -> Behaviour {
    Behaviour::Raw { bytes: text.as_bytes().to_vec().into(), then: Ending::Close }
}

/// Nothing acting in the table, the text log, or the JSON log; JSON stays JSON.
#[track_caller]
fn harmless(home: &Home, args: &[&str]) {
    for extra in [&["-vv"][..], &["-vv", "--log-format", "json"], &["--color", "never"]] {
        let all: Vec<&str> = ["check"].iter().chain(args).chain(extra).copied().collect();
        let ran = home.run(all.clone());
        assert!(ran.code != Some(2), "{all:?}: {}", ran.stderr);
        for (name, text) in [("stdout", &ran.stdout), ("stderr", &ran.stderr)] {
            assert!(acting(text).is_empty(), "{all:?}: {name} has {:?} in {text:?}", acting(text));
        }
    }
    let ran = home.check(args);
    ran.json();
    let controls: Vec<char> = ran.stdout.chars().filter(|c| c.is_control() && *c != '\n').collect();
    assert!(controls.is_empty(), "JSON holds raw {controls:?}");
    let lines = home.read("state/history.jsonl");
    let controls: Vec<char> = lines.chars().filter(|c| c.is_control() && *c != '\n').collect();
    assert!(controls.is_empty(), "the history holds raw {controls:?}");
}

#[test]
fn in_a_body() {
    let fleet = serve(Behaviour::text(500, EVIL));
    harmless(&Home::with_config(&channel(&fleet.url("s"), &[("e", "{ path: / }")])), &[]);
    let body = "{ path: /, expect: { status: 500, body: { contains: nowhere } } }";
    harmless(&Home::with_config(&channel(&fleet.url("s"), &[("e", body)])), &[]);
}

#[test]
fn in_json_values_keys_and_schema_messages() {
    let object = serde_json::json!({ EVIL: EVIL, "a": EVIL, "list": [EVIL] }).to_string();
    let fleet = serve(Behaviour::json(200, object));
    for rule in [
        "expect: { json: { $.a: good } }",
        "expect: { json: { $.*: { type: number } } }",
        "expect: { json: { $.a: { max_age: 5m } } }",
        "expect: { schema: { additionalProperties: false, properties: { a: { maxLength: 1 } } } }",
        "expect: { schema: { properties: { list: { items: { enum: [x] } } }, propertyNames: { maxLength: 3 } } }",
        "warn: { json: { $.a: { matches: good } } }",
        "metrics: { a: $.a }",
    ] {
        harmless(&Home::with_config(&channel(&fleet.url("s"), &[("e", &format!("{{ path: /, {rule} }}"))])), &[]);
    }
}

#[test]
fn in_headers_reason_phrase_and_status_line() {
    for text in [
        "HTTP/1.1 500 \u{1b}[2Jgone\u{202e}\r\ncontent-length: 0\r\n\r\n".to_owned(),
        "HTTP/1.1 \u{1b}[2J\r\n\r\n".to_owned(),
        "\u{1b}[2J\u{1b}]0;owned\u{7}\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\nx-node: \u{1b}[2J\u{202e}\r\ncontent-length: 0\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\n\u{1b}[2J: x\r\ncontent-length: 0\r\n\r\n".to_owned(),
        "HTTP/1.1 200 OK\r\ncontent-encoding: \u{202e}evil\r\ncontent-length: 1\r\n\r\nx".to_owned(),
        "HTTP/1.1 429 Slow\r\nretry-after: \u{202e}\u{9b}31m\r\ncontent-length: 0\r\n\r\n".to_owned(),
    ] {
        let fleet = serve(raw(&text));
        let settings = "{ path: /, timeout: 3s, expect: { headers: { x-node: good } } }";
        harmless(&Home::with_config(&channel(&fleet.url("s"), &[("e", settings)])), &[]);
    }
}

#[test]
fn in_a_redirect() {
    for location in ["/\u{202e}x", "http://\u{202e}evil.invalid/", "evil:\u{9b}31m", "http://h\u{200f}/%1b[2J"] {
        let fleet = serve(Behaviour::redirect(302, location));
        harmless(&Home::with_config(&channel(&fleet.url("s"), &[("e", "{ path: /, timeout: 3s }")])), &[]);
    }
}

#[test]
fn in_a_certificate() {
    let ca = Authority::new();
    let made = ca.expired_as("evil\u{1b}[2J\u{202e}\u{7f}name");
    let fleet = Fleet::start([Service::new("s").tls(made.server())]).expect("a fleet");
    let home = Home::with_config(&channel(&fleet.url("s"), &[("e", "{ path: /, tls: { ca: ca.pem } }")]));
    home.write("ca.pem", &ca.pem);
    harmless(&home, &[]);
    assert_eq!(home.check(&[]).code(1).result("c/e")["reason"], "tls");
}

#[test]
fn in_a_token_endpoint_s_error() {
    let error = serde_json::json!({ "error": EVIL, "error_description": EVIL }).to_string();
    let fleet =
        Fleet::start([Service::new("s"), Service::new("auth").on("*", Behaviour::json(400, error))]).expect("a fleet");
    let auth = format!("oauth2: {{ token_url: \"{}/t\", client_id: i, client_secret: s3cr3t }}", fleet.url("auth"));
    harmless(
        &Home::with_config(&channel(&fleet.url("s"), &[("e", &format!("{{ path: /, auth: {{ {auth} }} }}"))])),
        &[],
    );
}

#[test]
fn in_arguments_paths_and_the_config_itself() {
    let home = Home::with_config("channels: { c: { endpoints: { e: { path: \"/\\e[2J\\u202e\", colour: 1 } } } }\n");
    for args in [
        &["check"][..],
        &["config", "check"],
        &["check", "\u{1b}[2J"],
        &["check", "-c", "\u{1b}[2J\u{202e}.yaml"],
        &["check", "--tag", "\u{9b}31m"],
        &["check", "--\u{1b}[2J"],
        &["check", "-o", "\u{1b}[2J"],
        &["\u{1b}[2J\u{202e}"],
        &["check", "http://\u{202e}/"],
    ] {
        let ran = home.run(args.iter().copied()).refused();
        assert!(acting(&ran.stderr).is_empty(), "{args:?}: {:?}", ran.stderr);
    }
    home.write("probes.yaml", "channels:\n  c:\n    \u{202e}evil\u{9b}31m\u{7f}: 1\n    endpoints: {}\n");
    let ran = home.run(["check"]).refused();
    assert!(acting(&ran.stderr).is_empty(), "{:?}", ran.stderr);
}

#[test]
fn the_escape_is_still_seen() {
    let fleet = serve(Behaviour::json(200, r#"{"a":"\u001b[2Jx"}"#));
    let home = Home::with_config(&channel(&fleet.url("s"), &[("e", "{ path: /, expect: { json: { $.a: good } } }")]));
    home.run(["check"]).code(1).stdout_has("[2Jx");
    let message = home.check(&[]).result("c/e")["message"].as_str().expect("a message").to_owned();
    assert!(message.contains("[2Jx"), "{message}");
}

#[test]
fn utf_8_in_messages_is_left_alone() {
    let fleet = serve(Reply::json(200, r#"{"a":"здоров 健康"}"#));
    let home = Home::with_config(&channel(&fleet.url("s"), &[("e", "{ path: /, expect: { json: { $.a: good } } }")]));
    home.run(["check"]).code(1).stdout_has("здоров");
}
